import { type Random, seededRandom } from '../../../kernel/random.ts'
import type { Turn } from '../../../kernel/turn.ts'
import { parts } from './feature.ts'
import { companyCount, compare, type Floor, knownOf, meanOfNearest, nearest } from './likeness.ts'
import { askedOf, askedOfNumbers, type Numbers, type ProfileBook, type Remembered } from './profile-book.ts'

/** With fewer to compare with, or fewer made up, nothing is measured. */
const [incidentsMin, madeMin] = [20, 16]
const [madeCount, triesMax] = [32, 400]
/** The floor without a measurement: over half of what is known is shared. */
const unmeasured = 0.5
/** Two that are less alike than this are of different natures. */
const unlike = 0.3
/** Shares of its features that one made up keeps: an incident that has just begun shows as little. */
const keeps = [1, 0.5, 0.25] as const
/** Above half of those made up together, above nine in ten alone: one by itself has nothing that bears it out. */
const [togetherQuantile, aloneQuantile] = [0.5, 0.9]
/** Measured again after so many changes, as a share of the incidents. */
const staleShare = 0.05

/** Floors of incidents of whom as much is known. */
type Level = Floor & { known: number }

/**
 * From where on likeness says something, measured on the incidents themselves: an incident that is put together from parts of two unlike
 * ones never happened and is like none, so what it reaches is chance. After the idea of a null by recombination; needs no labels, and
 * follows the size of the store and how telling its names are.
 */
export class LikenessFloor {
  readonly #book: ProfileBook
  readonly #least: number
  #levels: Level[] = []
  #measuredAt = Number.NEGATIVE_INFINITY
  /** `least` holds whatever is measured. */
  constructor(book: ProfileBook, least: number) {
    this.#book = book
    this.#least = least
  }

  /** Measures where enough has changed. O(100 × incidents), in slices of the turn. */
  async refresh(turn: Turn): Promise<void> {
    const { edits, size } = this.#book
    if (edits - this.#measuredAt < Math.max(1, staleShare * size)) return
    this.#measuredAt = edits
    this.#levels = size < incidentsMin ? [] : await this.#measure(turn)
  }

  /** For one of whom so much is known, as `knownOf` counts it. */
  at(known: number): Floor {
    const [most] = this.#levels
    if (!most)
      return { together: Math.max(this.#least, unmeasured), alone: Math.max(this.#least, unmeasured) }
    const above = this.#levels.findLast((level) => level.known >= known) ?? most
    const below = this.#levels.find((level) => level.known <= known) ?? this.#levels.at(-1)!
    const share = above.known === below.known ? 0 : (known - below.known) / (above.known - below.known)
    const between = (low: number, high: number): number =>
      Math.max(this.#least, low + Math.min(1, Math.max(0, share)) * (high - low))
    return { together: between(below.together, above.together), alone: between(below.alone, above.alone) }
  }

  async #measure(turn: Turn): Promise<Level[]> {
    const random = seededRandom(1)
    const levels: Level[] = []
    for (const keep of keeps) {
      const made: Level[] = []
      for (let tries = 0; made.length < madeCount && tries < triesMax; tries += 1) {
        const one = this.#madeUp(random, keep)
        if (one) made.push(one)
        if (turn.due()) await turn.give()
      }
      if (made.length < madeMin) return []
      levels.push({
        known: quantile(
          made.map(({ known }) => known),
          0.5,
        ),
        together: quantile(
          made.map(({ together }) => together),
          togetherQuantile,
        ),
        alone: quantile(
          made.map(({ alone }) => alone),
          aloneQuantile,
        ),
      })
    }
    return levels
  }

  /** What one reaches that is made of two; undefined where the two drawn are alike. */
  #madeUp(random: Random, keep: number): Level | undefined {
    const all = this.#list()
    const [a, b] = [pick(random, all), pick(random, all)]
    if (!a || !b || a === b) return undefined
    const book = this.#book
    if (compare(askedOf(a.profile, book), b, book.weights()).score >= unlike) return undefined
    const numbers: Numbers = parts.map((part, at) =>
      (fromFirst.has(part) ? a : b).numbers[at]!.filter(() => random.next() < keep),
    )
    const asked = askedOfNumbers(numbers, book)
    const near = nearest(asked, book, companyCount, [a.profile.id, b.profile.id])
    return { known: knownOf(asked), together: meanOfNearest(near), alone: near[0]?.score ?? 0 }
  }

  #listed: { edits: number; all: Remembered[] } = { edits: -1, all: [] }
  #list(): Remembered[] {
    if (this.#listed.edits !== this.#book.edits)
      this.#listed = { edits: this.#book.edits, all: [...this.#book.all()] }
    return this.#listed.all
  }
}

/** What told of it and where is of the one; what went wrong, why, and what was changed of the other. */
const fromFirst: ReadonlySet<string> = new Set(['alerts', 'places', 'text'])

const pick = <T>(random: Random, list: readonly T[]): T | undefined =>
  list[Math.floor(random.next() * list.length)]

const quantile = (list: readonly number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) * share)] ?? 0
