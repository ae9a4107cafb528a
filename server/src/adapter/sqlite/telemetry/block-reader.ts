import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32, zstdDecompressSync } from 'node:zlib'
import { messageOf } from '../../../kernel/fault.ts'
import { holdsAll, plainBytes, unpacked } from './block-text.ts'
import { isDamage } from './connection.ts'
import { bytesOf, type Damage } from './damage.ts'
import { BlockPlaces } from './damage-blocks.ts'
import type { Signal } from './message.ts'
import type { ColdReader } from './tier/cold-reader.ts'

/** Largest text a block may decompress to: far above what is written, so that a damaged one cannot fill the memory. */
const decompressedMax = 256 * 1_048_576
const metadataPage = 128
/** Text of a block that is decompressed in the thread that serves. */
const soonBytesMax = 1_048_576

/** Records that lie together: in memory, or in a block that `load` decompresses. Empty when it is damaged or gone. */
export type Source<T> = {
  id: number
  key: string
  startMs: number
  endMs: number
  /** How many there are. */
  records: number
  load(): readonly T[] | Promise<readonly T[]>
  /**
   * The same without holding up the thread; empty as well where not all of `needles` are in the block's text. `pick` may read only some
   * of a text, or undefined for all of it; what is in memory comes whole. A body that `mayHold` rules out is not even decompressed.
   */
  loadIf(
    needles: readonly Buffer[],
    pick?: (text: Buffer) => T[] | undefined,
    mayHold?: (body: Uint8Array) => boolean,
  ): Promise<readonly T[]>
}
/** What blocks of one key hold, in all; `bytes` of text. */
export type Tally = { key: string; records: number; bytes: number }
export type StoredBlock = {
  id: number
  tenant: string
  key: string
  startMs: number
  endMs: number
  body: Uint8Array
  crc: number
}

/** Covers what says which block it is, too. */
export const blockChecksum = (id: number, key: string, body: Uint8Array): number =>
  crc32(body, crc32(key, id))

/** Blocks of one signal on disk. Only whole answers are read, never a statement left open: that would hide later commits from other reads. */
export class BlockReader<T> {
  readonly #reader: DatabaseSync
  readonly #signal: Signal
  readonly #damage: Damage
  readonly #decodeText: (text: string, group: string) => T[]
  readonly #body: StatementSync
  readonly #moved: StatementSync
  readonly #cold: ColdReader | undefined
  readonly #places: BlockPlaces

  constructor(
    reader: DatabaseSync,
    signal: Signal,
    damage: Damage,
    decodeText: (text: string, group: string) => T[],
    cold?: ColdReader,
  ) {
    this.#reader = reader
    this.#signal = signal
    this.#damage = damage
    this.#decodeText = decodeText
    this.#body = reader.prepare('SELECT body, crc FROM block WHERE id = ?')
    this.#moved = reader.prepare('SELECT object, offset, size, crc FROM moved_block WHERE id = ?')
    this.#cold = cold
    this.#places = new BlockPlaces(reader, signal, (table, after, upTo) =>
      damage.report('block', { signal, table, after, upTo }),
    )
  }
  /** Sealed blocks that touch [startMs, endMs] but those known, newest end first, asked for in pages. */
  *overlapping(
    tenant: string,
    startMs: number,
    endMs: number,
    known: ReadonlySet<number>,
  ): Generator<Source<T>> {
    const part = (table: string, only: string): string =>
      `SELECT id, key, start_ms, end_ms, count FROM ${table} WHERE signal = ?1 AND tenant = ?2 AND ${only} end_ms >= ?3
      AND (end_ms < ?4 OR (end_ms = ?4 AND id < ?5))`
    // One statement, so that what is moved meanwhile is seen in one place or the other.
    const moved = `UNION ALL ${part('moved_block', 'id NOT IN (SELECT b.id FROM block b WHERE b.id = moved_block.id) AND')}`
    const sql = `${part('block', 'open = 0 AND')} ${this.#cold ? moved : ''} ORDER BY end_ms DESC, id DESC LIMIT ${metadataPage}`
    const page = this.#reader.prepare(sql)
    let [before, beforeId] = [Number.MAX_SAFE_INTEGER, 0]
    for (;;) {
      const rows = this.#guard(() => page.all(this.#signal, tenant, Math.floor(startMs), before, beforeId))
      if (!rows) {
        for (const row of this.#places.touching(this.#tables, tenant, startMs, Math.min(endMs, before)))
          if (!known.has(Number(row.id)) && isBefore(row, before, beforeId)) yield this.#source(row)
        return
      }
      for (const row of rows) {
        if (!known.has(Number(row.id)) && Number(row.start_ms) <= endMs) yield this.#source(row)
        before = Number(row.end_ms)
        beforeId = Number(row.id)
      }
      if (rows.length < metadataPage) return
    }
  }
  /** Sealed blocks with spans of the trace, but those known. */
  ofTrace(tenant: string, traceId: string, known: ReadonlySet<number>): Source<T>[] {
    const part = (table: string, only: string): string =>
      `SELECT b.id, b.key, b.start_ms, b.end_ms, b.count FROM trace_block t JOIN ${table} b ON b.id = t.block
      WHERE t.trace = ?1 AND b.tenant = ?2 ${only}`
    // UNION, not UNION ALL: a block on its way out is in both.
    const sql = `${part('block', 'AND b.open = 0')} ${this.#cold ? `UNION ${part('moved_block', '')}` : ''}`
    const rows =
      this.#guard(() => this.#reader.prepare(sql).all(traceId, tenant)) ??
      this.#places.ofTrace(this.#tables, tenant, traceId)
    return rows.filter((row) => !known.has(Number(row.id))).map((row) => this.#source(row))
  }
  /** Blocks written while they were still growing. */
  open(): StoredBlock[] {
    const rows =
      this.#guard(() =>
        this.#reader.prepare('SELECT * FROM block WHERE signal = ? AND open = 1').all(this.#signal),
      ) ?? this.#places.open()
    return rows.map((row) => ({
      id: Number(row.id),
      tenant: String(row.tenant),
      key: String(row.key),
      startMs: Number(row.start_ms),
      endMs: Number(row.end_ms),
      body: bytesOf(row.body),
      crc: Number(row.crc),
    }))
  }
  /** Sealed blocks that touch [startMs, endMs] but those known, by key. Those that were moved are counted without their bytes. */
  tallies(tenant: string, startMs: number, endMs: number, known: ReadonlySet<number>): Tally[] {
    const range = 'signal = ?1 AND tenant = ?2 AND end_ms >= ?3 AND start_ms <= ?4'
    const moved = `UNION SELECT id, key, count, NULL FROM moved_block WHERE ${range}`
    const sql = `SELECT id, key, count, substr(body, 1, 16) AS head FROM block WHERE open = 0 AND ${range} ${this.#cold ? moved : ''}`
    const rows =
      this.#guard(() =>
        this.#reader.prepare(sql).all(this.#signal, tenant, Math.floor(startMs), Math.ceil(endMs)),
      ) ?? this.#places.touching(this.#tables, tenant, startMs, endMs)
    return rows
      .filter((row) => !known.has(Number(row.id)))
      .map((row) => ({
        key: String(row.key),
        records: Number(row.count),
        bytes: row.head ? plainBytes(row.head as Uint8Array) : 0,
      }))
  }
  openRecords(): number {
    const sql = 'SELECT sum(count) AS count FROM block WHERE signal = ? AND open = 1'
    return Number(this.#guard(() => this.#reader.prepare(sql).get(this.#signal))?.count ?? 0)
  }
  /** Empty, and reported, when the checksum does not fit. */
  decode(id: number, body: Uint8Array, crc: number, key: string): T[] {
    if (blockChecksum(id, key, body) === crc) {
      const text = zstdDecompressSync(body, { maxOutputLength: decompressedMax }).toString()
      return this.#decodeText(text, key)
    }
    this.#damage.report('block', { id })
    return []
  }

  get #tables(): readonly ('block' | 'moved_block')[] {
    return this.#cold ? ['block', 'moved_block'] : ['block']
  }
  #source(row: Record<string, unknown>): Source<T> {
    const [id, key] = [Number(row.id), String(row.key)]
    const load = (): T[] | Promise<T[]> => {
      const found = this.#guard(() => this.#body.get(id))
      if (found) return this.decode(id, bytesOf(found.body), Number(found.crc), key)
      return this.#cold ? this.#fromObject(this.#cold, id, key) : []
    }
    const loadIf: Source<T>['loadIf'] = async (needles, pick, mayHold) => {
      const found = this.#guard(() => this.#body.get(id))
      if (!found) return load()
      const body = bytesOf(found.body)
      if (blockChecksum(id, key, body) !== Number(found.crc)) return load()
      if (mayHold?.(body) === false) return []
      const text = await textOf(body, pick !== undefined)
      return holdsAll(text, needles) ? (pick?.(text) ?? this.#decodeText(text.toString(), key)) : []
    }
    const [startMs, endMs, records] = [Number(row.start_ms), Number(row.end_ms), Number(row.count)]
    return { id, key, startMs, endMs, records, load, loadIf }
  }
  async #fromObject(cold: ColdReader, id: number, key: string): Promise<T[]> {
    const moved = this.#guard(() => this.#moved.get(id))
    if (!moved) return []
    const place = { offset: Number(moved.offset), size: Number(moved.size) }
    const body = await cold.block(String(moved.object), place)
    return body ? this.decode(id, body, Number(moved.crc), key) : []
  }
  /** Undefined, and reported, where the file itself is damaged. */
  #guard<R>(read: () => R): R | undefined {
    try {
      return read()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('block', { signal: this.#signal, reason: messageOf(error) })
      return undefined
    }
  }
}

/** What is small and wanted at once is decompressed here, in half a millisecond: handing it to another thread costs as much again. */
const textOf = (body: Uint8Array, soon: boolean): Buffer | Promise<Buffer> => {
  const size = soon ? plainBytes(body) : 0
  return size > 0 && size <= soonBytesMax
    ? zstdDecompressSync(body, { maxOutputLength: decompressedMax, chunkSize: Math.max(1_024, size) })
    : unpacked(body, decompressedMax)
}

const isBefore = (row: Record<string, unknown>, endMs: number, id: number): boolean =>
  Number(row.end_ms) < endMs || (Number(row.end_ms) === endMs && Number(row.id) < id)
