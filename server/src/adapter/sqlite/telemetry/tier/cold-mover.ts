import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../../kernel/fault.ts'
import { SerialExecutor } from '../../../../kernel/queue.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import { type KeptSignal, signalOf } from '../keep/cutoff.ts'
import type { Signal, Write } from '../message.ts'
import { createPause } from '../pause.ts'
import { ColdObjectBuilder, type ColdPiece, verifyObject } from './cold-object.ts'
import type { ColdReader } from './cold-reader.ts'
import { dropPiece, rowOf, type SealedPiece, sealedPieces } from './sealed-piece.ts'

/** An object is closed at this size: what one series' search has to wait for, and what lies in memory twice while it is verified. */
const objectBytes = 8 * 1_048_576
/** Pieces deleted in one transaction. */
const dropAtOnce = 256
const dayMs = 86_400_000

export type ColdMoverDeps = {
  objects: ObjectStore
  reader: DatabaseSync
  cold: ColdReader
  /** Keys of this store's objects begin with it; no other store may use it. */
  prefix: string
  write(writes: readonly Write[]): Promise<unknown>
  progress: { get(name: string): number | undefined; set(name: string, value: number): Promise<void> }
  /** Told before each step of a move, so that a test can stop there. */
  onStep?: (step: 'put' | 'verify' | 'record' | 'drop' | 'settle' | 'forget' | 'delete') => void
}

/**
 * Moves sealed data to objects: build, put, read back and verify, record in one transaction, delete here. Killed anywhere in between
 * it leaves the data in at least one place, and what it left behind is cleared by `recover`: objects nobody recorded are deleted,
 * data that was recorded and is still here is dropped. Keys hold a hash of the content, so that a repeated step repeats itself.
 */
export class ColdMover {
  readonly #deps: ColdMoverDeps
  readonly #serial = new SerialExecutor('moving to objects', 16)
  constructor(deps: ColdMoverDeps) {
    this.#deps = deps
  }
  /** Moves what ended before `timeMs` of every tenant, by days, the oldest first. */
  move(signal: KeptSignal, tenant: TenantId, timeMs: number, oldestMs: number): Promise<void> {
    return this.#serial.run(async () => {
      const name = `cold.${signal}/${tenant}`
      const end = Math.floor(timeMs / dayMs) * dayMs
      const from = this.#deps.progress.get(name) ?? Math.floor(Math.max(0, oldestMs) / dayMs) * dayMs
      for (let day = from; day < end; day += dayMs) {
        await this.#moveUntil(signalOf[signal], tenant, day + dayMs)
        await this.#deps.progress.set(name, day + dayMs)
      }
    })
  }
  /** Forgets and deletes objects with nothing as new as `timeMs`. */
  dropBefore(signal: KeptSignal, tenant: TenantId, timeMs: number): Promise<void> {
    return this.#serial.run(async () => {
      const old = this.#deps.reader
        .prepare('SELECT key FROM object WHERE signal = ? AND tenant = ? AND end_ms < ?')
        .all(signalOf[signal], tenant, Math.floor(timeMs))
      for (const row of old) await this.#drop(String(row.key))
    })
  }
  /** Clears what a crash left. */
  recover(): Promise<void> {
    return this.#serial.run(async () => {
      const known = new Set(
        this.#deps.reader
          .prepare('SELECT key FROM object')
          .all()
          .map((row) => String(row.key)),
      )
      const orphans: string[] = []
      for await (const { key } of this.#deps.objects.list(`${this.#deps.prefix}/`))
        if (!known.has(key)) orphans.push(key)
      for (const key of orphans) await this.#deps.objects.delete(key)
      const untrimmed = this.#deps.reader.prepare('SELECT key, signal FROM object WHERE trimmed = 0').all()
      for (const row of untrimmed) {
        const index = verifyObject(await this.#deps.objects.get(String(row.key)))
        await this.#trim(String(row.key), row.signal as Signal, index.pieces)
      }
    })
  }

  async #moveUntil(signal: Signal, tenant: TenantId, endMs: number): Promise<void> {
    const pieces = sealedPieces(this.#deps.reader, signal, tenant, endMs)
    const pause = createPause()
    let builder = new ColdObjectBuilder(signal, tenant)
    let held: SealedPiece['piece'][] = []
    for (const piece of pieces) {
      builder.add(piece.piece, piece.body)
      held.push(piece.piece)
      if (builder.size >= objectBytes) {
        await this.#moveObject(signal, tenant, builder, held)
        builder = new ColdObjectBuilder(signal, tenant)
        held = []
      }
      await pause()
    }
    if (held.length > 0) await this.#moveObject(signal, tenant, builder, held)
  }
  async #moveObject(
    signal: Signal,
    tenant: TenantId,
    builder: ColdObjectBuilder,
    held: readonly SealedPiece['piece'][],
  ): Promise<void> {
    const { objects, onStep, write } = this.#deps
    const bytes = builder.finish()
    const hash = createHash('sha256').update(bytes).digest('hex')
    const startMs = Math.min(...held.map((piece) => piece.startMs))
    const endMs = Math.max(...held.map((piece) => piece.endMs))
    const day = new Date(endMs).toISOString().slice(0, 10)
    const key = `${this.#deps.prefix}/${signal}/${segmentOf(tenant)}/${day}/${hash.slice(0, 32)}`
    onStep?.('put')
    await objects.put(key, bytes)
    onStep?.('verify')
    const stored = await objects.get(key)
    if (createHash('sha256').update(stored).digest('hex') !== hash)
      throw new Fault(
        'STORAGE_UNAVAILABLE',
        `The object ${key} was not stored as it was sent; it stays here.`,
      )
    const row = {
      low: Math.min(...held.map((piece) => piece.id)),
      high: Math.max(...held.map((piece) => piece.id)),
      records: held.reduce((sum, piece) => sum + piece.count, 0),
    }
    onStep?.('record')
    await write([
      {
        sql: 'INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)',
        rows: [[key, signal, tenant, startMs, endMs, row.low, row.high, row.records, bytes.length]],
      },
      ...(signal === 'metric' ? [] : [movedBlocks(key, signal, tenant, builder.pieces)]),
    ])
    await this.#trim(key, signal, held)
  }
  async #trim(key: string, signal: Signal, pieces: readonly SealedPiece['piece'][]): Promise<void> {
    const { write, onStep } = this.#deps
    const sql = signal === 'metric' ? dropPiece.samples : dropPiece.records
    for (let at = 0; at < pieces.length; at += dropAtOnce) {
      onStep?.('drop')
      await write([{ counts: signal, sql, rows: pieces.slice(at, at + dropAtOnce).map(rowOf) }])
    }
    onStep?.('settle')
    await write([{ sql: 'UPDATE object SET trimmed = 1 WHERE key = ?', rows: [[key]] }])
  }
  async #drop(key: string): Promise<void> {
    const { write, onStep, objects, cold } = this.#deps
    onStep?.('forget')
    await write([
      {
        sql: 'DELETE FROM trace_block WHERE block IN (SELECT id FROM moved_block WHERE object = ?)',
        rows: [[key]],
      },
      { sql: 'DELETE FROM moved_block WHERE object = ?', rows: [[key]] },
      { sql: 'DELETE FROM object WHERE key = ?', rows: [[key]] },
    ])
    cold.forget(key)
    onStep?.('delete')
    await objects.delete(key)
  }
}

/** A tenant's name as a segment of a key: what a key may not hold is written in hex. */
const segmentOf = (tenant: string): string =>
  /^[A-Za-z0-9_-]{1,64}$/.test(tenant) ? tenant : `x.${Buffer.from(tenant).toString('hex').slice(0, 128)}`

const movedBlocks = (
  object: string,
  signal: Signal,
  tenant: string,
  pieces: readonly ColdPiece[],
): Write => ({
  sql: 'INSERT OR REPLACE INTO moved_block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  rows: pieces.map((piece) => [
    piece.id,
    object,
    piece.offset,
    piece.size,
    signal,
    tenant,
    piece.key ?? '',
    piece.startMs,
    piece.endMs,
    piece.count,
    piece.blockCrc ?? 0,
  ]),
})
