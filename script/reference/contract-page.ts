import { api } from '@aiops/contract/api/index'
import { type Operation, permissions } from '@aiops/contract/api/operation'
import { pathOf } from '@aiops/contract/client'
import { errorCodes, errors } from '@aiops/contract/error'
import { eventPayloads, eventTypes } from '@aiops/contract/event'
import { exampleOf } from '@aiops/contract/example'
import { ClientMessage, livePath, ServerMessage } from '@aiops/contract/live'
import type { z } from 'zod'
import { liveLimits } from '../../server/src/edge/live/limit.ts'
import { pipeline } from '../../server/src/pipeline/pipeline.ts'
import { Role } from '../../server/src/service/identity/config.ts'
import { permissionsOf } from '../../server/src/service/identity/permission.ts'
import { block, code, json, page, table } from './markdown.ts'
import { definitionOf, fieldsOf, modelNames, shapeOf } from './shape.ts'

const origin = 'http://localhost:8080'
const operations = Object.entries(api) as [string, Operation][]

/** Pages that need the contract and tables of data only. */
export const contractPages: Record<string, () => string> = {
  'api.md': apiPage,
  'errors.md': errorPage,
  'permissions.md': permissionPage,
  'events.md': eventPage,
  'live.md': livePage,
  'pipeline.md': pipelinePage,
}

function apiPage(): string {
  const tags = [...new Set(operations.map(([, o]) => o.tag))]
  return page(
    'API',
    'JSON over HTTP. The same operations as OpenAPI 3.1 are at `/openapi.json`, as a page at `/docs`, and as a typed client in `@aiops/contract/client`. Send an API key as `Authorization: Bearer <key>` where keys are configured, and `X-Tenant-ID` where the key does not say the tenant. Times are ISO 8601. In a query a list may be repeated or separated by commas. What goes wrong has [one form](errors.md); any operation may also answer `UNAUTHENTICATED`, `PERMISSION_DENIED`, `TENANT_UNKNOWN`, `ORIGIN_DENIED`, `INTERNAL` and `TIMEOUT`. How senders deliver telemetry is under [protocols](protocols.md).',
    table(
      ['operation', 'address', 'permission', ''],
      operations.map(([id, o]) => [
        `[${id}](#${id.toLowerCase()})`,
        code(`${o.method} ${o.path}`),
        o.permission ? code(o.permission) : 'open',
        o.summary,
      ]),
    ),
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      ...operations.filter(([, o]) => o.tag === tag).flatMap(([id, o]) => operationParts(id, o)),
    ]),
    '## Models',
    ...modelNames.flatMap((name) => [`### ${name}`, block('ts', definitionOf(name))]),
  )
}

function operationParts(id: string, operation: Operation): string[] {
  const { method, path, permission, params, query, body, response, status = 200, errors: codes } = operation
  const fields = (name: string, schema: z.ZodObject | undefined): string[] =>
    schema
      ? [
          table(
            [name, 'type', 'default', 'bounds'],
            fieldsOf(schema).map((f) => [
              code(f.name),
              code(f.type),
              f.required ? 'required' : f.fallback && code(f.fallback),
              f.limits && code(f.limits),
            ]),
          ),
        ]
      : []
  return [
    `### ${id}`,
    `${code(`${method} ${path}`)} · ${permission ? `needs ${code(permission)}` : 'open to everybody'}`,
    operation.summary,
    ...fields('in the path', params),
    ...fields('in the query', query),
    ...(body ? ['Body:', block('ts', shapeOf(body, 'input'))] : []),
    `Answers ${status}:`,
    block('ts', shapeOf(response)),
    ...(codes.length > 0 ? [`Errors: ${codes.map((c) => `[${c}](errors.md)`).join(', ')}`] : []),
    block('sh', curlOf(operation)),
  ]
}

/** Of the query only what an example is clearer with. */
const shownInQuery = ['match', 'duration']

function curlOf({ method, path, permission, params, query, body }: Operation): string {
  const all = query ? (exampleOf(query) as Record<string, unknown>) : {}
  const address = pathOf(path, {
    params: params ? (exampleOf(params) as Record<string, unknown>) : {},
    query: Object.fromEntries(Object.entries(all).filter(([name]) => shownInQuery.includes(name))),
  })
  const parts = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} '${origin}${address}'`,
    ...(permission ? [`-H "Authorization: Bearer $AIOPS_TOKEN"`] : []),
    ...(body
      ? [`-H 'content-type: application/json'`, `-d ${quoted(JSON.stringify(exampleOf(body, 'required')))}`]
      : []),
  ]
  return parts.join(' \\\n  ')
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

function errorPage(): string {
  const example = {
    error: {
      code: 'VALIDATION_FAILED',
      message: 'limit: Too big: expected number to be <=200',
      details: [{ path: 'limit', message: 'Too big: expected number to be <=200' }],
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      timestamp: '2026-01-15T09:30:00.000Z',
    },
  }
  return page(
    'Errors',
    'Every refusal and failure has this form, whatever the path. `trace_id` is also in the header `x-trace-id`, and is the caller’s own where it sent a W3C `traceparent`; the log holds what happened under it. Status 429 and 503 come with `Retry-After` in seconds. Each is counted in `aiops_api_errors_total`.',
    json(example),
    table(
      ['code', 'status', 'try again', 'meaning'],
      errorCodes.map((name) => {
        const { status, retry, meaning } = errors[name]
        return [code(name), String(status), retry ? 'yes' : 'no', meaning]
      }),
    ),
  )
}

function permissionPage(): string {
  const roles = Role.options
  return page(
    'Permissions',
    'An API key has one role and one tenant (`auth.api_keys` in the [configuration](configuration.md)). Where no key is configured the server listens on loopback only, and whoever reaches it is a local admin.',
    '## What each role may do',
    table(
      ['permission', ...roles],
      permissions.map((permission) => [
        code(permission),
        ...roles.map((role) => (permissionsOf[role].includes(permission) ? 'yes' : '')),
      ]),
    ),
    '## What each operation needs',
    table(
      ['operation', 'permission', ...roles],
      operations.map(([id, { permission }]) => [
        `[${id}](api.md#${id.toLowerCase()})`,
        permission ? code(permission) : 'none',
        ...roles.map((role) => (!permission || permissionsOf[role].includes(permission) ? 'yes' : '')),
      ]),
    ),
    'Senders need `telemetry:write` for every [protocol](protocols.md); a viewer of the [live connection](live.md) needs `incidents:read` and `telemetry:read`.',
  )
}

function eventPage(): string {
  const givers = (type: string): string =>
    pipeline
      .filter((stage) => (stage.gives as readonly string[]).includes(type))
      .map((stage) => stage.stage)
      .join(', ')
  const takers = (type: string): string =>
    pipeline
      .filter((stage) => (stage.takes as readonly string[]).includes(type))
      .map((stage) => stage.stage)
      .join(', ')
  return page(
    'Events',
    'What the stages tell one another and, over the [live connection](live.md), the world. Each comes in this envelope; models are under [API](api.md#models).',
    block('ts', definitionOf('EventEnvelope')),
    table(
      ['event', 'payload', 'given by', 'taken by'],
      eventTypes.map((type) => {
        const payload = shapeOf(eventPayloads[type])
        return [
          code(type),
          /^\w+$/.test(payload)
            ? `[${payload}](api.md#${payload.toLowerCase()})`
            : code(payload.replace(/\s+/g, ' ')),
          givers(type),
          takers(type),
        ]
      }),
    ),
    '## Example',
    json({
      event_id: '0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a',
      event_type: 'ALERT_FIRED',
      source: 'ingest',
      tenant_id: 'default',
      timestamp: '2026-01-15T09:30:00.000Z',
      payload: exampleOf(eventPayloads.ALERT_FIRED),
    }),
  )
}

function livePage(): string {
  const messages = (schema: z.ZodDiscriminatedUnion): string[] =>
    schema.options.flatMap((option) => {
      const shape = option as z.ZodType
      const example = exampleOf(shape) as { type: string }
      return [
        `### ${example.type}`,
        block('ts', shapeOf(shape, schema === ServerMessage ? 'output' : 'input')),
        json(example),
      ]
    })
  const of = liveLimits
  return page(
    'Live connection',
    `One WebSocket at ${code(livePath)}, JSON text messages. Where keys are configured, send \`auth\` first, within ${of.authWithinMs / 1_000} s; messages right behind it run in order. Then \`subscribe\`: every subscription adds to those before and is confirmed by \`subscribed\` with all that holds. Naming no event types is all of them, unless only series are asked for. Only events and series of the key’s tenant are ever sent. A page may connect from the server’s own origin only.`,
    table(
      ['bound', 'value', 'beyond it'],
      [
        ['message', `${of.messageBytesMax} bytes`, 'the connection is closed with 1009'],
        [
          'messages from a viewer',
          `${of.messagesPerSecond} a second, ${of.messagesBurst} at once`,
          '`error` with `RATE_LIMITED`; the message is not taken',
        ],
        ['series', String(of.seriesMax), 'further ones are not in `subscribed`'],
        [
          'events waiting for a slow viewer',
          String(of.queueMax),
          'the oldest is dropped and counted in `ws_events_dropped_total`',
        ],
        [
          'answer to a ping',
          `${of.pongWithinMs / 1_000} s; one ping each ${of.heartbeatMs / 1_000} s`,
          '`disconnect` with `heartbeat_timeout`',
        ],
        ['connections', String(of.connectionsMax), 'refused with 503'],
      ],
    ),
    'After a mistake of the viewer (`INVALID_MESSAGE`, `RATE_LIMITED`) the connection stays; after `AUTH_FAILED` it is closed with 1008. When the server stops it sends `disconnect` with `server_shutdown` and when to come again.',
    '## From the viewer',
    ...messages(ClientMessage as unknown as z.ZodDiscriminatedUnion),
    '## From the server',
    ...messages(ServerMessage as unknown as z.ZodDiscriminatedUnion),
  )
}

function pipelinePage(): string {
  const arrows = pipeline.flatMap((from) =>
    pipeline.flatMap((to) => {
      const shared = from.gives.filter((channel) => to.takes.includes(channel))
      return from !== to && shared.length > 0
        ? [`  ${from.stage} -->|${shared.join('<br>')}| ${to.stage}`]
        : []
    }),
  )
  const diagram = [
    'flowchart LR',
    '  world([the world]) --> ingest',
    ...arrows,
    '  act --> people([people and systems])',
  ]
  return page(
    'Pipeline',
    'The flow as the table in `server/src/pipeline/pipeline.ts` has it: who takes what, who gives what, and by what key it may be divided. `GET /api/v1/pipeline` shows the same with how much each stage has handled.',
    block('mermaid', diagram.join('\n')),
    table(
      ['stage', 'takes', 'gives', 'key', 'role'],
      pipeline.map(({ stage, takes, gives, key, role }) => [
        stage,
        takes.map(code).join(' '),
        gives.map(code).join(' '),
        key,
        role,
      ]),
    ),
  )
}
