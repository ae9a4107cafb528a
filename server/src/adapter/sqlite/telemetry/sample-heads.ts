import { assert } from '../../../kernel/assert.ts'
import { widened } from '../../../kernel/column.ts'

/** Samples a head holds at most; from `sealCount` on it may be sealed: chunks are made longer on disk, where that costs no memory. */
export const headSamplesMax = 40
export const sealCount = 32
/** Longest a head may span: a slower series than one sample in twelve minutes seals smaller chunks. */
const headSpanMsMax = 86_400_000

/** Samples of a page, as a power of two; a page is their times, then their values. */
const pageBits = 3
const pageSamples = 1 << pageBits
const pageWords = pageSamples * 3
const pagesOfHead = headSamplesMax / pageSamples
const slabBits = 12
const slabPages = 1 << slabBits

export type Outcome = 'accepted' | 'duplicate' | 'replaced' | 'too_old' | 'invalid'

/**
 * The newest samples of every series: columns by series number, and for each series up to five pages of 8 samples out of shared slabs.
 * Times are milliseconds from the series' base, 32 bits; values two words, low and high, never read as numbers. Costs 12 bytes a sample
 * it holds, rounded up to a page, and 46 for the columns: at most 530 bytes a series. Slabs are never copied; columns grow by a quarter.
 */
export class SampleHeads {
  readonly counts: Record<Outcome, number> = {
    accepted: 0,
    duplicate: 0,
    replaced: 0,
    too_old: 0,
    invalid: 0,
  }
  readonly #outOfOrderMs: number
  readonly #onFull: (ref: number) => void
  readonly #onReady: (ref: number) => void
  readonly #slabs: Uint32Array[] = []
  readonly #free: number[] = []
  readonly #scratchOffsets = new Float64Array(headSamplesMax)
  readonly #scratchWords = new Uint32Array(headSamplesMax * 2)
  #nextPage = 0
  #pages = new Uint32Array(0)
  #count = new Uint8Array(0)
  #dirty = new Uint8Array(0)
  #base = new Float64Array(0)
  #last = new Float64Array(0)
  #lastWords = new Uint32Array(0)

  /** `onFull` must take the samples of a head that can hold no more, at once; `onReady` is told that a head may be sealed. */
  constructor(outOfOrderMs: number, onFull: (ref: number) => void, onReady: (ref: number) => void) {
    this.#outOfOrderMs = outOfOrderMs
    this.#onFull = onFull
    this.#onReady = onReady
  }

  /** Makes room for numbers below `refs`. */
  reserve(refs: number): void {
    const size = this.#count.length
    if (refs <= size) return
    const next = Math.max(refs, Math.ceil(size * 1.25), 256)
    this.#pages = widened(this.#pages, next * pagesOfHead)
    this.#count = widened(this.#count, next)
    this.#dirty = widened(this.#dirty, next)
    this.#base = widened(this.#base, next)
    this.#last = widened(this.#last, next).fill(Number.NEGATIVE_INFINITY, size)
    this.#lastWords = widened(this.#lastWords, next * 2)
  }
  append(series: Uint32Array, timesMs: Float64Array, values: Float64Array, count: number): void {
    const words = new Uint32Array(values.buffer, values.byteOffset, count * 2)
    let accepted = 0
    for (let i = 0; i < count; i += 1) {
      const ref = series[i]!
      const time = Math.floor(timesMs[i]!)
      const held = this.#count[ref]!
      const offset = time - this.#base[ref]!
      if (time > this.#last[ref]! && held > 0 && held < headSamplesMax && offset < headSpanMsMax) {
        this.#push(ref, held, offset, words[2 * i]!, words[2 * i + 1]!)
        this.#last[ref] = time
        accepted += 1
        if (held + 1 === sealCount) this.#onReady(ref)
      } else this.counts[this.#appendSlow(ref, time, words[2 * i]!, words[2 * i + 1]!)] += 1
    }
    this.counts.accepted += accepted
  }
  count(ref: number): number {
    return this.#count[ref] ?? 0
  }
  /** −Infinity when the series has no sample. */
  lastTime(ref: number): number {
    return this.#last[ref] ?? Number.NEGATIVE_INFINITY
  }
  /** Low and high word of the newest value. A late sample in an emptied head is not the newest: then the column knows. */
  lastWords(ref: number): readonly [low: number, high: number] {
    const held = this.#count[ref]!
    if (held > 0 && this.#offset(ref, held - 1) + this.#base[ref]! >= this.#last[ref]!) {
      const at = this.#valueAt(ref, held - 1)
      const slab = this.#slabOf(ref, held - 1)
      return [slab[at]!, slab[at + 1]!]
    }
    return [this.#lastWords[2 * ref]!, this.#lastWords[2 * ref + 1]!]
  }
  lastValue(ref: number): number {
    return new Float64Array(Uint32Array.from(this.lastWords(ref)).buffer)[0]!
  }
  /** Sets what is known of a series whose head is empty. */
  setLast(ref: number, time: number, low: number, high: number): void {
    this.#last[ref] = time
    this.#lastWords[2 * ref] = low
    this.#lastWords[2 * ref + 1] = high
  }
  /** Copies the head out, ascending; both arrays hold at least `headSamplesMax`. Gives the count. */
  read(ref: number, timesMs: Float64Array, words: Uint32Array): number {
    const held = this.#count[ref] ?? 0
    if (held === 0) return 0
    const base = this.#base[ref]!
    for (let from = 0; from < held; from += pageSamples) {
      const slab = this.#slabOf(ref, from)
      const at = this.#pageAt(ref, from)
      const size = Math.min(pageSamples, held - from)
      for (let i = 0; i < size; i += 1) timesMs[from + i] = slab[at + i]! + base
      for (let i = 0; i < size * 2; i += 1) words[from * 2 + i] = slab[at + pageSamples + i]!
    }
    return held
  }
  /** Empties the head; the newest sample stays known. */
  clear(ref: number): void {
    const held = this.#count[ref]!
    if (held === 0) return
    this.setLast(ref, this.#last[ref]!, ...this.lastWords(ref))
    for (let from = 0; from < held; from += pageSamples)
      this.#free.push(this.#pages[ref * pagesOfHead + (from >>> pageBits)]!)
    this.#count[ref] = 0
    this.#dirty[ref] = 1
  }
  /** Forgets a series' samples, the newest too. */
  forget(ref: number): void {
    if (this.#last[ref] === Number.NEGATIVE_INFINITY) return
    this.clear(ref)
    this.#last[ref] = Number.NEGATIVE_INFINITY
    this.#dirty[ref] = 1
  }
  isDirty(ref: number): boolean {
    return this.#dirty[ref] === 1
  }
  setDirty(ref: number, dirty: boolean): void {
    this.#dirty[ref] = dirty ? 1 : 0
  }
  get bytes(): number {
    return this.#slabs.length * slabPages * pageWords * 4 + this.#free.length * 4 + this.#count.length * 46
  }

  #push(ref: number, held: number, offset: number, low: number, high: number): void {
    const index = held & (pageSamples - 1)
    const pageAt = ref * pagesOfHead + (held >>> pageBits)
    if (index === 0) this.#pages[pageAt] = this.#take()
    const page = this.#pages[pageAt]!
    const slab = this.#slabs[page >>> slabBits]!
    const at = (page & (slabPages - 1)) * pageWords
    slab[at + index] = offset
    slab[at + pageSamples + 2 * index] = low
    slab[at + pageSamples + 2 * index + 1] = high
    this.#count[ref] = held + 1
    this.#dirty[ref] = 1
  }
  #appendSlow(ref: number, time: number, low: number, high: number): Outcome {
    assert(ref < this.#count.length, `series ${ref} was never given out`)
    // Negated, so that a time that is no number is refused too.
    if (!(time >= 0 && time <= 8.64e15)) return 'invalid'
    const last = this.#last[ref]!
    if (time < last - this.#outOfOrderMs) return 'too_old'
    const known = this.#replace(ref, time, low, high)
    if (known) return known
    const held = this.#count[ref]!
    if (held === headSamplesMax || (held > 0 && time - this.#base[ref]! >= headSpanMsMax)) this.#onFull(ref)
    // Room below for what may still come late.
    if (this.#count[ref] === 0) this.#base[ref] = Math.max(time, last) - this.#outOfOrderMs
    this.#insert(ref, time, low, high)
    if (time > last) this.#last[ref] = time
    if (this.#count[ref] === sealCount) this.#onReady(ref)
    return 'accepted'
  }
  /** When this very time is known: whether the value was the same, else the new one now stands. */
  #replace(ref: number, time: number, low: number, high: number): Outcome | undefined {
    const held = this.#count[ref]!
    if (held === 0) {
      const same =
        time === this.#last[ref] && this.#lastWords[2 * ref] === low && this.#lastWords[2 * ref + 1] === high
      return same ? 'duplicate' : undefined
    }
    const index = this.#search(ref, time)
    if (index === held || this.#offset(ref, index) !== time - this.#base[ref]!) return undefined
    const slab = this.#slabOf(ref, index)
    const at = this.#valueAt(ref, index)
    if (slab[at] === low && slab[at + 1] === high) return 'duplicate'
    slab[at] = low
    slab[at + 1] = high
    this.#dirty[ref] = 1
    return 'replaced'
  }
  /** Late samples are rare: what follows is taken off and put back behind it. */
  #insert(ref: number, time: number, low: number, high: number): void {
    const index = this.#search(ref, time)
    const held = this.#count[ref]!
    for (let i = index; i < held; i += 1) {
      const slab = this.#slabOf(ref, i)
      const at = this.#valueAt(ref, i)
      this.#scratchOffsets[i] = this.#offset(ref, i)
      this.#scratchWords[2 * i] = slab[at]!
      this.#scratchWords[2 * i + 1] = slab[at + 1]!
    }
    // A page boundary crossed backwards keeps its page: only the very last sample may take a new one.
    this.#write(ref, index, time - this.#base[ref]!, low, high, held)
    for (let i = index; i < held; i += 1) {
      this.#write(
        ref,
        i + 1,
        this.#scratchOffsets[i]!,
        this.#scratchWords[2 * i]!,
        this.#scratchWords[2 * i + 1]!,
        held,
      )
    }
    this.#count[ref] = held + 1
    this.#dirty[ref] = 1
  }
  #write(ref: number, index: number, offset: number, low: number, high: number, held: number): void {
    if (index === held) {
      this.#push(ref, held, offset, low, high)
      return
    }
    const slab = this.#slabOf(ref, index)
    const at = this.#valueAt(ref, index)
    slab[this.#pageAt(ref, index) + (index & (pageSamples - 1))] = offset
    slab[at] = low
    slab[at + 1] = high
  }
  /** Index of the first sample at or after `time`; looked for from the end, where late samples fall. */
  #search(ref: number, time: number): number {
    const offset = time - this.#base[ref]!
    let index = this.#count[ref]!
    while (index > 0 && this.#offset(ref, index - 1) >= offset) index -= 1
    return index
  }
  #take(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if ((this.#nextPage & (slabPages - 1)) === 0) this.#slabs.push(new Uint32Array(slabPages * pageWords))
    return this.#nextPage++
  }
  #slabOf(ref: number, index: number): Uint32Array {
    return this.#slabs[this.#pages[ref * pagesOfHead + (index >>> pageBits)]! >>> slabBits]!
  }
  #pageAt(ref: number, index: number): number {
    return (this.#pages[ref * pagesOfHead + (index >>> pageBits)]! & (slabPages - 1)) * pageWords
  }
  #valueAt(ref: number, index: number): number {
    return this.#pageAt(ref, index) + pageSamples + 2 * (index & (pageSamples - 1))
  }
  #offset(ref: number, index: number): number {
    return this.#slabOf(ref, index)[this.#pageAt(ref, index) + (index & (pageSamples - 1))]!
  }
}
