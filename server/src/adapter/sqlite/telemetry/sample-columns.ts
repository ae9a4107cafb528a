import type { SeriesRef } from '../../../port/metric-store.ts'

/**
 * Samples of several series in few buffers, so that they go from thread to thread in one message. For each run four numbers: its
 * series, how many samples it has, where in `timesMs` its times begin (series scraped together share them), and of how many samples
 * it has the ones that were enough. Values follow one another in the order of runs.
 */
export type SampleColumns = { runs: Uint32Array; timesMs: Float64Array; values: Float64Array }
/** Runs that may overlap: `orders` as in `SampleRun`. */
export type OrderedColumns = SampleColumns & { orders: Float64Array }
export type ColumnsRun = { ref: SeriesRef; timesMs: Float64Array; values: Float64Array; pickedFrom: number }

const stride = 4

export function unpackColumns({ runs, timesMs, values }: SampleColumns): ColumnsRun[] {
  const found: ColumnsRun[] = []
  for (let i = 0, at = 0; i < runs.length; i += stride) {
    const count = runs[i + 1]!
    const from = runs[i + 2]!
    found.push({
      ref: runs[i]!,
      timesMs: timesMs.subarray(from, from + count),
      values: values.subarray(at, at + count),
      pickedFrom: runs[i + 3]!,
    })
    at += count
  }
  return found
}

/** Gathers columns in buffers that grow. Values are copied as words, never as numbers. */
export class ColumnsWriter {
  #runs = new Uint32Array(64 * stride)
  #timesMs = new Float64Array(0)
  #values = new Float64Array(0)
  #words = new Uint32Array(0)
  #count = 0
  #times = 0
  #samples = 0

  get samples(): number {
    return this.#samples
  }
  /** Makes room for so many more samples, and times at most as many. */
  reserve(samples: number): void {
    if (this.#samples + samples > this.#values.length) {
      const before = this.#words
      this.#values = new Float64Array(Math.max(this.#samples + samples, this.#values.length * 2))
      this.#words = new Uint32Array(this.#values.buffer)
      this.#words.set(before)
    }
  }
  /** Copies times; gives where they begin. */
  addTimes(timesMs: Float64Array): number {
    const from = this.#times
    if (from + timesMs.length > this.#timesMs.length) {
      const before = this.#timesMs
      this.#timesMs = new Float64Array(Math.max(from + timesMs.length, before.length * 2, 1_024))
      this.#timesMs.set(before)
    }
    this.#timesMs.set(timesMs, from)
    this.#times += timesMs.length
    return from
  }
  /** Copies values [from, to) of a column, given as its words, behind those there are; `reserve` was called for them. */
  addValues(words: Uint32Array, from: number, to: number): void {
    this.#words.set(words.subarray(2 * from, 2 * to), 2 * this.#samples)
    this.#samples += to - from
  }
  addValue(words: Uint32Array, index: number): void {
    this.#words[2 * this.#samples] = words[2 * index]!
    this.#words[2 * this.#samples + 1] = words[2 * index + 1]!
    this.#samples += 1
  }
  /** The run whose values were added last; its times begin at `timesAt`. */
  endRun(ref: SeriesRef, count: number, timesAt: number, pickedFrom = count): void {
    if ((this.#count + 1) * stride > this.#runs.length) {
      const before = this.#runs
      this.#runs = new Uint32Array(before.length * 2)
      this.#runs.set(before)
    }
    const at = this.#count * stride
    this.#runs[at] = ref
    this.#runs[at + 1] = count
    this.#runs[at + 2] = timesAt
    this.#runs[at + 3] = pickedFrom
    this.#count += 1
  }
  /** Exact buffers, to be handed to another thread. */
  finish(): SampleColumns {
    return {
      runs: this.#runs.slice(0, this.#count * stride),
      timesMs: fitted(this.#timesMs, this.#times),
      values: new Float64Array(fitted(this.#words, this.#samples * 2).buffer),
    }
  }
}

/** As `ColumnsWriter`, of runs as memory holds them. */
export class MemoryColumns {
  readonly #columns = new ColumnsWriter()
  readonly #orders: number[] = []
  /** The first `count` samples of both columns. */
  add(ref: SeriesRef, order: number, timesMs: Float64Array, words: Uint32Array, count: number): void {
    this.#orders.push(order)
    this.#columns.reserve(count)
    const timesAt = this.#columns.addTimes(timesMs.subarray(0, count))
    this.#columns.addValues(words, 0, count)
    this.#columns.endRun(ref, count, timesAt)
  }
  /** Undefined where nothing was added. */
  finish(): OrderedColumns | undefined {
    if (this.#orders.length === 0) return undefined
    return { ...this.#columns.finish(), orders: Float64Array.from(this.#orders) }
  }
}

/** Itself where little of it is unused: sending that costs nothing. */
function fitted<T extends Float64Array | Uint32Array>(column: T, used: number): T {
  return (column.length - used > 1_024 && used < column.length * 0.75 ? column.slice(0, used) : column) as T
}
