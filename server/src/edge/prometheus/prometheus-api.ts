import { messageOf } from '../../kernel/fault.ts'
import type { IngestReply, IngestRequest, Receiver } from '../../pipeline/ingest/index.ts'
import { answer, refusal } from './answer.ts'
import { queryExemplars } from './exemplar-route.ts'
import { expressionJson } from './expression-json.ts'
import type { PrometheusApi, PrometheusDeps } from './index.ts'
import { metricMetadata } from './metadata-route.ts'
import { badParameter, Parameters } from './parameter.ts'
import { instantQuery, rangeQuery } from './query-route.ts'
import { remoteRead } from './read/remote-read.ts'
import { listAlerts, listRules } from './rule-route.ts'
import { listLabels, listLabelValues, listSeries } from './series-route.ts'
import { alertmanagers, buildInfo, config, flags, runtimeInfo, targets, tsdbStatus } from './status-route.ts'

type Handler = (request: IngestRequest) => Promise<IngestReply> | IngestReply
type Route = { path: string; summary: string; methods: readonly ('GET' | 'POST')[]; handle: Handler }

const get = ['GET'] as const
/** A long query does not fit a URL: it may be a form. */
const both = ['GET', 'POST'] as const

/** Source of shapes and words: https://prometheus.io/docs/prometheus/latest/querying/api/ and `web/api/v1/api.go`. */
export function createPrometheusApi(deps: PrometheusDeps): PrometheusApi {
  const startedMs = deps.clock.now()
  return {
    receivers: [
      ...routes(deps, startedMs).flatMap(({ path, summary, methods, handle }) =>
        methods.map(
          (method): Receiver => ({
            ...{ method, path: `/prometheus/api/v1${path}`, permission: 'telemetry:read', refuse: refusal },
            summary: `Prometheus API: ${summary}.`,
            handle: async (request) => handle(request),
          }),
        ),
      ),
      ...health('healthy', 'Healthy'),
      ...health('ready', 'Ready'),
    ],
  }
}

/** A table, so longer than a function should be. */
function routes(deps: PrometheusDeps, startedMs: number): Route[] {
  const parsed = (request: IngestRequest) => {
    const text = new Parameters(request).text('query')
    try {
      return deps.language.parse(text)
    } catch (error) {
      throw badParameter('query', messageOf(error))
    }
  }
  const to =
    (handler: (deps: PrometheusDeps, request: IngestRequest) => Promise<IngestReply>): Handler =>
    (request) =>
      handler(deps, request)
  return [
    { path: '/query', methods: both, summary: 'a query at one moment', handle: to(instantQuery) },
    { path: '/query_range', methods: both, summary: 'a query over a range of time', handle: to(rangeQuery) },
    {
      ...{ path: '/query_exemplars', methods: both, summary: 'exemplars of the series of a query' },
      handle: to(queryExemplars),
    },
    {
      ...{ path: '/format_query', methods: both, summary: 'a query in its canonical form' },
      handle: (request) => answer(deps.language.print(parsed(request))),
    },
    {
      ...{ path: '/parse_query', methods: both, summary: 'a query as a tree' },
      handle: (request) => answer(expressionJson(parsed(request))),
    },
    { path: '/series', methods: both, summary: 'series by selectors', handle: to(listSeries) },
    { path: '/labels', methods: both, summary: 'label names', handle: to(listLabels) },
    { path: '/label/{name}/values', methods: get, summary: 'values of a label', handle: to(listLabelValues) },
    { path: '/read', methods: ['POST'], summary: 'remote read', handle: to(remoteRead) },
    { path: '/metadata', methods: get, summary: 'kinds and units of metrics', handle: to(metricMetadata) },
    { path: '/rules', methods: get, summary: 'recording and alerting rules', handle: to(listRules) },
    { path: '/alerts', methods: get, summary: 'alerts of rules', handle: to(listAlerts) },
    { path: '/targets', methods: get, summary: 'what is scraped', handle: to(targets) },
    { path: '/alertmanagers', methods: get, summary: 'where alerts go', handle: alertmanagers },
    { path: '/status/buildinfo', methods: get, summary: 'version', handle: () => buildInfo(deps) },
    {
      path: '/status/runtimeinfo',
      methods: get,
      summary: 'start time',
      handle: () => runtimeInfo(deps, startedMs),
    },
    { path: '/status/config', methods: get, summary: 'settings', handle: config },
    { path: '/status/flags', methods: get, summary: 'flags', handle: flags },
    { path: '/status/tsdb', methods: get, summary: 'what makes most series', handle: to(tsdbStatus) },
  ]
}

const health = (name: string, word: string): Receiver[] => [
  {
    ...{ method: 'GET', path: `/prometheus/-/${name}`, permission: null },
    summary: 'Prometheus: whether it runs.',
    handle: async () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `Prometheus Server is ${word}.\n`,
    }),
  },
]
