/** Most steps of one window. */
export const windowStepsMax = 288

/** What a window keeps, in the order of the factors of the score: cost, latency, credits, GPUs. */
export type WindowValues = readonly [number | null, number | null, number | null, number | null]
const fieldCount = 4
const countMax = 65_535

/** Readings of one service at one provider, averaged by step, in a ring. Time may come in any order; what is older than the ring is dropped. */
export class ReadingWindow {
  readonly #stepMs: number
  readonly #steps: number
  readonly #buckets: Float64Array
  /** Field by field; single precision is 7 digits, more than any reading has. */
  readonly #sums: Float32Array
  readonly #counts: Uint16Array

  constructor(stepMs: number, steps: number) {
    this.#stepMs = stepMs
    this.#steps = Math.max(1, Math.min(windowStepsMax, Math.ceil(steps)))
    this.#buckets = new Float64Array(this.#steps).fill(-1)
    this.#sums = new Float32Array(this.#steps * fieldCount)
    this.#counts = new Uint16Array(this.#steps * fieldCount)
  }

  add(timeMs: number, values: WindowValues): void {
    const bucket = Math.floor(timeMs / this.#stepMs)
    const at = bucket % this.#steps
    if (this.#buckets[at]! > bucket) return
    if (this.#buckets[at] !== bucket) {
      this.#buckets[at] = bucket
      for (let field = 0; field < fieldCount; field += 1)
        this.#sums[field * this.#steps + at] = this.#counts[field * this.#steps + at] = 0
    }
    for (let field = 0; field < fieldCount; field += 1) {
      const value = values[field]
      const cell = field * this.#steps + at
      if (value === null || value === undefined || this.#counts[cell]! >= countMax) continue
      this.#sums[cell]! += value
      this.#counts[cell]! += 1
    }
  }

  /** Mean of a step; NaN where nothing was read. */
  mean(field: number, bucket: number): number {
    const at = bucket % this.#steps
    const cell = field * this.#steps + at
    return this.#buckets[at] === bucket && this.#counts[cell]! > 0
      ? this.#sums[cell]! / this.#counts[cell]!
      : Number.NaN
  }
  cost(bucket: number): number {
    return this.mean(0, bucket)
  }
  latency(bucket: number): number {
    return this.mean(1, bucket)
  }
  /** The oldest step with a cost up to `last`; -1 for none. */
  firstCost(last: number): number {
    for (let bucket = Math.max(0, last - this.#steps + 1); bucket <= last; bucket += 1)
      if (!Number.isNaN(this.cost(bucket))) return bucket
    return -1
  }
}

/** Columns by field, null where a field is not known of all. */
export type Columns = readonly (Float64Array | null)[]

/**
 * Columns over the time that all windows have in common, up to now; a step without a reading has the one before it. A window without any
 * cost has none. The other fields are there where every window of the rest has some.
 */
export function alignedColumns(
  windows: readonly (ReadingWindow | undefined)[],
  nowMs: number,
  stepMs: number,
): Columns[] {
  const last = Math.floor(nowMs / stepMs)
  const firsts = windows.map((window) => window?.firstCost(last) ?? -1)
  const start = Math.max(-1, ...firsts)
  const length = start < 0 ? 0 : last - start + 1
  const columns = windows.map((window, place): (Float64Array | null)[] | null =>
    !window || firsts[place] === -1
      ? null
      : Array.from({ length: fieldCount }, (_, field) => filled(length, window, field, start)),
  )
  for (let field = 1; field < fieldCount; field += 1)
    if (columns.some((one) => one !== null && one[field] === null))
      for (const one of columns) if (one) one[field] = null
  return columns.map((one) => one ?? [null, null, null, null])
}

function filled(length: number, window: ReadingWindow, field: number, start: number): Float64Array | null {
  const column = new Float64Array(length)
  let first = -1
  let before = Number.NaN
  for (let step = 0; step < length; step += 1) {
    const value = window.mean(field, start + step)
    if (!Number.isNaN(value)) {
      if (first < 0) first = step
      before = value
    }
    column[step] = before
  }
  if (first < 0) return null
  column.fill(column[first]!, 0, first)
  return column
}
