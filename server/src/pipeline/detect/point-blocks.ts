import type { PointColumns } from './engine.ts'

/** Points of one block: what several senders' requests bring within some milliseconds. */
const blockPoints = 8_192
/** Blocks kept for the next points; more only exist while the detector is behind. */
const keptMax = 16

type Block = { series: Uint32Array; timesMs: Float64Array; values: Float64Array }

/**
 * Columns of points in memory that both threads see and that is used again, so that what goes to the detector is neither handed over
 * nor thrown away: blocks are filled here, read there, and come back in the order they were sent.
 */
export class PointBlocks {
  readonly #free: Block[] = []
  readonly #sent: Block[] = []
  #block: Block | undefined
  #count = 0
  #nowMs = 0

  get count(): number {
    return this.#count
  }

  /** Copies points; `full` is called whenever a block must be taken away. */
  add({ nowMs, series, timesMs, values }: PointColumns, full: () => void): void {
    this.#nowMs = nowMs
    for (let from = 0; from < series.length; ) {
      this.#block ??= this.#free.pop() ?? newBlock()
      const to = Math.min(series.length, from + blockPoints - this.#count)
      this.#block.series.set(series.subarray(from, to), this.#count)
      this.#block.timesMs.set(timesMs.subarray(from, to), this.#count)
      this.#block.values.set(values.subarray(from, to), this.#count)
      this.#count += to - from
      from = to
      if (this.#count === blockPoints) full()
    }
  }

  /** What was added since the last time, for the other thread; undefined where that is nothing. */
  take(): PointColumns | undefined {
    const block = this.#block
    if (!block || this.#count === 0) return undefined
    const count = this.#count
    this.#block = undefined
    this.#count = 0
    this.#sent.push(block)
    return {
      nowMs: this.#nowMs,
      series: block.series.subarray(0, count),
      timesMs: block.timesMs.subarray(0, count),
      values: block.values.subarray(0, count),
    }
  }

  /** The oldest block taken has been read. */
  giveBack(): void {
    const block = this.#sent.shift()
    if (block && this.#free.length < keptMax) this.#free.push(block)
  }
}

const newBlock = (): Block => ({
  series: new Uint32Array(new SharedArrayBuffer(blockPoints * 4)),
  timesMs: new Float64Array(new SharedArrayBuffer(blockPoints * 8)),
  values: new Float64Array(new SharedArrayBuffer(blockPoints * 8)),
})
