import { assert } from '../../kernel/assert.ts'

/** Events of a time, and of how much of it something is known. */
export type Tally = { total: number; bad: number; knownMs: number }

export const nothing = (): Tally => ({ total: 0, bad: 0, knownMs: 0 })

export function addTo(tally: Tally, { total, bad, knownMs }: Readonly<Tally>): void {
  tally.total += total
  tally.bad += bad
  tally.knownMs += knownMs
}

/** Tallies of equal slots of time, each ending at a multiple of its length; the newest `count` of them are kept, 32 bytes each. */
export class SlotRing {
  readonly stepMs: number
  readonly #count: number
  /** Which slot lies at a place; -1 for none. */
  readonly #numbers: Float64Array
  readonly #total: Float64Array
  readonly #bad: Float64Array
  readonly #known: Float64Array

  constructor(stepMs: number, count: number) {
    this.stepMs = stepMs
    this.#count = count
    this.#numbers = new Float64Array(count).fill(-1)
    this.#total = new Float64Array(count)
    this.#bad = new Float64Array(count)
    this.#known = new Float64Array(count)
  }

  /** To the slot that holds the moment `endMs`, its own end included. What is older than all that is kept is left out. */
  add(endMs: number, { total, bad, knownMs }: Readonly<Tally>): void {
    const number = Math.ceil(endMs / this.stepMs)
    const at = number % this.#count
    const there = this.#numbers[at] as number
    if (there > number) return
    if (there < number) {
      this.#numbers[at] = number
      this.#total[at] = 0
      this.#bad[at] = 0
      this.#known[at] = 0
    }
    this.#total[at] = (this.#total[at] as number) + total
    this.#bad[at] = (this.#bad[at] as number) + bad
    this.#known[at] = (this.#known[at] as number) + knownMs
  }

  /** Of the slots that lie whole in (startMs, endMs]; the last may be under way. */
  sum(startMs: number, endMs: number): Tally {
    assert(Number.isFinite(startMs) && Number.isFinite(endMs), 'a time that has ends')
    const tally = nothing()
    const first = Math.ceil(startMs / this.stepMs) + 1
    const last = Math.ceil(endMs / this.stepMs)
    for (let number = Math.max(first, last - this.#count + 1); number <= last; number += 1) {
      const at = number % this.#count
      if (this.#numbers[at] !== number) continue
      tally.total += this.#total[at] as number
      tally.bad += this.#bad[at] as number
      tally.knownMs += this.#known[at] as number
    }
    return tally
  }
}
