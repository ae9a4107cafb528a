import type { SeriesRef } from '../../../port/metric-store.ts'
import { readValues } from './chunk-block.ts'
import type { ColumnsWriter } from './sample-columns.ts'
import { mergeRuns, type SampleRun } from './sample-run.ts'

/** The times of a run that lie within the range asked for, [from, to); `picks` are those of them that are enough. */
type TimeSpan = { timesMs: Float64Array; from: number; to: number; picks: Uint32Array | undefined }
/** What one block, chunk or head holds of a series; its values as they are, or still encoded in an unpacked block. */
export type Piece = {
  order: number
  span: TimeSpan
  values: { words: Uint32Array } | { plain: Uint8Array; at: number }
}
export type PieceRange = { startMs: number; endMs: number; newestOfMs?: number | undefined }

/** Joins the pieces of one series after the other into columns. */
export class PieceJoiner {
  readonly #out: ColumnsWriter
  readonly #range: PieceRange
  /** Of the runs of a part that share their times each is cut once. */
  readonly #spans = new Map<Float64Array, TimeSpan | undefined>()
  #before: readonly Piece[] = []
  #timesAt = 0
  #times = 0
  #values = new Float64Array(1_024)
  #words = new Uint32Array(this.#values.buffer)
  constructor(out: ColumnsWriter, range: PieceRange) {
    this.#out = out
    this.#range = range
  }
  /** Before the pieces of another part come. */
  nextPart(): void {
    this.#spans.clear()
  }
  /** Undefined where no time is within the range. */
  spanOf(timesMs: Float64Array): TimeSpan | undefined {
    if (this.#spans.has(timesMs)) return this.#spans.get(timesMs)
    const span = cut(timesMs, this.#range)
    this.#spans.set(timesMs, span)
    return span
  }
  pieceOf({ order, timesMs, values }: SampleRun): Piece | undefined {
    const span = cut(timesMs, this.#range)
    return span && { order, span, values: { words: wordsOf(values) } }
  }
  /** Puts a series' samples behind those there are; gives how many lie within the range. */
  add(ref: SeriesRef, pieces: Piece[]): number {
    const own = this.#inOrder(pieces)
    let samples = 0
    let taken = 0
    for (const { span } of own) {
      samples += span.to - span.from
      taken += span.picks?.length ?? span.to - span.from
    }
    if (samples === 0) return 0
    if (!sameTimes(own, this.#before)) this.#addTimes(own)
    this.#before = own
    this.#out.reserve(taken)
    for (const piece of own) this.#addValues(piece)
    this.#out.endRun(ref, this.#times, this.#timesAt, samples)
    return samples
  }

  /** Pieces one after the other, as they mostly are; else what is in them as one. */
  #inOrder(pieces: Piece[]): readonly Piece[] {
    if (pieces.length < 2) return pieces
    pieces.sort((a, b) => firstOf(a) - firstOf(b))
    const overlaps = pieces.some((piece, i) => i > 0 && firstOf(piece) <= lastOf(pieces[i - 1]!))
    if (!overlaps) return pieces
    const runs = pieces.map((piece): SampleRun => {
      const { timesMs, from, to } = piece.span
      const words = this.#load(piece, to).slice(2 * from, 2 * to)
      return {
        order: piece.order,
        timesMs: timesMs.subarray(from, to),
        values: new Float64Array(words.buffer),
      }
    })
    const merged = this.pieceOf({ order: 0, ...mergeRuns(runs, this.#range.startMs, this.#range.endMs) })
    return merged ? [merged] : []
  }
  #addTimes(pieces: readonly Piece[]): void {
    this.#times = 0
    pieces.forEach(({ span: { timesMs, from, to, picks } }, i) => {
      const times = picks ? Float64Array.from(picks, (index) => timesMs[index]!) : timesMs.subarray(from, to)
      const at = this.#out.addTimes(times)
      if (i === 0) this.#timesAt = at
      this.#times += times.length
    })
  }
  #addValues(piece: Piece): void {
    const { from, to, picks } = piece.span
    if (!picks) {
      this.#out.addValues(this.#load(piece, to), from, to)
      return
    }
    const words = this.#load(piece, picks[picks.length - 1]! + 1)
    for (let i = 0; i < picks.length; i += 1) this.#out.addValue(words, picks[i]!)
  }
  /** The first `count` values; good until the next are asked for. */
  #load({ values }: Piece, count: number): Uint32Array {
    if ('words' in values) return values.words
    if (this.#values.length < count) {
      this.#values = new Float64Array(count * 2)
      this.#words = new Uint32Array(this.#values.buffer)
    }
    readValues(values.plain, values.at, count, this.#values, this.#words)
    return this.#words
  }
}

const firstOf = ({ span }: Piece): number => span.timesMs[span.from]!
const lastOf = ({ span }: Piece): number => span.timesMs[span.to - 1]!
const wordsOf = (values: Float64Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length * 2)

function cut(timesMs: Float64Array, { startMs, endMs, newestOfMs }: PieceRange): TimeSpan | undefined {
  const from = firstNotBelow(timesMs, startMs)
  const to = firstNotBelow(timesMs, endMs, true)
  if (from >= to) return undefined
  return { timesMs, from, to, picks: newestOfMs ? newest(timesMs, from, to, endMs, newestOfMs) : undefined }
}

/** Index of the first time at or above `timeMs`; above it only if `beyond`. */
function firstNotBelow(timesMs: Float64Array, timeMs: number, beyond = false): number {
  let low = 0
  let high = timesMs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const time = timesMs[middle]!
    if (time < timeMs || (beyond && time === timeMs)) low = middle + 1
    else high = middle
  }
  return low
}

/** Of each `everyMs`, counted back from `endMs`, its beginning left out, the newest; undefined where that is nearly all. */
function newest(
  timesMs: Float64Array,
  from: number,
  to: number,
  endMs: number,
  everyMs: number,
): Uint32Array | undefined {
  const picks = new Uint32Array(to - from)
  let count = 0
  for (let i = from; i < to; i += 1) {
    const untilMs = endMs - Math.floor((endMs - timesMs[i]!) / everyMs) * everyMs
    while (i + 1 < to && timesMs[i + 1]! <= untilMs) i += 1
    picks[count++] = i
  }
  return count * 2 > to - from ? undefined : picks.slice(0, count)
}

function sameTimes(a: readonly Piece[], b: readonly Piece[]): boolean {
  return a.length === b.length && a.every(({ span }, i) => sameSpan(span, b[i]!.span))
}

function sameSpan(a: TimeSpan, b: TimeSpan): boolean {
  if (a === b) return true
  const count = a.to - a.from
  if (count !== b.to - b.from) return false
  // Times that differ mostly do so at once.
  for (let i = 0; i < count; i += 1) if (a.timesMs[a.from + i] !== b.timesMs[b.from + i]) return false
  return true
}
