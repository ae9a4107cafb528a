import type { Analysis } from './analysis.ts'
import { ramp } from './change.ts'
import { beyondNoise, callees, feltBy, feltOf, silentStrength, strengthOf } from './felt.ts'
import { massRatio } from './mass.ts'
import { quantileOf } from './meaning.ts'
import type { EdgeView, Sighting, Signal } from './sighting.ts'
import { trustIn } from './support.ts'
import { blend, type Explanation, strongest, type Term, termOf } from './term.ts'

/** Silence that no caller confirms: it may only have been switched off. */
const silentUnconfirmed = 2.2

export function latencyTerm(analysis: Analysis, sighting: Sighting): Term | undefined {
  const { latency, selfLatency } = sighting
  return ofBoth('LATENCY', selfLatency, latency, (signal, base) => {
    const parts = callees(analysis, sighting).map((callee): Explanation => {
      const felt = feltBy(sighting, callee)
      if (felt.silent) return { share: 0.9, by: callee.entity }
      if (signal === selfLatency) return { share: 0, by: callee.entity }
      const slow = ramp(Math.max(felt.latency, 0.7 * felt.errors) / base, 0.3, 0.8)
      return { share: slow * ramp(massRatio(callee, sighting, 'LATENCY') ?? 1, 0.1, 0.5), by: callee.entity }
    })
    if (signal !== selfLatency)
      parts.push(...behind(analysis, sighting, 'LATENCY'), ...waiting(analysis, sighting, base))
    return strongest(parts)
  })
}

/** What its own waiting explains of an entity's slowness, where it is not known for whom it waits: somebody, and not itself. */
const waitShare = 0.8

function waiting(analysis: Analysis, sighting: Sighting, base: number): Explanation[] {
  const { latency } = sighting
  if (!latency || analysis.graph.callees(sighting.entity).length > 0) return []
  const waits = sighting.changes.find(
    ({ meaning: { role, scope }, series }) =>
      role === 'LATENCY' &&
      scope === 'CLIENT' &&
      !series.peer &&
      quantileOf(series.metric) === quantileOf(latency.series.metric),
  )
  if (!waits?.harmful) return []
  const share = (waits.change.after - waits.change.before) / (latency.change.after - latency.change.before)
  return [
    {
      share: waitShare * ramp(waits.strength / base, 0.3, 0.8) * ramp(share, 0.1, 0.5),
      by: sighting.entity,
    },
  ]
}

export function errorTerm(analysis: Analysis, sighting: Sighting): Term | undefined {
  const { errors, selfErrors } = sighting
  return ofBoth('ERRORS', selfErrors, errors, (signal, base) => {
    const parts = callees(analysis, sighting).map((callee): Explanation => {
      const felt = feltBy(sighting, callee)
      if (felt.silent) return { share: 0.95, by: callee.entity }
      // A call given up after its time limit originates at the caller by the trace, and at the slow callee in truth.
      if (signal === selfErrors) {
        const mute = callee.measured === 0 ? ramp(felt.errors / base, 0.3, 0.8) * 0.8 : 0
        return { share: Math.max(mute, ramp(felt.latency / base, 0.5, 1) * 0.75), by: callee.entity }
      }
      const failing =
        ramp(felt.errors / base, 0.3, 0.8) * ramp(massRatio(callee, sighting, 'ERRORS') ?? 1, 0.1, 0.5)
      return { share: Math.max(failing, 0.7 * ramp(felt.latency / base, 0.5, 1)), by: callee.entity }
    })
    if (signal !== selfErrors) parts.push(...behind(analysis, sighting, 'ERRORS'))
    return strongest(parts)
  })
}

/**
 * What an entity shows of its own part, by traces and by what all its requests show less what its dependencies explain. Each counts by how
 * much of the time it speaks of; traces that speak of all of it are believed alone.
 */
function ofBoth(
  kind: 'LATENCY' | 'ERRORS',
  self: Signal | undefined,
  whole: Signal | undefined,
  explain: (signal: Signal, base: number) => Explanation,
): Term | undefined {
  const term = (signal: Signal | undefined): Term | undefined => {
    const base = strengthOf(signal)
    return signal && base > 0 ? termOf(kind, base, signal, explain(signal, base)) : undefined
  }
  if (!self) return term(whole)
  const trust = trustIn(self, whole)
  return trust === 1 ? term(self) : blend(term(self), term(whole), trust)
}

/**
 * Proxies and load balancers end a trace: they look like a leaf that is slow by itself. A leaf that adds as much time (or as many
 * failures) as another callee of the same caller, one with calls of its own, is most likely on the way to it.
 */
function behind(analysis: Analysis, leaf: Sighting, role: 'LATENCY' | 'ERRORS'): Explanation[] {
  const { graph, sightings } = analysis
  if (graph.callees(leaf.entity).length > 0) return []
  const base = strengthOf(role === 'LATENCY' ? leaf.latency : leaf.errors)
  const parts: Explanation[] = []
  for (const name of graph.callers(leaf.entity).flatMap((caller) => graph.callees(caller))) {
    const sibling = sightings.get(name)!
    const felt = strengthOf(role === 'LATENCY' ? sibling.latency : sibling.errors)
    if (
      name === leaf.entity ||
      graph.callees(name).length === 0 ||
      graph.dependents(leaf.entity).has(name) ||
      felt < 0.3 * base
    )
      continue
    const ratio = massRatio(sibling, leaf, role)
    if (ratio !== undefined) parts.push({ share: 0.85 * ramp(ratio, 0.15, 0.5), by: name })
  }
  return parts
}

/** Everything it says stopped. Callers that fail or wait confirm it; without them it may only have been switched off. */
export function silenceTerm(analysis: Analysis, sighting: Sighting): Term | undefined {
  if (sighting.silentSinceMs === undefined) return undefined
  const callers = analysis.graph.callers(sighting.entity).map((name) => analysis.sightings.get(name)!)
  const confirmed = Math.max(
    0,
    ...[...sighting.seenBy.values()].map((view) =>
      Math.max(strengthOf(view.errors), strengthOf(view.latency)),
    ),
    ...callers.map((caller) => Math.max(strengthOf(caller.errors), 0.8 * strengthOf(caller.latency))),
  )
  const value = silentUnconfirmed + (silentStrength - silentUnconfirmed) * ramp(confirmed, 0.4, 1.2)
  const onlyTraffic = sighting.changes.length > 0 && sighting.resources.size === 0
  const silentCaller = onlyTraffic ? callers.find((caller) => caller.silentSinceMs !== undefined) : undefined
  return termOf('DOWN', value, sighting.changes[0], {
    share: silentCaller ? 0.8 : 0,
    by: silentCaller?.entity,
  })
}

/** Requests that stopped coming here while the callers' own kept coming, and the callers are well. */
export function trafficTerm(analysis: Analysis, sighting: Sighting): Term | undefined {
  const signal = sighting.trafficFall
  if (!signal || sighting.silentSinceMs !== undefined) return undefined
  const fall = signal.change.fall
  // Requests are counted, so their noise is large where they are few: a fall by most of them says more than its deviation.
  const most = 2.6 * ramp(fall, 0.45, 0.85) * ramp(-signal.change.z, 1.5, 4)
  const base = Math.max(most, signal.strength * ramp(fall, 0.15, 0.5) * 1.6)
  if (base === 0) return undefined
  const parts = analysis.graph.callers(sighting.entity).map((name): Explanation => {
    const caller = analysis.sightings.get(name)!
    const fell = ramp((caller.trafficFall?.change.fall ?? 0) / fall, 0.35, 0.75)
    const failing = ramp(beyondNoise(feltOf(caller)) / base, 0.15, 0.5)
    return { share: Math.max(fell, failing * alike(analysis, sighting.entity, name, fall)), by: name }
  })
  // A caller that waits longer asks less often: then the slowness is the fault and the traffic its consequence.
  const troubled = Math.max(
    latencyTerm(analysis, sighting)?.value ?? 0,
    errorTerm(analysis, sighting)?.value ?? 0,
  )
  const own = ramp(beyondNoise(troubled) / base, 0.15, 0.5)
  const explanation = strongest(parts)
  return termOf(
    'TRAFFIC',
    base,
    signal,
    own > explanation.share ? { share: own, by: sighting.entity } : explanation,
  )
}

/** 0..1: who waits or fails asks all that it calls less often, so what else it calls has fallen too; 1 where that is not measured. */
function alike({ graph, sightings }: Analysis, entity: string, caller: string, fall: number): number {
  const falls = graph
    .callees(caller)
    .filter((name) => name !== entity)
    .map((name) => sightings.get(name)!)
    .filter(({ traffic }) => traffic)
    .map(({ trafficFall }) => trafficFall?.change.fall ?? 0)
  return falls.length === 0 ? 1 : ramp(Math.max(...falls) / fall, 0.15, 0.5)
}

/**
 * Callers wait or fail more than the entity itself shows. Between the two lies the network, or the caller's own busy process:
 * whoever has more of its other calls affected the same way is the likelier.
 */
export function outsideTerms(analysis: Analysis, sighting: Sighting): Term[] {
  const asCallee: Term[] = []
  const ownLatency = strengthOf(sighting.latency)
  const mute = !sighting.latency && !sighting.errors && sighting.silentSinceMs === undefined
  for (const [caller, view] of sighting.seenBy) {
    const gap = Math.max(strengthOf(view.latency) - ownLatency, mute ? strengthOf(view.errors) : 0)
    if (gap <= 0) continue
    const share = blame(analysis, sighting.entity, caller)
    // A caller whose own process is busy reads every answer late.
    const busy = strengthOf(analysis.sightings.get(caller)?.resources.get('CPU'))
    const explained = strongest([
      { share: ramp(busy / gap, 0.3, 0.8), by: caller },
      ...callees(analysis, sighting).map((next) => ({
        share: ramp(feltOf(next) / gap, 0.3, 0.8),
        by: next.entity,
      })),
    ])
    const signal = strengthOf(view.latency) >= strengthOf(view.errors) ? view.latency : view.errors
    const term = termOf(
      mute ? (signal === view.errors ? 'ERRORS' : 'LATENCY') : 'NETWORK',
      gap * share,
      signal,
      explained,
    )
    asCallee.push(term)
  }
  const best = asCallee.sort((a, b) => b.value - a.value)[0]
  return best ? [best] : []
}

/** 0..1, how far a slow edge speaks against the callee rather than the caller. */
function blame(analysis: Analysis, callee: string, caller: string): number {
  const balance = (views: Iterable<EdgeView>): number => {
    let sum = 0
    for (const view of views) sum += Math.max(strengthOf(view.latency), strengthOf(view.errors)) > 1 ? 1 : -1
    return sum
  }
  const ofCaller = analysis.graph
    .callees(caller)
    .flatMap((name) => analysis.sightings.get(name)!.seenBy.get(caller) ?? [])
  const ofCallee = analysis.sightings.get(callee)!.seenBy.values()
  return 1 / (1 + Math.exp(balance(ofCaller) - balance(ofCallee)))
}
