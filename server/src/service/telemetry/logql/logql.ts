import { Fault } from '../../../kernel/fault.ts'
import type { LogStream } from '../../../port/log-store.ts'
import { streamTest } from '../../../port/log-stream.ts'
import { compareLabels, labelsKey } from '../promql/evaluate/label-set.ts'
import { type Evaluated, NUMBER, type QueryValue, type Steps } from '../promql/value.ts'
import { detectFields } from './detected-field.ts'
import { evaluateMetric } from './evaluate/metric.ts'
import { QueryRun, standardLimits } from './evaluate/run.ts'
import type { Expression, LogSelection, MetricExpression } from './expression.ts'
import type { Logql, LogqlDeps, LogqlLimits, LogRangeQuery } from './index.ts'
import { linePatterns } from './line-pattern.ts'
import { LogLine, streamOf } from './log-line.ts'
import { parseLogql } from './parse/index.ts'
import { compilePipeline } from './stage/index.ts'
import { volumeOf } from './volume.ts'

/** The smallest step of time the store tells apart, ms: how much before an end that is not in the range. */
const microsecond = 1 / 1_000

export function createLogql(deps: LogqlDeps): Logql {
  const limits: LogqlLimits = { ...standardLimits, ...deps.limits }
  const begin = (tenant: string, signal?: AbortSignal): QueryRun => new QueryRun(deps, tenant, limits, signal)

  async function entries(selection: LogSelection, query: LogRangeQuery) {
    if (query.limit > limits.entriesMax)
      throw new Fault(
        'INVALID_REQUEST',
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${query.limit} > ${limits.entriesMax})`,
      )
    const run = begin(query.tenant, query.signal)
    const lines: LogLine[] = []
    let last: number | undefined
    const range = { startMs: query.startMs, endMs: query.endMs - microsecond, direction: query.direction }
    if (query.limit > 0 && range.startMs <= range.endMs)
      await run.eachLine(selection, range, (line) => {
        if (last !== undefined && Math.abs(line.timeMs - last) < query.intervalMs) return true
        last = line.timeMs
        lines.push(line)
        return lines.length < query.limit
      })
    run.stats.entries = lines.length
    return { type: 'streams' as const, lines, stats: run.finish() }
  }

  async function metric(expression: MetricExpression, steps: Steps, run: QueryRun, instant: boolean) {
    const evaluated = await evaluateMetric(expression, steps, run)
    if (evaluated.type === 'vector' && evaluated.series.length > limits.seriesMax)
      throw new Fault('QUERY_TOO_LARGE', `maximum of series (${limits.seriesMax}) reached for a single query`)
    const value = instant ? vectorOf(evaluated, steps, expression) : matrixOf(evaluated, steps)
    return { type: 'metric' as const, value, stats: run.finish() }
  }

  return {
    async range(query) {
      const expression = parseLogql(query.query)
      if (expression.node === 'log') return entries(expression, query)
      const count = Math.floor((query.endMs - query.startMs) / query.stepMs) + 1
      if (count > limits.stepsMax)
        throw new Fault(
          'INVALID_REQUEST',
          `exceeded maximum resolution of ${limits.stepsMax.toLocaleString('en-US')} points per time series. Try increasing the value of the step parameter`,
        )
      const steps = { startMs: query.startMs, stepMs: query.stepMs, count }
      return metric(expression, steps, begin(query.tenant, query.signal), false)
    },
    async instant({ tenant, query, timeMs, signal }) {
      const expression = parseLogql(query)
      if (expression.node === 'log')
        throw new Fault(
          'INVALID_REQUEST',
          'log queries are not supported as an instant query type, please change your query to a range query type',
        )
      return metric(expression, { startMs: timeMs, stepMs: 0, count: 1 }, begin(tenant, signal), true)
    },
    async streams(tenant, matchers, range) {
      const found = new Map<string, LogStream>()
      for (const stream of await deps.logStore.streams({ tenant, matchers, ...range })) {
        const labels = streamOf(stream.labels)
        const key = labelsKey(labels)
        const known = found.get(key)
        found.set(key, known ? merged(known, stream) : { ...stream, labels })
      }
      return [...found.values()].sort((a, b) => compareLabels(a.labels, b.labels))
    },
    follow(query) {
      const expression = parseLogql(query)
      const selection = selectionOf(expression)
      const fits = streamTest(selection.matchers)
      const pipeline = compilePipeline(selection.stages)
      return (record) => {
        if (!fits(record.labels)) return undefined
        const line = new LogLine(record)
        return pipeline(line) ? line : undefined
      }
    },
    async fields(tenant, query, { startMs, endMs }, linesMax) {
      const run = begin(tenant)
      const lines: LogLine[] = []
      const range = { startMs, endMs: endMs - microsecond, direction: 'BACKWARD' as const }
      await run.eachLine(selectionOf(parseLogql(query)), range, (line) => {
        lines.push(line)
        return lines.length < linesMax
      })
      return detectFields(lines)
    },
    patterns: (tenant, query, { startMs, endMs, stepMs }) =>
      linePatterns(begin(tenant), selectionOf(parseLogql(query)), {
        ...{ startMs, endMs: endMs - microsecond, stepMs },
      }),
    volume: (tenant, query, range, by) => volumeOf(begin(tenant), selectionOf(parseLogql(query)), range, by),
  }
}

function selectionOf(expression: Expression): LogSelection {
  if (expression.node === 'log') return expression
  throw new Fault('INVALID_LOGQL', 'parse error : only log queries are allowed here, not metric queries')
}

const merged = (a: LogStream, b: LogStream): LogStream => ({
  labels: a.labels,
  ...(a.records === undefined || b.records === undefined ? {} : { records: a.records + b.records }),
  ...(a.bytes === undefined || b.bytes === undefined ? {} : { bytes: a.bytes + b.bytes }),
})

function matrixOf(evaluated: Evaluated, steps: Steps): QueryValue {
  const timeOf = (k: number): number => steps.startMs + k * steps.stepMs
  if (evaluated.type !== 'vector') {
    const values = evaluated.type === 'scalar' ? [...evaluated.values] : []
    return {
      type: 'matrix',
      series: [{ labels: {}, timesMs: values.map((_, k) => timeOf(k)), values, histograms: [] }],
    }
  }
  const series = evaluated.series.map(({ labels, kinds, values }) => {
    const at = [...kinds.keys()].filter((k) => kinds[k] === NUMBER)
    return { labels, timesMs: at.map(timeOf), values: at.map((k) => values[k]!), histograms: [] }
  })
  return {
    type: 'matrix',
    series: series.filter((one) => one.values.length > 0).sort((a, b) => compareLabels(a.labels, b.labels)),
  }
}

function vectorOf(evaluated: Evaluated, { startMs }: Steps, expression: MetricExpression): QueryValue {
  if (evaluated.type === 'scalar') return { type: 'scalar', timeMs: startMs, value: evaluated.values[0]! }
  if (evaluated.type === 'string') return { type: 'string', timeMs: startMs, value: evaluated.value }
  const samples = evaluated.series
    .filter(({ kinds }) => kinds[0] === NUMBER)
    .map(({ labels, values }) => ({ labels, timeMs: startMs, value: values[0]! }))
  const name = expression.node === 'aggregation' ? expression.name : ''
  const sign = name === 'sort' || name === 'bottomk' ? 1 : name === 'sort_desc' || name === 'topk' ? -1 : 0
  samples.sort((a, b) => sign * (a.value - b.value) || compareLabels(a.labels, b.labels))
  return { type: 'vector', samples }
}
