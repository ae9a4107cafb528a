import type { NoisePart, RuleNoise } from '@aiops/contract/model/rule-noise'
import { worse } from '@aiops/contract/model/severity'
import type { AlertFiring } from '../../port/alert-search-repository.ts'
import { adviceOf } from './noise-advice.ts'
import type { RuleCount } from './rule-count.ts'

const minuteMs = 60_000
const shortMs = 5 * minuteMs
const flapMs = 10 * minuteMs
/** 22:00 to 06:00 UTC. */
const nightFromHour = 22
const nightToHour = 6

/** Weights of the parts: they sum to 1. Being of use to nobody weighs most: a rule that flaps and is needed is not deleted. */
const weights = { UNUSED: 0.4, SHORT: 0.25, FLAPPING: 0.2, SILENCED: 0.15 } as const

/**
 * What each rule (a name of a source) told, noisiest first. `used`: incidents that were of use to somebody; where there is none at all,
 * nothing is known of use, and its part is left out and the others weigh in its place.
 */
export function noiseOfRules(firings: readonly AlertFiring[], used: ReadonlySet<string>): RuleNoise[] {
  const rules = Map.groupBy(firings, ({ source, name }) => JSON.stringify([source, name]))
  return [...rules.values()]
    .map((own) => ruleNoise(countOf(own, used), used.size > 0))
    .sort(
      (a, b) => b.score * Math.log1p(b.firings) - a.score * Math.log1p(a.firings) || b.firings - a.firings,
    )
}

function ruleNoise(count: RuleCount, useKnown: boolean): RuleNoise {
  const parts = partsOf(count, useKnown)
  const score = parts.reduce((sum, { share, weight }) => sum + share * weight, 0)
  const { usedAtNight: _, ...shown } = count
  return { ...shown, score: Math.min(1, score), parts, ...adviceOf(count, useKnown) }
}

function countOf(firings: readonly AlertFiring[], used: ReadonlySet<string>): RuleCount {
  const first = firings[0]!
  const lengths = firings.flatMap(({ startsMs, endsMs }) =>
    endsMs === null ? [] : [Math.max(0, endsMs - startsMs)],
  )
  const ofUse = firings.filter(({ incidentId }) => incidentId !== null && used.has(incidentId))
  return {
    ...{ name: first.name, source: first.source },
    severity: firings.reduce((worst, { severity }) => worse(worst, severity), first.severity),
    firings: firings.length,
    firing_now: firings.length - lengths.length,
    flaps: flapsOf(firings),
    median_seconds: lengths.length > 0 ? medianOf(lengths) / 1_000 : null,
    short: lengths.filter((ms) => ms <= shortMs).length,
    used: ofUse.length,
    silenced: firings.filter(({ silenced }) => silenced).length,
    at_night: firings.filter(isAtNight).length,
    usedAtNight: ofUse.filter(isAtNight).length,
  }
}

/** Firings that began soon after the same alert had resolved. */
function flapsOf(firings: readonly AlertFiring[]): number {
  let flaps = 0
  for (const own of Map.groupBy(firings, ({ fingerprint }) => fingerprint).values()) {
    const inOrder = own.toSorted((a, b) => a.startsMs - b.startsMs)
    for (const [i, { startsMs }] of inOrder.entries()) {
      const endsMs = inOrder[i - 1]?.endsMs ?? null
      if (endsMs !== null && startsMs >= endsMs && startsMs - endsMs <= flapMs) flaps += 1
    }
  }
  return flaps
}

const isAtNight = ({ startsMs }: AlertFiring): boolean => {
  const hour = new Date(startsMs).getUTCHours()
  return hour >= nightFromHour || hour < nightToHour
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function partsOf(count: RuleCount, useKnown: boolean): NoisePart[] {
  const { firings, used, short, flaps, silenced } = count
  const all: readonly (readonly [NoisePart['kind'], number, string])[] = [
    ['UNUSED', firings - used, `${firings - used} of ${firings} firings helped with no incident`],
    ['SHORT', short, `${short} of ${firings} firings ended by themselves within 5 min`],
    ['FLAPPING', flaps, `${flaps} of ${firings} firings came back within 10 min`],
    ['SILENCED', silenced, `${silenced} of ${firings} firings were silenced`],
  ]
  const counted = all.filter(([kind]) => useKnown || kind !== 'UNUSED')
  const sum = counted.reduce((total, [kind]) => total + weights[kind], 0)
  return counted.map(([kind, hits, sentence]) => ({
    ...{ kind, share: hits / firings, weight: weights[kind] / sum, sentence },
  }))
}
