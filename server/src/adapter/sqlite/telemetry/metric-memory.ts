import { assert } from '../../../kernel/assert.ts'
import { widened } from '../../../kernel/column.ts'
import type { SampleBatch, SeriesRef } from '../../../port/metric-store.ts'
import { cellOf, partSeries } from './chunk-block.ts'
import { decodeChunk, decodeChunkInto, encodeChunkView } from './chunk-codec.ts'
import { PartWriter, type RestoredState } from './head-part.ts'
import type { HeadRow } from './message.ts'
import { createPause } from './pause.ts'
import { PendingChunks, type SealedChunk } from './pending-chunks.ts'
import type { MemoryColumns } from './sample-columns.ts'
import { headSamplesMax, type Outcome, SampleHeads, sealCount } from './sample-heads.ts'

/** Samples that a head of an older file may hold. */
const formerHeadSamplesMax = 128
/** Checkpoints without a new sample after which a head is sealed however small, so that a series that ended costs no block. */
const idleCheckpoints = 60

/** Samples in memory: heads, and chunks sealed from them that wait for the next checkpoint. */
export class MetricMemory {
  readonly #heads: SampleHeads
  readonly #pending = new PendingChunks()
  readonly #times = new Float64Array(headSamplesMax)
  readonly #values = new Float64Array(headSamplesMax)
  readonly #words = new Uint32Array(this.#values.buffer)
  readonly #part = new PartWriter()
  readonly #restored = {
    times: new Float64Array(formerHeadSamplesMax),
    values: new Float64Array(formerHeadSamplesMax),
    refs: new Uint32Array(formerHeadSamplesMax),
  }
  #nextSeq: number
  #ready: SeriesRef[] = []
  #sealing = false
  #idle = new Uint8Array(0)
  /** Series whose state in `cleaned` was written by the checkpoint under way. */
  #cleaned: SeriesRef[] = []

  constructor(outOfOrderMs: number, nextSeq: number) {
    this.#nextSeq = nextSeq
    this.#heads = new SampleHeads(
      outOfOrderMs,
      (ref) => this.#seal(ref),
      (ref) => this.#sealSoon(ref),
    )
  }
  /** The number the next chunk gets: chunks with a greater one hold what was written later. */
  get nextSeq(): number {
    return this.#nextSeq
  }
  get bytes(): number {
    return this.#heads.bytes + this.#pending.bytes
  }
  get outcomes(): Record<Outcome, number> {
    return this.#heads.counts
  }
  takeSeq(): number {
    return this.#nextSeq++
  }
  append(batch: SampleBatch, refs: number): void {
    this.#heads.reserve(refs)
    this.#heads.append(batch.series, batch.timesMs, batch.values, batch.count)
  }
  latest(ref: SeriesRef): { timeMs: number; value: number } | undefined {
    const timeMs = this.#heads.lastTime(ref)
    return timeMs === Number.NEGATIVE_INFINITY ? undefined : { timeMs, value: this.#heads.lastValue(ref) }
  }
  /** Copies what memory holds of a series, oldest first, where any of it may lie in [startMs, endMs]. */
  copy(ref: SeriesRef, startMs: number, endMs: number, into: MemoryColumns): void {
    for (const chunk of this.#pending.of(ref)) {
      if (chunk.endMs < startMs || chunk.startMs > endMs) continue
      const data = decodeChunk(ref, chunk.body)
      if (!data) continue
      const words = new Uint32Array(data.values.buffer)
      into.add(ref, chunk.seq, data.timesMs, words, data.timesMs.length)
    }
    if (this.#heads.lastTime(ref) < startMs) return
    const held = this.#heads.read(ref, this.#times, this.#words)
    if (held > 0 && this.#times[0]! <= endMs)
      into.add(ref, Number.POSITIVE_INFINITY, this.#times, this.#words, held)
  }
  /** Forgets series and chunks whose newest sample is older. Not during a checkpoint. */
  forgetBefore(timeMs: number, refs: Uint32Array): void {
    const gone = new Set(refs)
    for (const ref of refs) if (this.#heads.lastTime(ref) < timeMs) this.#heads.forget(ref)
    for (const part of this.#pending.parts)
      this.#pending.drop(part, (chunk) => chunk.endMs < timeMs && gone.has(chunk.ref))
  }

  /** What a checkpoint writes of a part: the chunks that wait, and the heads if any changed. What comes later waits for the next one. */
  stage(part: number, refs: number): { chunks: SealedChunk[]; head: HeadRow | undefined } {
    const from = part * partSeries
    const to = Math.min(refs, from + partSeries)
    this.#heads.reserve(refs)
    this.#reserveIdle(refs)
    for (let ref = from; ref < to; ref += 1) this.#sealIdle(ref)
    const chunks = this.#pending.stage(part)
    let changed = false
    for (let ref = from; ref < to && !changed; ref += 1) changed = this.#heads.isDirty(ref)
    if (!changed) return { chunks, head: undefined }
    for (let ref = from; ref < to; ref += 1) {
      this.#write(ref)
      if (this.#heads.isDirty(ref)) this.#cleaned.push(ref)
      this.#heads.setDirty(ref, false)
    }
    return { chunks, head: { part, body: this.#part.finish() } }
  }
  /** What was staged is on disk. */
  staged(): void {
    this.#pending.dropStaged()
    this.#cleaned = []
  }
  /** What was staged is not on disk: it is staged again by the next checkpoint. */
  unstage(): void {
    this.#pending.unstage()
    for (const ref of this.#cleaned) this.#heads.setDirty(ref, true)
    this.#cleaned = []
  }
  /** `moved`: the state has to be written again. `damaged` hears of chunks that fail their checksum. */
  restore(
    { ref, last, pending, head }: RestoredState,
    moved: boolean,
    damaged: (seq?: number) => void,
  ): void {
    this.#heads.reserve(ref + 1)
    for (const { seq, body } of pending) {
      const data = decodeChunk(ref, body)
      if (!data) damaged(seq)
      else this.#pending.add({ ref, seq, startMs: data.timesMs[0]!, endMs: data.timesMs.at(-1)!, body })
    }
    // Older files have heads of up to 128 samples.
    const { times, values, refs } = this.#restored
    const count = head ? (decodeChunkInto(ref, head, times, values) ?? 0) : 0
    if (head && count === 0) damaged()
    const inHead = count > 0 && last !== undefined && times[count - 1]! >= last.timeMs
    if (last && !inHead) this.#heads.setLast(ref, last.timeMs, last.low, last.high)
    if (count > 0) this.#heads.append(refs.fill(ref, 0, count), times, values, count)
    this.#heads.setDirty(ref, moved)
  }

  #sealSoon(ref: SeriesRef): void {
    this.#ready.push(ref)
    if (this.#sealing) return
    this.#sealing = true
    setImmediate(() => void this.#sealReady())
  }
  /** Series scraped together fill together: sealing them is spread over turns, and a head has room for eight samples more meanwhile. */
  async #sealReady(): Promise<void> {
    const pause = createPause()
    while (this.#ready.length > 0) {
      const ref = this.#ready.pop()!
      if (this.#heads.count(ref) >= sealCount) this.#seal(ref)
      await pause()
    }
    this.#sealing = false
  }
  #seal(ref: SeriesRef): void {
    const count = this.#heads.read(ref, this.#times, this.#words)
    assert(count > 0, 'an empty head is not sealed')
    const body = encodeChunkView(ref, this.#times, this.#values, count)
    const [startMs, endMs] = [this.#times[0]!, this.#times[count - 1]!]
    // A number for each block that may come of it; the last is its own.
    this.#nextSeq += cellOf(endMs) - cellOf(startMs)
    this.#pending.add({ ref, seq: this.takeSeq(), startMs, endMs, body })
    this.#heads.clear(ref)
  }
  #write(ref: SeriesRef): void {
    const timeMs = this.#heads.lastTime(ref)
    if (timeMs === Number.NEGATIVE_INFINITY) return
    const count = this.#heads.read(ref, this.#times, this.#words)
    const head = count > 0 ? encodeChunkView(ref, this.#times, this.#values, count) : undefined
    if (count > 0 && this.#times[count - 1] === timeMs) this.#part.add(ref, undefined, head)
    else {
      const [low, high] = this.#heads.lastWords(ref)
      this.#part.add(ref, { timeMs, low, high }, head)
    }
  }
  #sealIdle(ref: SeriesRef): void {
    if (this.#heads.isDirty(ref) || this.#heads.count(ref) === 0) this.#idle[ref] = 0
    else if (++this.#idle[ref]! >= idleCheckpoints) this.#seal(ref)
  }
  #reserveIdle(refs: number): void {
    if (this.#idle.length >= refs) return
    this.#idle = widened(this.#idle, Math.ceil(refs * 1.25))
  }
}
