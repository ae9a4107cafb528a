import type { Remediation } from '@aiops/contract/model/remediation'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { RemediationPlan } from './remediation-plan.tsx'
import { type Settlement, useRemediationActions } from './use-remediation.ts'

type Choice = { kind: 'approve' } | { kind: 'reject' } | { kind: 'settle'; outcome: Settlement }

const settlements: readonly { outcome: Settlement; verb: string; explain: string }[] = [
  {
    outcome: 'TOOK_EFFECT',
    verb: 'It took effect',
    explain: 'You have checked that the step was carried out. The run goes on with the next one.',
  },
  {
    outcome: 'RUN_AGAIN',
    verb: 'Run it again',
    explain:
      'You have checked that the step was not carried out, or that twice does no harm. It is run again.',
  },
  { outcome: 'ROLL_BACK', verb: 'Roll back', explain: 'The run is given up and its rollback steps are run.' },
]

/** The moments in which a person decides. Nothing is done without a second look at what it is. */
export function RemediationDecision({ remediation }: { remediation: Remediation }) {
  const [choice, setChoice] = useState<Choice>()
  if (remediation.status === 'PENDING_APPROVAL')
    return (
      <div className="flex gap-2">
        <Button look="strong" className="flex-1" onClick={() => setChoice({ kind: 'approve' })}>
          Approve…
        </Button>
        <Button className="flex-1" onClick={() => setChoice({ kind: 'reject' })}>
          Reject…
        </Button>
        <ChoiceDialog remediation={remediation} choice={choice} onDone={() => setChoice(undefined)} />
      </div>
    )
  if (remediation.status === 'UNKNOWN_OUTCOME')
    return (
      <div className="space-y-2 rounded-md border border-critical/40 bg-critical-soft p-3">
        <p className="font-medium">Look at the system, then say what happened to the step:</p>
        <div className="flex flex-wrap gap-2">
          {settlements.map(({ outcome, verb }) => (
            <Button
              key={outcome}
              size="small"
              look={outcome === 'ROLL_BACK' ? 'danger' : 'plain'}
              onClick={() => setChoice({ kind: 'settle', outcome })}
            >
              {verb}…
            </Button>
          ))}
        </div>
        <ChoiceDialog remediation={remediation} choice={choice} onDone={() => setChoice(undefined)} />
      </div>
    )
  return null
}

function ChoiceDialog({
  remediation,
  choice,
  onDone,
}: {
  remediation: Remediation
  choice: Choice | undefined
  onDone: () => void
}) {
  const { decide, settle } = useRemediationActions(remediation.id)
  if (!choice) return null
  const frame = {
    pending: decide.isPending || settle.isPending,
    error: decide.error ?? settle.error,
    onCancel: onDone,
  }
  if (choice.kind === 'settle') {
    const { verb, explain, outcome } =
      settlements.find((one) => one.outcome === choice.outcome) ?? settlements[0]!
    return (
      <ConfirmDialog
        {...frame}
        title={`${verb}?`}
        description={explain}
        verb={verb}
        danger={outcome === 'ROLL_BACK'}
        onConfirm={(comment) => settle.mutate({ outcome, comment }, { onSuccess: onDone })}
      />
    )
  }
  const approved = choice.kind === 'approve'
  return (
    <ConfirmDialog
      {...frame}
      title={approved ? `Run “${remediation.runbook_name}”?` : `Reject “${remediation.runbook_name}”?`}
      description={approved ? 'It starts at once and does exactly this:' : 'Nothing will be run.'}
      verb={approved ? 'Approve and run' : 'Reject'}
      danger={!approved}
      onConfirm={(comment) => decide.mutate({ approved, comment }, { onSuccess: onDone })}
    >
      {approved && <RemediationPlan remediation={remediation} />}
    </ConfirmDialog>
  )
}
