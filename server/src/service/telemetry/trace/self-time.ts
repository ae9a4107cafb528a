import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { SpanClock } from './span-clock.ts'
import type { SpanForest } from './span-forest.ts'

/** Of each span the time, ms, in which none of its children ran. Never below 0 nor above its duration. */
export function* selfTimes(
  { children, spans }: SpanForest,
  { starts, ends }: SpanClock,
): Steps<Float64Array> {
  const found = new Float64Array(spans.length)
  for (let i = 0; i < spans.length; i += 1) {
    if (isStep(i)) yield
    const [from, to] = [starts[i] ?? 0, ends[i] ?? 0]
    const inner = (children[i] ?? [])
      .filter((child) => spans[child]?.kind !== 'CONSUMER')
      .map((child) => ({ from: Math.max(from, starts[child] ?? 0), to: Math.min(to, ends[child] ?? 0) }))
      .filter((part) => part.to > part.from)
      .sort((a, b) => a.from - b.from)
    let [covered, until] = [0, from]
    for (const part of inner) {
      covered += Math.max(0, part.to - Math.max(until, part.from))
      until = Math.max(until, part.to)
    }
    found[i] = Math.max(0, to - from - covered)
  }
  return found
}
