import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { SpanScan, StoredSpan, TraceStore } from '../../../port/trace-store.ts'
import { Budget, type TraceqlLimits } from './budget.ts'
import { aloneCondition, filtersOf } from './condition.ts'
import { conditionOf, numberOf } from './evaluate/field.ts'
import { allSpans, traceTest } from './evaluate/pipeline.ts'
import { TraceView } from './evaluate/trace-view.ts'
import { getterOf, type Value, type Values } from './evaluate/value.ts'
import type { Attribute, Intrinsic, MetricStage, TraceqlQuery } from './expression.ts'
import { SeriesFold } from './metric-series.ts'
import { typeOf } from './parse/field-type.ts'
import type { MetricSeries } from './series-stage.ts'

export type MetricRange = {
  tenant: string
  /** Whole steps: a step is [startMs + k · stepMs, startMs + (k + 1) · stepMs). */
  startMs: number
  stepMs: number
  steps: number
  signal?: AbortSignal
}
export type MetricAnswer = {
  /** The end of each step. */
  timesMs: number[]
  series: MetricSeries[]
  inspectedSpans: number
}

/**
 * A metrics query over the spans that began in each step. Throws QUERY_TOO_LARGE or QUERY_TIMEOUT rather than answer from a part.
 * https://grafana.com/docs/tempo/latest/metrics-from-traces/metrics-queries/
 */
export async function traceMetrics(
  store: Pick<TraceStore, 'scan' | 'scanSpans' | 'spansIn'>,
  query: TraceqlQuery & { metric: MetricStage },
  range: MetricRange,
  limits: TraceqlLimits,
  clock: Pick<Clock, 'monotonic'>,
): Promise<MetricAnswer> {
  const { startMs, stepMs, steps, signal } = range
  if (steps > limits.stepsMax)
    throw new Fault(
      'QUERY_TOO_LARGE',
      `The range has ${steps} steps and may have ${limits.stepsMax}. Ask for longer steps or a shorter range.`,
    )
  const budget = new Budget(limits, () => clock.monotonic())
  const fold = new SeriesFold(query.metric, steps, stepMs / 1_000, limits.seriesMax)
  const add = adder(query.metric, range, fold)
  const turn = new Turn(clock)
  for await (const views of matches(store, query, range, budget)) {
    for (const { view, spans } of views) {
      for (const span of spans) {
        add(view, span)
        if (turn.due()) await turn.give()
      }
    }
    if (signal?.aborted) break
    if (budget.spent) throw budget.fault()
  }
  const timesMs = Array.from({ length: steps }, (_, step) => startMs + (step + 1) * stepMs)
  return { timesMs, series: fold.series(), inspectedSpans: budget.spans }
}

type Match = { view: TraceView; spans: Iterable<number> }

/** Spans that fit, by traces only where the query needs them. */
async function* matches(
  store: Pick<TraceStore, 'scan' | 'scanSpans' | 'spansIn'>,
  query: TraceqlQuery,
  { tenant, startMs, stepMs, steps, signal }: MetricRange,
  budget: Budget,
): AsyncGenerator<Match[]> {
  const endMs = startMs + steps * stepMs - 1
  const scan: SpanScan = {
    ...{ tenant, startMs, endMs, anyOf: filtersOf(query.pipeline), ...(signal ? { signal } : {}) },
    onPassed: (spans) => {
      budget.pass(spans)
      const why = budget.outlook
      if (why) throw why
    },
  }
  const all = scan.anyOf.length === 0
  budget.expect((await store.spansIn?.(scan, budget.expectedMax)) ?? 0, all)
  const alone = aloneCondition(query)
  if (alone) {
    const fits = conditionOf(alone)
    for await (const spans of store.scanSpans(scan)) {
      budget.count(spans.length, 0)
      // Not one trace, but this query asks nothing of traces.
      const view = new TraceView('', spans)
      yield [{ view, spans: fitting(view, spans, fits) }]
    }
    return
  }
  const test = traceTest(query.pipeline)
  for await (const traces of store.scan(scan))
    yield traces.map(({ traceId, spans }) => {
      budget.count(spans.length, 1)
      const view = new TraceView(traceId, spans)
      return { view, spans: new Set(test(view, [allSpans(view)]).flatMap((set) => set.spans)) }
    })
}

function* fitting(
  view: TraceView,
  spans: readonly StoredSpan[],
  fits: (view: TraceView, span: number) => boolean,
): Generator<number> {
  for (let i = 0; i < spans.length; i += 1) if (fits(view, i)) yield i
}

function adder(
  { by, field }: MetricStage,
  { startMs, stepMs, steps }: MetricRange,
  fold: SeriesFold,
): (view: TraceView, span: number) => void {
  const groups = by.map((one) => getterOf(one))
  const get = field ? numberOfField(field) : undefined
  return (view, span) => {
    const step = Math.floor(((view.spans[span]?.startMs ?? 0) - startMs) / stepMs)
    if (step < 0 || step >= steps) return
    const value = get?.(view, span)
    if (get && value === undefined) return
    fold.add(
      step,
      groups.map((group) => textOf(group(view, span))),
      value,
    )
  }
}

/** Seconds of a duration. */
function numberOfField(field: Attribute | Intrinsic): (view: TraceView, span: number) => number | undefined {
  const get = getterOf(field)
  const scale = typeOf(field) === 'duration' ? 1e-9 : 1
  return (view, span) => {
    const number = numberOf(first(get(view, span)))
    return Number.isNaN(number) ? undefined : number * scale
  }
}

const first = (values: Values): Value => (Array.isArray(values) ? (values[0] ?? null) : values) as Value
/** A span without the attribute is counted under `nil`, as Tempo does. */
const textOf = (values: Values): string => String(first(values) ?? 'nil')
