import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SeriesRef } from '../../../port/metric-store.ts'
import { partOf, readEntries, unpackBlock } from './chunk-block.ts'
import { decodeChunk } from './chunk-codec.ts'
import { isDamage } from './connection.ts'
import type { DamagedKind } from './damage.ts'
import { ChunkPlaces } from './damage-chunks.ts'
import { type Piece, PieceJoiner, type PieceRange } from './piece.ts'
import {
  type ColumnsRun,
  ColumnsWriter,
  type OrderedColumns,
  type SampleColumns,
  unpackColumns,
} from './sample-columns.ts'
import type { SampleRun } from './sample-run.ts'
import { ByteCache } from './tier/byte-cache.ts'

/** Unpacked blocks kept for the next question: a dashboard asks for the same hours again and again. */
const cacheBytes = 24 * 1_048_576

export type Report = (kind: DamagedKind, fields: Record<string, number>) => void
export type DiskQuery = PieceRange & {
  refs: readonly SeriesRef[]
  samplesMax: number
  /** What is not on disk, or not yet for long: joined to what is. */
  memory?: OrderedColumns | undefined
}
export type DiskRun = ColumnsRun
/** `samples` lie in the range, of which columns may hold fewer: see `RangeQuery.newestOfMs`. */
export type DiskAnswer = SampleColumns & { samples: number }

/** Sealed samples on disk, by series. Only whole answers are read, never a statement left open: that would hide later commits. */
export class ChunkReader {
  readonly #blocks: StatementSync
  readonly #body: StatementSync
  readonly #former: StatementSync
  readonly #hasFormer: boolean
  readonly #report: Report
  readonly #places: ChunkPlaces
  #unpacked = new ByteCache(cacheBytes)
  constructor(reader: DatabaseSync, report: Report) {
    this.#report = report
    this.#places = new ChunkPlaces(reader)
    this.#blocks = reader.prepare(
      'SELECT seq FROM chunk_block WHERE part = ? AND end_ms >= ? AND start_ms <= ? ORDER BY end_ms',
    )
    this.#body = reader.prepare('SELECT body FROM chunk_block WHERE seq = ?')
    this.#former = reader.prepare(
      'SELECT seq, body FROM chunk WHERE ref = ? AND end_ms >= ? AND start_ms <= ?',
    )
    // Rows of `chunk` are never added any more.
    this.#hasFormer =
      guarded(report, {}, () => reader.prepare('SELECT 1 FROM chunk LIMIT 1').get()) !== undefined
  }
  /** Series with samples in [startMs, endMs], in the order asked for, by part. Undefined when there are more than `samplesMax`. */
  read({ refs, memory, samplesMax, ...range }: DiskQuery): DiskAnswer | undefined {
    const inMemory = memory ? runsBySeries(memory) : new Map<SeriesRef, SampleRun[]>()
    const out = new ColumnsWriter()
    const joiner = new PieceJoiner(out, range)
    let samples = 0
    for (const [part, own] of Map.groupBy(refs, partOf)) {
      joiner.nextPart()
      const pieces = this.#readPart(part, new Set(own), range, joiner)
      for (const [ref, known] of pieces) {
        for (const run of inMemory.get(ref) ?? []) {
          const piece = joiner.pieceOf(run)
          if (piece) known.push(piece)
        }
        samples += joiner.add(ref, known)
        if (samples > samplesMax) return undefined
      }
    }
    return { ...out.finish(), samples }
  }
  /** Gives back the memory that only makes questions faster. */
  forget(): void {
    this.#unpacked = new ByteCache(cacheBytes)
  }

  #readPart(
    part: number,
    wanted: Set<SeriesRef>,
    { startMs, endMs }: PieceRange,
    joiner: PieceJoiner,
  ): Map<SeriesRef, Piece[]> {
    const pieces = new Map<SeriesRef, Piece[]>()
    for (const ref of wanted) pieces.set(ref, [])
    const bounds = [Math.floor(startMs), Math.ceil(endMs)] as const
    for (const seq of this.#seqsOf(part, bounds)) {
      const plain = this.#unpack(part, seq)
      if (!plain) continue
      for (const { ref, timesMs, at } of readEntries(part, plain, wanted)) {
        const span = joiner.spanOf(timesMs)
        if (span) pieces.get(ref)!.push({ order: seq, span, values: { plain, at } })
      }
    }
    if (this.#hasFormer) for (const ref of wanted) this.#readFormer(ref, bounds, joiner, pieces.get(ref)!)
    return pieces
  }
  #seqsOf(part: number, bounds: readonly [number, number]): number[] {
    const found = guarded(this.#report, { part }, () => this.#blocks.all(part, ...bounds))
    if (found) return found.map((row) => Number(row.seq))
    return this.#places.find(part, ...bounds, (after, upTo) => this.#report('chunk', { after, upTo }))
  }
  /** Undefined where it is damaged, or merged away since: then what it held is in a block that came later; the caller reads within one transaction. */
  #unpack(part: number, seq: number): Uint8Array | undefined {
    const row = guarded(this.#report, { part, seq }, () => this.#body.get(seq))
    const body = row?.body
    // What stands beside the columns of a damaged page may be anything.
    if (row && !(body instanceof Uint8Array)) this.#report('chunk', { part, seq })
    if (!(body instanceof Uint8Array)) return undefined
    // A merged block may have the number of one it was made of, but not its checksum.
    const name = `${seq}/${body.length}/${body.subarray(-4).join()}`
    const known = this.#unpacked.get(name)
    if (known) return known
    const plain = unpackBlock(part, body)
    if (plain) this.#unpacked.put(name, plain)
    else this.#report('chunk', { part, seq })
    return plain
  }
  #readFormer(ref: SeriesRef, bounds: readonly [number, number], joiner: PieceJoiner, pieces: Piece[]): void {
    const rows = guarded(this.#report, { ref }, () => this.#former.all(ref, ...bounds)) ?? []
    for (const { seq, body } of rows) {
      const data = decodeChunk(ref, body as Uint8Array)
      const piece = data && joiner.pieceOf({ order: Number(seq), ...data })
      if (piece) pieces.push(piece)
      if (!data) this.#report('chunk', { ref, seq: Number(seq) })
    }
  }
}

const runsBySeries = (columns: OrderedColumns): Map<SeriesRef, SampleRun[]> =>
  Map.groupBy(
    unpackColumns(columns).map((run, i) => ({ ...run, order: columns.orders[i]! })),
    ({ ref }) => ref,
  )

/** Undefined, and reported, where the file itself is damaged. */
function guarded<R>(report: Report, fields: Record<string, number>, read: () => R): R | undefined {
  try {
    return read()
  } catch (error) {
    if (!isDamage(error)) throw error
    report('chunk', fields)
    return undefined
  }
}
