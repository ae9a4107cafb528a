import type { Edge } from '@aiops/contract/model/topology'

const bucketMs = 5_000
const bucketCount = 12

/** How long what metrics told holds: two rounds of reading them, and the window they are read over. */
const toldMs = 600_000

type Figures = Pick<Edge, 'calls_per_second' | 'error_ratio' | 'mean_ms' | 'bytes_per_second'>

/** Calls of one edge over the last minute: twelve buckets of 5 s, reused in a ring. 0.3 kB an edge. Where no span came, what metrics told. */
export class CallRate {
  readonly #starts = new Float64Array(bucketCount).fill(Number.NEGATIVE_INFINITY)
  readonly #calls = new Uint32Array(bucketCount)
  readonly #errors = new Uint32Array(bucketCount)
  readonly #sumMs = new Float64Array(bucketCount)
  #firstMs = Number.NaN
  #told: { figures: Figures; atMs: number } | undefined

  tell(figures: Figures, nowMs: number): void {
    this.#told = { figures, atMs: nowMs }
  }

  add(nowMs: number, durationMs: number, failed: boolean): void {
    const start = Math.floor(nowMs / bucketMs) * bucketMs
    const slot = (start / bucketMs) % bucketCount
    if (this.#starts[slot] !== start) {
      this.#starts[slot] = start
      this.#calls[slot] = 0
      this.#errors[slot] = 0
      this.#sumMs[slot] = 0
    }
    if (Number.isNaN(this.#firstMs)) this.#firstMs = start
    this.#calls[slot] = (this.#calls[slot] ?? 0) + 1
    if (failed) this.#errors[slot] = (this.#errors[slot] ?? 0) + 1
    this.#sumMs[slot] = (this.#sumMs[slot] ?? 0) + durationMs
  }

  /** Undefined when nothing was called in the last minute. An edge younger than that is averaged over its age. */
  read(nowMs: number): Figures | undefined {
    const told = this.#told && nowMs - this.#told.atMs <= toldMs ? this.#told.figures : undefined
    let calls = 0
    let errors = 0
    let sumMs = 0
    for (let slot = 0; slot < bucketCount; slot += 1) {
      const start = this.#starts[slot] ?? Number.NEGATIVE_INFINITY
      if (start <= nowMs - bucketMs * bucketCount || start > nowMs) continue
      calls += this.#calls[slot] ?? 0
      errors += this.#errors[slot] ?? 0
      sumMs += this.#sumMs[slot] ?? 0
    }
    if (calls === 0) return told
    const overMs = Math.min(bucketMs * bucketCount, Math.max(bucketMs, nowMs - this.#firstMs))
    return {
      ...(told?.bytes_per_second === undefined ? {} : { bytes_per_second: told.bytes_per_second }),
      ...{ calls_per_second: calls / (overMs / 1_000), error_ratio: errors / calls, mean_ms: sumMs / calls },
    }
  }
}
