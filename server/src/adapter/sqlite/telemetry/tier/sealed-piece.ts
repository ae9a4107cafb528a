import type { DatabaseSync } from 'node:sqlite'
import type { Signal } from '../message.ts'
import type { ColdPiece } from './cold-object.ts'

/** Sealed data as it moves: what the object will say of it, and its bytes. */
export type SealedPiece = { piece: Omit<ColdPiece, 'offset' | 'size' | 'crc'>; body: Uint8Array }

/** Blocks read in one statement. */
const blocksAtOnce = 16

/** A tenant's blocks on disk that ended before `endMs`, of days before too; those of samples by part, those of records by time. */
export function* sealedPieces(
  reader: DatabaseSync,
  signal: Signal,
  tenant: string,
  endMs: number,
): Generator<SealedPiece> {
  const ids =
    signal === 'metric'
      ? reader
          .prepare('SELECT seq AS id FROM chunk_block WHERE tenant = ? AND end_ms < ? ORDER BY part, seq')
          .all(tenant, endMs)
      : reader
          .prepare(
            'SELECT id FROM block WHERE signal = ? AND tenant = ? AND open = 0 AND end_ms < ? ORDER BY end_ms',
          )
          .all(signal, tenant, endMs)
  const some = reader.prepare(
    signal === 'metric'
      ? 'SELECT part, seq, start_ms, end_ms, count, body FROM chunk_block WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY part, seq'
      : 'SELECT id, key, start_ms, end_ms, count, crc, body FROM block WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
  )
  for (let at = 0; at < ids.length; at += blocksAtOnce) {
    const wanted = JSON.stringify(ids.slice(at, at + blocksAtOnce).map((row) => Number(row.id)))
    for (const row of some.all(wanted)) {
      const piece = { startMs: Number(row.start_ms), endMs: Number(row.end_ms), count: Number(row.count) }
      // Merged with newer ones since it was listed: it moves with those.
      if (piece.endMs >= endMs) continue
      const own =
        signal === 'metric'
          ? { id: Number(row.part), seq: Number(row.seq) }
          : { id: Number(row.id), key: String(row.key), blockCrc: Number(row.crc) }
      yield { piece: { ...own, ...piece }, body: row.body as Uint8Array }
    }
  }
}

/** Deletes a piece's row, if it still holds just that: blocks of samples are merged with their neighbours under one of their numbers. */
export const dropPiece: Record<'samples' | 'records', string> = {
  samples:
    'DELETE FROM chunk_block WHERE seq = ? AND end_ms = ? AND count = ? RETURNING size AS bytes, count',
  records:
    'DELETE FROM block WHERE id = ? AND end_ms = ? AND count = ? AND open = 0 RETURNING length(body) AS bytes, count',
}
export const rowOf = (piece: SealedPiece['piece']): number[] => [
  piece.seq ?? piece.id,
  piece.endMs,
  piece.count,
]
