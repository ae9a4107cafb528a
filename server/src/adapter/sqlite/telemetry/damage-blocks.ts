import type { DatabaseSync } from 'node:sqlite'
import { isDamage } from './connection.ts'
import { type Row, rowsAround } from './damage-walk.ts'
import type { Signal } from './message.ts'

/** Longest a table is walked for what its index lost; once a table, in the thread that serves. */
const walkMsMax = 500

type Table = 'block' | 'moved_block'
const indexes: Readonly<Record<Table, string>> = {
  block: 'block_by_time',
  moved_block: 'moved_block_by_time',
}

/** Finds blocks of one signal where pages of their indexes are damaged, as `ChunkPlaces` does those of samples. */
export class BlockPlaces {
  readonly #db: DatabaseSync
  readonly #signal: Signal
  readonly #onHole: (table: string, after: number, upTo: number) => void
  readonly #walked = new Map<Table, Row[]>()
  constructor(
    db: DatabaseSync,
    signal: Signal,
    onHole: (table: string, after: number, upTo: number) => void,
  ) {
    this.#db = db
    this.#signal = signal
    this.#onHole = onHole
  }
  /** Sealed blocks that touch [startMs, endMs], newest end first. */
  touching(tables: readonly Table[], tenant: string, startMs: number, endMs: number): Row[] {
    const found = new Map<number, Row>()
    for (const table of tables) {
      const rows = [...this.#byIndex(table, tenant, startMs), ...this.#byTable(table)]
      for (const row of rows)
        if (row.tenant === tenant && Number(row.end_ms) >= startMs && Number(row.start_ms) <= endMs)
          found.set(Number(row.id), row)
    }
    return [...found.values()].sort(
      (a, b) => Number(b.end_ms) - Number(a.end_ms) || Number(b.id) - Number(a.id),
    )
  }
  /** Blocks of a trace whose places could be read, of one tenant. */
  ofTrace(tables: readonly Table[], tenant: string, traceId: string): Row[] {
    const select = 'SELECT block FROM trace_block WHERE trace = ?'
    const walk = { select, params: [traceId], key: 'block' }
    const found = new Map<number, Row>()
    for (const { block } of rowsAround(this.#db, walk, (from, to) => this.#onHole('trace_block', from, to))) {
      for (const table of tables) {
        const row = this.#guarded(table, Number(block), () =>
          this.#db.prepare(this.#select(table, 'AND id = ?')).get(this.#signal, Number(block)),
        )
        if (row && row.tenant === tenant) found.set(Number(row.id), row)
      }
    }
    return [...found.values()]
  }
  /** Blocks written while they were still growing. */
  open(): Row[] {
    const select = 'SELECT * FROM block NOT INDEXED WHERE signal = ? AND open = 1'
    return rowsAround(
      this.#db,
      { select, params: [this.#signal], key: 'id', millisecondsMax: walkMsMax },
      (from, to) => this.#onHole('block', from, to),
    )
  }

  /** An index tells where rows are, and its rows may still be out of reach. */
  #byIndex(table: Table, tenant: string, startMs: number): Row[] {
    const select = `SELECT id, end_ms FROM ${table} INDEXED BY ${indexes[table]} WHERE signal = ? AND tenant = ? ${table === 'block' ? 'AND open = 0' : ''}`
    const walk = { select, params: [this.#signal, tenant], key: 'end_ms', id: 'id', low: Math.floor(startMs) }
    return rowsAround(this.#db, walk, () => undefined).flatMap(({ id }) => {
      const row = this.#guarded(table, Number(id), () =>
        this.#db.prepare(this.#select(table, 'AND id = ?')).get(this.#signal, Number(id)),
      )
      return row ? [row] : []
    })
  }
  #byTable(table: Table): Row[] {
    const known = this.#walked.get(table)
    if (known) return known
    const walk = { select: this.#select(table, ''), params: [this.#signal], key: 'id' }
    const rows = rowsAround(this.#db, { ...walk, millisecondsMax: walkMsMax }, (from, to) =>
      this.#onHole(table, from, to),
    )
    this.#walked.set(table, rows)
    return rows
  }
  #select(table: Table, more: string): string {
    return `SELECT id, tenant, key, start_ms, end_ms, count FROM ${table} NOT INDEXED WHERE signal = ? ${table === 'block' ? 'AND open = 0' : ''} ${more}`
  }
  #guarded(table: Table, id: number, read: () => Row | undefined): Row | undefined {
    try {
      return read()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#onHole(table, id, id)
      return undefined
    }
  }
}
