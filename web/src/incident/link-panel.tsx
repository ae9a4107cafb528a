import type { IncidentDetail } from '@aiops/contract/model/incident'
import { ExternalLink, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { EditDialog } from './edit-dialog.tsx'
import { useIncidentEdits } from './use-incident.ts'

/** Tickets, calls and pages that people tied to the incident. */
export function LinkPanel({ incident }: { incident: IncidentDetail }) {
  const { removeLink } = useIncidentEdits(incident.id)
  const [adding, setAdding] = useState(false)
  return (
    <Panel
      title="Links"
      actions={
        <Button size="small" onClick={() => setAdding(true)}>
          <Plus aria-hidden /> Add
        </Button>
      }
      bodyClassName="p-0"
    >
      {incident.links.length === 0 && (
        <p className="px-4 py-3 text-ink-mute">A ticket, a call, a page: where else people work on this.</p>
      )}
      <ul className="divide-y">
        {incident.links.map(({ id, url, title, by }) => (
          <li key={id} className="flex items-center gap-2 px-4 py-1.5">
            <a
              href={safeUrl(url)}
              target="_blank"
              rel="noreferrer noopener"
              className="min-w-0 flex-1 truncate font-medium text-accent hover:underline"
              title={`${url}, added by ${by}`}
            >
              {title || url} <ExternalLink aria-hidden className="inline size-3" />
            </a>
            <Button
              look="quiet"
              size="icon"
              aria-label={`Remove the link ${title || url}`}
              disabled={removeLink.isPending}
              onClick={() => removeLink.mutate(id)}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {removeLink.error && <Failure error={removeLink.error} className="m-3" />}
      {adding && <LinkDialog incident={incident} onClose={() => setAdding(false)} />}
    </Panel>
  )
}

function LinkDialog({ incident, onClose }: { incident: IncidentDetail; onClose: () => void }) {
  const { addLink } = useIncidentEdits(incident.id)
  const [url, setUrl] = useState('')
  const [title, setTitle] = useState('')
  return (
    <EditDialog
      title="Add a link"
      description="It is shown to everybody who sees the incident."
      verb="Add"
      incomplete={safeUrl(url.trim()) === undefined}
      pending={addLink.isPending}
      error={addLink.error}
      onClose={onClose}
      onSubmit={() => addLink.mutate({ url: url.trim(), title: title.trim() }, { onSuccess: onClose })}
    >
      <FormRow name="Address">
        {(id) => (
          <TextField
            {...{ id }}
            className="w-full"
            value={url}
            maxLength={2_048}
            placeholder="https://tickets.example/OPS-12"
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </FormRow>
      <FormRow name="Title (optional)">
        {(id) => (
          <TextField
            {...{ id }}
            className="w-full"
            value={title}
            maxLength={200}
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </FormRow>
    </EditDialog>
  )
}
