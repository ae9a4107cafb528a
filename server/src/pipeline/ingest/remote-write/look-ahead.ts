import type { KnownRuns } from './known-run.ts'
import { NONE } from './sample-sink.ts'

// Field number · 8 + wire type: a TimeSeries of prometheus.WriteRequest, and its labels.
const REQUEST_TIMESERIES = 0x0a
const SERIES_LABELS = 0x0a
/** Series looked at together. */
const AHEAD = 16

/**
 * Finds the next few series of a request at once. Where a sender has no order each series is a walk to memory that is far away, and
 * the walks of several can go on side by side; one after the other they are most of the cost. What does not look as every sender
 * writes it ends the look ahead, and is read as ever.
 */
export class LookAhead {
  readonly #starts = new Int32Array(AHEAD)
  readonly #stops = new Int32Array(AHEAD)
  readonly #ids = new Int32Array(AHEAD)
  #count = 0
  #next = 0

  begin(): void {
    this.#count = 0
    this.#next = 0
  }

  /** Whether series were found that have not been asked for. */
  get isOpen(): boolean {
    return this.#next < this.#count
  }

  /** Looks at the series from the tag at `pos` on. */
  look(known: KnownRuns, bytes: Buffer, pos: number, end: number): void {
    this.#next = 0
    this.#count = scan(bytes, pos, end, this.#starts, this.#stops)
    known.lookupAll(bytes, this.#starts, this.#stops, this.#count, this.#ids)
  }

  /** The number of the labels that begin at `start`, NONE where they were not found; then `stop` is behind them. */
  find(start: number): number {
    while (this.#next < this.#count && this.#starts[this.#next]! < start) this.#next += 1
    if (this.#next >= this.#count || this.#starts[this.#next] !== start) return NONE
    this.#next += 1
    return this.#ids[this.#next - 1]!
  }

  get stop(): number {
    return this.#stops[this.#next - 1]!
  }
}

/** Where the labels of up to `AHEAD` series begin and stop; how many there are. */
function scan(bytes: Buffer, from: number, end: number, starts: Int32Array, stops: Int32Array): number {
  let pos = from
  let count = 0
  for (; count < AHEAD && pos < end && bytes[pos] === REQUEST_TIMESERIES; count += 1) {
    const begin = behindLength(bytes, pos + 1)
    const stop = begin + lengthAt(bytes, pos + 1)
    if (stop > end) break
    let at = begin
    while (at < stop && bytes[at] === SERIES_LABELS) {
      const size = bytes[at + 1]!
      // A label of more than 127 bytes has a length of two.
      at = size < 0x80 ? at + 2 + size : behindLength(bytes, at + 1) + lengthAt(bytes, at + 1)
    }
    if (at === begin || at > stop) break
    starts[count] = begin
    stops[count] = at
    pos = stop
  }
  return count
}

/** A length of one or two bytes; a longer one is taken for too long. */
function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at]!
  if (first < 0x80) return first
  const second = bytes[at + 1]!
  return second < 0x80 ? (first & 0x7f) | (second << 7) : Number.POSITIVE_INFINITY
}

const behindLength = (bytes: Buffer, at: number): number => (bytes[at]! < 0x80 ? at + 1 : at + 2)
