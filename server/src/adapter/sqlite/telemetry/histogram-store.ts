import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../../kernel/fault.ts'
import type {
  HistogramData,
  HistogramSample,
  NativeHistogram,
  RangeQuery,
  SeriesRef,
} from '../../../port/metric-store.ts'
import { isDamage } from './connection.ts'
import { bytesOf, type Damage } from './damage.ts'
import { rowsAround, rowsByKey } from './damage-walk.ts'
import { decodeHistograms, HistogramWriter, histogramEquals, type TimedHistogram } from './histogram-codec.ts'
import type { Slice } from './message.ts'
import { createPause } from './pause.ts'
import { type Cursor, readVarint, writeVarint } from './varint.ts'

/** A head is sealed at this many histograms or bytes: what a checkpoint rewrites of a series that changed, at most. */
const sealCount = 120
const sealBytes = 4_096
/** Longest jump between two neighbours in a chunk, milliseconds: keeps differences exact. */
const jumpMsMax = 2 ** 50
const rowsAtOnce = 64

type Head = { chunk: HistogramWriter; startMs: number; endMs: number; newestMs: number; savedBytes: number }
type Sealed = { ref: SeriesRef; seq: number; startMs: number; endMs: number; count: number; body: Uint8Array }

/**
 * Native histograms by series: a growing chunk each, in the order they came, sealed when large; of several for one moment the last one
 * holds. A checkpoint writes sealed chunks, once, and the growing ones that changed.
 */
export class HistogramStore {
  readonly #reader: DatabaseSync
  readonly #damage: Damage
  readonly #outOfOrderMs: number
  readonly #takeSeq: () => number
  readonly #heads = new Map<SeriesRef, Head>()
  readonly #dirty = new Set<SeriesRef>()
  #sealed: Sealed[] = []
  /** Series that may have chunks on disk, so that the many without histograms cost no look; unknown where the file could not tell. */
  #written: Set<SeriesRef> | undefined
  #staged = { sealed: 0, heads: [] as SeriesRef[] }
  bytes = 0

  constructor(reader: DatabaseSync, damage: Damage, outOfOrderMs: number, takeSeq: () => number) {
    this.#reader = reader
    this.#damage = damage
    this.#outOfOrderMs = outOfOrderMs
    this.#takeSeq = takeSeq
    this.#written = this.#seriesOnDisk()
    this.#restore()
  }
  append({ ref, timeMs: time, histogram }: HistogramSample): void {
    const timeMs = Math.floor(time)
    if (!(timeMs >= 0 && timeMs <= 8.64e15)) return
    const head = this.#heads.get(ref) ?? emptyHead()
    if (timeMs < head.newestMs - this.#outOfOrderMs) return
    const last = head.chunk.last
    if (last?.timeMs === timeMs && histogramEquals(last.histogram, histogram)) return
    this.#heads.set(ref, head)
    if (last && Math.abs(timeMs - last.timeMs) > jumpMsMax) this.#seal(ref, head)
    const before = head.chunk.bytes
    head.chunk.add({ timeMs, histogram })
    this.bytes += head.chunk.bytes - before
    head.startMs = Math.min(head.startMs, timeMs)
    head.endMs = Math.max(head.endMs, timeMs)
    head.newestMs = Math.max(head.newestMs, timeMs)
    this.#dirty.add(ref)
    if (head.chunk.count >= sealCount || head.chunk.bytes >= sealBytes) this.#seal(ref, head)
  }
  async range(query: RangeQuery): Promise<HistogramData[]> {
    const pause = createPause()
    const found: HistogramData[] = []
    let left = query.samplesMax
    for (const ref of query.refs) {
      if (this.#written?.has(ref) === false && !this.#heads.has(ref)) continue
      query.signal?.throwIfAborted()
      const byTime = new Map<number, NativeHistogram>()
      // In order of writing, so that the last one for a moment holds.
      for (const body of this.#bodies(ref, query.startMs, query.endMs)) {
        for (const { timeMs, histogram } of this.#decode(ref, body))
          if (timeMs >= query.startMs && timeMs <= query.endMs) byTime.set(timeMs, histogram)
        if (byTime.size > left) throw tooMany(query)
        await pause()
      }
      left -= byTime.size
      const sorted = [...byTime].sort(([a], [b]) => a - b)
      if (sorted.length > 0)
        found.push({
          ref,
          timesMs: Float64Array.from(sorted, ([timeMs]) => timeMs),
          histograms: sorted.map(([, histogram]) => histogram),
        })
    }
    return found
  }
  /** Chunks on disk are the writer's to delete. */
  forgetBefore(timeMs: number, refs: Uint32Array): void {
    const gone = new Set(refs)
    for (const sealed of this.#sealed)
      if (gone.has(sealed.ref) && sealed.endMs < timeMs) this.bytes -= sealed.body.length
    this.#sealed = this.#sealed.filter((sealed) => !gone.has(sealed.ref) || sealed.endMs >= timeMs)
    for (const ref of refs) {
      const head = this.#heads.get(ref)
      if (!head || head.newestMs >= timeMs) continue
      this.bytes -= head.chunk.bytes
      this.#heads.set(ref, { ...emptyHead(), savedBytes: head.savedBytes })
      this.#dirty.add(ref)
    }
  }
  *stage(): Generator<Slice> {
    this.#staged = { sealed: this.#sealed.length, heads: [...this.#dirty] }
    this.#dirty.clear()
    const { sealed, heads } = this.#staged
    for (let at = 0; at < sealed; at += rowsAtOnce)
      yield putChunks(this.#sealed.slice(at, Math.min(sealed, at + rowsAtOnce)))
    for (let at = 0; at < heads.length; at += rowsAtOnce)
      yield this.#putHeads(heads.slice(at, at + rowsAtOnce))
  }
  staged(): void {
    for (const { body } of this.#sealed.slice(0, this.#staged.sealed)) this.bytes -= body.length
    this.#sealed = this.#sealed.slice(this.#staged.sealed)
    this.#staged = { sealed: 0, heads: [] }
  }
  unstage(): void {
    for (const ref of this.#staged.heads) this.#dirty.add(ref)
    this.#staged = { sealed: 0, heads: [] }
  }

  #seal(ref: SeriesRef, head: Head): void {
    const { startMs, endMs, newestMs, savedBytes, chunk } = head
    const body = chunk.finish(ref)
    this.#written?.add(ref)
    this.#sealed.push({ ref, seq: this.#takeSeq(), startMs, endMs, count: chunk.count, body })
    this.bytes += body.length - chunk.bytes
    Object.assign(head, { ...emptyHead(), newestMs, savedBytes })
    this.#dirty.add(ref)
  }
  /** Chunks, all of one turn: what leaves memory meanwhile is on disk already. */
  #bodies(ref: SeriesRef, startMs: number, endMs: number): Uint8Array[] {
    const waiting = this.#sealed.filter((sealed) => sealed.ref === ref)
    const seqs = new Set(waiting.map(({ seq }) => seq))
    const stored = this.#onDisk(ref, startMs, endMs).filter(({ seq }) => !seqs.has(seq))
    const head = this.#heads.get(ref)
    return [
      ...stored.map(({ body }) => body),
      ...waiting.map(({ body }) => body),
      ...(head && head.chunk.count > 0 ? [head.chunk.finish(ref)] : []),
    ]
  }
  #onDisk(ref: SeriesRef, startMs: number, endMs: number): { seq: number; body: Uint8Array }[] {
    const sql = 'SELECT seq, body FROM histogram WHERE ref = ? AND end_ms >= ? AND start_ms <= ? ORDER BY seq'
    try {
      const rows = this.#reader.prepare(sql).all(ref, Math.floor(startMs), Math.ceil(endMs))
      return rows.map((row) => ({ seq: Number(row.seq), body: bytesOf(row.body) }))
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('chunk', { ref })
      return this.#onDiskAround(ref, startMs, endMs)
    }
  }
  #onDiskAround(ref: SeriesRef, startMs: number, endMs: number): { seq: number; body: Uint8Array }[] {
    const select = 'SELECT seq, end_ms FROM histogram INDEXED BY histogram_by_series WHERE ref = ?'
    const walk = { select, params: [ref], key: 'end_ms', id: 'seq', low: Math.floor(startMs) }
    const onHole = (after: number, upTo: number): void => this.#damage.report('chunk', { ref, after, upTo })
    const body = this.#reader.prepare('SELECT body FROM histogram WHERE seq = ? AND start_ms <= ?')
    return rowsAround(this.#reader, walk, onHole)
      .map((row) => Number(row.seq))
      .sort((a, b) => a - b)
      .flatMap((seq) => {
        try {
          const row = body.get(seq, Math.ceil(endMs))
          return row ? [{ seq, body: bytesOf(row.body) }] : []
        } catch (error) {
          if (!isDamage(error)) throw error
          this.#damage.report('chunk', { ref, seq })
          return []
        }
      })
  }
  #decode(ref: SeriesRef, body: Uint8Array): TimedHistogram[] {
    const found = decodeHistograms(ref, body)
    if (!found) this.#damage.report('chunk', { ref })
    return found ?? []
  }
  /** The newest time, then the growing chunk. */
  #putHeads(refs: readonly SeriesRef[]): Slice {
    let bytes = 0
    const rows = refs.map((ref): [number, Uint8Array] => {
      const head = this.#heads.get(ref) ?? emptyHead()
      const chunk = head.chunk.finish(ref)
      const body = new Uint8Array(chunk.length + 10)
      const at = writeVarint(body, 0, Math.max(0, head.newestMs))
      body.set(chunk, at)
      bytes += at + chunk.length - head.savedBytes
      head.savedBytes = at + chunk.length
      return [ref, body.slice(0, at + chunk.length)]
    })
    return { writes: [{ sql: 'INSERT OR REPLACE INTO histogram_head VALUES (?, ?)', rows }], bytes }
  }
  /** From one row of each series to the next along the index: what it costs grows with series, not with chunks. */
  #seriesOnDisk(): Set<SeriesRef> | undefined {
    const sql = `WITH RECURSIVE one(ref) AS (SELECT min(ref) FROM histogram
      UNION ALL SELECT (SELECT min(ref) FROM histogram WHERE ref > one.ref) FROM one WHERE one.ref IS NOT NULL)
      SELECT ref FROM one WHERE ref IS NOT NULL`
    try {
      return new Set(
        this.#reader
          .prepare(sql)
          .all()
          .map((row) => Number(row.ref)),
      )
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('chunk', {})
      return undefined
    }
  }
  #restore(): void {
    const rows = { select: 'SELECT ref, body FROM histogram_head', key: 'ref' }
    const onHole = (after: number, upTo: number): void => this.#damage.report('head', { after, upTo })
    for (const row of rowsByKey(this.#reader, rows, onHole))
      this.#restoreHead(Number(row.ref), bytesOf(row.body))
  }
  #restoreHead(ref: SeriesRef, body: Uint8Array): void {
    const cursor: Cursor = { bytes: body, at: 0 }
    const newestMs = readVarint(cursor)
    const found = decodeHistograms(ref, body.subarray(cursor.at))
    if (!found) {
      this.#damage.report('head', { ref })
      return
    }
    const head = { ...emptyHead(), savedBytes: body.length }
    for (const sample of found) {
      head.chunk.add(sample)
      head.startMs = Math.min(head.startMs, sample.timeMs)
      head.endMs = Math.max(head.endMs, sample.timeMs)
    }
    head.newestMs = newestMs > 0 ? newestMs : head.endMs
    this.bytes += head.chunk.bytes
    this.#heads.set(ref, head)
  }
}

const emptyHead = (): Head => ({
  chunk: new HistogramWriter(),
  startMs: Number.POSITIVE_INFINITY,
  endMs: Number.NEGATIVE_INFINITY,
  newestMs: Number.NEGATIVE_INFINITY,
  savedBytes: 0,
})

const putChunks = (chunks: readonly Sealed[]): Slice => ({
  writes: [
    {
      sql: 'INSERT OR REPLACE INTO histogram VALUES (?, ?, ?, ?, ?, ?)',
      rows: chunks.map(({ seq, ref, startMs, endMs, count, body }) => [
        seq,
        ref,
        startMs,
        endMs,
        count,
        body,
      ]),
    },
  ],
  bytes: chunks.reduce((sum, { body }) => sum + body.length, 0),
})

const tooMany = (query: RangeQuery): Fault =>
  new Fault(
    'INVALID_REQUEST',
    `The range holds more than ${query.samplesMax} histograms of ${query.refs.length} series; narrow the time range or the matchers.`,
  )
