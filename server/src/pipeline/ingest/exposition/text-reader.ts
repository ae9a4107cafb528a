import type { Fault } from '../../../kernel/fault.ts'
import type { SeriesMeta, SeriesRef } from '../../../port/metric-store.ts'
import { type CommentState, readComment } from './comment.ts'
import { metaOf, noFamily } from './family.ts'
import { FloatText } from './float-text.ts'
import {
  braceEnd,
  type Dialect,
  ExpositionSyntax,
  keyEnd,
  type LabelPairs,
  parseKey,
  parseLabels,
} from './series-key.ts'
import { Layout, LEFT_OUT, type TargetMemory, UNRESOLVED } from './target-memory.ts'

/** What is done with samples as they are read. */
export type SampleSink = {
  /** The number of the series with these labels, or LEFT_OUT; a Fault where it cannot be taken. */
  resolve(pairs: LabelPairs, meta: (name: string) => SeriesMeta): SeriesRef | Fault
  /** `timeMs` NaN: the time of the scrape. */
  sample(ref: SeriesRef, timeMs: number, value: number): void
  /** The last sample has this example. */
  exemplar(ref: SeriesRef, labels: LabelPairs, value: number, timeMs: number, sampleMs: number): void
  /** A sample of a series that is not taken. */
  refuse(fault: Fault): void
  /** A series twice in one scrape. */
  repeat(): void
}

const SPACE = 0x20
const TAB = 0x09
const NEWLINE = 0x0a
const HASH = 0x23
const OPEN = 0x7b
const MINUS = 0x2d

/** Below this a comparison byte by byte is faster than the call of the native one. */
const SHORT_BYTES = 40

/** Reads Prometheus' text and OpenMetrics. One at a time: what it knows of a text is gone with the next. */
export class TextReader {
  readonly #number = new FloatText()
  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  #dialect: Dialect = 'text'
  #memory!: TargetMemory
  #sink!: SampleSink
  #layout!: Layout
  #trackTimed = false
  #comments: CommentState = { family: noFamily, ended: false }
  /** Where the comments begin that the last known sample had before it, while nobody has read them. */
  #commentsAt = -1
  /** Place in the last scrape's layout where the next sample is expected. */
  #expected = 0
  #known: Map<string, number> | undefined
  #fresh: Map<string, number> | undefined
  #sizeBefore = 0
  scraped = 0
  /** Of the series known before, how many were in this text. */
  found = 0

  /**
   * Reads the text that begins at `start`. Throws ExpositionSyntax where it is malformed: then nothing of it holds.
   * `trackTimed`: series with times of their own are told stale as well.
   */
  read(bytes: Buffer, start: number, memory: TargetMemory, sink: SampleSink, trackTimed: boolean): Layout {
    this.#bytes = bytes
    this.#end = bytes.length
    this.#dialect = memory.dialect
    this.#memory = memory
    this.#sink = sink
    this.#layout = new Layout(bytes)
    this.#trackTimed = trackTimed
    this.#comments = { family: noFamily, ended: false }
    this.#commentsAt = -1
    this.#expected = 0
    this.#known = undefined
    this.#fresh = undefined
    this.#sizeBefore = memory.size
    this.scraped = 0
    this.found = 0
    this.#lines(start)
    if (this.#dialect === 'openmetrics' && !this.#comments.ended)
      throw new ExpositionSyntax(this.#end, 'the text does not end with # EOF')
    return this.#layout
  }

  #lines(start: number): void {
    const bytes = this.#bytes
    const end = this.#end
    const { last } = this.#memory
    const { bytes: before, gapStart, keyStart, keyEnd: keyEnds, slots } = last
    let pos = start
    while (pos < end) {
      const at = this.#expected
      if (at < last.count) {
        const from = gapStart[at]!
        const stop = pos + keyEnds[at]! - from
        if (stop < end && bytes[stop] === SPACE && same(before, from, bytes, pos, stop)) {
          const key = pos + keyStart[at]! - from
          if (key > pos) this.#commentsAt = pos
          this.#expected = at + 1
          pos = this.#sample(pos, key, stop, slots[at]!)
          continue
        }
      }
      pos = this.#unexpected(pos)
    }
  }

  /** Comments, then a sample that did not follow the one before it last time. */
  #unexpected(start: number): number {
    const bytes = this.#bytes
    const text = this.#dialect === 'text'
    let pos = start
    while (pos < this.#end) {
      if (text) while (bytes[pos] === SPACE || bytes[pos] === TAB) pos += 1
      const byte = bytes[pos]
      if (byte === HASH) {
        this.#catchUp()
        pos = readComment(bytes, pos, this.#end, this.#dialect, this.#comments)
      } else if (byte === NEWLINE && text) pos += 1
      else if (pos < this.#end) return this.#search(start, pos)
    }
    return pos
  }

  #search(gapStart: number, start: number): number {
    const stop = keyEnd(this.#bytes, start, this.#end, this.#dialect)
    if (stop === start) throw new ExpositionSyntax(start, 'a metric name is expected here')
    const key = this.#bytes.toString('latin1', start, stop)
    this.#known ??= this.#keysOf()
    const at = this.#known.get(key)
    if (at !== undefined) {
      this.#expected = at + 1
      return this.#sample(gapStart, start, stop, this.#memory.last.slots[at]!)
    }
    this.#fresh ??= new Map()
    let slot = this.#fresh.get(key)
    if (slot === undefined) {
      slot = this.#memory.add(UNRESOLVED)
      this.#fresh.set(key, slot)
    }
    return this.#sample(gapStart, start, stop, slot)
  }

  /** From behind the series to the next line. */
  #sample(gapStart: number, keyStart: number, stop: number, slot: number): number {
    const bytes = this.#bytes
    const memory = this.#memory
    let ref = memory.refs[slot]!
    if (ref === UNRESOLVED) ref = this.#resolve(keyStart, stop, slot)
    let at = stop
    if (this.#dialect === 'text') while (bytes[at] === SPACE || bytes[at] === TAB) at += 1
    else if (bytes[at] === SPACE) at += 1
    else throw new ExpositionSyntax(at, 'a blank is expected before the value')
    if (!this.#number.read(bytes, at, this.#end)) throw new ExpositionSyntax(at, 'the value is no number')
    at = this.#number.pos
    this.scraped += 1
    const first = memory.seen[slot] !== memory.turn
    if (first) {
      memory.seen[slot] = memory.turn
      if (slot < this.#sizeBefore) this.found += 1
    }
    this.#layout.push(gapStart, keyStart, stop, slot)
    if (bytes[at] === NEWLINE && at < this.#end) {
      memory.tracked[slot] = 1
      if (first) {
        if (ref < LEFT_OUT) this.#sink.sample(ref, Number.NaN, this.#number.value)
      } else this.#sink.repeat()
      return at + 1
    }
    return this.#tail(at, slot, ref, first)
  }

  /** What may follow a value: a time, in OpenMetrics an exemplar too. */
  #tail(start: number, slot: number, ref: SeriesRef, first: boolean): number {
    const { value } = this.#number
    const open = this.#dialect === 'openmetrics'
    let at = open ? start : this.#blanks(start)
    let timeMs = Number.NaN
    if (at < this.#end && this.#bytes[at] !== NEWLINE && !(open && this.#exemplarAt(at))) {
      timeMs = open ? this.#seconds(at) : this.#milliseconds(at)
      at = open ? this.#number.pos : this.#blanks(this.#number.pos)
    }
    const timed = !Number.isNaN(timeMs)
    this.#memory.tracked[slot] = timed && !this.#trackTimed ? 0 : 1
    const repeated = !first && !timed
    if (repeated) this.#sink.repeat()
    else if (ref < LEFT_OUT) this.#sink.sample(ref, timeMs, value)
    if (open && this.#exemplarAt(at)) at = this.#exemplar(at, repeated ? LEFT_OUT : ref, timeMs)
    if (at >= this.#end) {
      if (open) throw new ExpositionSyntax(at, 'the last line does not end')
      return this.#end
    }
    if (this.#bytes[at] !== NEWLINE) throw new ExpositionSyntax(at, 'the end of the line is expected here')
    return at + 1
  }

  #exemplarAt(at: number): boolean {
    const bytes = this.#bytes
    return bytes[at] === SPACE && bytes[at + 1] === HASH && bytes[at + 2] === SPACE && bytes[at + 3] === OPEN
  }

  /** ` # {labels} value [seconds]`. */
  #exemplar(start: number, ref: SeriesRef, sampleMs: number): number {
    const stop = braceEnd(this.#bytes, start + 3, this.#end)
    const labels = parseLabels(this.#bytes, start + 3, stop, this.#dialect)
    if (this.#bytes[stop] !== SPACE || !this.#number.read(this.#bytes, stop + 1, this.#end))
      throw new ExpositionSyntax(stop, 'the value of an exemplar is expected here')
    const { value } = this.#number
    let at = this.#number.pos
    let timeMs = Number.NaN
    if (this.#bytes[at] === SPACE) {
      timeMs = this.#seconds(at)
      at = this.#number.pos
    }
    if (ref < LEFT_OUT) this.#sink.exemplar(ref, labels, value, timeMs, sampleMs)
    return at
  }

  #seconds(at: number): number {
    if (this.#bytes[at] !== SPACE || !this.#number.read(this.#bytes, at + 1, this.#end))
      throw new ExpositionSyntax(at, 'a time in seconds is expected here')
    const seconds = this.#number.value
    if (!Number.isFinite(seconds)) throw new ExpositionSyntax(at, 'the time is no number of seconds')
    return Math.trunc(seconds * 1_000)
  }

  #milliseconds(start: number): number {
    const bytes = this.#bytes
    let at = bytes[start] === MINUS ? start + 1 : start
    const first = at
    let timeMs = 0
    for (; at < this.#end; at += 1) {
      const digit = bytes[at]! - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      timeMs = timeMs * 10 + digit
    }
    if (at === first || timeMs > Number.MAX_SAFE_INTEGER)
      throw new ExpositionSyntax(start, 'a time in whole milliseconds is expected here')
    this.#number.pos = at
    return bytes[start] === MINUS ? -timeMs : timeMs
  }

  #blanks(start: number): number {
    let at = start
    while (this.#bytes[at] === SPACE || this.#bytes[at] === TAB) at += 1
    return at
  }

  #resolve(start: number, stop: number, slot: number): SeriesRef {
    this.#catchUp()
    const pairs = parseKey(this.#bytes, start, stop, this.#dialect)
    const resolved = this.#sink.resolve(pairs, (name) => metaOf(name, this.#comments.family))
    if (typeof resolved === 'number') {
      this.#memory.refs[slot] = resolved
      return resolved
    }
    this.#sink.refuse(resolved)
    return UNRESOLVED
  }

  /** Reads the comments that were passed over because their bytes are known. */
  #catchUp(): void {
    let pos = this.#commentsAt
    if (pos < 0) return
    this.#commentsAt = -1
    const bytes = this.#bytes
    for (;;) {
      while (bytes[pos] === SPACE || bytes[pos] === TAB || bytes[pos] === NEWLINE) pos += 1
      if (bytes[pos] !== HASH) return
      pos = readComment(bytes, pos, this.#end, this.#dialect, this.#comments)
    }
  }

  #keysOf(): Map<string, number> {
    const { last } = this.#memory
    const known = new Map<string, number>()
    for (let at = 0; at < last.count; at += 1) {
      const key = last.bytes.toString('latin1', last.keyStart[at]!, last.keyEnd[at]!)
      if (!known.has(key)) known.set(key, at)
    }
    return known
  }
}

function same(before: Buffer, from: number, bytes: Buffer, start: number, stop: number): boolean {
  const length = stop - start
  if (length > SHORT_BYTES) return bytes.compare(before, from, from + length, start, stop) === 0
  for (let at = 0; at < length; at += 1) if (bytes[start + at] !== before[from + at]) return false
  return true
}
