import type { DatabaseSync } from 'node:sqlite'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type {
  Exemplar,
  HistogramData,
  MetricStore,
  RangeQuery,
  RollupQuery,
  RollupResult,
  SampleBatch,
  SeriesData,
  SeriesRef,
} from '../../../port/metric-store.ts'
import { rollupOfRange } from '../../../port/metric-window.ts'
import type { Position } from '../../../port/telemetry-log.ts'
import { partOf, partSeries } from './chunk-block.ts'
import type { Damage } from './damage.ts'
import { ExemplarStore } from './exemplar-store.ts'
import { HistogramStore } from './histogram-store.ts'
import type { SealedPart, Slice, Totals } from './message.ts'
import { MetricMemory } from './metric-memory.ts'
import { restoreHeads } from './metric-recovery.ts'
import { createPause, nextTurn } from './pause.ts'
import type { SealedChunk } from './pending-chunks.ts'
import type { Found } from './reader-thread.ts'
import type { ReaderThreads } from './reader-threads.ts'
import { MemoryColumns } from './sample-columns.ts'
import type { Outcome } from './sample-heads.ts'
import type { InternedCatalog } from './series-catalog.ts'
import type { Watermark } from './watermark.ts'
import type { Writer } from './writer.ts'

/** Neighbouring parts asked of a reader at once: between two such questions others get their turn. */
const partsAtOnce = 8
/** A few blocks of each part hold so short a range. */
const shortMs = 21_600_000
const partsOfShort = 32

export type MetricStoreDeps = {
  writer: Writer
  reader: DatabaseSync
  readerThreads: ReaderThreads
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
 * Samples in memory heads, sealed into chunks; a checkpoint writes chunks, as blocks, and heads. Reads see both: memory is copied first
 * and the disk read after, in a thread of its own, so that what moves from one to the other meanwhile is seen twice, never missed.
 */
export class SqliteMetricStore implements MetricStore {
  readonly catalog: InternedCatalog
  readonly #deps: MetricStoreDeps
  readonly #memory: MetricMemory
  readonly #histograms: HistogramStore
  readonly #exemplars: ExemplarStore
  readonly #serial = new SerialExecutor('metric checkpoints', 16)
  /** Entries up to here were on disk when the store was opened: replaying them changes nothing. */
  readonly #restored: Position
  #checkpointed: Position
  #totals: Totals['metric']
  /** Rows of an older version are still to be deleted, their contents to be written in today's form. */
  #hasFormer: boolean

  constructor(deps: MetricStoreDeps, options: MetricStoreOptions) {
    this.catalog = deps.catalog
    this.#deps = deps
    this.#restored = options.checkpointed
    this.#checkpointed = options.checkpointed
    this.#totals = options.totals
    this.#memory = new MetricMemory(options.outOfOrderMs, options.nextSeq)
    this.#hasFormer = restoreHeads(deps.reader, this.#memory, this.catalog.refs, deps.damage)
    this.#histograms = new HistogramStore(deps.reader, deps.damage, options.outOfOrderMs, () =>
      this.#memory.takeSeq(),
    )
    this.#exemplars = new ExemplarStore(deps.reader, deps.damage)
  }

  append(batch: SampleBatch, position: Position): void {
    this.#deps.watermark.saw(position)
    if (position > 0 && position <= this.#restored) return
    this.#memory.append(batch, this.catalog.refs)
    for (const sample of batch.histograms ?? []) this.#histograms.append(sample)
    for (const exemplar of batch.exemplars ?? []) this.#exemplars.append(exemplar)
  }
  /** Asks the readers for a few parts at a time, and for the next ones while these are read. */
  async range(query: RangeQuery): Promise<SeriesData[]> {
    const { readerThreads } = this.#deps
    const found: SeriesData[] = []
    const asked: Promise<Found | undefined>[] = []
    let left = query.samplesMax
    const take = async (): Promise<void> => {
      const answer = await asked.shift()
      if (!answer || answer.samples > left) throw tooMany(query)
      left -= answer.samples
      for (const run of answer.runs) found.push(run)
    }
    try {
      const parts = query.endMs - query.startMs <= shortMs ? partsOfShort : partsAtOnce
      for (const refs of inGroups(this.#own(query), parts)) {
        if (asked.length >= readerThreads.width) await take()
        query.signal?.throwIfAborted()
        asked.push(this.#ask(refs, query, left))
      }
      while (asked.length > 0) await take()
    } finally {
      // Of a query that is given up: nobody waits for the rest.
      for (const rest of asked) rest.catch(() => undefined)
    }
    return found
  }
  async histograms(query: RangeQuery): Promise<HistogramData[]> {
    return this.#histograms.range({ ...query, refs: this.#own(query) })
  }
  async exemplars(query: RangeQuery): Promise<Exemplar[]> {
    return this.#exemplars.range({ ...query, refs: this.#own(query) })
  }
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }> {
    const found = new Map<SeriesRef, { timeMs: number; value: number }>()
    for (const ref of refs) {
      const newest = this.#memory.latest(ref)
      if (newest) found.set(ref, newest)
    }
    return found
  }
  checkpoint(): Promise<Position> {
    return this.#serial.run(() => this.#checkpoint())
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void> {
    return this.#serial.run(async () => {
      const refs = this.catalog.refsOf(tenant)
      const beforeMs = Math.floor(timeMs)
      this.#memory.forgetBefore(timeMs, refs)
      this.#exemplars.forgetBefore(timeMs, refs)
      this.#histograms.forgetBefore(timeMs, refs)
      const totals = await this.#deps.writer.run({ kind: 'delete-chunks', beforeMs, tenant, refs })
      this.#totals = totals.metric
    })
  }
  rollup(query: RollupQuery): Promise<RollupResult> {
    return rollupOfRange(this, query)
  }
  stats(): { series: number; samplesAppended: number; bytesOnDisk: number; headBytes: number } {
    return {
      series: this.catalog.count(),
      samplesAppended: this.outcomes.accepted,
      bytesOnDisk: this.#totals.bytes,
      headBytes: this.#memory.bytes + this.#histograms.bytes + this.#exemplars.bytes,
    }
  }
  /** What became of the samples handed in since the start. */
  get outcomes(): Readonly<Record<Outcome, number>> {
    return this.#memory.outcomes
  }
  async close(): Promise<void> {
    await this.checkpoint()
  }

  async #ask(
    refs: readonly SeriesRef[],
    { startMs, endMs, newestOfMs }: RangeQuery,
    samplesMax: number,
  ): Promise<Found | undefined> {
    const memory = new MemoryColumns()
    const pause = createPause()
    for (const ref of refs) {
      this.#memory.copy(ref, startMs, endMs, memory)
      await pause()
    }
    const query = { refs, startMs, endMs, newestOfMs, samplesMax, memory: memory.finish() }
    return this.#deps.readerThreads.read(query)
  }
  #own({ tenant, refs }: RangeQuery): SeriesRef[] {
    return [...new Set(refs)].filter((ref) => this.catalog.has(tenant, ref))
  }
  /**
   * The position is taken first; what a series gains after that goes to disk too and is ignored when replayed. Parts without a change
   * since the last checkpoint stay as they are on disk.
   */
  async #checkpoint(): Promise<Position> {
    await nextTurn()
    const { writer, watermark } = this.#deps
    const position = Math.max(watermark.position, this.#restored)
    const refs = this.catalog.refs
    const pause = createPause()
    const former = this.#hasFormer
    try {
      for (let part = 0; part * partSeries < refs; part += 1) {
        const { chunks, head } = this.#memory.stage(part, refs)
        if (head || chunks.length > 0)
          writer.stage('metric', { parts: this.#byTenant(part, chunks), heads: head ? [head] : [] })
        await pause()
      }
      if (former) writer.stage('metric', { writes: [{ sql: 'DELETE FROM head', rows: [[]] }] })
      for (const stage of [this.#histograms, this.#exemplars, this.catalog]) {
        for (const slice of stage.stage() as Iterable<Slice>) {
          writer.stage('metric', slice)
          await pause()
        }
      }
      const nextSeq = this.#memory.nextSeq
      const totals = await writer.run({ kind: 'checkpoint', signal: 'metric', position, nextSeq })
      this.#totals = totals.metric
    } catch (error) {
      for (const part of [this.#memory, this.#histograms, this.#exemplars, this.catalog]) part.unstage()
      throw error
    }
    for (const part of [this.#memory, this.#histograms, this.#exemplars, this.catalog]) part.staged()
    if (former) this.#hasFormer = false
    this.#checkpointed = position
    return position
  }
  #byTenant(part: number, chunks: readonly SealedChunk[]): SealedPart[] {
    const parts = new Map<TenantId, SealedChunk[]>()
    for (const chunk of chunks) {
      const tenant = this.catalog.tenantOf(chunk.ref)
      const own = parts.get(tenant)
      if (own) own.push(chunk)
      else parts.set(tenant, [chunk])
    }
    return [...parts].map(([tenant, own]) => ({ tenant, part, ...pack(own) }))
  }
}

function pack(chunks: readonly SealedChunk[]): Omit<SealedPart, 'tenant' | 'part'> {
  const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.body.length, 0))
  const ends = new Uint32Array(chunks.length)
  let at = 0
  chunks.forEach((chunk, i) => {
    body.set(chunk.body, at)
    at += chunk.body.length
    ends[i] = at
  })
  return {
    refs: Uint32Array.from(chunks, ({ ref }) => ref),
    seqs: Float64Array.from(chunks, ({ seq }) => seq),
    ends,
    body,
  }
}

/** In order, those that lie within so many neighbouring parts together. */
function* inGroups(refs: readonly SeriesRef[], parts: number): Generator<SeriesRef[]> {
  const groupOf = (ref: SeriesRef): number => Math.floor(partOf(ref) / parts)
  let batch: SeriesRef[] = []
  for (const ref of refs) {
    if (batch.length > 0 && groupOf(ref) !== groupOf(batch[0]!)) {
      yield batch
      batch = []
    }
    batch.push(ref)
  }
  if (batch.length > 0) yield batch
}

const tooMany = (query: RangeQuery): Fault =>
  new Fault(
    'INVALID_REQUEST',
    `The range holds more than ${query.samplesMax} samples of ${query.refs.length} series; narrow the time range or the matchers.`,
  )
