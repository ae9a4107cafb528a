import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import type { Gitops } from '../../../service/gitops/index.ts'
import type { Handler } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

type Operations =
  | 'listDeployments'
  | 'getDeployment'
  | 'proposeDeployment'
  | 'approveDeployment'
  | 'closeDeployment'
  | 'planDeployment'
  | 'revertDeployment'
  | 'reviewOverride'
  | 'listDrift'
  | 'checkDrift'
  | 'getDeploymentControl'
  | 'setKillSwitch'
  | 'tellDeployment'
  | 'listDeploymentEvents'

type ToldEvent = OperationOutput<Api['listDeploymentEvents']>['events'][number]

/** Of one tenant. */
const toldMax = 200

/** Changes through Git, drift, and what stops them. */
export function deploymentHandlers({ gitops, clock }: { gitops: Gitops; clock: Clock }): {
  [K in Operations]: Handler<K>
} {
  const told = new Map<TenantId, ToldEvent[]>()
  return {
    async tellDeployment({ body }, { tenant, actor }) {
      const { branch = null, commit = null, status, url = null, message = null } = body
      const ended = status === 'SUCCESS' || status === 'FAILED' || status === 'CANCELED'
      const report = { branch, commit, succeeded: status === 'SUCCESS', message: message ?? status }
      const found = ended ? await gitops.pipelineReported(tenant, report) : undefined
      const event = {
        ...{ branch, commit, status, url, message, actor, at: body.at ?? isoTime(clock.now()) },
        deployment_id: found?.id ?? null,
      }
      told.set(tenant, [event, ...(told.get(tenant) ?? [])].slice(0, toldMax))
      return { deployment_id: event.deployment_id }
    },
    listDeploymentEvents: async (_input, { tenant }) => ({ events: told.get(tenant) ?? [] }),
    async listDeployments({ query }, { tenant }) {
      const { page, page_size, service, state, start, end, duration } = query
      const isBounded = start !== undefined || end !== undefined || duration !== undefined
      const { deployments: items, total } = await gitops.list(tenant, {
        ...{ services: service, states: state, limit: page_size, offset: (page - 1) * page_size },
        ...(isBounded ? rangeOf(query, clock, clock.now()) : {}),
      })
      return { items, total, page, page_size, total_pages: Math.ceil(total / page_size) }
    },
    getDeployment: ({ params }, { tenant }) => gitops.get(tenant, params.id),
    proposeDeployment: ({ body }, caller) => gitops.proposeChange(caller, body),
    approveDeployment: ({ params, body }, caller) => gitops.approve(caller, params.id, body),
    closeDeployment: ({ params, body }, caller) => gitops.close(caller, params.id, body.reason),
    planDeployment: ({ params }, caller) => gitops.plan(caller, params.id),
    revertDeployment: ({ params, body }, caller) => gitops.revert(caller, params.id, body.reason),
    reviewOverride: ({ params, body }, caller) => gitops.review(caller, params.id, body),
    async listDrift(_input, { tenant }) {
      const { checks, intervalSeconds } = await gitops.drift(tenant)
      return { checks, interval_seconds: intervalSeconds }
    },
    checkDrift: async ({ body }, { tenant }) => ({ checks: await gitops.checkDrift(tenant, body) }),
    getDeploymentControl: (_input, { tenant }) => gitops.control(tenant),
    setKillSwitch: ({ body }, caller) => gitops.setKillSwitch(caller, body),
  }
}
