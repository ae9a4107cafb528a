import type { PulledPoint } from './pull-mapping.ts'

/** Points that were written, so that those fetched again are not. Bounded: when full all are forgotten, and the stores tell repeats apart. */
export class KnownPoints {
  readonly #max: number
  readonly #series = new Map<string, Map<number, number>>()
  #size = 0

  constructor(max: number) {
    this.#max = max
  }

  isNew(point: PulledPoint): boolean {
    return this.#series.get(keyOf(point))?.get(point.timeMs) !== point.value
  }

  add(point: PulledPoint): void {
    if (this.#size >= this.#max) {
      this.#series.clear()
      this.#size = 0
    }
    const key = keyOf(point)
    const times = this.#series.get(key) ?? new Map<number, number>()
    this.#series.set(key, times)
    if (!times.has(point.timeMs)) this.#size += 1
    times.set(point.timeMs, point.value)
  }

  forgetBefore(timeMs: number): void {
    for (const [key, times] of this.#series) {
      for (const at of times.keys())
        if (at < timeMs) {
          times.delete(at)
          this.#size -= 1
        }
      if (times.size === 0) this.#series.delete(key)
    }
  }
}

const keyOf = ({ name, labels }: PulledPoint): string =>
  JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
