import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { SpanForest } from './span-forest.ts'

export type ClockSkew = { span: number; from: string; to: string; skewMs: number }
export type SpanClock = {
  /** Start and end of each span by the clock of its root, Unix milliseconds with a fraction. */
  starts: Float64Array
  ends: Float64Array
  /** Calls whose answering side seems to lie outside of them. */
  skews: ClockSkew[]
}

/** Less than this is within what clocks that are kept well differ, milliseconds. */
const toleratedMs = 0.001

/**
 * Puts all spans on their root's clock. Clocks of different services differ; what one service calls in another and waits for must lie
 * within the call. Where it does not, the callee and all below it are moved so that it lies in the middle of the call, as if both ways
 * took equally long (the idea of NTP, RFC 5905), and the move is told. A callee longer than its call is moved to its start.
 */
export function* onOneClock({ spans, parents, order }: SpanForest): Steps<SpanClock> {
  const [starts, ends] = [new Float64Array(spans.length), new Float64Array(spans.length)]
  for (const [i, { startMs, startNanos = 0, durationMs }] of spans.entries()) {
    starts[i] = startMs + startNanos / 1e6
    ends[i] = startMs + startNanos / 1e6 + durationMs
    if (isStep(i)) yield
  }
  const shifts = new Float64Array(spans.length)
  const skews: ClockSkew[] = []
  for (const [at, i] of order.entries()) {
    if (isStep(at)) yield
    const parent = parents[i] ?? -1
    if (parent < 0) continue
    const [caller, callee] = [spans[parent], spans[i]]
    let shift = shifts[parent] ?? 0
    const [start, end] = [(starts[i] ?? 0) + shift, (ends[i] ?? 0) + shift]
    const [from, to] = [starts[parent] ?? 0, ends[parent] ?? 0]
    const waitedFor =
      caller?.kind === 'CLIENT' && callee?.kind === 'SERVER' && caller.service !== callee.service
    if (waitedFor && (start < from - toleratedMs || end > to + toleratedMs)) {
      const room = to - from - (end - start)
      const move = from + Math.max(0, room / 2) - start
      skews.push({ span: i, from: caller.service, to: callee.service, skewMs: -move })
      shift += move
    }
    shifts[i] = shift
    starts[i]! += shift
    ends[i]! += shift
  }
  return { starts, ends, skews }
}
