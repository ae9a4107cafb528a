import type { Analysis } from './analysis.ts'
import type { EdgeView, Sighting, Signal } from './sighting.ts'

/** What an entity that stopped saying anything counts as, in strengths. */
export const silentStrength = 5

export const strengthOf = (signal: Signal | undefined): number => (signal?.harmful ? signal.strength : 0)
/** The same for signals whose harmless direction counts too, at its discount. */
export const anyStrength = (signal: Signal | undefined): number => signal?.strength ?? 0

/** Slowness and failure as whoever calls it notices. */
export function feltOf(sighting: Sighting): number {
  let felt = Math.max(strengthOf(sighting.latency), strengthOf(sighting.errors))
  for (const view of sighting.seenBy.values())
    felt = Math.max(felt, strengthOf(view.latency), strengthOf(view.errors))
  return sighting.silentSinceMs === undefined ? felt : Math.max(felt, silentStrength)
}

/** What one caller feels of one callee: by what it measured itself, else by what the callee shows. */
export function feltBy(
  caller: Sighting,
  callee: Sighting,
): { latency: number; errors: number; silent: boolean } {
  const view: EdgeView | undefined = callee.seenBy.get(caller.entity)
  const measured = view?.latency !== undefined || view?.errors !== undefined
  const silent = callee.silentSinceMs !== undefined
  if (measured) return { latency: strengthOf(view?.latency), errors: strengthOf(view?.errors), silent }
  return { latency: strengthOf(callee.latency), errors: strengthOf(callee.errors), silent }
}

/** Strength that noise reaches now and then. */
const noise = 0.6
export const beyondNoise = (strength: number): number => Math.max(0, strength - noise)

export function callees(analysis: Analysis, sighting: Sighting): Sighting[] {
  return analysis.graph.callees(sighting.entity).map((name) => analysis.sightings.get(name)!)
}
