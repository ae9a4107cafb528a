import type { Remediation, RemediationStatus, StepResult } from '@aiops/contract/model/remediation'
import type { Tone } from '../ui/badge.tsx'

export const remediationLooks: Record<RemediationStatus, { tone: Tone; word: string; explain: string }> = {
  PENDING_APPROVAL: {
    tone: 'medium',
    word: 'Waits for approval',
    explain: 'Nothing has run. It runs exactly the plan below once approved.',
  },
  APPROVED: { tone: 'low', word: 'Approved', explain: 'It starts now.' },
  REJECTED: { tone: 'info', word: 'Rejected', explain: 'Nothing was run.' },
  RUNNING: { tone: 'low', word: 'Running', explain: 'Each step is written down before it runs.' },
  VERIFYING: {
    tone: 'low',
    word: 'Verifying',
    explain: 'The steps are done; the metrics must now stay good.',
  },
  ROLLING_BACK: {
    tone: 'medium',
    word: 'Rolling back',
    explain: 'It did not help; what was changed is being undone.',
  },
  COMPLETED: {
    tone: 'ok',
    word: 'Completed',
    explain: 'Done, and the recovery was verified by the metrics.',
  },
  FAILED: {
    tone: 'critical',
    word: 'Failed',
    explain: 'It did not help and could not be undone: a person must look.',
  },
  ROLLED_BACK: {
    tone: 'high',
    word: 'Rolled back',
    explain: 'It did not help; what was changed has been undone.',
  },
  UNKNOWN_OUTCOME: {
    tone: 'critical',
    word: 'Outcome unknown',
    explain:
      'A step was begun and the process stopped before its end was known. It is not run twice without you.',
  },
}

export type PlanStep = Remediation['plan'][number] & { order: number; result: StepResult | undefined }

/** The plan with each step's latest result. A result names its step by phase and place within the phase, from 1. */
export function planWithResults(remediation: Remediation): PlanStep[] {
  const placeIn: Record<string, number> = {}
  return remediation.plan.map((step) => {
    const place = placeIn[step.phase] ?? 0
    placeIn[step.phase] = place + 1
    const order = place + 1
    return {
      ...step,
      order,
      result: remediation.step_results.findLast((one) => one.phase === step.phase && one.order === order),
    }
  })
}

/** The newest, unless an older one still needs somebody. */
export function currentRemediation(remediations: readonly Remediation[]): Remediation | undefined {
  const newest = remediations.toSorted((a, b) => Date.parse(b.requested_at) - Date.parse(a.requested_at))
  return (
    newest.find((one) => one.status === 'UNKNOWN_OUTCOME') ??
    newest.find((one) => one.status === 'PENDING_APPROVAL') ??
    newest[0]
  )
}
