import { Fault } from '../../kernel/fault.ts'
import {
  alertmanagerRefusal,
  type IngestReply,
  type IngestRequest,
  type Receiver,
} from '../../pipeline/ingest/index.ts'
import { groupsOf, listedAlerts } from './alert-view.ts'
import type { AlertmanagerApi, AlertmanagerDeps } from './index.ts'
import { flagOf, matchersOf, receiverFits, receivers } from './query.ts'
import { draftOf, fitsFilter, gettable } from './silence-form.ts'
import { statusOf } from './status.ts'

/** A Prometheus names us with or without `path_prefix`. */
const prefixes = ['', '/alertmanager']

/** Source of shapes and words: Alertmanager's `api/v2/openapi.yaml`. What a caller does wrong is answered as it answers: 400 and one JSON string. */
export function createAlertmanagerApi(deps: AlertmanagerDeps): AlertmanagerApi {
  const startedMs = deps.clock.now()
  const { silences } = deps

  const postSilence = async ({ tenant, actor, body }: IngestRequest): Promise<IngestReply> => {
    const draft = draftOf(body, actor)
    const { id } = await audited(deps, { tenant, actor }, 'createSilence', draft.id ?? 'new', () =>
      silences.put(tenant, draft),
    )
    return answer({ silenceID: id })
  }
  const deleteSilence = async ({ tenant, actor, params }: IngestRequest): Promise<IngestReply> => {
    const id = params.silenceID ?? ''
    await audited(deps, { tenant, actor }, 'expireSilence', id, () => silences.expire(tenant, id))
    return { status: 200, headers: json, body: '' }
  }
  const listSilences = async ({ tenant, query }: IngestRequest): Promise<IngestReply> => {
    const filter = matchersOf(query, 'filter')
    const wanted = {
      ACTIVE: flagOf(query, 'active'),
      PENDING: flagOf(query, 'pending'),
      EXPIRED: flagOf(query, 'expired'),
    }
    return answer(
      silences
        .list(tenant)
        .filter((silence) => wanted[silence.state] && fitsFilter(silence, filter))
        .map(gettable),
    )
  }
  const routes: Omit<Receiver, 'refuse'>[] = [
    {
      ...{ method: 'GET', path: '/alerts', permission: 'telemetry:read' },
      summary: 'Alertmanager API v2: alerts that fire.',
      handle: async ({ tenant, query }) => answer(await listedAlerts(deps, tenant, query)),
    },
    {
      ...{ method: 'GET', path: '/alerts/groups', permission: 'telemetry:read' },
      summary: 'Alertmanager API v2: alerts that fire, by name.',
      handle: async ({ tenant, query }) => answer(groupsOf(await listedAlerts(deps, tenant, query), query)),
    },
    {
      ...{ method: 'GET', path: '/silences', permission: 'incidents:read' },
      summary: 'Alertmanager API v2: silences.',
      handle: listSilences,
    },
    {
      ...{ method: 'POST', path: '/silences', permission: 'incidents:write' },
      summary: 'Alertmanager API v2: create or change a silence.',
      handle: postSilence,
    },
    {
      ...{ method: 'GET', path: '/silence/{silenceID}', permission: 'incidents:read' },
      summary: 'Alertmanager API v2: one silence.',
      handle: async ({ tenant, params }) => answer(gettable(silences.get(tenant, params.silenceID ?? ''))),
    },
    {
      ...{ method: 'DELETE', path: '/silence/{silenceID}', permission: 'incidents:write' },
      summary: 'Alertmanager API v2: end a silence.',
      handle: deleteSilence,
    },
    {
      ...{ method: 'GET', path: '/receivers', permission: 'telemetry:read' },
      summary: 'Alertmanager API v2: who is told of alerts.',
      handle: async ({ query }) => answer(receiverFits(query) ? receivers : []),
    },
    {
      ...{ method: 'GET', path: '/status', permission: 'system:read' },
      summary: 'Alertmanager API v2: version and uptime.',
      handle: async () => answer(statusOf(deps, startedMs)),
    },
  ]
  return {
    receivers: [
      ...prefixes.flatMap((prefix) =>
        routes.map((route) => ({
          ...route,
          path: `${prefix}/api/v2${route.path}`,
          refuse: alertmanagerRefusal,
        })),
      ),
      ...['healthy', 'ready'].map(
        (name): Receiver => ({
          ...{ method: 'GET', path: `/alertmanager/-/${name}`, permission: null },
          summary: 'Alertmanager: whether it runs.',
          handle: async () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' }),
        }),
      ),
    ],
  }
}

const json = { 'content-type': 'application/json' }
const answer = (body: unknown): IngestReply => ({ status: 200, headers: json, body: JSON.stringify(body) })

/** What people change is in the audit log, by whichever face they change it. */
async function audited<T>(
  { identity }: AlertmanagerDeps,
  who: { tenant: string; actor: string },
  action: string,
  id: string,
  run: () => Promise<T>,
): Promise<T> {
  const principal = { ...who, permissions: [] }
  const resource = `/api/v2/silence/${id.slice(0, 64)}`
  try {
    const result = await run()
    await identity.audit(principal, action, resource, 'SUCCESS')
    return result
  } catch (error) {
    const message = error instanceof Fault ? error.message : 'failed'
    await identity.audit(principal, action, resource, 'FAILURE', { error: message })
    throw error
  }
}
