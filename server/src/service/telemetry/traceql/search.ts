import type { Clock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { SpanScan, StoredSpan, TraceStore } from '../../../port/trace-store.ts'
import { Budget, type TraceqlLimits } from './budget.ts'
import { filtersOf } from './condition.ts'
import { allSpans, type FoundSet, traceTest } from './evaluate/pipeline.ts'
import { TraceView } from './evaluate/trace-view.ts'
import { getterOf, type Value } from './evaluate/value.ts'
import type { Attribute, Field, Intrinsic, Pipeline, Scalar, Spanset } from './expression.ts'

export type TraceSearch = {
  tenant: string
  pipeline: Pipeline
  startMs: number
  endMs: number
  /** Traces. */
  limit: number
  /** Spans shown of each spanset; all are counted. */
  spansPerSet: number
  signal?: AbortSignal
}
/** An attribute or intrinsic that the query names, as it stands on a span. */
export type NamedValue = { name: string; value: Value }
export type FoundTrace = {
  traceId: string
  root: StoredSpan | null
  startMs: number
  durationMs: number
  services: { service: string; spans: number; errors: number }[]
  sets: {
    spans: { span: StoredSpan; fields: NamedValue[] }[]
    matched: number
    attributes: readonly NamedValue[]
  }[]
}
export type SearchAnswer = {
  traces: FoundTrace[]
  /** False where there may be more that fit, unseen because the query may not look at more. */
  complete: boolean
  inspectedTraces: number
  inspectedSpans: number
}

/** Traces that fit, newest first. Throws QUERY_TOO_LARGE or QUERY_TIMEOUT only where nothing was found until then. */
export async function searchTraces(
  store: Pick<TraceStore, 'scan' | 'spansIn'>,
  search: TraceSearch,
  limits: TraceqlLimits,
  clock: Pick<Clock, 'monotonic'>,
): Promise<SearchAnswer> {
  const { tenant, startMs, endMs, signal, pipeline } = search
  const test = traceTest(pipeline)
  const fields = fieldsIn(pipeline)
  const budget = new Budget(limits, () => clock.monotonic())
  const turn = new Turn(clock)
  const traces: FoundTrace[] = []
  const hopeless = new AbortController()
  const scan: SpanScan = {
    ...{ tenant, startMs, endMs, anyOf: filtersOf(pipeline) },
    signal: signal ? AbortSignal.any([signal, hopeless.signal]) : hopeless.signal,
    onPassed: (spans) => {
      budget.pass(spans)
      const why = budget.outlook
      if (!why) return
      // What was found until then is shown.
      if (traces.length === 0) throw why
      if (budget.spent) hopeless.abort()
    },
  }
  budget.expect((await store.spansIn?.(scan, budget.expectedMax)) ?? 0, false)
  const answer = (complete: boolean): SearchAnswer => ({
    ...{ traces, complete, inspectedTraces: budget.traces, inspectedSpans: budget.spans },
  })
  for await (const batch of store.scan(scan)) {
    for (const { traceId, spans } of batch) {
      budget.count(spans.length, 1)
      const view = new TraceView(traceId, spans)
      const sets = test(view, [allSpans(view)])
      if (sets.length > 0) traces.push(foundTrace(view, sets, fields, search.spansPerSet))
      if (traces.length >= search.limit) return answer(true)
      if (turn.due()) await turn.give()
    }
    if (scan.signal?.aborted) return answer(false)
    if (!budget.spent) continue
    if (traces.length === 0) throw budget.fault()
    return answer(false)
  }
  return answer(scan.signal?.aborted !== true)
}

function foundTrace(
  view: TraceView,
  sets: readonly FoundSet[],
  fields: readonly (Attribute | Intrinsic)[],
  spansPerSet: number,
): FoundTrace {
  const getters = fields.map((field) => ({ name: nameOf(field), get: getterOf(field) }))
  const { startMs, endMs } = view.bounds
  const services = new Map<string, { service: string; spans: number; errors: number }>()
  for (const { service, status } of view.spans) {
    const stats = services.get(service) ?? { service, spans: 0, errors: 0 }
    services.set(service, stats)
    stats.spans += 1
    if (status === 'ERROR') stats.errors += 1
  }
  const shown = (number: number) => ({
    span: view.spans[number] as StoredSpan,
    fields: getters.flatMap(({ name, get }) => {
      const got = get(view, number)
      const value = (Array.isArray(got) ? (got[0] ?? null) : got) as Value
      return value === null ? [] : [{ name, value }]
    }),
  })
  return {
    ...{ traceId: view.traceId, root: view.root, startMs, durationMs: endMs - startMs },
    services: [...services.values()],
    sets: sets.map(({ spans, attributes }) => ({
      ...{ spans: spans.slice(0, spansPerSet).map(shown), matched: spans.length, attributes },
    })),
  }
}

/** What is always shown of a span is not shown again. */
const shownAnyway = new Set([
  'name',
  'duration',
  'id',
  'traceID',
  'traceDuration',
  'rootName',
  'rootServiceName',
])

/** Tempo shows an attribute without its scope. */
const nameOf = (field: Attribute | Intrinsic): string =>
  field.node === 'attribute' ? field.name : field.text

/** Every attribute and intrinsic that the query names, each once. */
function fieldsIn({ stages }: Pipeline): (Attribute | Intrinsic)[] {
  const found = new Map<string, Attribute | Intrinsic>()
  const field = (one: Field): void => {
    if (one.node === 'binary') [one.left, one.right].forEach(field)
    else if (one.node === 'unary') field(one.inner)
    else if (one.node !== 'static' && !(one.node === 'intrinsic' && shownAnyway.has(one.name)) && !one.parent)
      found.set(one.text, one)
  }
  const scalar = (one: Scalar): void => {
    if (one.node === 'scalar') [one.left, one.right].forEach(scalar)
    else if (one.node === 'aggregate' && one.field) field(one.field)
  }
  const spanset = (one: Spanset): void => {
    if (one.node === 'filter') field(one.condition)
    else if (one.node === 'operation') [one.left, one.right].forEach(spanset)
    else for (const inner of fieldsIn(one.pipeline)) field(inner)
  }
  for (const stage of stages) {
    if (stage.node === 'by') field(stage.field)
    else if (stage.node === 'select') stage.fields.forEach(field)
    else if (stage.node === 'compare') [stage.left, stage.right].forEach(scalar)
    else if (stage.node !== 'coalesce') spanset(stage)
  }
  return [...found.values()]
}
