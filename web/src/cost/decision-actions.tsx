import type { Decision } from '@aiops/contract/model/decision'
import { useId, useState } from 'react'
import { PageLink } from '../answer/page-link.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { failedTests, isOpen } from './decision-word.ts'
import { useDecisionActions } from './use-cost.ts'

/** A person takes it further or says no. Who may not is told so by the server, which alone knows. */
export function DecisionActions({ decision }: { decision: Decision }) {
  const [open, setOpen] = useState<'propose' | 'drop'>()
  const { propose, drop } = useDecisionActions(decision.id)
  const opened = propose.data?.deployment_id
  if (opened !== undefined && decision.deployment_id === null)
    return (
      <p role="status" className="rounded-md bg-ok-soft px-3 py-2">
        Proposed as <PageLink to={`/deployments/${encodeURIComponent(opened)}`}>deployment {opened}</PageLink>
        .
      </p>
    )
  if (!isOpen(decision)) return null
  const against = failedTests(decision)
  const close = (): void => {
    setOpen(undefined)
    propose.reset()
    drop.reset()
  }
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="strong" onClick={() => setOpen('propose')}>
        Propose…
      </Button>
      <Button onClick={() => setOpen('drop')}>Drop…</Button>
      {open === 'propose' && (
        <WordDialog
          title={`Propose to ${decision.to === null ? 'change' : `move to ${decision.to}`}?`}
          description={
            against.length > 0
              ? `It is held (${against.join(', ').toLowerCase()}). You propose it on your own judgement, and your comment is written into the merge request.`
              : 'A branch and a merge request are opened. Policy and people still decide about it.'
          }
          label="Comment"
          verb="Propose"
          optional={against.length === 0}
          pending={propose.isPending}
          error={propose.error}
          needs="deployments:write"
          onClose={close}
          onDone={(comment) => propose.mutate(comment)}
        />
      )}
      {open === 'drop' && (
        <WordDialog
          title="Drop this decision?"
          description="It is not made again until the cooldown is over."
          label="Reason"
          verb="Drop"
          optional={false}
          pending={drop.isPending}
          error={drop.error}
          needs="cost:write"
          onClose={close}
          onDone={(reason) => drop.mutate(reason, { onSuccess: close })}
        />
      )}
    </div>
  )
}

type WordDialogProps = {
  title: string
  description: string
  label: string
  verb: string
  optional: boolean
  pending: boolean
  error: unknown
  needs: string
  onClose: () => void
  onDone: (text: string) => void
}

function WordDialog({ title, description, label, verb, optional, ...rest }: WordDialogProps) {
  const id = useId()
  const [text, setText] = useState('')
  const missing = !optional && text.trim() === ''
  return (
    <Dialog open onOpenChange={(open) => !open && rest.onClose()} title={title} description={description}>
      <form
        className="space-y-3 overflow-y-auto px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!missing && !rest.pending) rest.onDone(text.trim())
        }}
      >
        <label htmlFor={id} className="block font-medium">
          {label} {optional && <span className="font-normal text-ink-mute">(optional)</span>}
        </label>
        <TextArea id={id} value={text} maxLength={2_000} onChange={(event) => setText(event.target.value)} />
        {rest.error ? <Failure error={rest.error} advice={refusedFor(rest.error, rest.needs)} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={rest.onClose}>Cancel</Button>
          <Button type="submit" look="strong" disabled={missing || rest.pending}>
            {rest.pending ? 'Working…' : verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
