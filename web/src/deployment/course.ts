import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import { isOver } from './allowed.ts'

const way: readonly DeploymentState[] = [
  'PROPOSED',
  'REQUESTED',
  'PLANNED',
  'AWAITING_APPROVAL',
  'APPROVED',
  'MERGED',
  'APPLYING',
  'VERIFYING',
  'KEPT',
]

export type Stage = {
  state: DeploymentState
  /** When it came there; null: it has not yet. */
  at: string | null
  isCurrent: boolean
  /** How long it stayed; null while it does, or where it never came. */
  tookMs: number | null
  actor: string | null
}

/**
 * Where a deployment came by and what lies ahead. Planned again, it went back: what came after that the first time is left out, and each
 * stage has the time of the last pass.
 */
export function courseOf({ steps, state, policy }: Pick<Deployment, 'steps' | 'state' | 'policy'>): Stage[] {
  const entered = steps.filter((step, i) => steps[i - 1]?.state !== step.state)
  const passed: Stage[] = []
  for (const [i, { state: came, at, actor }] of entered.entries()) {
    const place = way.indexOf(came)
    while (place >= 0 && passed.length > 0 && placeOf(passed.at(-1)) >= place) passed.pop()
    const left = entered[i + 1]
    const tookMs = left ? Date.parse(left.at) - Date.parse(at) : null
    passed.push({ state: came, at, actor, tookMs, isCurrent: left === undefined })
  }
  if (isOver(state) || state === 'REVERTING') return passed
  const last = way.indexOf(state)
  const ahead = way
    .slice(last + 1)
    .filter((one) => one !== 'AWAITING_APPROVAL' || policy === null || policy.approvals_needed > 0)
  return [
    ...passed,
    ...ahead.map((one) => ({ state: one, at: null, isCurrent: false, tookMs: null, actor: null })),
  ]
}

/** What is off the way (denied, failed, reverting) lies behind every place on it, and is gone where it comes back. */
function placeOf(stage: Stage | undefined): number {
  const place = stage ? way.indexOf(stage.state) : -1
  return place < 0 ? way.length : place
}
