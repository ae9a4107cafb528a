import type { DatabaseSync } from 'node:sqlite'
import { type Row, rowsAround } from './damage-walk.ts'

/** Longest the table is walked for what its index lost, in the thread that reads samples. */
const walkMsMax = 2_000

/**
 * Finds blocks of samples where their index is damaged: from both ends of it and, since a whole leaf of it may be gone, in the table
 * itself, whose places are kept once it was walked.
 */
export class ChunkPlaces {
  readonly #db: DatabaseSync
  #walked: Map<number, Row[]> | undefined
  constructor(db: DatabaseSync) {
    this.#db = db
  }
  /** Numbers of blocks of a part that touch [startMs, endMs], ascending. `onHole`: of the table. */
  find(part: number, startMs: number, endMs: number, onHole: (from: number, to: number) => void): number[] {
    const index = {
      select:
        'SELECT seq, end_ms FROM chunk_block INDEXED BY chunk_block_by_part WHERE part = ? AND start_ms <= ?',
      ...{ params: [part, endMs], key: 'end_ms', id: 'seq', low: startMs },
    }
    const seqs = new Set(rowsAround(this.#db, index, () => undefined).map(({ seq }) => Number(seq)))
    this.#walked ??= this.#walk(onHole)
    for (const row of this.#walked.get(part) ?? [])
      if (Number(row.end_ms) >= startMs && Number(row.start_ms) <= endMs) seqs.add(Number(row.seq))
    return [...seqs].sort((a, b) => a - b)
  }
  #walk(onHole: (from: number, to: number) => void): Map<number, Row[]> {
    const select = 'SELECT seq, part, start_ms, end_ms FROM chunk_block NOT INDEXED'
    const rows = rowsAround(this.#db, { select, key: 'seq', millisecondsMax: walkMsMax }, onHole)
    return Map.groupBy(rows, ({ part }) => Number(part))
  }
}
