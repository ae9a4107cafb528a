import type { CorrelateTopology } from '../core/correlate-topology.ts'
import type { Group, PlaceKey, Presence } from '../core/group.ts'
import type { Signal } from '../core/signal.ts'
import { pairKey, pairOf, relationOf, ruleOf, type TaughtPair } from './pair.ts'

/** A lesson never outweighs more than this: 20 times as likely, or as unlikely. */
export const logOddsMax = 3
/**
 * Where people have parted such, that two begin together is worth no more than these odds: parting once leaves them together, parting
 * twice does not.
 */
export const partedTogetherOdds = 4

const placesMax = 16
const anchorsMax = 4
const signalsMax = 16

/** What people taught, as the core asks it. */
export type Lessons = {
  logOdds: ReadonlyMap<string, number>
  /** Rules that some lesson is about: what names none of them is not looked at further. */
  rules: ReadonlySet<string>
}

export const noLessons: Lessons = { logOdds: new Map(), rules: new Set() }

export const lessonsOf = (taught: readonly TaughtPair[]): Lessons => ({
  logOdds: new Map(
    taught.map((pair) => [pairKey(pair), Math.max(-logOddsMax, Math.min(logOddsMax, pair.logOdds))]),
  ),
  rules: new Set(taught.flatMap(({ a, b }) => [a.rule, b.rule])),
})

type Asking = { lessons: Lessons; topology: CorrelateTopology; settings: { depth: number } }

/** By how much likelier, or below 1 unlikelier, these belong together than time and topology say. The mean of the lessons that apply. */
export function taughtFactor(core: Asking, some: readonly Signal[], others: readonly Signal[]): number {
  let sum = 0
  let applied = 0
  for (const a of some) {
    for (const b of others) {
      const relation = relationOf(core, a, b)
      const logOdds = relation && core.lessons.logOdds.get(pairKey(pairOf(a, b, relation)))
      if (logOdds === undefined) continue
      sum += logOdds
      applied += 1
    }
  }
  return applied === 0 ? 1 : Math.exp(sum / applied)
}

const nobody: readonly Signal[] = []
const isTold = (lessons: Lessons, signal: Signal): boolean => lessons.rules.has(ruleOf(signal))

/** What lessons may be about; empty, at no cost, while there are none. */
export const tellingSignal = ({ lessons }: Asking, signal: Signal): readonly Signal[] =>
  lessons.rules.size > 0 && isTold(lessons, signal) ? [signal] : nobody

/** As `tellingSignal` for a group: of its first 16 places the newest four of each. */
export function tellingMembers({ lessons }: Asking, group: Group): readonly Signal[] {
  if (lessons.rules.size === 0) return nobody
  const found: Signal[] = []
  let places = 0
  const presences: ReadonlyMap<PlaceKey, Presence> = group.presences
  for (const { anchors } of presences.values()) {
    places += 1
    if (places > placesMax) break
    for (let i = anchors.length - 1; i >= Math.max(0, anchors.length - anchorsMax); i -= 1) {
      const member = anchors[i]
      if (member && isTold(lessons, member)) found.push(member)
      if (found.length >= signalsMax) return found
    }
  }
  return found
}
