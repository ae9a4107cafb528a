import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredDeployment } from '../../../port/deployment-repository.ts'
import { excluded, planShaOf } from './approval.ts'
import type { DeploymentConfig } from './config.ts'
import type { FlowDeps } from './flow-deps.ts'
import { type Change, changedRecord } from './record.ts'

type PersonDeps = Pick<FlowDeps, 'deployments' | 'clock' | 'changed' | 'random'>

const attemptsMax = 20
const approvable: readonly DeploymentState[] = ['PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED']
const closable: readonly DeploymentState[] = [
  'PROPOSED',
  'REQUESTED',
  'PLANNED',
  'AWAITING_APPROVAL',
  'APPROVED',
]
const plannable: readonly DeploymentState[] = ['PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED']

/** Of exactly this head and this plan, by somebody who is neither its author nor the platform. Once more: nothing. */
export async function approve(
  deps: PersonDeps,
  config: Pick<DeploymentConfig, 'bots' | 'people'>,
  { tenant, id, by, self }: { tenant: TenantId; id: string; by: string; self: string },
  given: { head_sha: string; plan_sha256: string; comment: string | null },
): Promise<Deployment> {
  return change(deps, tenant, id, ({ deployment }) => {
    if (excluded(deployment, self, config)(by))
      throw new Fault(
        'PERMISSION_DENIED',
        'Who proposed it and the platform may not approve it; somebody else has to.',
      )
    refuse(deployment, approvable, 'cannot be approved')
    if (deployment.head_sha !== given.head_sha || planShaOf(deployment) !== given.plan_sha256)
      throw new Fault('CONFLICT', 'Its head or its plan is another one by now; look at it again.')
    const isSame = (one: Deployment['approvals'][number]): boolean =>
      one.by === by &&
      one.via === 'API' &&
      one.plan_sha256 === given.plan_sha256 &&
      one.head_sha === given.head_sha
    if (deployment.approvals.some(isSame)) return {}
    const at = isoTime(deps.clock.now())
    return {
      deployment: { approvals: [...deployment.approvals, { by, at, via: 'API', ...given }] },
      said: { message: 'Approved.', actor: by },
    }
  })
}

/** Gives one up that was not merged. */
export function close(
  deps: PersonDeps,
  tenant: TenantId,
  id: string,
  by: string,
  reason: string,
): Promise<Deployment> {
  return change(deps, tenant, id, ({ deployment, work }) => {
    refuse(deployment, closable, 'cannot be closed')
    if (deployment.merged_sha !== null) throw new Fault('CONFLICT', 'It is merged; revert it instead.')
    if (work.ending) throw new Fault('CONFLICT', 'It is ending already.')
    const message = `Closed by ${by}: ${reason}`
    return { work: { ending: { state: 'CLOSED', message, closes: true } }, said: { message, actor: by } }
  })
}

export function planAnew(deps: PersonDeps, tenant: TenantId, id: string, by: string): Promise<Deployment> {
  return change(deps, tenant, id, ({ deployment, work }) => {
    refuse(deployment, plannable, 'cannot be planned')
    if (work.ending) throw new Fault('CONFLICT', 'It is ending already.')
    return {
      deployment: { state: 'REQUESTED', plan: null, policy: null, approvals: [], no_plan_reason: null },
      work: { plan: null, apply: null, waiting: null },
      said: { message: 'Plan again.', actor: by },
    }
  })
}

/** Takes back what was merged or applied; the one that does is proposed by whoever asks. */
export function takeBack(
  deps: PersonDeps,
  tenant: TenantId,
  id: string,
  by: string,
  reason: string,
): Promise<Deployment> {
  return change(deps, tenant, id, ({ deployment }) => {
    const isThere = deployment.merged_sha !== null && deployment.reverts === null
    if (!isThere)
      throw new Fault('CONFLICT', 'It was not merged, or takes another one back; there is nothing to revert.')
    refuse(deployment, ['KEPT', 'VERIFYING', 'MERGED', 'AWAITING_APPROVAL', 'FAILED'], 'cannot be reverted')
    return {
      deployment: {
        ...{ state: 'REVERTING', reverted_by: deps.random.uuid(deps.clock.now()) },
        failure: `Reverted by ${by}: ${reason}`,
      },
      work: { ending: null, waiting: null },
      said: { message: reason, actor: by },
    }
  })
}

export function reviewOverride(
  deps: PersonDeps,
  tenant: TenantId,
  id: string,
  by: string,
  review: { right: boolean; comment: string },
): Promise<Deployment> {
  return change(deps, tenant, id, ({ deployment }) => {
    const { override } = deployment
    if (!override) throw new Fault('CONFLICT', 'It had no emergency override, so there is nothing to review.')
    if (override.reviewed_by !== null) throw new Fault('CONFLICT', `${override.reviewed_by} has reviewed it.`)
    if (by === deployment.author || by === deployment.proposed_by)
      throw new Fault('CONFLICT', 'Who proposed it cannot review it.')
    return {
      deployment: { override: { ...override, reviewed_by: by } },
      said: { message: `Reviewed: ${review.right ? 'right' : 'wrong'}. ${review.comment}`, actor: by },
    }
  })
}

/** Compare-and-swap until it fits; what is under way elsewhere sees that the record has moved. */
export async function change(
  deps: PersonDeps,
  tenant: TenantId,
  id: string,
  make: (stored: StoredDeployment) => Change,
): Promise<Deployment> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const stored = await deps.deployments.get(tenant, id)
    if (!stored) throw new Fault('NOT_FOUND', `There is no deployment ${id}.`)
    const made = make(stored)
    if (!made.deployment && !made.work && !made.said) return stored.deployment
    const nowMs = deps.clock.now()
    const next = changedRecord(stored, { ...made, work: { dueMs: nowMs, ...made.work } }, nowMs)
    if ((await deps.deployments.swap(next, { holder: null })) !== 'SWAPPED') continue
    deps.changed({ ...next, revision: next.revision + 1 })
    return next.deployment
  }
  throw new Fault('CONFLICT', 'It is changing too fast; try again.')
}

function refuse({ state }: Deployment, allowed: readonly DeploymentState[], what: string): void {
  if (!allowed.includes(state)) throw new Fault('CONFLICT', `It is ${state} and ${what}.`)
}
