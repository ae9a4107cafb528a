import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Entry } from '../../../port/telemetry-log.ts'
import { pageSeries, sealPage } from './catalog-page.ts'
import { ChunkWriter } from './chunk-writer.ts'
import { isFull, openForWriting } from './connection.ts'
import type { BlockRow, HeadRow, SeriesBatch, Signal, Slice, Task, Totals, Write } from './message.ts'

const statements = {
  entry: 'INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  series: 'INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?)',
  page: 'INSERT OR REPLACE INTO catalog_page VALUES (?, ?)',
  pagedSeries: 'DELETE FROM series WHERE ref >= ? AND ref < ?',
  headSize: 'SELECT length(body) AS bytes FROM head_part WHERE part = ?',
  head: 'INSERT OR REPLACE INTO head_part VALUES (?, ?)',
  blockSize: 'SELECT length(body) AS bytes, count FROM block WHERE id = ?',
  block: 'INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  trace: 'INSERT OR IGNORE INTO trace_block VALUES (?, ?)',
  meta: 'INSERT OR REPLACE INTO meta VALUES (?, ?)',
  truncate: 'DELETE FROM entry WHERE position <= ?',
  oldest: 'SELECT min(position) AS position FROM entry',
  deleteHistograms:
    'DELETE FROM histogram WHERE ref = ? AND end_ms < ? RETURNING length(body) AS bytes, 0 AS count',
  deleteChunks: 'DELETE FROM chunk WHERE ref = ? AND end_ms < ? RETURNING length(body) AS bytes, count',
  oldBlocks: 'SELECT id FROM block WHERE signal = ? AND tenant = ? AND open = 0 AND end_ms < ?',
  tenants: 'SELECT DISTINCT tenant FROM block WHERE signal = ?',
  deleteBlock: 'DELETE FROM block WHERE id = ? RETURNING length(body) AS bytes, count',
  sweepTraces:
    'DELETE FROM trace_block WHERE block NOT IN (SELECT id FROM block) AND block NOT IN (SELECT id FROM moved_block)',
}
type Statements = Record<keyof typeof statements, StatementSync>

/** Rows deleted in one transaction, so that entries waiting to be committed wait for milliseconds only. */
const deleteSlice = 256
/** Longest that blocks are merged in one transaction, but for the last one begun, milliseconds. */
const mergeSliceMs = 8
/** Entries committed after which what the journal holds is copied into the file. */
const settleBytes = 4 * 1_048_576
/** Free pages given back in one step. */
const shrinkSlice = 1_024

/**
 * The one connection that writes. Every transaction first writes the series it was told of, so that none of their data can be on disk
 * without them. After an error other than "full" the connection is opened anew before the next attempt.
 */
export class WriteSession {
  readonly #path: string
  readonly #bytesMax: number
  #db: DatabaseSync | undefined
  #statements: Statements | undefined
  /** Pages sealed. */
  #series: SeriesBatch[] = []
  #staged: Record<Signal, Required<Slice>> = { metric: emptySlice(), log: emptySlice(), span: emptySlice() }
  #chunks: ChunkWriter | undefined
  #last = 0
  /** Bytes of entries since the journal was last copied. */
  #unsettled = 0
  #totals: Totals = emptyTotals()

  constructor(path: string, bytesMax: number) {
    this.#path = path
    this.#bytesMax = bytesMax
    this.#open()
  }
  get totals(): Totals {
    return this.#totals
  }
  addSeries({ pages, rows }: SeriesBatch): void {
    this.#series.push({
      pages: pages.map(({ page, body }) => ({ page, body: sealPage({ page, body }) })),
      rows,
    })
  }
  hasSeries(): boolean {
    return this.#series.length > 0
  }
  unstage(signal: Signal): void {
    this.#staged[signal] = emptySlice()
  }
  stage(signal: Signal, slice: Slice): void {
    const staged = this.#staged[signal]
    staged.parts.push(...(slice.parts ?? []))
    staged.writes.push(...(slice.writes ?? []))
    staged.bytes += slice.bytes ?? 0
    staged.heads.push(...(slice.heads ?? []))
    staged.blocks.push(...(slice.blocks ?? []))
  }
  /** Commits entries and gives the position of the first. */
  append(entries: readonly Entry[]): number {
    const first = this.#last + 1
    this.#transaction((sql) => {
      entries.forEach((entry, i) => {
        const { kind, tenant, encoding, format, receivedMs, body } = entry
        sql.entry.run(
          first + i,
          kind,
          tenant,
          encoding,
          format,
          Math.floor(receivedMs),
          crc32(body, first + i),
          body,
        )
      })
    })
    this.#last += entries.length
    this.#unsettled += entries.reduce((sum, { body }) => sum + body.length, 0)
    return first
  }
  /**
   * Copies what was committed from the journal into the file, once it is worth it. To be called when those who wait were answered: left
   * to the commit that fills the journal, it is the slowest answer of all.
   */
  settle(): void {
    if (this.#unsettled < settleBytes) return
    this.#unsettled = 0
    try {
      this.#db?.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } catch {
      // No room, or the file cannot be written: nothing is lost, and the next transaction reports it.
    }
  }
  /** Makes small blocks larger ones for some milliseconds; false when there is nothing of that kind to do. */
  mergeSome(): boolean {
    if (!this.#chunks?.hasDue()) return false
    const end = performance.now() + mergeSliceMs
    this.#transaction(() => {
      while (performance.now() < end && this.#chunks?.mergeNext());
    })
    return this.#chunks?.hasDue() ?? false
  }
  /** Does one step of a task; true when it is done. */
  step(task: Task): boolean {
    switch (task.kind) {
      case 'checkpoint':
        return this.#checkpoint(task.signal, task.position, task.nextSeq)
      case 'truncate':
        return this.#truncate(task.upTo)
      case 'delete-chunks':
        return this.#deleteChunks(task)
      case 'delete-blocks':
        return this.#deleteBlocks(task)
      case 'write':
        return this.#write(task.writes)
      case 'shrink':
        return this.#shrink(task)
      case 'close':
        this.#db?.close()
        this.#db = undefined
        return true
    }
  }

  #checkpoint(signal: Signal, position: number, nextSeq: number): boolean {
    const staged = this.#staged[signal]
    this.#staged[signal] = emptySlice()
    this.#transaction((sql, db) => {
      this.#runAll(db, staged.writes)
      for (const part of staged.parts) this.#chunks?.put(part)
      for (const head of staged.heads) this.#putHead(sql, head)
      for (const block of staged.blocks) this.#putBlock(sql, signal, block)
      sql.meta.run(`position.${signal}`, position)
      this.#count(signal, staged.bytes, 0)
      if (signal === 'metric') sql.meta.run('seq', nextSeq)
    })
    return true
  }
  #putHead(sql: Statements, head: HeadRow): void {
    const before = sql.headSize.get(head.part)
    sql.head.run(head.part, head.body)
    this.#count('metric', head.body.length - Number(before?.bytes ?? 0), 0)
  }
  #putBlock(sql: Statements, signal: Signal, block: BlockRow): void {
    const before = sql.blockSize.get(block.id)
    sql.block.run(
      block.id,
      signal,
      block.tenant,
      block.key,
      block.startMs,
      block.endMs,
      block.count,
      block.open,
      block.crc,
      block.body,
    )
    for (const trace of block.traces) sql.trace.run(trace, block.id)
    this.#count(
      signal,
      block.body.length - Number(before?.bytes ?? 0),
      block.count - Number(before?.count ?? 0),
    )
  }
  #truncate(upTo: number): boolean {
    const bound = Math.min(upTo, this.#last)
    const oldest = this.#transaction((sql) => {
      const first = Number(sql.oldest.get()?.position ?? bound + 1)
      const end = Math.min(bound, first + deleteSlice - 1)
      sql.truncate.run(end)
      // So that positions go on from here even when no entry is left.
      sql.meta.run('last', this.#last)
      return end
    })
    return oldest >= bound
  }
  #deleteChunks(task: Extract<Task, { kind: 'delete-chunks' }>): boolean {
    const from = Math.max(0, task.refs.length - deleteSlice)
    const blocksDone = this.#transaction((sql) => {
      for (const ref of task.refs.subarray(from)) {
        for (const statement of [sql.deleteChunks, sql.deleteHistograms])
          for (const row of statement.all(ref, task.beforeMs))
            this.#count('metric', -Number(row.bytes), -Number(row.count))
      }
      return this.#chunks?.dropBefore(task.beforeMs, task.tenant, deleteSlice) ?? true
    })
    task.refs = task.refs.subarray(0, from)
    return from === 0 && blocksDone
  }
  #deleteBlocks(task: Extract<Task, { kind: 'delete-blocks' }>): boolean {
    const { signal, beforeMs, tenant } = task
    return this.#transaction((sql) => {
      const tenants =
        tenant === undefined ? sql.tenants.all(signal).map((row) => String(row.tenant)) : [tenant]
      const old = tenants.flatMap((one) => sql.oldBlocks.all(signal, one, beforeMs))
      const doomed = [...task.blocks, ...old.map((row) => Number(row.id))].slice(0, deleteSlice)
      for (const id of doomed) {
        const row = sql.deleteBlock.get(id)
        if (row) this.#count(signal, -Number(row.bytes), -Number(row.count))
      }
      task.blocks = task.blocks.slice(deleteSlice)
      const done = doomed.length < deleteSlice
      if (done && signal === 'span') sql.sweepTraces.run()
      return done
    })
  }
  #write(writes: readonly Write[]): boolean {
    this.#transaction((_, db) => this.#runAll(db, writes))
    return true
  }
  #runAll(db: DatabaseSync, writes: readonly Write[]): void {
    for (const { sql, rows, counts } of writes) {
      const statement = db.prepare(sql)
      for (const row of rows) {
        if (counts === undefined) statement.run(...row)
        else
          for (const gone of statement.all(...row))
            this.#count(counts, -Number(gone.bytes), -Number(gone.count))
      }
    }
  }
  #shrink(task: Extract<Task, { kind: 'shrink' }>): boolean {
    const { db } = this.#open()
    const pages = Math.min(task.pages, shrinkSlice)
    // Each page given back is a row of this statement.
    db.prepare(`PRAGMA incremental_vacuum(${pages})`).all()
    task.pages -= pages
    return task.pages <= 0
  }
  #count(signal: Signal, bytes: number, records: number): void {
    this.#totals[signal].bytes += bytes
    this.#totals[signal].records += records
  }

  #transaction<T>(work: (sql: Statements, db: DatabaseSync) => T): T {
    const { db, sql } = this.#open()
    const totals = structuredClone(this.#totals)
    try {
      db.exec('BEGIN IMMEDIATE')
      for (const batch of this.#series) putSeries(sql, batch)
      const result = work(sql, db)
      this.#saveTotals(sql, totals)
      db.exec('COMMIT')
      this.#series = []
      return result
    } catch (error) {
      this.#totals = totals
      this.#recover(db, error)
      throw error
    }
  }
  #saveTotals(sql: Statements, before: Totals): void {
    for (const signal of ['metric', 'log', 'span'] as const) {
      const { bytes, records } = this.#totals[signal]
      if (bytes !== before[signal].bytes) sql.meta.run(`bytes.${signal}`, bytes)
      if (records !== before[signal].records) sql.meta.run(`records.${signal}`, records)
    }
  }
  #recover(db: DatabaseSync, error: unknown): void {
    try {
      if (db.isTransaction) db.exec('ROLLBACK')
      if (isFull(error)) return
    } catch {
      // The connection is given up below, and with it the transaction.
    }
    this.#db = undefined
    try {
      db.close()
    } catch {
      // Nothing more to release.
    }
  }
  #open(): { db: DatabaseSync; sql: Statements } {
    if (this.#db && this.#statements) return { db: this.#db, sql: this.#statements }
    const db = openForWriting(this.#path, this.#bytesMax)
    const prepared = Object.entries(statements).map(([name, text]) => [name, db.prepare(text)])
    const meta = readMeta(db)
    this.#db = db
    this.#statements = Object.fromEntries(prepared) as Statements
    this.#chunks = new ChunkWriter(db, (bytes, samples) => this.#count('metric', bytes, samples))
    this.#last = lastPosition(db, meta)
    this.#totals = totalsOf(meta)
    return { db, sql: this.#statements }
  }
}

/** Pages first: a row tells what was refined since, or of a number that is not in its page yet. */
function putSeries(sql: Statements, { pages, rows }: SeriesBatch): void {
  for (const { page, body } of pages) {
    sql.page.run(page, body)
    sql.pagedSeries.run(page * pageSeries, (page + 1) * pageSeries)
  }
  for (const { ref, tenant, labels, crc, kind, unit, derived } of rows)
    sql.series.run(ref, tenant, labels, crc, kind, unit, derived)
}

export function readMeta(db: DatabaseSync): Map<string, number> {
  return new Map(
    db
      .prepare('SELECT key, value FROM meta')
      .all()
      .map((row) => [String(row.key), Number(row.value)]),
  )
}

/** Of the newest entry, or of the newest that was ever there. */
export function lastPosition(db: DatabaseSync, meta: ReadonlyMap<string, number>): number {
  return Math.max(
    Number(db.prepare('SELECT max(position) AS last FROM entry').get()?.last ?? 0),
    meta.get('last') ?? 0,
  )
}

/** The greatest number that samples or histograms on disk have. */
export function newestSeq(db: DatabaseSync): number {
  const sql =
    'SELECT max(seq) AS seq FROM (SELECT max(seq) AS seq FROM chunk_block UNION ALL SELECT max(seq) FROM histogram)'
  return Number(db.prepare(sql).get()?.seq ?? 0)
}

/** Of a folder that nobody writes; 0 where nothing was ever written. */
export function newestPosition(folder: string): number {
  const path = join(folder, 'telemetry.db')
  if (!existsSync(path)) return 0
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return lastPosition(db, readMeta(db))
  } finally {
    db.close()
  }
}

export function totalsOf(meta: ReadonlyMap<string, number>): Totals {
  const of = (signal: Signal) => ({
    bytes: meta.get(`bytes.${signal}`) ?? 0,
    records: meta.get(`records.${signal}`) ?? 0,
  })
  return { metric: of('metric'), log: of('log'), span: of('span') }
}

const emptySlice = (): Required<Slice> => ({ parts: [], heads: [], blocks: [], writes: [], bytes: 0 })
const emptyTotals = (): Totals => totalsOf(new Map())
