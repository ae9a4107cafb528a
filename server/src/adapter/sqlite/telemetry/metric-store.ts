import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../kernel/assert.ts'
import { Fault } from '../../../kernel/fault.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type {
  Exemplar,
  HistogramData,
  MetricStore,
  RangeQuery,
  SampleBatch,
  SeriesData,
  SeriesRef,
} from '../../../port/metric-store.ts'
import type { Position } from '../../../port/telemetry-log.ts'
import { decodeChunk, encodeChunk } from './chunk-codec.ts'
import { ChunkReader } from './chunk-reader.ts'
import { isDamage } from './connection.ts'
import type { Damage } from './damage.ts'
import { decodePart, encodePart, partSeries, type RestoredState, type SeriesState } from './head-part.ts'
import type { ChunkRow, Totals } from './message.ts'
import { createPause, nextTurn } from './pause.ts'
import { PendingChunks } from './pending-chunks.ts'
import { headSamplesMax, type Outcome, SampleHeads, sealCount } from './sample-heads.ts'
import { mergeRuns, type SampleRun } from './sample-run.ts'
import type { InternedCatalog } from './series-catalog.ts'
import type { Watermark } from './watermark.ts'
import type { Writer } from './writer.ts'

/** Full chunks one checkpoint moves to their place by series, at least; a quarter of those waiting when that is more. Each touches a page. */
const movedChunksMin = 2_000
/** Checkpoints without a new sample after which a head is sealed however small, so that a series that ended costs no block. */
const idleCheckpoints = 60

export type MetricStoreDeps = {
  writer: Writer
  reader: DatabaseSync
  catalog: InternedCatalog
  watermark: Watermark
  damage: Damage
}
export type MetricStoreOptions = {
  outOfOrderMs: number
  checkpointed: Position
  nextSeq: number
  totals: Totals['metric']
}

/**
 * Samples in memory heads, sealed into chunks; a checkpoint writes chunks and heads. Reads see both. Chunks carry a number that grows
 * with their sealing: where two hold the same time, the later one has the value that was written last.
 */
export class SqliteMetricStore implements MetricStore {
  readonly catalog: InternedCatalog
  readonly #writer: Writer
  readonly #watermark: Watermark
  readonly #damage: Damage
  readonly #heads: SampleHeads
  readonly #chunks: ChunkReader
  readonly #serial = new SerialExecutor('metric checkpoints', 16)
  readonly #pending = new PendingChunks()
  /** Entries up to here were on disk when the store was opened: replaying them changes nothing. */
  readonly #restored: Position
  readonly #times = new Float64Array(headSamplesMax)
  readonly #values = new Float64Array(headSamplesMax)
  readonly #words = new Uint32Array(this.#values.buffer)
  #checkpointed: Position
  #nextSeq: number
  #totals: Totals['metric']
  #ready: SeriesRef[] = []
  #sealing = false
  #idle = new Uint8Array(0)

  constructor(deps: MetricStoreDeps, options: MetricStoreOptions) {
    this.catalog = deps.catalog
    this.#writer = deps.writer
    this.#watermark = deps.watermark
    this.#damage = deps.damage
    this.#restored = options.checkpointed
    this.#checkpointed = options.checkpointed
    this.#nextSeq = options.nextSeq
    this.#totals = options.totals
    this.#chunks = new ChunkReader(deps.reader, deps.damage, options.outOfOrderMs)
    this.#heads = new SampleHeads(
      options.outOfOrderMs,
      (ref) => this.#seal(ref),
      (ref) => this.#sealSoon(ref),
    )
    this.#restore(deps.reader)
  }

  append(batch: SampleBatch, position: Position): void {
    this.#watermark.saw(position)
    if (position > 0 && position <= this.#restored) return
    this.#heads.reserve(this.catalog.refs)
    this.#heads.append(batch.series, batch.timesMs, batch.values, batch.count)
  }
  async range(query: RangeQuery): Promise<SeriesData[]> {
    const pause = createPause()
    const found: SeriesData[] = []
    let samples = 0
    for (const ref of query.refs) {
      if (!this.catalog.has(query.tenant, ref)) continue
      const data = mergeRuns(this.#runs(ref, query, query.samplesMax - samples), query.startMs, query.endMs)
      samples += data.timesMs.length
      if (samples > query.samplesMax) throw tooMany(query)
      if (data.timesMs.length > 0) found.push({ ref, ...data })
      await pause()
    }
    return found
  }
  async histograms(_query: RangeQuery): Promise<HistogramData[]> {
    return []
  }
  async exemplars(_query: RangeQuery): Promise<Exemplar[]> {
    return []
  }
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }> {
    const found = new Map<SeriesRef, { timeMs: number; value: number }>()
    for (const ref of refs) {
      const timeMs = this.#heads.lastTime(ref)
      if (timeMs !== Number.NEGATIVE_INFINITY) found.set(ref, { timeMs, value: this.#heads.lastValue(ref) })
    }
    return found
  }
  checkpoint(): Promise<Position> {
    return this.#serial.run(() => this.#checkpoint())
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  deleteBefore(timeMs: number): Promise<void> {
    return this.#serial.run(async () => {
      for (let ref = 0; ref < this.catalog.refs; ref += 1) this.#forgetBefore(ref, timeMs)
      const totals = await this.#writer.run({
        kind: 'delete-chunks',
        beforeMs: Math.floor(timeMs),
        refs: this.catalog.refs,
      })
      this.#totals = totals.metric
    })
  }
  stats(): { series: number; samplesAppended: number; bytesOnDisk: number; headBytes: number } {
    const headBytes = this.#heads.bytes + this.#pending.bytes
    return {
      series: this.catalog.count(),
      samplesAppended: this.#heads.counts.accepted,
      bytesOnDisk: this.#totals.bytes,
      headBytes,
    }
  }
  /** What became of the samples handed in since the start. */
  get outcomes(): Readonly<Record<Outcome, number>> {
    return this.#heads.counts
  }
  async close(): Promise<void> {
    await this.checkpoint()
  }

  /** Chunks on disk, chunks waiting and the head, read in one turn: what leaves memory meanwhile is on disk already. */
  #runs(ref: SeriesRef, query: RangeQuery, budget: number): SampleRun[] {
    let samples = 0
    const runs = this.#chunks.read(ref, this.#pending.of(ref), query.startMs, query.endMs, (some) => {
      samples += some
      // The two chunks at the edges may lie mostly outside the range.
      if (samples - 2 * headSamplesMax > budget) throw tooMany(query)
    })
    const held = this.#heads.read(ref, this.#times, this.#words)
    if (held > 0) {
      const values = new Float64Array(held)
      new Uint32Array(values.buffer).set(this.#words.subarray(0, held * 2))
      runs.push({ order: Number.POSITIVE_INFINITY, timesMs: this.#times.slice(0, held), values })
    }
    return runs
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
    const body = encodeChunk(ref, this.#times, this.#values, count)
    this.#pending.add({
      ref,
      seq: this.#nextSeq++,
      startMs: this.#times[0]!,
      endMs: this.#times[count - 1]!,
      count,
      body,
    })
    this.#heads.clear(ref)
  }

  /**
   * The position is taken first; what a series gains after that goes to disk too and is ignored when replayed. Parts without a change
   * since the last checkpoint stay as they are on disk.
   */
  async #checkpoint(): Promise<Position> {
    await nextTurn()
    const position = Math.max(this.#watermark.position, this.#restored)
    const refs = this.catalog.refs
    const pause = createPause()
    const moved: ChunkRow[] = []
    const cleaned: number[] = []
    const movedMax = Math.max(movedChunksMin, this.#pending.count >>> 2)
    this.#heads.reserve(refs)
    this.#reserveIdle(refs)
    try {
      for (let part = 0; part * partSeries < refs; part += 1) {
        this.#stagePart(part, refs, movedMax, moved, cleaned)
        await pause()
      }
      const totals = await this.#writer.run({
        kind: 'checkpoint',
        signal: 'metric',
        position,
        nextSeq: this.#nextSeq,
      })
      this.#totals = totals.metric
    } catch (error) {
      for (const ref of cleaned) this.#heads.setDirty(ref, true)
      throw error
    }
    const written = new Set(moved)
    for (const ref of new Set(moved.map((chunk) => chunk.ref)))
      this.#pending.drop(ref, (chunk) => written.has(chunk))
    this.#checkpointed = position
    return position
  }
  #stagePart(part: number, refs: number, movedMax: number, moved: ChunkRow[], cleaned: number[]): void {
    const from = part * partSeries
    const to = Math.min(refs, from + partSeries)
    let changed = false
    const chunks: ChunkRow[] = []
    const states: SeriesState[] = []
    for (let ref = from; ref < to; ref += 1) {
      this.#sealIdle(ref)
      const pending = this.#pending.of(ref)
      const room = pending.slice(0, Math.max(0, movedMax - moved.length - chunks.length))
      chunks.push(...room)
      changed ||= room.length > 0 || this.#heads.isDirty(ref)
    }
    if (!changed) return
    const moving = new Set(chunks)
    for (let ref = from; ref < to; ref += 1) {
      const state = this.#stateOf(ref, moving)
      if (state) states.push(state)
      if (this.#heads.isDirty(ref)) cleaned.push(ref)
      this.#heads.setDirty(ref, false)
    }
    moved.push(...chunks)
    this.#writer.stage('metric', { chunks, heads: [{ part, body: encodePart(states) }] })
  }
  #stateOf(ref: SeriesRef, moving: ReadonlySet<ChunkRow>): SeriesState | undefined {
    const timeMs = this.#heads.lastTime(ref)
    if (timeMs === Number.NEGATIVE_INFINITY) return undefined
    const [low, high] = this.#heads.lastWords(ref)
    const pending = this.#pending.of(ref).filter((chunk) => !moving.has(chunk))
    const count = this.#heads.read(ref, this.#times, this.#words)
    return {
      ref,
      last: { timeMs, low, high },
      pending,
      head: count > 0 ? encodeChunk(ref, this.#times, this.#values, count) : undefined,
    }
  }
  #sealIdle(ref: SeriesRef): void {
    if (this.#heads.isDirty(ref) || this.#heads.count(ref) === 0) this.#idle[ref] = 0
    else if (++this.#idle[ref]! >= idleCheckpoints) this.#seal(ref)
  }
  #reserveIdle(refs: number): void {
    if (this.#idle.length >= refs) return
    const before = this.#idle
    this.#idle = new Uint8Array(refs * 2)
    this.#idle.set(before)
  }
  #forgetBefore(ref: SeriesRef, timeMs: number): void {
    if (this.#heads.lastTime(ref) < timeMs) this.#heads.forget(ref)
    if (this.#pending.drop(ref, (chunk) => chunk.endMs < timeMs)) this.#heads.setDirty(ref, true)
  }

  #restore(reader: DatabaseSync): void {
    this.#heads.reserve(this.catalog.refs)
    try {
      for (const row of reader.prepare('SELECT part, body FROM head').iterate()) {
        const { states, intact } = decodePart(row.body as Uint8Array)
        if (!intact) this.#damage.report('head', { part: row.part })
        for (const state of states) if (state.ref < this.catalog.refs) this.#restoreState(state)
      }
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('head', {})
    }
    for (const outcome of Object.keys(this.#heads.counts) as Outcome[]) this.#heads.counts[outcome] = 0
  }
  #restoreState({ ref, last, pending, head }: RestoredState): void {
    for (const { seq, body } of pending) {
      const data = decodeChunk(ref, body)
      const count = data?.timesMs.length ?? 0
      if (data)
        this.#pending.add({
          ref,
          seq,
          startMs: data.timesMs[0]!,
          endMs: data.timesMs[count - 1]!,
          count,
          body,
        })
      else this.#damage.report('chunk', { ref, seq })
    }
    const data = head && decodeChunk(ref, head)
    if (head && !data) this.#damage.report('chunk', { ref })
    const count = data?.timesMs.length ?? 0
    const inHead = data !== undefined && last !== undefined && data.timesMs[count - 1]! >= last.timeMs
    if (last && !inHead) this.#heads.setLast(ref, last.timeMs, last.low, last.high)
    if (data) this.#heads.append(new Uint32Array(count).fill(ref), data.timesMs, data.values, count)
    this.#heads.setDirty(ref, false)
  }
}

const tooMany = (query: RangeQuery): Fault =>
  new Fault(
    'INVALID_REQUEST',
    `The range holds more than ${query.samplesMax} samples of ${query.refs.length} series; narrow the time range or the matchers.`,
  )
