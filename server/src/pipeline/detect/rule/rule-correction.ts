import type { Labels } from '@aiops/contract/model/label'

/** Multiplies the bound of series whose labels include `match`: above 1 they are told of less, below 1 more. */
export type Correction = { match: Labels; factor: number }

/** Corrections of a tenant; more are not looked at. */
export const correctionsMax = 10_000
const factorMin = 0.25
const factorMax = 8

/** Corrections found by one of their labels, so that a series meets only those that could fit. */
export class Corrections {
  readonly #byLabel = new Map<string, Correction[]>()
  readonly all: readonly Correction[]

  constructor(corrections: readonly Correction[]) {
    const known = corrections.slice(0, correctionsMax).filter(({ factor }) => factor > 0)
    this.all = known
    for (const correction of known) {
      const [name = '', value = ''] = rarest(correction.match)
      const key = keyOf(name, value)
      const others = this.#byLabel.get(key)
      if (others) others.push(correction)
      else this.#byLabel.set(key, [correction])
    }
  }

  get count(): number {
    return this.all.length
  }

  /** The product of all that fit, between a quarter and 8; 1 where none does. */
  factorOf(labels: Labels): number {
    if (this.count === 0) return 1
    let factor = 1
    for (const [name, value] of [['', ''] as const, ...Object.entries(labels)])
      for (const correction of this.#byLabel.get(keyOf(name, value)) ?? [])
        if (Object.entries(correction.match).every(([label, wanted]) => labels[label] === wanted))
          factor *= correction.factor
    return Math.max(factorMin, Math.min(factorMax, factor))
  }
}

/** A metric's name tells more than a service's; all others are tried last. */
const rarest = (match: Labels): readonly string[] =>
  Object.entries(match).find(([name]) => name === '__name__') ?? Object.entries(match)[0] ?? ['', '']

const keyOf = (name: string, value: string): string => `${name}\u0000${value}`
