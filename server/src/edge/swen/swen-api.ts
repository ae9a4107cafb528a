import type { Permission } from '@aiops/contract/api/operation'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { WebRoute } from '../../port/web-route.ts'
import * as answers from './answer.ts'
import { exposition, expositionType } from './exposition.ts'
import type { SwenApi, SwenDeps } from './index.ts'
import { createUpdateSocket } from './update-socket.ts'

type Endpoint = {
  method: 'GET' | 'POST'
  /** Behind `/cost` and `/cost/api`. */
  path: string
  summary: string
  permission: Permission
  answer: answers.Answer
}

const bodyBytesMax = 64 * 1024

const read = (path: string, summary: string, answer: answers.Answer, permission: Permission = 'cost:read') =>
  ({ method: 'GET', path, summary, permission, answer }) satisfies Endpoint
const told = (path: string, summary: string, answer: answers.Answer, permission: Permission) =>
  ({ method: 'POST', path, summary, permission, answer }) satisfies Endpoint

const endpoints: readonly Endpoint[] = [
  read(
    'healthz',
    'Which providers are in use, where services run, and the last commit of ours.',
    answers.healthz,
  ),
  read(
    'telemetry',
    'What each provider offers each service; 404 before anything was told.',
    answers.telemetry,
  ),
  read('decisions', 'The newest decisions.', answers.decisions),
  read(
    'cost-analysis',
    'What is spent, by provider and service, and what the others would take.',
    answers.costAnalysis,
  ),
  read('economics-view', 'What is spent by hour, day and month.', answers.economics),
  read('budget-status', 'Budgets, spent and forecast.', answers.budgetStatus),
  read('policy-stats', 'What the policy has said.', answers.policyStats, 'deployments:read'),
  read(
    'policy-visibility',
    'The policy in force, with its effective values.',
    answers.policyVisibility,
    'deployments:read',
  ),
  read('gitops-history', 'Commits of ours.', answers.gitopsHistory, 'deployments:read'),
  read(
    'iac-changes',
    'What changes of ours do to infrastructure, from their plans.',
    answers.iacChanges,
    'deployments:read',
  ),
  read(
    'deployments',
    'Changes through Git, and what pipelines told.',
    answers.deployments,
    'deployments:read',
  ),
  told('deployments', 'A pipeline tells how far it is.', answers.tellDeployment, 'deployments:write'),
  told('deployment-events', 'As POST to deployments.', answers.tellDeployment, 'deployments:write'),
  told(
    'simulate-price-spike',
    'What would be decided if a provider became dearer.',
    answers.simulatePriceSpike,
    'cost:read',
  ),
]

export function createSwenApi(deps: SwenDeps): SwenApi {
  const { clientOf, clock } = deps
  const socket = createUpdateSocket(deps)
  const routes = ['/cost', '/cost/api'].flatMap((mount) =>
    endpoints.map((endpoint): WebRoute => {
      const { method, path, summary, permission, answer } = endpoint
      return {
        ...{ methods: [method], path: `${mount}/${path}`, summary, permission, bodyBytesMax },
        action: `swen ${method.toLowerCase()} ${path}`,
        handle: async (request, caller) => {
          const { searchParams: query } = new URL(request.url)
          const body = method === 'POST' ? await bodyOf(request) : undefined
          const asked = { client: clientOf(caller), query, body, at: isoTime(clock.now()) }
          return Response.json(await answer(asked))
        },
      }
    }),
  )
  const metricsRoute = (path: string, handle: WebRoute['handle']): WebRoute => ({
    ...{ methods: ['GET'], path, summary: 'The described metrics.', permission: 'cost:read', handle },
    ...{ action: 'swen get metrics', bodyBytesMax },
  })
  return {
    routes: [
      ...routes,
      metricsRoute('/cost/metrics', async (_request, caller: Caller) => {
        const headers = { 'content-type': expositionType }
        return new Response(await exposition(clientOf(caller)), { headers })
      }),
      // In the dashboard's own API this name is a summary in JSON.
      metricsRoute('/cost/api/metrics', async (_request, caller: Caller) => {
        const asked = { client: clientOf(caller), query: new URLSearchParams(), body: undefined }
        return Response.json(await answers.summary({ ...asked, at: isoTime(clock.now()) }))
      }),
    ],
    ...socket,
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return JSON.parse(await request.text())
  } catch (error) {
    throw new Fault('INVALID_REQUEST', 'The body is not JSON.', { cause: error })
  }
}
