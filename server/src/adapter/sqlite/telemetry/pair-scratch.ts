import type { StringPool } from './string-pool.ts'

/** The labels of one series as numbers of their texts: name, value, name, value, … ascending by name. The next takes its place. */
export class PairScratch {
  readonly #strings: StringPool
  numbers = new Uint32Array(128)
  /** Names and values of the series before, by place, and their numbers. */
  readonly #lastTexts: string[] = []
  readonly #lastIds: number[] = []

  constructor(strings: StringPool) {
    this.#strings = strings
  }

  /** Gives the length; an empty value is no label, as in Prometheus. */
  gather(names: readonly string[], values: readonly string[]): number {
    const count = names.length
    this.#reserve(count * 2)
    let length = 0
    for (let i = 0; i < count; i += 1) {
      if (values[i] === '') continue
      this.numbers[length++] = this.#guessed(2 * i, names[i]!)
      this.numbers[length++] = this.#guessed(2 * i + 1, values[i]!)
    }
    this.#sort(length)
    return length
  }
  /** As `gather`, −1 where a text was never seen: then no series has it. */
  gatherKnown(names: readonly string[], values: readonly string[]): number {
    this.#reserve(names.length * 2)
    let length = 0
    for (let i = 0; i < names.length; i += 1) {
      if (values[i] === '') continue
      const [name, value] = [this.#strings.find(names[i]!), this.#strings.find(values[i]!)]
      if (name === undefined || value === undefined) return -1
      this.numbers[length++] = name
      this.numbers[length++] = value
    }
    this.#sort(length)
    return length
  }
  /** Numbers that are known. */
  fill(length: number, numberAt: (i: number) => number): void {
    this.#reserve(length)
    for (let i = 0; i < length; i += 1) this.numbers[i] = numberAt(i)
    this.#sort(length)
  }

  /** The text's number: a sender's new series have most names and values where the one before had them. */
  #guessed(at: number, text: string): number {
    if (this.#lastTexts[at] === text) return this.#lastIds[at]!
    const id = this.#strings.intern(text)
    this.#lastTexts[at] = text
    this.#lastIds[at] = id
    return id
  }
  #reserve(length: number): void {
    if (this.numbers.length < length) this.numbers = new Uint32Array(length * 2)
  }
  /** Insertion sort: few pairs, mostly in order. */
  #sort(length: number): void {
    const pairs = this.numbers
    for (let i = 2; i < length; i += 2) {
      const name = pairs[i]!
      const value = pairs[i + 1]!
      let at = i
      for (; at > 0 && pairs[at - 2]! > name; at -= 2) {
        pairs[at] = pairs[at - 2]!
        pairs[at + 1] = pairs[at - 1]!
      }
      pairs[at] = name
      pairs[at + 1] = value
    }
  }
}
