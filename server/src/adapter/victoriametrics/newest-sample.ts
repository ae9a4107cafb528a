import type { SeriesRef } from '../../port/metric-store.ts'

/** The newest sample of each series, by number. 16 bytes a series. */
export class NewestSamples {
  #timesMs = new Float64Array(1_024).fill(Number.NaN)
  #values = new Float64Array(1_024)

  /** NaN where none is known. */
  timeMs(ref: SeriesRef): number {
    return this.#timesMs[ref] ?? Number.NaN
  }
  /** Bits and all. */
  sameValue(ref: SeriesRef, values: Float64Array, at: number): boolean {
    return Object.is(this.#values[ref], values[at]) && !Number.isNaN(values[at])
  }
  set(ref: SeriesRef, timeMs: number, values: Float64Array, at: number): void {
    if (ref >= this.#timesMs.length) this.#grow(ref)
    this.#timesMs[ref] = timeMs
    this.#values.set(values.subarray(at, at + 1), ref)
  }
  get(ref: SeriesRef): { timeMs: number; value: number } | undefined {
    const timeMs = this.timeMs(ref)
    return Number.isNaN(timeMs) ? undefined : { timeMs, value: this.#values[ref]! }
  }

  #grow(ref: SeriesRef): void {
    const size = Math.max(ref + 1, this.#timesMs.length * 2)
    const [timesMs, values] = [this.#timesMs, this.#values]
    this.#timesMs = new Float64Array(size).fill(Number.NaN)
    this.#values = new Float64Array(size)
    this.#timesMs.set(timesMs)
    this.#values.set(values)
  }
}
