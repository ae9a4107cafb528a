import type { Relation } from '../expression.ts'
import type { TraceView } from './trace-view.ts'

/** Spans of a trace by number, ascending. */
export type SpanList = readonly number[]
type Marks = Uint8Array

/**
 * `left RELATION right` within one trace: the spans of the right that stand so to one of the left; negated, those that stand so to
 * none; in a union also those of the left to which one of the right stands so. Time and memory are linear in the spans of the trace.
 */
export function related(
  view: TraceView,
  { relation, negated, union }: { relation: Relation; negated: boolean; union: boolean },
  left: SpanList,
  right: SpanList,
): number[] {
  const stands = standing(view, relation, left)
  const found = right.filter((span) => (stands[span] === 1) !== negated)
  if (!union || negated) return found
  const back = standing(view, inverse[relation], right)
  return [...new Set([...left.filter((span) => back[span] === 1), ...found])].sort((a, b) => a - b)
}

const inverse: Readonly<Record<Relation, Relation>> = { '>': '<', '<': '>', '>>': '<<', '<<': '>>', '~': '~' }

/** Marks every span that stands in the relation to one of `to`. */
function standing(view: TraceView, relation: Relation, to: SpanList): Marks {
  const { parents, order } = view.tree
  const marks: Marks = new Uint8Array(parents.length)
  const among: Marks = new Uint8Array(parents.length)
  for (const span of to) among[span] = 1
  switch (relation) {
    case '>':
      parents.forEach((parent, span) => {
        if (parent >= 0 && among[parent] === 1) marks[span] = 1
      })
      return marks
    case '>>':
      for (const span of order) {
        const parent = parents[span] ?? -1
        if (parent >= 0 && (among[parent] === 1 || marks[parent] === 1)) marks[span] = 1
      }
      return marks
    case '<':
      for (const span of to) {
        const parent = parents[span] ?? -1
        if (parent >= 0) marks[parent] = 1
      }
      return marks
    case '<<':
      for (let i = order.length - 1; i >= 0; i -= 1) {
        const span = order[i] ?? 0
        const parent = parents[span] ?? -1
        if (parent >= 0 && (among[span] === 1 || marks[span] === 1)) marks[parent] = 1
      }
      return marks
    case '~':
      return siblings(view, to, marks)
  }
}

/** Another span with the same parent, which itself need not be in the trace. */
function siblings(view: TraceView, to: SpanList, marks: Marks): Marks {
  const counts = new Map<string, number>()
  const chosen = new Set(to)
  for (const span of to) {
    const parent = view.spans[span]?.parentSpanId ?? ''
    if (parent !== '') counts.set(parent, (counts.get(parent) ?? 0) + 1)
  }
  view.spans.forEach(({ parentSpanId }, span) => {
    if ((counts.get(parentSpanId) ?? 0) > (chosen.has(span) ? 1 : 0)) marks[span] = 1
  })
  return marks
}
