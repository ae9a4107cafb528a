import type { Feedback, QuarantineReason } from '@aiops/contract/model/feedback'
import { seriesKey } from '../correction/series-key.ts'

export type ScreenRules = {
  bulkLabels: number
  bulkWindowMs: number
  outlierSigmas: number
  volumeShareMax: number
}

/** Labels of a person before they are compared with another's; and others that it takes. */
const labelsMin = 10
const peopleMin = 2
const eachSigmas = 2
/** Who labelled last: each is compared with each. */
const peopleMax = 20
/** Labels that others called noise, before one is called far larger than theirs. */
const noiseMin = 20
const volumeLabelsMin = 50
const volumePeopleMin = 3
const dayMs = 86_400_000
/** How much the tenant's share of unreal labels counts for a series that nobody else labelled. */
const priorLabels = 2

const isUnreal = ({ verdict }: Feedback): boolean =>
  verdict === 'FALSE' || verdict === 'NOISE' || verdict === 'EXPECTED'
const atOf = ({ updated_at }: Feedback): number => Date.parse(updated_at)
const ratioOf = ({ anomalies }: Feedback): number => Math.log(Math.max(1, anomalies[0]?.ratio ?? 1))
/** Asked for many times of each label. */
const places = new WeakMap<Feedback, string>()
function placeOf(one: Feedback): string {
  const known = places.get(one)
  if (known !== undefined) return known
  const [first] = one.anomalies
  const place = first ? seriesKey(first.series.labels) : one.target_id
  places.set(one, place)
  return place
}

/**
 * Which labels are to be reviewed before they teach, and why: of those on whether something was real. What a person has reviewed keeps its
 * state and is not among the answers. Whoever spoke first, and who is held already, makes no difference. Pure.
 */
export function screen(
  labels: readonly Feedback[],
  nowMs: number,
  rules: ScreenRules,
): Map<string, QuarantineReason[]> {
  const found = new Map<string, QuarantineReason[]>()
  const mark = (ones: readonly Feedback[], reason: QuarantineReason): void => {
    for (const { id, reviewed_at } of ones)
      if (reviewed_at === null) found.set(id, [...(found.get(id) ?? []), reason])
  }
  const byUser = groupedByUser(labels)
  for (const own of byUser.values()) mark(bulkOf(own, rules), 'BULK')
  const heard = labels.filter(({ id, state }) => state !== 'REJECTED' && !found.has(id))
  const outliers = outliersOf(heard, rules.outlierSigmas)
  for (const [user, own] of byUser) {
    const others = heard.filter((one) => one.user !== user && !outliers.has(one.user))
    mark(outliers.has(user) ? own : farLargerThanOthers(own, others, rules.outlierSigmas), 'OUTLIER')
    mark(tooManyOf(user, labels, nowMs, rules.volumeShareMax), 'HIGH_VOLUME')
  }
  return found
}

/** Unreal labels of which more than so many lie in one stretch of time: nobody looks at that many findings. */
function bulkOf(own: readonly Feedback[], { bulkLabels, bulkWindowMs }: ScreenRules): Feedback[] {
  const unreal = own.filter(isUnreal).sort((a, b) => atOf(a) - atOf(b))
  const bulk = new Set<Feedback>()
  let first = 0
  for (const [last, one] of unreal.entries()) {
    while (atOf(one) - atOf(unreal[first] as Feedback) > bulkWindowMs) first += 1
    if (last - first + 1 > bulkLabels) for (const each of unreal.slice(first, last + 1)) bulk.add(each)
  }
  return [...bulk]
}

/**
 * Who disagrees with all others beyond chance, and with more than half of them one by one. The one who does so with most is taken out, and
 * the rest are looked at again, so that nobody is held for contradicting somebody who is. A single other person says nothing of who is
 * right.
 */
function outliersOf(labels: readonly Feedback[], sigmas: number): Set<string> {
  const people = new Map(
    [...groupedByUser(labels)].filter(([, own]) => own.length >= labelsMin).slice(0, peopleMax),
  )
  const outliers = new Set<string>()
  while (people.size > peopleMin) {
    let worst: { user: string; share: number; size: number } | undefined
    for (const [user, own] of people) {
      const rest = [...people].filter(([other]) => other !== user).map(([, theirs]) => theirs)
      const all = disagreement(own, rest.flat())
      const size = Math.abs(all)
      if (size <= sigmas) continue
      const against = rest.filter((theirs) => disagreement(own, theirs) * Math.sign(all) > eachSigmas)
      const share = against.length / rest.length
      if (share <= 0.5) continue
      if (!worst || share > worst.share || (share === worst.share && size > worst.size))
        worst = { user, share, size }
    }
    if (!worst) break
    outliers.add(worst.user)
    people.delete(worst.user)
  }
  return outliers
}

function groupedByUser(labels: readonly Feedback[]): Map<string, Feedback[]> {
  const groups = new Map<string, Feedback[]>()
  for (const one of labels) {
    const group = groups.get(one.user)
    if (group) group.push(one)
    else groups.set(one.user, [one])
  }
  return groups
}

/**
 * In standard deviations: how many more of somebody's labels are unreal than one would think by what another says of the same series, and
 * of all where they say nothing of it. A sum of Bernoulli trials, each with a chance of its own, which the other's labels tell with an
 * error of their own.
 */
function disagreement(own: readonly Feedback[], others: readonly Feedback[]): number {
  const overall = (others.filter(isUnreal).length + 1) / (others.length + 2)
  const byPlace = new Map<string, { unreal: number; all: number }>()
  for (const one of others) {
    const place = byPlace.get(placeOf(one)) ?? { unreal: 0, all: 0 }
    place.all += 1
    if (isUnreal(one)) place.unreal += 1
    byPlace.set(placeOf(one), place)
  }
  let beyond = 0
  let variance = 0
  for (const one of own) {
    const { unreal, all } = byPlace.get(placeOf(one)) ?? { unreal: 0, all: 0 }
    const chance = (unreal + priorLabels * overall) / (all + priorLabels)
    beyond += (isUnreal(one) ? 1 : 0) - chance
    variance += chance * (1 - chance)
  }
  const told = (own.length ** 2 * overall * (1 - overall)) / (others.length + 2)
  return beyond / Math.sqrt(variance + told)
}

/** Called unreal, and further from the usual than what others call so, by so many standard deviations of its logarithm. */
function farLargerThanOthers(
  own: readonly Feedback[],
  others: readonly Feedback[],
  sigmas: number,
): Feedback[] {
  const sizes = others.filter(isUnreal).map(ratioOf)
  if (sizes.length < noiseMin) return []
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  const deviation = Math.sqrt(sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length)
  return own.filter((one) => isUnreal(one) && ratioOf(one) > mean + sigmas * Math.max(deviation, 0.1))
}

/** Of a day's labels by several people, one gave nearly all. */
function tooManyOf(user: string, labels: readonly Feedback[], nowMs: number, shareMax: number): Feedback[] {
  const recent = labels.filter((one) => nowMs - atOf(one) < dayMs)
  const own = recent.filter((one) => one.user === user)
  const people = new Set(recent.map((one) => one.user)).size
  const many = recent.length >= volumeLabelsMin && people >= volumePeopleMin
  return many && own.length > shareMax * recent.length ? own : []
}
