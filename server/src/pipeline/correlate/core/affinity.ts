import { entityName } from '@aiops/contract/model/entity'
import type { Signal } from './signal.ts'

/** Nearness in the topology by number of edges; beyond the table it halves. Shape after facts §6, graded and our own in detail. */
const nearness = [1, 0.8, 0.5, 0.3] as const
/** Where the topology knows nothing of one of the two but both name the same cluster or namespace. */
export const unplacedNearness = 0.35

export const nearnessOf = (edges: number): number => nearness[edges] ?? 0.3 / 2 ** (edges - 3)

/**
 * Time-topology affinity, 0..1.3: (1 − Δt / window) × nearness × likeness. Likeness is 0.7 for nothing alike to 1.3 for everything
 * (Jaccard index of label pairs and words), so it decides only where time and topology leave it open. Symmetric.
 */
export function affinity(
  a: Signal,
  b: Signal,
  apartMs: number,
  windowMs: number,
  near: number,
  threshold: number,
): number {
  const base = Math.max(0, 1 - apartMs / windowMs) * near
  if (base * 1.3 < threshold) return 0
  return base * (0.7 + 0.6 * jaccard(a.tokens.all, b.tokens.all))
}

export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let both = 0
  for (const token of small) if (large.has(token)) both += 1
  return both / (a.size + b.size - both)
}

/** Why the two belong together, for people. */
export function reasonOf(
  a: Signal,
  b: Signal,
  edges: number | undefined,
  calls: (x: string, y: string) => boolean,
): string {
  const seconds = Math.round(Math.abs(a.startMs - b.startMs) / 1_000)
  const when = seconds === 0 ? 'at the same time' : `${seconds} s apart`
  if (!a.entity || !b.entity || edges === undefined)
    return `Same system by its labels, ${when}, where the topology knows nothing.`
  const [x, y] = [entityName(a.entity), entityName(b.entity)]
  if (edges === 0) return `Also ${x}, ${when}.`
  if (edges > 1) return `${x} is ${edges} steps from ${y} in the topology, ${when}.`
  if (calls(a.entity, b.entity)) return `${x} calls ${y}, ${when}.`
  return calls(b.entity, a.entity)
    ? `${y} calls ${x}, ${when}.`
    : `${x} is next to ${y} in the topology, ${when}.`
}
