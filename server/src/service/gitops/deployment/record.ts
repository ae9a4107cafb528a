import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import type { DeploymentWork, StoredDeployment } from '../../../port/deployment-repository.ts'

export const botName = 'aiops-bot'
const stepsMax = 200

/** What is given stands; the rest is that of a deployment that has just been proposed. */
export function newDeployment(
  tenant: TenantId,
  given: Pick<Deployment, 'id' | 'service' | 'title' | 'author' | 'repository' | 'stack' | 'changes'> &
    Partial<Deployment>,
  work: Partial<DeploymentWork>,
  nowMs: number,
): StoredDeployment {
  const at = isoTime(nowMs)
  const deployment: Deployment = {
    ...{ explanation: '', state: 'PROPOSED', decision_id: null, emergency: false, override: null },
    ...{ branch: null, head_sha: null, merge_request: null, plan: null, no_plan_reason: null },
    ...{ policy: null, approvals: [], merged_sha: null, verification: [], verify_until: null },
    ...{ reverts: null, reverted_by: null, failure: null, created_at: at, updated_at: at },
    steps: [{ at, state: 'PROPOSED', actor: given.author, message: 'Proposed.' }],
    ...given,
  }
  return {
    ...{ tenant, revision: 1, deployment },
    work: {
      ...{ target: '', baseSha: null, decision: null, evidence: {}, place: null, plan: null },
      ...{ apply: null, outputs: null, told: false, failedLooks: 0, ending: null, failures: 0 },
      ...{ waiting: null, dueMs: nowMs, staleHours: 0, reviewReminded: false, ...work },
    },
  }
}

export type Change = {
  deployment?: Partial<Deployment>
  work?: Partial<DeploymentWork>
  /** Becomes a step, by whom. */
  said?: { message: string; actor?: string }
}

/** Whether it changes what others see, rather than when it is looked at next. */
export const tells = ({ deployment, said }: Change): boolean => deployment !== undefined || said !== undefined

/** The record with what is changed; a change of state is a step. */
export function changedRecord(stored: StoredDeployment, change: Change, nowMs: number): StoredDeployment {
  const at = isoTime(nowMs)
  const state: DeploymentState = change.deployment?.state ?? stored.deployment.state
  const { said } = change
  const steps = said
    ? [...stored.deployment.steps, { at, state, actor: said.actor ?? botName, message: said.message }]
    : stored.deployment.steps
  return {
    ...stored,
    deployment: {
      ...{ ...stored.deployment, ...change.deployment },
      // The first says who proposed it.
      ...{
        updated_at: tells(change) ? at : stored.deployment.updated_at,
        steps: steps.length > stepsMax ? [...steps.slice(0, 1), ...steps.slice(1 - stepsMax)] : steps,
      },
    },
    work: { ...stored.work, ...change.work },
  }
}
