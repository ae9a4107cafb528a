import type { AlertDeed } from '@aiops/contract/api/alert-deed'
import { useState } from 'react'
import { CommentField } from '../incident/comment-field.tsx'
import { useOpenIncidents } from '../incident/use-incident.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { counted } from '../ui/words.ts'
import { DeedResultList } from './deed-result-list.tsx'
import { type DeedTarget, useDeed, useDeedCount } from './use-deed.ts'

const words = {
  ACKNOWLEDGE: {
    title: 'Acknowledge',
    explain: 'An alert is acknowledged with its incident: whoever looks sees that somebody has it.',
  },
  JOIN: {
    title: 'Join to an incident',
    explain: 'They become members of it; correlation learns that such belong together.',
  },
  TAKE_OUT: {
    title: 'Take out of their incidents',
    explain: 'They do not come back to these by themselves; what still fires is looked at anew, together.',
  },
} as const satisfies Record<AlertDeed, { title: string; explain: string }>

type DeedDialogProps = { action: AlertDeed; target: DeedTarget; onClose: () => void; onDone: () => void }

/** One deed on many alerts: counted first, then done; what could not be done is listed. */
export function DeedDialog({ action, target, onClose, onDone }: DeedDialogProps) {
  const [into, setInto] = useState('')
  const [comment, setComment] = useState('')
  const ready = action !== 'JOIN' || into !== ''
  const wanted = { action, target, ...(action === 'JOIN' && { into }) }
  const count = useDeedCount(wanted, ready)
  const deed = useDeed()
  const { title, explain } = words[action]
  const close = (): void => (deed.data ? onDone() : onClose())
  const answer = deed.data ?? count.data
  const error = deed.error ?? count.error
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={title} description={explain}>
      <form
        className="min-h-0 space-y-3 overflow-y-auto px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!count.data || deed.isPending || deed.data) return
          const said = comment.trim()
          deed.mutate(
            { ...wanted, countMax: count.data.matched, ...(said !== '' && { comment: said }) },
            { onSuccess: ({ failed, missing }) => failed + missing.length === 0 && onDone() },
          )
        }}
      >
        {action === 'JOIN' && <IncidentField {...{ into }} onChange={setInto} />}
        <CommentField comment={comment} onChange={setComment} />
        {ready && !answer && !error && <p className="text-ink-mute">Counting…</p>}
        {answer && <DeedResultList answer={answer} />}
        {error ? <Failure error={error} advice={refusedFor(error, 'incidents:write')} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{deed.data ? 'Close' : 'Cancel'}</Button>
          {!deed.data && (
            <Button type="submit" look="strong" disabled={!count.data?.done || deed.isPending}>
              {title} {count.data && `(${counted(count.data.done, 'alert')})`}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

function IncidentField({ into, onChange }: { into: string; onChange: (into: string) => void }) {
  const open = useOpenIncidents(true)
  const incidents = open.data?.incidents ?? []
  return (
    <>
      {open.error && <Failure error={open.error} onRetry={() => void open.refetch()} />}
      <FormRow name="Into" hint={open.data && incidents.length === 0 ? 'No incident is open.' : undefined}>
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={into}
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="">Choose an incident</option>
            {incidents.map((one) => (
              <option key={one.id} value={one.id}>
                INC-{one.number} {one.title}
              </option>
            ))}
          </SelectField>
        )}
      </FormRow>
    </>
  )
}
