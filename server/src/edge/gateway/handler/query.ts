import type { ClusterAlert, MetricResult, MetricSeries } from '@aiops/contract/model/query'
import { severityOf } from '@aiops/contract/model/severity'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { apiNumber } from '../../../kernel/go-number.ts'
import type { RemoteAlert, RemotePoints, RemoteValue } from '../../../port/cluster-backend.ts'
import {
  fleetAnswer,
  histogramJson,
  type Outcome,
  rounded,
  traceView,
} from '../../../service/telemetry/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

type QueryHandlers = {
  [K in
    | 'listQueryClusters'
    | 'queryMetrics'
    | 'queryMetricsRange'
    | 'listMetricMetadata'
    | 'listClusterAlerts'
    | 'queryLogs'
    | 'queryLogsRange'
    | 'queryTraces'
    | 'getClusterTrace'
    | 'listLogLabels'
    | 'listLogLabelValues']: Handler<K>
}

const stepsMax = 11_000

/** Questions to the fleet. */
export function queryHandlers({ federation, clock }: HandlerDeps): QueryHandlers {
  return {
    async listQueryClusters(_input, { tenant }) {
      const { clusters, problems } = federation.clusters(tenant)
      return { clusters, problems: [...problems] }
    },
    queryMetrics: ({ body }, { tenant }) => {
      const now = clock.now()
      const when = {
        timeMs: body.time === undefined ? now : Date.parse(body.time),
        now: body.time === undefined,
      }
      return askedMetrics({ federation, clock }, tenant, body, when)
    },
    queryMetricsRange: ({ body }, { tenant }) => {
      const stepMs = stepOf(body.step)
      const range = rangeOf({ start: body.start_time, end: body.end_time }, clock)
      if ((range.endMs - range.startMs) / stepMs > stepsMax)
        throw new Fault(
          'QUERY_TOO_LARGE',
          `The range holds more than ${stepsMax} steps of ${body.step}; ask for a shorter range or a longer step.`,
        )
      return askedMetrics({ federation, clock }, tenant, body, { ...range, stepMs })
    },
    async listMetricMetadata({ query }, { tenant }) {
      const startMs = clock.monotonic()
      const outcomes = await federation.metadata({ tenant, clusterIds: query.cluster_ids, timeoutMs: 0 })
      const metadata: Record<string, { type: string; help: string; unit: string }[]> = Object.create(null)
      for (const { answer } of outcomes)
        for (const [name, entries] of Object.entries(answer?.value ?? {}))
          for (const { type, help, unit } of entries) {
            const known = metadata[name] ?? []
            if (!known.some((one) => one.type === type && one.help === help && one.unit === unit))
              metadata[name] = [...known, { type, help, unit }]
          }
      return { ...fleetAnswer(outcomes, clock.monotonic() - startMs), metadata }
    },
    async listClusterAlerts({ query }, { tenant }) {
      const startMs = clock.monotonic()
      const outcomes = await federation.alerts({ tenant, clusterIds: query.cluster_ids, timeoutMs: 0 })
      const alerts = outcomes.flatMap(({ cluster, answer }) =>
        (answer?.value ?? []).map((alert) => clusterAlert(cluster, alert)),
      )
      return { ...fleetAnswer(outcomes, clock.monotonic() - startMs), alerts }
    },
    queryLogs: ({ body }, { tenant }) =>
      askedLogs({ federation, clock }, tenant, body, {
        timeMs: body.time === undefined ? clock.now() : Date.parse(body.time),
        limit: body.limit,
      }),
    queryLogsRange: ({ body }, { tenant }) =>
      askedLogs({ federation, clock }, tenant, body, {
        ...rangeOf({ start: body.start_time, end: body.end_time }, clock),
        ...{ limit: body.limit, direction: body.direction, stepMs: stepOf(body.step) },
      }),
    async queryTraces({ body }, { tenant }) {
      const startMs = clock.monotonic()
      const { outcomes, traces } = await federation.searchTraces({
        ...{ tenant, clusterIds: body.cluster_ids, timeoutMs: (body.timeout ?? 0) * 1_000 },
        ...rangeOf({ start: body.start_time, end: body.end_time }, clock),
        ...{ query: body.query, limit: body.limit },
      })
      return {
        ...fleetAnswer(outcomes, clock.monotonic() - startMs),
        traces: traces.map(({ cluster, traceId, rootService, rootName, startMs: beganMs, durationMs }) => ({
          ...{ cluster_id: cluster.id, cluster_name: cluster.name, trace_id: traceId },
          ...{ root_service: rootService, root_operation: rootName },
          ...{ start_time: isoTime(beganMs), duration_ms: durationMs },
        })),
      }
    },
    async getClusterTrace({ params, query }, { tenant }) {
      const startMs = clock.monotonic()
      const traceId = params.trace_id.padStart(32, '0')
      const question = { tenant, clusterIds: query.cluster_ids, timeoutMs: 0, traceId }
      const { outcomes, spans, clusterOf } = await federation.trace(question)
      return {
        ...fleetAnswer(outcomes, clock.monotonic() - startMs),
        ...{ trace: traceView(traceId, spans), cluster_names: Object.fromEntries(clusterOf) },
      }
    },
    async listLogLabels({ query }, { tenant }) {
      const startMs = clock.monotonic()
      const range = rangeOf({}, clock)
      const outcomes = await federation.logLabels({
        tenant,
        clusterIds: query.cluster_ids,
        timeoutMs: 0,
        range,
      })
      return { ...fleetAnswer(outcomes, clock.monotonic() - startMs), labels: united(outcomes) }
    },
    async listLogLabelValues({ params, query }, { tenant }) {
      const startMs = clock.monotonic()
      const question = { tenant, clusterIds: query.cluster_ids, timeoutMs: 0, range: rangeOf({}, clock) }
      const outcomes = await federation.logLabelValues({ ...question, name: params.name })
      return { ...fleetAnswer(outcomes, clock.monotonic() - startMs), values: united(outcomes) }
    },
  }
}

type Asking = Pick<HandlerDeps, 'federation' | 'clock'>
type MetricBody = Pick<
  Parameters<QueryHandlers['queryMetrics']>[0]['body'],
  'query' | 'cluster_ids' | 'timeout' | 'aggregation'
>
type LogBody = Pick<Parameters<QueryHandlers['queryLogs']>[0]['body'], 'query' | 'cluster_ids' | 'timeout'>

async function askedMetrics(
  { federation, clock }: Asking,
  tenant: string,
  body: MetricBody,
  when: Parameters<Asking['federation']['metrics']>[0]['when'],
) {
  const startMs = clock.monotonic()
  const answer = await federation.metrics({
    ...{ tenant, query: body.query, clusterIds: body.cluster_ids, when, mode: body.aggregation },
    timeoutMs: (body.timeout ?? 0) * 1_000,
  })
  return {
    ...fleetAnswer(answer.outcomes, clock.monotonic() - startMs),
    results: answer.outcomes.map(resultOf),
    ...(answer.combined ? { combined: dataOf(answer.combined) } : {}),
    ...{ warnings: answer.warnings, infos: answer.infos },
  }
}

async function askedLogs(
  { federation, clock }: Asking,
  tenant: string,
  body: LogBody,
  when: Parameters<Asking['federation']['logs']>[0]['when'],
) {
  const startMs = clock.monotonic()
  const { outcomes, lines, truncated } = await federation.logs({
    ...{ tenant, query: body.query, clusterIds: body.cluster_ids, when },
    timeoutMs: (body.timeout ?? 0) * 1_000,
  })
  return {
    ...fleetAnswer(outcomes, clock.monotonic() - startMs),
    logs: lines.map(({ cluster, timeNs, stream, line, metadata }) => ({
      ...{ cluster_id: cluster.id, cluster_name: cluster.name, timestamp: isoNanoseconds(timeNs) },
      ...{ stream: { ...stream }, message: line },
      ...(Object.keys(metadata).length > 0 ? { metadata: { ...metadata } } : {}),
    })),
    results: outcomes.flatMap((outcome) =>
      outcome.answer?.value.type === 'streams' ? [] : [resultOf(outcome as Outcome<RemoteValue>)],
    ),
    truncated,
  }
}

const resultTypes = { matrix: 'MATRIX', vector: 'VECTOR', scalar: 'SCALAR', string: 'STRING' } as const

function resultOf(outcome: Outcome<RemoteValue>): MetricResult {
  const { cluster, status, answer, reason, timeMs, cachedAgeMs } = outcome
  const { result_type, data } = answer ? dataOf(answer.value) : { result_type: 'MATRIX' as const, data: [] }
  return {
    ...{ cluster_id: cluster.id, cluster_name: cluster.name, status, result_type, data },
    ...(reason === '' ? {} : { error: reason }),
    query_time_ms: rounded(timeMs),
    ...(cachedAgeMs === undefined ? {} : { cached_age_ms: rounded(cachedAgeMs) }),
  }
}

function dataOf(value: RemoteValue): { result_type: MetricResult['result_type']; data: MetricSeries[] } {
  return { result_type: resultTypes[value.type], data: seriesOf(value) }
}

function seriesOf(value: RemoteValue): MetricSeries[] {
  switch (value.type) {
    case 'matrix':
      return value.series.map(pointsOf)
    case 'vector':
      return value.samples.map(({ labels, timeMs, value: number, histogram }) =>
        histogram
          ? {
              metric: labels,
              values: [],
              histograms: [[timeMs / 1_000, JSON.parse(histogramJson(histogram))]],
            }
          : { metric: labels, values: [[timeMs / 1_000, apiNumber(number)]] },
      )
    case 'scalar':
      return [{ metric: {}, values: [[value.timeMs / 1_000, apiNumber(value.value)]] }]
    case 'string':
      return [{ metric: {}, values: [[value.timeMs / 1_000, value.value]] }]
  }
}

const pointsOf = ({ labels, timesMs, values, histograms }: RemotePoints): MetricSeries => ({
  metric: labels,
  values: timesMs.map((timeMs, i) => [timeMs / 1_000, apiNumber(values[i]!)]),
  ...(histograms.length === 0
    ? {}
    : {
        histograms: histograms.map(({ timeMs, histogram }) => [
          timeMs / 1_000,
          JSON.parse(histogramJson(histogram)),
        ]),
      }),
})

const clusterAlert = (cluster: Outcome<unknown>['cluster'], alert: RemoteAlert): ClusterAlert => ({
  ...{ fingerprint: alert.fingerprint, cluster_id: cluster.id, cluster_name: cluster.name },
  ...{
    alertname: alert.labels.alertname ?? '',
    severity: severityOf(alert.labels.severity ?? ''),
    state: alert.state,
  },
  ...{ labels: alert.labels, annotations: alert.annotations, starts_at: isoTime(alert.startsAtMs) },
  ends_at: alert.endsAtMs === null ? null : isoTime(alert.endsAtMs),
  generator_url: alert.generatorUrl,
})

const united = (outcomes: readonly Outcome<string[]>[]): string[] =>
  [...new Set(outcomes.flatMap(({ answer }) => answer?.value ?? []))].sort()

function stepOf(step: string): number {
  const stepMs = durationMs(step)
  if (stepMs > 0) return stepMs
  throw new Fault('VALIDATION_FAILED', 'step must be longer than nothing.')
}

const isoNanoseconds = (timeNs: bigint): string =>
  `${new Date(Number(timeNs / 1_000_000n)).toISOString().slice(0, -1)}${String(timeNs % 1_000_000n).padStart(6, '0')}Z`
