import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { SpanClock } from './span-clock.ts'
import type { SpanForest } from './span-forest.ts'

/** A stretch of time that belongs to one span. */
export type Segment = { span: number; fromMs: number; toMs: number }
type Frame = { span: number; fromMs: number; atMs: number; children: number[]; next: number }

/**
 * What a trace waited for, from its root's start to its end without a gap, in order of time: walking back from the end, time belongs to
 * the child that ended last before, and to the span itself where none did (Zhang et al., CRISP, USENIX ATC 2022). A child that ends
 * after its parent was not waited for, nor was the consumer of a message. Time: n log n in the spans.
 */
export function* criticalPath(
  forest: SpanForest,
  { starts, ends }: SpanClock,
  root: number,
): Steps<Segment[]> {
  if (root < 0) return []
  const back: Segment[] = []
  const add = (span: number, fromMs: number, toMs: number): void => {
    if (toMs > fromMs) back.push({ span, fromMs, toMs })
  }
  const open = (span: number, fromMs: number, atMs: number): Frame => ({
    ...{ span, fromMs, atMs, next: 0 },
    children: (forest.children[span] ?? [])
      .filter((child) => isWaitedFor(forest, { starts, ends }, child))
      .sort((a, b) => (ends[b] ?? 0) - (ends[a] ?? 0)),
  })
  const stack = [open(root, starts[root] ?? 0, ends[root] ?? 0)]
  let steps = 0
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    if (isStep(steps++)) yield
    const child = frame.children[frame.next++]
    if (child === undefined) {
      add(frame.span, frame.fromMs, frame.atMs)
      stack.pop()
      continue
    }
    const end = ends[child] ?? 0
    const start = Math.max(starts[child] ?? 0, frame.fromMs)
    // One that ran beside a later one, or before its parent began, held nothing up.
    if (end > frame.atMs || end <= start) continue
    add(frame.span, end, frame.atMs)
    frame.atMs = start
    stack.push(open(child, start, end))
  }
  return back.reverse()
}

/** Whether its parent can have waited for it. */
export function isWaitedFor(
  { spans, parents }: SpanForest,
  { ends }: Pick<SpanClock, 'starts' | 'ends'>,
  i: number,
): boolean {
  const parent = parents[i] ?? -1
  if (parent < 0 || spans[i]?.kind === 'CONSUMER' || spans[parent]?.kind === 'PRODUCER') return false
  return (ends[i] ?? 0) <= (ends[parent] ?? 0)
}
