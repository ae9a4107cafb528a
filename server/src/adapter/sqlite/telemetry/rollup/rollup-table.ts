import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RollupQuery, SeriesRef, Windows } from '../../../../port/metric-store.ts'
import { isDamage } from '../connection.ts'
import type { Damage } from '../damage.ts'
import type { Write } from '../message.ts'
import { decodeWindows, encodeWindows } from './rollup-codec.ts'

export const dayMs = 86_400_000
export const fineMs = 300_000
export const coarseMs = 3_600_000

/** A day of one series' windows. Windows that end up to `upToMs` will not change any more. */
export type RollupRow = { startMs: number; upToMs: number; windows: Windows }

/** The `rollup` table: a row for each step, series and day. */
export class RollupTable {
  readonly #rows: StatementSync
  readonly #damage: Damage
  constructor(reader: DatabaseSync, damage: Damage) {
    this.#damage = damage
    this.#rows = reader.prepare(
      'SELECT start_ms, up_to_ms, body FROM rollup WHERE step_ms = ? AND ref = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms',
    )
  }
  /** Rows that touch [startMs, endMs), ascending; a damaged one is left out and reported. */
  rows(
    ref: SeriesRef,
    stepMs: number,
    startMs: number,
    endMs: number,
    only?: RollupQuery['only'],
  ): RollupRow[] {
    const found: RollupRow[] = []
    try {
      const first = Math.floor(startMs / dayMs) * dayMs
      for (const row of this.#rows.all(stepMs, ref, first, Math.ceil(endMs))) {
        const windows = decodeWindows(ref, row.body as Uint8Array, only)
        if (windows) found.push({ startMs: Number(row.start_ms), upToMs: Number(row.up_to_ms), windows })
        else this.#damage.report('rollup', { ref, stepMs, startMs: row.start_ms })
      }
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('rollup', { ref, stepMs })
    }
    return found
  }
}

type RollupKey = { stepMs: number; ref: SeriesRef; startMs: number; upToMs: number }
export const putRollups = (rows: readonly (RollupKey & { windows: Windows })[]): Write => ({
  sql: 'INSERT OR REPLACE INTO rollup VALUES (?, ?, ?, ?, ?)',
  rows: rows.map((row) => [
    row.stepMs,
    row.ref,
    row.startMs,
    row.upToMs,
    encodeWindows(row.ref, row.windows),
  ]),
})
/** Days of these series that ended up to `timeMs`. */
export const dropRollups = (refs: Iterable<SeriesRef>, stepMs: number, timeMs: number): Write => ({
  sql: 'DELETE FROM rollup WHERE step_ms = ? AND ref = ? AND start_ms <= ?',
  rows: Array.from(refs, (ref) => [stepMs, ref, Math.floor(timeMs) - dayMs]),
})
