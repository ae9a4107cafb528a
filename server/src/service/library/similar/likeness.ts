import { type Part, parts } from './feature.ts'
import type { IncidentProfile } from './profile.ts'
import { type Asked, askedOf, type ProfileBook, type Remembered } from './profile-book.ts'

/** What one part gave, and the features that both have, the most telling first. */
export type LikenessPart = { part: Part; share: number; shared: string[] }
export type Alike = { profile: IncidentProfile; score: number; parts: LikenessPart[] }

/** From where on one is shown: `together` is asked of each and of the mean of the nearest, `alone` of one that has no company. */
export type Floor = { together: number; alone: number }

/** Of what a part weighs of which only one of the two says something: not knowing is less than differing, and more than nothing. */
const unknownShare = 0.5

/** Parts of which one must be shared, alerts, symptoms and cause: nothing else makes two incidents alike. */
const tellingParts = 3

/** What happens again has mostly happened more than once; a chance likeness is with one. */
export const companyCount = 3

export type Near = { remembered: Remembered; score: number }

/**
 * Those as alike as the floor for as much as is known of it, most alike first; none where neither the nearest together nor one alone reach
 * it. How alike: the cosine of two sets of features, weighted by how rare they are among all incidents (TF-IDF: Salton, Buckley 1988).
 */
export function mostAlike(
  profile: IncidentProfile,
  book: ProfileBook,
  { floorAt, limit }: { floorAt: (known: number) => Floor; limit: number },
): { floor: Floor; alike: Alike[] } {
  const asked = askedOf(profile, book)
  const floor = floorAt(knownOf(asked))
  const near = nearest(asked, book, Math.max(limit, companyCount), [profile.id])
  const least = meanOfNearest(near) >= floor.together ? floor.together : Math.max(floor.alone, floor.together)
  const alike = near
    .filter(({ score }) => score >= least)
    .slice(0, limit)
    .map(({ remembered, score }) => ({
      ...{ profile: remembered.profile, score },
      parts: partsOf(asked, remembered, book),
    }))
  return { floor, alike }
}

/** How much is known of one, in the weight of its features. */
export const knownOf = ({ sums }: Asked): number => sums.reduce((all, sum) => all + sum, 0)

/** Fewer than `companyCount` count as if the missing were not alike at all. */
export const meanOfNearest = (near: readonly Near[]): number =>
  near.slice(0, companyCount).reduce((sum, { score }) => sum + score, 0) / companyCount

/** The most alike first, without those named; among equals the newest id. O(features of the book). */
export function nearest(asked: Asked, book: ProfileBook, count: number, without: readonly string[]): Near[] {
  const weights = book.weights()
  const found: Near[] = []
  for (const remembered of book.all()) {
    const { score } = compare(asked, remembered, weights)
    if (score > 0 && !without.includes(remembered.profile.id)) found.push({ remembered, score })
  }
  return found
    .sort((a, b) => b.score - a.score || (a.remembered.profile.id < b.remembered.profile.id ? 1 : -1))
    .slice(0, count)
}

/** 0 to 1. `values` are what each part gives to it, in the order of `parts`. */
export function compare(
  { marks, sums }: Asked,
  { numbers }: Remembered,
  weights: Float64Array,
): { score: number; values: readonly number[] } {
  const values: number[] = []
  let [both, mine, theirs, tells] = [0, 0, 0, false]
  for (let at = 0; at < numbers.length; at += 1) {
    const list = numbers[at]!
    const asked = sums[at]!
    let [shared, all] = [0, 0]
    for (let place = 0; place < list.length; place += 1) {
      const number = list[place]!
      all += weights[number]!
      if (marks[number] === 1) shared += weights[number]!
    }
    const share = asked > 0 && all > 0 ? 1 : unknownShare
    mine += share * asked
    theirs += share * all
    both += shared
    values.push(shared)
    if (at < tellingParts && shared > 0) tells = true
  }
  if (!tells) return { score: 0, values }
  const length = Math.sqrt(mine * theirs)
  return { score: both / length, values: values.map((value) => value / length) }
}

function partsOf(asked: Asked, remembered: Remembered, book: ProfileBook): LikenessPart[] {
  const { marks } = asked
  const weights = book.weights()
  return compare(asked, remembered, weights)
    .values.map((share, at): LikenessPart => {
      const shared = [...(remembered.numbers[at] ?? [])]
        .filter((number) => marks[number] === 1)
        .map((number) => ({ name: book.nameOf(number), weight: weights[number] ?? 0 }))
        .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
      return { part: parts[at]!, share, shared: shared.map(({ name }) => name) }
    })
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
}
