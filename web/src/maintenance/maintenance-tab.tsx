import type { MaintenanceWindow } from '@aiops/contract/model/maintenance'
import { CalendarClock, Plus } from 'lucide-react'
import { useState } from 'react'
import { matcherText } from '../silence/matcher-text.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { recurrenceText } from './recurrence-text.ts'
import { useMaintenance, useMaintenanceActions, windowsShown } from './use-maintenance.ts'
import { WindowForm } from './window-form.tsx'

/** Planned work: each occurrence is a silence. */
export function MaintenanceTab() {
  const query = useMaintenance()
  const [edited, setEdited] = useState<MaintenanceWindow | 'NEW'>()
  const close = (): void => setEdited(undefined)
  const total = query.data?.total ?? 0
  return (
    <>
      <QueryPanel
        title="Maintenance windows"
        note={
          total > windowsShown ? `the first ${windowsShown} of ${total}` : query.data && `${total} in all`
        }
        actions={
          <Button look="strong" size="small" onClick={() => setEdited('NEW')}>
            <Plus aria-hidden /> New window
          </Button>
        }
        query={query}
      >
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={CalendarClock} title="No maintenance is planned">
              Say what is worked on and when, once or every second Tuesday: meanwhile its alerts open no
              incident, and somebody is reminded before the time is over.
            </Empty>
          ) : (
            <ul className="divide-y">
              {items.map((window) => (
                <WindowRow key={window.id} window={window} onEdit={() => setEdited(window)} />
              ))}
            </ul>
          )
        }
      </QueryPanel>
      {edited && (
        <Dialog open onOpenChange={close} title={edited === 'NEW' ? 'New maintenance window' : edited.name}>
          <WindowForm window={edited === 'NEW' ? undefined : edited} onDone={close} />
        </Dialog>
      )}
    </>
  )
}

const looks: Record<MaintenanceWindow['state'], { tone: Tone; word: string }> = {
  ACTIVE: { tone: 'ok', word: 'Active' },
  PENDING: { tone: 'outline', word: 'Pending' },
  ENDED: { tone: 'outline', word: 'Ended' },
}

function WindowRow({ window, onEdit }: { window: MaintenanceWindow; onEdit: () => void }) {
  const { remove } = useMaintenanceActions()
  const [sure, setSure] = useState(false)
  const { tone, word } = looks[window.state]
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <div className="w-16">
        <Badge tone={tone}>{word}</Badge>
      </div>
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words font-medium">{window.name}</p>
        <p className="break-all font-mono text-xs">{window.matchers.map(matcherText).join('  ')}</p>
        {window.comment && <p className="break-words text-ink-soft">{window.comment}</p>}
        <p className="text-ink-mute text-xs">
          {recurrenceText(window.recurrence)}, {window.duration}, {window.time_zone}
          {window.next && (
            <>
              {window.state === 'ACTIVE' ? ' · until ' : ' · next '}
              <Moment
                at={window.state === 'ACTIVE' ? window.next.ends_at : window.next.starts_at}
                form="both"
              />
            </>
          )}
          {' · '}
          {window.created_by}
        </p>
      </div>
      <div className="flex gap-2">
        <Button size="small" onClick={onEdit}>
          Change
        </Button>
        {sure ? (
          <Button
            size="small"
            look="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate(window.id)}
          >
            {window.state === 'ACTIVE' ? 'Remove and end it' : 'Remove it'}
          </Button>
        ) : (
          <Button size="small" onClick={() => setSure(true)}>
            Remove
          </Button>
        )}
      </div>
      {remove.error && <Failure error={remove.error} className="w-full" />}
    </li>
  )
}
