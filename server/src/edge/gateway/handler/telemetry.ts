import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { parseSelector } from '../../../service/telemetry/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'
import { windowsOf } from './window.ts'

type TelemetryHandlers = {
  [K in
    | 'listSeries'
    | 'listLabels'
    | 'listLabelValues'
    | 'getCardinality'
    | 'listSenders'
    | 'listStreamRules'
    | 'listScrapeTargets'
    | 'listPulls'
    | 'getRange'
    | 'getWindows'
    | 'searchLogs'
    | 'searchTraces'
    | 'getTrace']: Handler<K>
}

export function telemetryHandlers(deps: HandlerDeps): TelemetryHandlers {
  const { telemetry, clock } = deps
  return {
    async listSeries({ query }, { tenant }) {
      return telemetry.series(tenant, {
        matchers: query.match.map(parseSelector),
        text: query.text ?? '',
        limit: query.limit,
      })
    },
    listLabels: async (_input, { tenant }) => ({ labels: telemetry.labelNames(tenant) }),
    listLabelValues: async ({ params }, { tenant }) => ({
      values: telemetry.labelValues(tenant, params.name),
    }),
    getCardinality: async ({ query }, { tenant }) => telemetry.cardinality(tenant, query.limit),
    listSenders: async (_input, { tenant }) => ({ senders: deps.ingest.senders(tenant) }),
    listStreamRules: async () => {
      const { rules, problems } = deps.ingest.streamRules()
      return {
        rules: rules.map((rule) => ({ ...rule, signals: [...rule.signals] })),
        problems: [...problems],
      }
    },
    listScrapeTargets: async (_input, { tenant }) => deps.ingest.scrapeTargets(tenant),
    listPulls: async (_input, { tenant }) => deps.ingest.pulls(tenant),
    async getRange({ query }, { tenant }) {
      const { startMs, endMs } = rangeOf(query, clock)
      if (query.id.length === 0 && query.match === undefined)
        throw new Fault('INVALID_REQUEST', 'Say which series: id=… or match=….')
      const { refs, total } = telemetry.select(tenant, {
        refs: query.id,
        ...(query.match === undefined ? {} : { matchers: parseSelector(query.match) }),
        limit: query.limit,
      })
      const { results, annotations } = await telemetry.range(tenant, {
        refs,
        startMs,
        endMs,
        pointsMax: query.max_points,
      })
      return { results, total, start: isoTime(startMs), end: isoTime(endMs), annotations }
    },
    getWindows: async ({ query }, { tenant }) => windowsOf(deps, tenant, query),
    async searchLogs({ query }, { tenant }) {
      return telemetry.logs(tenant, {
        ...rangeOf(query, clock),
        service: query.service_name ?? '',
        contains: query.contains ?? '',
        traceId: query.trace_id ?? '',
        limit: query.limit,
      })
    },
    async searchTraces({ query }, { tenant }) {
      const traces = await telemetry.traces(tenant, {
        ...rangeOf(query, clock),
        service: query.service_name ?? '',
        operation: query.operation_name ?? '',
        durationMsMin: query.min_duration_ms ?? 0,
        errorsOnly: query.errors_only,
        limit: query.limit,
      })
      return { traces, total: traces.length }
    },
    getTrace: ({ params }, { tenant }) => telemetry.trace(tenant, params.trace_id),
  }
}
