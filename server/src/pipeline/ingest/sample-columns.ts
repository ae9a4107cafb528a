import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../kernel/fault.ts'
import type { SampleBatch } from '../../port/metric-store.ts'

/** Prometheus' stale marker, a NaN with payload: 0x7ff0000000000002. */
export const STALE_LO = 0x0000_0002
export const STALE_HI = 0x7ff0_0000

/** The samples of one request while they are decoded. Values are written as words, so that NaN payloads survive. */
export class SampleColumns {
  count = 0
  series: Uint32Array
  timesMs: Float64Array
  values: Float64Array
  /** Entries whose value is a difference since the point before; the stores' newest total is added when they are stored. */
  readonly deltas: number[] = []
  #words: Uint32Array
  readonly #max: number

  constructor(capacity: number, max: number) {
    this.#max = max
    const size = Math.max(16, Math.min(capacity, max))
    this.series = new Uint32Array(size)
    this.timesMs = new Float64Array(size)
    this.values = new Float64Array(size)
    this.#words = new Uint32Array(this.values.buffer)
  }

  /** Words of the IEEE 754 double, least significant first: typed arrays are little-endian wherever Node runs. */
  push(series: number, timeMs: number, lo: number, hi: number): void {
    const at = this.count
    if (at === this.series.length) this.#grow()
    this.series[at] = series
    this.timesMs[at] = timeMs
    this.#words[2 * at] = lo
    this.#words[2 * at + 1] = hi
    this.count = at + 1
  }

  pushNumber(series: number, timeMs: number, value: number): void {
    const at = this.count
    if (at === this.series.length) this.#grow()
    this.series[at] = series
    this.timesMs[at] = timeMs
    this.values[at] = value
    this.count = at + 1
  }

  pushDelta(series: number, timeMs: number, value: number): void {
    this.deltas.push(this.count)
    this.pushNumber(series, timeMs, value)
  }

  batch(tenant: TenantId): SampleBatch {
    return { tenant, count: this.count, series: this.series, timesMs: this.timesMs, values: this.values }
  }

  /** Takes back what was pushed since `count` was this. */
  cut(count: number): void {
    this.count = count
    while (this.deltas.length > 0 && this.deltas.at(-1)! >= count) this.deltas.pop()
  }

  /** Leaves out these entries; the others keep their order. */
  drop(entries: ReadonlySet<number>): void {
    if (entries.size === 0) return
    let to = 0
    for (let at = 0; at < this.count; at += 1) {
      if (entries.has(at)) continue
      this.series[to] = this.series[at]!
      this.timesMs[to] = this.timesMs[at]!
      this.#words[2 * to] = this.#words[2 * at]!
      this.#words[2 * to + 1] = this.#words[2 * at + 1]!
      to += 1
    }
    this.count = to
    this.deltas.length = 0
  }

  #grow(): void {
    const size = this.series.length
    if (size >= this.#max) {
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${this.#max} samples; this one holds more. Send smaller requests.`,
      )
    }
    const next = Math.min(size * 2, this.#max)
    const series = new Uint32Array(next)
    series.set(this.series)
    const timesMs = new Float64Array(next)
    timesMs.set(this.timesMs)
    const values = new Float64Array(next)
    const words = new Uint32Array(values.buffer)
    words.set(this.#words)
    this.series = series
    this.timesMs = timesMs
    this.values = values
    this.#words = words
  }
}

/** Why a sample's time is refused. `earliestMs` is the oldest that is taken. */
export function outOfTime(
  timeMs: number,
  earliestMs: number,
  limits: { ageMsMax: number; futureMsMax: number },
): Fault {
  const why =
    timeMs < earliestMs
      ? `older than the ${limits.ageMsMax / 1_000} s that are taken`
      : `more than ${limits.futureMsMax / 1_000} s ahead of this clock`
  return new Fault('INVALID_SAMPLE', `A sample with timestamp ${timeMs} ms is ${why}.`)
}
