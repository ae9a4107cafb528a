import type { CorrelateTopology } from './correlate-topology.ts'
import { type Groups, type PlaceKey, placeOf } from './group.ts'
import type { Signal } from './signal.ts'

/** Places in trouble that could have to do with one place: place → how much likelier than any other that they share a cause. */
export type Reach = ReadonlyMap<PlaceKey, number>

/** By edges between them. Without them simulated streams lose .02 of pairwise F1, .03 where there are hundreds of services. */
const weights = [2, 1.5, 1, 0.7] as const
/** Both name the same cluster or namespace, and the topology knows nothing of one of them. */
const unplacedWeight = 0.7
/** Places of a cluster or namespace looked at where the topology does not help. */
const scopeMax = 256
/** Reaches kept until a place comes or goes. */
const keptMax = 4_096

export const weightOf = (edges: number): number => weights[edges] ?? 0.7 / 2 ** (edges - 3)

type Kept = { version: number; byPlace: Map<PlaceKey, Reach> }
const kept = new WeakMap<Groups, Kept>()

export function reachOf(
  groups: Groups,
  topology: CorrelateTopology,
  depth: number,
  signal: Pick<Signal, 'entity' | 'key' | 'scopes'>,
): Reach {
  let cache = kept.get(groups)
  if (!cache || cache.version !== groups.placesVersion || cache.byPlace.size >= keptMax) {
    cache = { version: groups.placesVersion, byPlace: new Map() }
    kept.set(groups, cache)
  }
  const place = placeOf(signal)
  let reach = cache.byPlace.get(place)
  if (!reach) {
    reach = searched(groups, topology, depth, signal, place)
    cache.byPlace.set(place, reach)
  }
  return reach
}

function searched(
  groups: Groups,
  topology: CorrelateTopology,
  depth: number,
  signal: Pick<Signal, 'entity' | 'scopes'>,
  place: PlaceKey,
): Reach {
  const reach = new Map<PlaceKey, number>([[place, weightOf(0)]])
  const near = signal.entity ? topology.neighbourhood(signal.entity, depth) : undefined
  const add = (other: PlaceKey, edges: number | undefined): void => {
    if (edges !== undefined && edges > 0 && edges <= depth && groups.byPlace.has(other))
      reach.set(other, weightOf(edges))
  }
  if (near && near.size <= groups.byPlace.size) for (const [other, edges] of near) add(other, edges)
  else if (near) for (const other of groups.byPlace.keys()) add(other, near.get(other))
  const placed = (near?.size ?? 0) > 1
  let looked = 0
  for (const scope of signal.scopes) {
    const places = groups.byScope.get(scope)
    for (const other of (placed ? places?.loose : places?.all) ?? []) {
      if (looked >= scopeMax) return reach
      if (reach.has(other) || near?.has(other)) continue
      looked += 1
      reach.set(other, unplacedWeight)
    }
  }
  return reach
}
