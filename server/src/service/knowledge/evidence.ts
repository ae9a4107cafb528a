import type { EdgeOrigin } from '@aiops/contract/model/topology'

/** What one origin knows of an edge: from how many of its ends, and when it last told of it. */
export type Evidence = { origin: EdgeOrigin; ends: Ends; lastSeenMs: number }
export type Ends = 0 | 1 | 2

/** How long what an origin saw holds without being seen again, ms; 0: until it is taken back. */
export type Freshness = Readonly<Record<EdgeOrigin, number>>

/**
 * How far an origin is believed by the ends that spoke: nobody (a label or a declaration), one, both. They are chosen, in order of how the
 * fact comes about: an API server that made it so, both ends of a connection, one end, somebody who wrote it down, a guess from labels.
 */
const weights: Readonly<Record<EdgeOrigin, readonly [number, number, number]>> = {
  KUBERNETES: [0.99, 0.99, 0.99],
  SPANS: [0.7, 0.9, 0.99],
  MESH: [0.7, 0.9, 0.98],
  FLOW: [0.5, 0.7, 0.9],
  API: [0.8, 0.8, 0.8],
  FILE: [0.8, 0.8, 0.8],
  BACKSTAGE: [0.6, 0.6, 0.6],
  LABELS: [0.5, 0.5, 0.5],
}

/**
 * That at least one origin is right, each on its own: 1 − ∏(1 − w·f), the noisy OR of Pearl (Probabilistic Reasoning in Intelligent Systems,
 * 1988, §4.3.2). f halves with every half of the freshness that passes unseen; what does not age keeps 1.
 */
export function confidenceOf(evidence: readonly Evidence[], nowMs: number, freshness: Freshness): number {
  let doubt = 1
  for (const { origin, ends, lastSeenMs } of evidence) {
    const lifeMs = freshness[origin]
    const fresh = lifeMs === 0 ? 1 : 2 ** ((-2 * Math.max(0, nowMs - lastSeenMs)) / lifeMs)
    doubt *= 1 - weights[origin][ends] * fresh
  }
  return Math.round((1 - doubt) * 1_000) / 1_000
}

/** Its weight unaged. */
export const weightOf = ({ origin, ends }: Evidence): number => weights[origin][ends]

export const isFresh = ({ origin, lastSeenMs }: Evidence, nowMs: number, freshness: Freshness): boolean =>
  freshness[origin] === 0 || lastSeenMs > nowMs - freshness[origin]

const [hourMs, dayMs] = [3_600_000, 86_400_000]
/** What the settings say unless changed. */
export const usualFreshness: Freshness = {
  ...{ SPANS: dayMs, LABELS: dayMs, MESH: hourMs, FLOW: hourMs },
  ...{ KUBERNETES: 0, FILE: 0, API: 0, BACKSTAGE: 0 },
}
