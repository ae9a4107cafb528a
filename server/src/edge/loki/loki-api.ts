import type { Server } from 'node:http'
import type { Fault } from '../../kernel/fault.ts'
import type { IngestReply, IngestRequest, Receiver } from '../../pipeline/ingest/index.ts'
import { formatLogql, parseLogql } from '../../service/telemetry/index.ts'
import { categorizes, json, plain, queryAnswer, success } from './answer.ts'
import type { LokiApi, LokiApiDeps } from './index.ts'
import { listing } from './listing.ts'
import {
  directionOf,
  durationOf,
  limitOf,
  parametersOf,
  queryOf,
  rangeOf,
  stepOf,
  timeOf,
} from './parameter.ts'
import { createTail } from './tail.ts'

type Route = {
  path: string
  summary: string
  answer: (request: IngestRequest, query: URLSearchParams) => Promise<IngestReply>
}

/**
 * Source of shapes and words: Loki's HTTP API (https://grafana.com/docs/loki/latest/reference/loki-http-api/). Faults are one line of
 * text, and what is wrong with a query is 400 as there, whatever code it has here.
 */
export function createLokiApi(deps: LokiApiDeps): LokiApi {
  const tail = createTail(deps)
  const routes = [...querying(deps), ...listing(deps)]
  const receivers = routes.flatMap(({ path, summary, answer }) =>
    (['GET', 'POST'] as const).map(
      (method): Receiver => ({
        ...{
          method,
          path: `/loki${path}`,
          summary: `Loki: ${summary}`,
          permission: 'telemetry:read',
          refuse,
        },
        handle: (request) => answer(request, parametersOf(request)),
      }),
    ),
  )
  const open = (path: string, summary: string, body: () => IngestReply): Receiver => ({
    ...{ method: 'GET', path, summary: `Loki: ${summary}`, permission: null, refuse },
    handle: async () => body(),
  })
  return {
    receivers: [
      ...receivers,
      open('/loki/ready', 'whether it runs.', () => plain(200, 'ready\n')),
      open('/loki/api/v1/status/buildinfo', 'version.', () => json(buildInfo(deps.version))),
    ],
    attach: (server: Server) => tail.attach(server),
    start: () => tail.start(),
    stop: () => tail.stop(),
  }
}

function querying({ logql, clock }: LokiApiDeps): Route[] {
  return [
    {
      ...{ path: '/api/v1/query_range', summary: 'entries or samples over a range.' },
      async answer({ tenant, headers }, query) {
        const range = rangeOf(query, clock.now())
        const answer = await logql.range({
          ...{ tenant, query: queryOf(query), ...range, stepMs: stepOf(query, range) },
          ...{ limit: limitOf(query), direction: directionOf(query) },
          intervalMs: durationOf(query.get('interval') || '0', 'interval'),
        })
        return queryAnswer(answer, categorizes(headers))
      },
    },
    {
      ...{ path: '/api/v1/query', summary: 'samples of one moment.' },
      async answer({ tenant, headers }, query) {
        const time = query.get('time')
        const timeMs = time ? timeOf(time, 'time') : clock.now()
        const answer = await logql.instant({ tenant, query: queryOf(query), timeMs })
        return queryAnswer(answer, categorizes(headers))
      },
    },
    {
      ...{ path: '/api/v1/format_query', summary: 'a query in its usual form.' },
      answer: async (_, query) => success(formatLogql(parseLogql(queryOf(query)))),
    },
  ]
}

/** Which version's interface this is, with our own as revision. */
const buildInfo = (version: string) => ({
  ...{
    version: '3.0.0',
    revision: `aiops-${version}`,
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  },
})

function refuse(fault: Fault): IngestReply {
  const bad = ['INVALID_LOGQL', 'INVALID_REQUEST', 'QUERY_FAILED', 'QUERY_TOO_LARGE', 'VALIDATION_FAILED']
  return plain(bad.includes(fault.code) ? 400 : fault.status, `${fault.message}\n`)
}
