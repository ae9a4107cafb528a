import { partedTogetherOdds, taughtFactor, tellingMembers, tellingSignal } from '../edit/lesson.ts'
import { type Burst, createBursts, gapMsOf, noteBeginning } from './burst.ts'
import type { Group, PlaceKey } from './group.ts'
import type { Odds } from './link.ts'
import { type Reach, reachOf } from './reach.ts'
import type { Signal } from './signal.ts'
import { rankOf } from './signal.ts'
import type { Core } from './turn.ts'

/** One alert, or what a group has of them, as the odds see it. */
export type Part = {
  startMs: number
  bursts: readonly Burst[]
  largest: number
  keys: number
  severe: boolean
  /** 0..1: that it is more than an alert that fires for no reason. */
  certain: number
  places: readonly { place: PlaceKey; reach: Reach }[]
  /** What lessons may be about; empty while there are none. */
  told: readonly Signal[]
}

const placesMax = 16
const high = rankOf('HIGH')
const hourMs = 3_600_000
/** Added to places in reach and to all: with few places in trouble their share says little. */
const placesGuessed = 20
/** By different alerts: none, one, two, more. A single one is an incident's first sign in one of twelve cases. */
const certainty = [0.02, 0.08, 0.6, 1] as const
/** A single alert that its rule calls HIGH or CRITICAL; two different ones together are no chance. */
const severeCertainty = 0.4
/** What begins together, at places that can have to do with each other, is one burst. */
const together = 1e6

export function partOfSignal(core: Core, signal: Signal): Part {
  const bursts = createBursts()
  noteBeginning(bursts, signal.key, signal.startMs, core.settings.burstMs)
  const severe = rankOf(signal.severity) <= high
  return {
    startMs: signal.startMs,
    bursts: bursts.list,
    largest: 1,
    keys: 1,
    severe,
    certain: severe ? severeCertainty : certainty[1],
    places: [
      {
        place: placeOfSignal(signal),
        reach: reachOf(core.groups, core.topology, core.settings.depth, signal),
      },
    ],
    told: tellingSignal(core, signal),
  }
}

const placeOfSignal = (signal: Signal): PlaceKey => signal.entity ?? `~${signal.key}`

export function partOfGroup(core: Core, group: Group): Part {
  const { groups, topology, settings } = core
  const places: { place: PlaceKey; reach: Reach }[] = []
  for (const { place, anchors } of group.presences.values()) {
    const [anchor] = anchors
    if (anchor) places.push({ place, reach: reachOf(groups, topology, settings.depth, anchor) })
    if (places.length >= placesMax) break
  }
  const { list, largest, keys } = group.bursts
  const severe = rankOf(group.severity) <= high
  return {
    startMs: group.startedMs,
    bursts: list,
    largest,
    keys: keys.size,
    severe,
    certain: certaintyOf(group, severe),
    places,
    told: tellingMembers(core, group),
  }
}

function certaintyOf(group: Group, severe: boolean): number {
  if (group.anomalyCount > 0 && group.status !== 'LATENT') return 1
  const { keys, largest } = group.bursts
  const told = certainty[Math.min(3, Math.max(keys.size, largest))] ?? 1
  return severe ? Math.max(told, keys.size > 1 ? 1 : severeCertainty) : told
}

/**
 * A self-exciting point process (Hawkes 1971) read as odds: a group goes on to cause alerts at a rate that fades with the time since
 * its last burst, against the rate at which such alerts begin by themselves. The lesser of the two has
 * to be one burst.
 */
export function oddsOf(core: Core, a: Part, b: Part, nowMs: number): Odds | undefined {
  const gapMs = gapMsOf(a.bursts, b.bursts)
  const { burstMs, echoMs, spanMs } = core.settings
  if (gapMs > spanMs) return undefined
  const near = nearnessOf(a, b)
  if (near === 0) return undefined
  const taught = a.told.length === 0 || b.told.length === 0 ? 1 : taughtFactor(core, a.told, b.told)
  const lesson = taught === 1 ? {} : { taught }
  if (gapMs <= burstMs) {
    const odds = taught < 1 ? Math.min(together * near, partedTogetherOdds) : together * near
    return { odds: odds * taught, gapMs, perHour: 0, otherwise: 0, ...lesson }
  }
  if (Math.abs(a.startMs - b.startMs) > spanMs) return undefined
  const faded = (near * Math.exp(-gapMs / echoMs) * hourMs) / echoMs
  let best: Odds | undefined
  for (const [into, lesser] of [
    [a, b],
    [b, a],
  ] as const) {
    if (lesser.bursts.length !== 1) continue
    const perHour = into.certain * faded
    const otherwise = alonePerHour(core, lesser, nowMs)
    const odds = (taught * perHour) / otherwise
    if (!best || odds > best.odds) best = { odds, gapMs, perHour, otherwise, ...lesson }
  }
  return best
}

/** How often something like it begins within its reach and belongs to nothing. */
function alonePerHour(core: Core, part: Part, nowMs: number): number {
  const { background, groups } = core
  const everywhere =
    part.largest >= 3
      ? background.perHour('BURST', nowMs)
      : part.largest === 2
        ? 2 * background.perHour('BURST', nowMs)
        : background.perHour(part.severe ? 'HIGH' : 'MEDIUM', nowMs)
  const inReach = Math.min(part.places[0]?.reach.size ?? 0, groups.byPlace.size)
  return (everywhere * (inReach + placesGuessed)) / (groups.byPlace.size + placesGuessed)
}

/** Between single linkage, which chains, and average linkage, which tears long cascades apart: the geometric mean of both. */
function nearnessOf(a: Part, b: Part): number {
  let sum = 0
  let best = 0
  for (const { reach } of b.places) {
    for (const { place } of a.places) {
      const near = reach.get(place) ?? 0
      sum += near
      if (near > best) best = near
    }
  }
  return best === 0 ? 0 : Math.sqrt((best * sum) / (a.places.length * b.places.length))
}
