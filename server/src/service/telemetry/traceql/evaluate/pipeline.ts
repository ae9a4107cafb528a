import type { GroupBy, Pipeline, Scalar, ScalarFilter, Spanset, Stage } from '../expression.ts'
import { calculated, conditionOf, numberGetter, orderOf, valuesGetter } from './field.ts'
import { related, type SpanList } from './structure.ts'
import type { TraceView } from './trace-view.ts'
import type { Value } from './value.ts'

/** Spans of one trace that fit together, and what groups and aggregates say of them. */
export type FoundSet = {
  spans: SpanList
  attributes: readonly { name: string; value: Value }[]
}
/** From the spansets of one stage to those of the next; empty for a trace that does not fit. */
export type TraceTest = (view: TraceView, sets: readonly FoundSet[]) => FoundSet[]

export function traceTest(pipeline: Pipeline): TraceTest {
  const stages = pipeline.stages.map(stageOf)
  return (view, sets) => {
    let found = [...sets]
    for (const stage of stages) {
      if (found.length === 0) return found
      found = stage(view, found)
    }
    return found
  }
}

/** What a query begins with: all spans of a trace. */
export const allSpans = (view: TraceView): FoundSet => ({
  spans: view.spans.map((_, i) => i),
  attributes: [],
})

function stageOf(stage: Stage): TraceTest {
  switch (stage.node) {
    case 'by':
      return groupBy(stage)
    case 'coalesce':
      return (_view, sets) => [{ spans: united(sets), attributes: [] }]
    case 'select':
      return (_view, sets) => [...sets]
    case 'compare':
      return scalarFilter(stage)
    default: {
      const spans = spansetOf(stage)
      return (view, sets) =>
        sets.flatMap((set) => {
          const fitting = spans(view, set)
          return fitting.length === 0 ? [] : [{ ...set, spans: fitting }]
        })
    }
  }
}

function spansetOf(spanset: Spanset): (view: TraceView, set: FoundSet) => SpanList {
  if (spanset.node === 'filter') {
    const fits = conditionOf(spanset.condition)
    return (view, { spans }) => spans.filter((span) => fits(view, span))
  }
  if (spanset.node === 'pipeline') {
    const test = traceTest(spanset.pipeline)
    return (view, set) => united(test(view, [set]))
  }
  const { operator } = spanset
  const [left, right] = [spansetOf(spanset.left), spansetOf(spanset.right)]
  return (view, set) => {
    const a = left(view, set)
    if (operator.kind === 'and' && a.length === 0) return []
    const b = right(view, set)
    if (operator.kind === 'structure') {
      if (b.length === 0 || (a.length === 0 && !operator.negated)) return []
      return related(view, operator, a, b)
    }
    if (operator.kind === 'and' && b.length === 0) return []
    return united([{ spans: a }, { spans: b }])
  }
}

function united(sets: readonly Pick<FoundSet, 'spans'>[]): SpanList {
  if (sets.length === 1 && sets[0]) return sets[0].spans
  return [...new Set(sets.flatMap(({ spans }) => spans))].sort((a, b) => a - b)
}

/** Named as Tempo names it, by what is in the brackets. A span without the field is in no group. */
function groupBy({ field }: GroupBy): TraceTest {
  const get = valuesGetter(field)
  const name = `by(${field.node === 'attribute' || field.node === 'intrinsic' ? field.text : 'expression'})`
  return (view, sets) =>
    sets.flatMap((set) => {
      const groups = new Map<Value, number[]>()
      for (const span of set.spans) {
        const got = get(view, span)
        const value = (Array.isArray(got) ? got[0] : got) as Value | undefined
        if (value === null || value === undefined) continue
        const group = groups.get(value)
        if (group) group.push(span)
        else groups.set(value, [span])
      }
      return [...groups].map(([value, spans]) => ({
        spans,
        attributes: [...set.attributes, { name, value }],
      }))
    })
}

function scalarFilter({ operator, left, right }: ScalarFilter): TraceTest {
  const [a, b] = [scalarOf(left), scalarOf(right)]
  const ordered = orderOf(operator)
  const names = aggregatesIn(left).concat(aggregatesIn(right))
  return (view, sets) =>
    sets.flatMap((set) => {
      const [x, y] = [a(view, set.spans), b(view, set.spans)]
      if (x === undefined || y === undefined || !ordered(x < y ? -1 : x > y ? 1 : 0)) return []
      const values = names.map(({ name, get }) => ({ name, value: get(view, set.spans) ?? null }))
      return [{ spans: set.spans, attributes: [...set.attributes, ...values] }]
    })
}

type ScalarGetter = (view: TraceView, spans: SpanList) => number | undefined

function scalarOf(scalar: Scalar): ScalarGetter {
  if (scalar.node === 'static') return () => Number(scalar.value)
  if (scalar.node === 'scalar') {
    const [a, b] = [scalarOf(scalar.left), scalarOf(scalar.right)]
    return (view, spans) => {
      const [x, y] = [a(view, spans), b(view, spans)]
      return x === undefined || y === undefined ? undefined : calculated(scalar.operator, x, y)
    }
  }
  if (!scalar.field) return (_view, spans) => spans.length
  const get = numberGetter(scalar.field)
  const { name } = scalar
  return (view, spans) => {
    let [count, sum, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const span of spans) {
      const value = get(view, span)
      if (value === undefined) continue
      count += 1
      sum += value
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
    if (count === 0) return undefined
    return { count, sum, avg: sum / count, min: least, max: most }[name]
  }
}

/** Shown beside the spanset, as Tempo does: `count()`, `avg(duration)`. */
function aggregatesIn(scalar: Scalar): { name: string; get: ScalarGetter }[] {
  if (scalar.node === 'static') return []
  if (scalar.node === 'scalar') return [...aggregatesIn(scalar.left), ...aggregatesIn(scalar.right)]
  const { field } = scalar
  const of = field && (field.node === 'attribute' || field.node === 'intrinsic') ? field.text : ''
  return [{ name: `${scalar.name}(${of})`, get: scalarOf(scalar) }]
}
