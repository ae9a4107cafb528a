import { severities } from '@aiops/contract/model/severity'
import type { Part } from './feature.ts'
import type { IncidentProfile } from './profile.ts'
import { type Asked, askedOf, featureParts, type ProfileBook, type Remembered } from './profile-book.ts'

/** What one part gave, and the features that both have, the most telling first. */
export type LikenessPart = { part: Part; share: number; shared: string[] }
export type Alike = { profile: IncidentProfile; score: number; parts: LikenessPart[] }

/**
 * What each part is worth where both incidents say something of it. What failed and how (alerts, symptoms, cause) counts most: the same
 * words or places are met in incidents of quite another nature.
 */
export const partWeights: Readonly<Record<Part, number>> = {
  alerts: 0.27,
  symptoms: 0.25,
  cause: 0.2,
  places: 0.1,
  changes: 0.08,
  severity: 0.02,
  text: 0.08,
}

/** Of the weight of a part that only one of the two says something of: not knowing is less than differing, and more than nothing. */
const unknownShare = 0.5

/** Parts of which one must be shared, alerts, symptoms and cause: nothing else makes two incidents alike. */
const tellingParts = 3

/**
 * Those at least as alike as `floor`, most alike first; the incident itself is none of them. How alike: the weighted mean of the parts, each
 * the cosine of two sets of features weighted by how rare they are among all incidents (TF-IDF: Salton, Buckley 1988).
 */
export function mostAlike(
  profile: IncidentProfile,
  book: ProfileBook,
  { floor, limit }: { floor: number; limit: number },
): Alike[] {
  const asked = askedOf(profile, book)
  const weights = book.weights()
  const found: { remembered: Remembered; score: number }[] = []
  for (const remembered of book.all()) {
    if (remembered.profile.id === profile.id) continue
    const { score } = compare(asked, profile.severity, remembered, weights)
    if (score >= floor && score > 0) found.push({ remembered, score })
  }
  return found
    .sort((a, b) => b.score - a.score || (a.remembered.profile.id < b.remembered.profile.id ? 1 : -1))
    .slice(0, limit)
    .map(({ remembered, score }) => {
      const { values, total } = compare(asked, profile.severity, remembered, weights)
      return { profile: remembered.profile, score, parts: partsOf(values, total, asked, remembered, book) }
    })
}

type Compared = {
  score: number
  /** Weight times likeness, by part in the order of `featureParts`, severity last. */
  values: readonly number[]
  total: number
}

function compare(
  { marks, sums }: Asked,
  severity: IncidentProfile['severity'],
  { profile, numbers }: Remembered,
  weights: Float64Array,
): Compared {
  const values: number[] = []
  let [sum, total, tells] = [0, 0, false]
  for (let at = 0; at < numbers.length; at += 1) {
    const weight = partWeights[featureParts[at]!]
    const theirs = numbers[at]!
    const mine = sums[at]!
    let value = 0
    if (mine > 0 && theirs.length > 0) {
      let [both, length] = [0, 0]
      for (let place = 0; place < theirs.length; place += 1) {
        const number = theirs[place]!
        length += weights[number]!
        if (marks[number] === 1) both += weights[number]!
      }
      value = both === 0 ? 0 : (weight * both) / Math.sqrt(mine * length)
      total += weight
    } else if (mine > 0 || theirs.length > 0) total += weight * unknownShare
    values.push(value)
    sum += value
    if (at < tellingParts && value > 0) tells = true
  }
  const apart = Math.abs(severities.indexOf(severity) - severities.indexOf(profile.severity))
  const ofSeverity = partWeights.severity * (1 - apart / (severities.length - 1))
  values.push(ofSeverity)
  total += partWeights.severity
  return { values, total, score: tells ? (sum + ofSeverity) / total : 0 }
}

function partsOf(
  values: readonly number[],
  total: number,
  { marks }: Asked,
  { numbers }: Remembered,
  book: ProfileBook,
): LikenessPart[] {
  const weights = book.weights()
  return values
    .map((value, at): LikenessPart => {
      const shared = [...(numbers[at] ?? [])]
        .filter((number) => marks[number] === 1)
        .map((number) => ({ name: book.nameOf(number), weight: weights[number] ?? 0 }))
        .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
      const part = featureParts[at] ?? 'severity'
      return { part, share: value / total, shared: shared.map(({ name }) => name) }
    })
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
}
