import type { Client } from '@aiops/contract/client'
import { Deployment, DeploymentState, finalDeploymentStates } from '@aiops/contract/model/deployment'
import { DriftCheck } from '@aiops/contract/model/drift'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { deploymentName, deploymentRecord, deploymentRecords } from './deployment-evidence.ts'
import { getPolicy } from './policy.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const openStates = DeploymentState.options.filter((state) => !finalDeploymentStates.includes(state))

const listDeployments = tool({
  name: 'list_deployments',
  title: 'Changes through Git',
  description:
    'Changes of infrastructure through Git, newest first: state (PROPOSED, REQUESTED, PLANNED, AWAITING_APPROVAL, APPROVED, MERGED, APPLYING, VERIFYING, KEPT, REVERTING, REVERTED, DENIED, CLOSED, FAILED), author, merge request, what the policy said. `open` leaves out those that ended. Not Kubernetes Deployments: those are list_workloads. get_deployment tells one in full.',
  input: z.object({
    service: z.array(z.string().max(200)).max(50).default([]),
    state: z.array(DeploymentState).default([]),
    open: z.boolean().default(false).describe('Only those that have not ended.'),
    since: Time.optional(),
    until: Time.optional(),
    limit: z.number().int().min(1).max(100).default(20),
  }),
  output: z.object({ deployments: z.array(Deployment), total: z.number().int() }),
  permission: 'deployments:read',
  effect: 'READ',
  async run(client, { service, state, open, since, until, limit }) {
    const range = { ...(since ? { start: since } : {}), ...(until ? { end: until } : {}) }
    const states = open ? openStates.filter((one) => state.length === 0 || state.includes(one)) : state
    const { items, total } = await client.listDeployments({
      query: { ...range, service, state: states, page_size: limit },
    })
    return { deployments: items, total }
  },
  evidence: ({ deployments }) => deployments.map(deploymentRecord),
  sentence: ({ total }, { service, state, open, since }) =>
    `Looked at changes through Git${service.length > 0 ? ` of ${service.join(', ')}` : ''}${open ? ' that are open' : ''}${state.length > 0 ? ` in state ${state.join(' or ')}` : ''}${since ? ` since ${since}` : ''}: ${total}.`,
})

const getDeployment = tool({
  name: 'get_deployment',
  title: 'One change through Git',
  description:
    'One change through Git in full: what its plan does and costs, each rule of the policy that spoke and why, approvals and by whom, what was watched afterwards, and its steps. `id` is its id, the beginning of it, the number of its merge request, or latest; or give a `service`.',
  input: z.object({
    id: z.string().trim().min(1).max(128).optional(),
    service: z.string().max(200).optional(),
  }),
  output: z.object({ deployment: Deployment }),
  permission: 'deployments:read',
  effect: 'READ',
  async run(client, { id, service }) {
    return { deployment: await deploymentOf(client, id ?? 'latest', service) }
  },
  evidence: ({ deployment }) => deploymentRecords(deployment),
  sentence: ({ deployment }) =>
    `Looked at ${deploymentName(deployment)} of ${deployment.service}: ${deployment.state}.`,
})

/** Of one service, a number of a merge request or the beginning of an id is looked for among this many, the newest. */
const lookedMax = 200

async function deploymentOf(client: Client, id: string, service: string | undefined): Promise<Deployment> {
  const query = { page_size: lookedMax, ...(service ? { service: [service] } : {}) }
  const key = id.toLowerCase().replace(/^[!#]/, '')
  if (key !== 'latest' && /^[0-9a-f]{8}-[0-9a-f-]{20,}$/.test(key))
    return await client.getDeployment({ params: { id: key } })
  const { items } = await client.listDeployments({ query })
  const found =
    key === 'latest'
      ? items[0]
      : (items.find(({ merge_request: request }) => String(request?.number) === key) ??
        items.find((one) => one.id === id || (key.length >= 6 && one.id.startsWith(key))))
  if (found) return found
  throw new Fault(
    'NOT_FOUND',
    key === 'latest'
      ? `There is no change through Git${service ? ` of ${service}` : ''}.`
      : `There is no change through Git with the number or id ${id}.`,
  )
}

const listDrift = tool({
  name: 'list_drift',
  title: 'Drift',
  description:
    'What is otherwise than Git says, by repository and stack, as of the last look: NONE, DRIFTED with its class (IN_FLIGHT, MANUAL, UNMERGED, UNKNOWN) and the resources, or ERROR with why it could not be looked.',
  input: z.object({ stack: z.string().max(200).optional() }),
  output: z.object({ checks: z.array(DriftCheck), total: z.number().int(), interval_seconds: z.number() }),
  permission: 'deployments:read',
  effect: 'READ',
  async run(client, { stack }) {
    const { checks, interval_seconds } = await client.listDrift()
    const fit = checks.filter((one) => stack === undefined || one.stack === stack || one.repository === stack)
    return { checks: fit.slice(0, evidenceMax), total: fit.length, interval_seconds }
  },
  evidence: ({ checks }) => checks.map(driftRecord),
  sentence: ({ checks, total }) =>
    total === 0
      ? 'Looked at drift: no stack was looked at yet.'
      : `Looked at drift of ${total} stacks: ${checks.filter(({ result }) => result === 'DRIFTED').length} drifted.`,
})

const driftRecord = (check: DriftCheck): EvidenceDraft => ({
  ...{ type: 'DEPLOYMENT', query: 'drift', source: check.repository, time: check.at, entity: check.stack },
  sentence: `${check.stack} of ${check.repository}: ${check.result}${check.class ? `, ${check.class}` : ''}${check.detail ? `: ${check.detail}` : ''}`,
  fields: {
    ...{ about: 'DRIFT', stack: check.stack, repository: check.repository, result: check.result },
    ...{ class: check.class, resources: check.resources.length, since: check.since, detail: check.detail },
    addresses: check.resources
      .slice(0, 20)
      .map(
        ({ address, attributes }) =>
          `${address}${attributes.length > 0 ? ` (${attributes.join(', ')})` : ''}`,
      )
      .join(' | '),
  },
  ...{ trust: 'TELEMETRY', link: '/deployments?tab=drift' },
})

export const deploymentTools = {
  list_deployments: listDeployments,
  get_deployment: getDeployment,
  get_policy: getPolicy,
  list_drift: listDrift,
} as const
