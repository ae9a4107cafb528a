import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'

/** Spans as a forest. Numbers are positions in `spans`. */
export type SpanForest = {
  spans: readonly StoredSpan[]
  /** -1 for none in the trace. */
  parents: Int32Array
  children: number[][]
  /** Parents before their children; without spans that are their own ancestors. */
  order: number[]
  /** Spans without a parent id, and those whose parent is not here. */
  roots: number[]
  orphans: number[]
  /** Spans that are their own ancestors, and those below such. */
  cyclic: number[]
}

export function* spanForest(spans: readonly StoredSpan[]): Steps<SpanForest> {
  const numbers = new Map<string, number>()
  const parents = new Int32Array(spans.length).fill(-1)
  const children: number[][] = []
  const [roots, orphans]: number[][] = [[], []]
  for (const [i, { spanId }] of spans.entries()) {
    numbers.set(spanId, i)
    children.push([])
    if (isStep(i)) yield
  }
  for (const [i, { parentSpanId }] of spans.entries()) {
    if (isStep(i)) yield
    const parent = parentSpanId === '' ? undefined : numbers.get(parentSpanId)
    if (parent !== undefined) {
      parents[i] = parent
      children[parent]?.push(i)
    } else if (parentSpanId === '') roots?.push(i)
    else orphans?.push(i)
  }
  const order = [...(roots ?? []), ...(orphans ?? [])]
  // Grows while it is walked.
  for (const [i, span] of order.entries()) {
    for (const child of children[span] ?? []) order.push(child)
    if (isStep(i)) yield
  }
  const reached = new Uint8Array(spans.length)
  for (const i of order) reached[i] = 1
  const cyclic: number[] = []
  for (const [i, is] of reached.entries()) if (is === 0) cyclic.push(i)
  return { spans, parents, children, order, roots: roots ?? [], orphans: orphans ?? [], cyclic }
}

/** The span that stands for the trace: its root, else the longest of those whose parent never came; -1 for none. */
export function mainRoot({ spans, roots, orphans }: SpanForest): number {
  const among = roots.length > 0 ? roots : orphans
  return among.reduce(
    (best, i) => (best < 0 || (spans[i]?.durationMs ?? 0) > (spans[best]?.durationMs ?? 0) ? i : best),
    -1,
  )
}
