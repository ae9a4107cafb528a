import { type Features, featuresOf, type Part, parts, worthOf } from './feature.ts'
import type { IncidentProfile } from './profile.ts'

/** Features by their numbers in the book, in the order of `parts`. */
export type Numbers = readonly Uint32Array[]
export type Remembered = { profile: IncidentProfile; numbers: Numbers }

/** As if so many others had none of it: what the first few share is not common yet. */
const othersGuessed = 20

/** The ended incidents of one tenant: at most `limit`, the last that ended; and in how many of them each feature is. */
export class ProfileBook {
  readonly #limit: number
  readonly #profiles = new Map<string, Remembered>()
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  readonly #free: number[] = []
  #holding = new Uint32Array(1_024)
  readonly #worths: number[] = []
  #weights: Float64Array | undefined
  #edits = 0
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#profiles.size
  }
  /** How often something was put in or taken out. */
  get edits(): number {
    return this.#edits
  }
  get(id: string): IncidentProfile | undefined {
    return this.#profiles.get(id)?.profile
  }
  all(): IterableIterator<Remembered> {
    return this.#profiles.values()
  }

  /** Adds or replaces. Answers the one that had to go for it, if any. */
  put(profile: IncidentProfile): string | undefined {
    this.remove(profile.id)
    const features = featuresOf(profile)
    const numbers = parts.map((part) =>
      Uint32Array.from(features[part], (feature) => this.#count(`${part} ${feature}`)),
    )
    this.#profiles.set(profile.id, { profile, numbers })
    this.#edits += 1
    this.#weights = undefined
    if (this.size <= this.#limit) return undefined
    const oldest = this.#oldest()
    this.remove(oldest)
    return oldest
  }

  remove(id: string): boolean {
    const known = this.#profiles.get(id)
    if (!known) return false
    this.#profiles.delete(id)
    this.#edits += 1
    this.#weights = undefined
    for (const list of known.numbers)
      for (const number of list) {
        this.#holding[number]! -= 1
        if (this.#holding[number] !== 0) continue
        this.#numbers.delete(this.#names[number] ?? '')
        this.#names[number] = ''
        this.#free.push(number)
      }
    return true
  }

  /** By number: the worth of the feature times idf as in BM25, the rarer among all incidents, the more telling. */
  weights(): Float64Array {
    this.#weights ??= Float64Array.from(
      this.#worths,
      (worth, number) => worth * this.#rarity(this.#holding[number] ?? 0),
    )
    return this.#weights
  }
  /** Of a feature that none of them has. */
  weightOfUnknown(feature: string): number {
    return worthOf(feature) * this.#rarity(0)
  }
  /** Undefined for a feature that none of them has. */
  numberOf(part: Part, feature: string): number | undefined {
    return this.#numbers.get(`${part} ${feature}`)
  }
  /** A feature without its part. */
  nameOf(number: number): string {
    const name = this.#names[number] ?? ''
    return name.slice(name.indexOf(' ') + 1)
  }

  #rarity(holding: number): number {
    return Math.log(1 + (this.size + othersGuessed - holding + 0.5) / (holding + 0.5))
  }

  #count(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) {
      number = this.#free.pop() ?? this.#names.length
      this.#names[number] = name
      this.#worths[number] = worthOf(name.slice(name.indexOf(' ') + 1))
      this.#numbers.set(name, number)
      if (number >= this.#holding.length) {
        const more = new Uint32Array(this.#holding.length * 2)
        more.set(this.#holding)
        this.#holding = more
      }
    }
    this.#holding[number]! += 1
    return number
  }

  /** That ended first. */
  #oldest(): string {
    let [oldest, at] = ['', '\uffff']
    for (const { profile } of this.#profiles.values()) {
      const ended = profile.resolved_at ?? profile.started_at
      if (ended < at) [oldest, at] = [profile.id, ended]
    }
    return oldest
  }
}

/** An incident that is asked for, as the book numbers features: `marks` is 1 for each that it has, `sums` their weight by part. */
export type Asked = { marks: Uint8Array; sums: readonly number[] }

export function askedOf(profile: IncidentProfile, book: ProfileBook): Asked {
  const features: Features = featuresOf(profile)
  const weights = book.weights()
  const marks = new Uint8Array(weights.length)
  const sums = parts.map((part) => {
    let sum = 0
    for (const feature of features[part]) {
      const number = book.numberOf(part, feature)
      if (number !== undefined) marks[number] = 1
      sum += number === undefined ? book.weightOfUnknown(feature) : (weights[number] ?? 0)
    }
    return sum
  })
  return { marks, sums }
}

/** One that has these features of the book. */
export function askedOfNumbers(numbers: Numbers, book: ProfileBook): Asked {
  const weights = book.weights()
  const marks = new Uint8Array(weights.length)
  const sums = numbers.map((list) => {
    let sum = 0
    for (const number of list) {
      marks[number] = 1
      sum += weights[number] ?? 0
    }
    return sum
  })
  return { marks, sums }
}
