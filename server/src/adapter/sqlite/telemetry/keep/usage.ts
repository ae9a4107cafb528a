import type { DatabaseSync } from 'node:sqlite'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type KeptSignal, signalOf } from './cutoff.ts'

const hourMs = 3_600_000

/**
 * The oldest moment such that what ended at or after it fits into `bytesMax`, by hours; −Infinity when all of it fits. Sealed pieces count, those in
 * this file and those moved out of it.
 */
export function oldestThatFits(
  reader: DatabaseSync,
  signal: KeptSignal,
  tenant: TenantId,
  bytesMax: number,
): number {
  const hours = new Map<number, number>()
  const add = (bytes: string, table: string, where: string, ...values: string[]): void => {
    const sql = `SELECT end_ms / ${hourMs} AS hour, sum(${bytes}) AS bytes FROM ${table} WHERE ${where} GROUP BY hour`
    for (const row of reader.prepare(sql).all(...values))
      hours.set(Number(row.hour), (hours.get(Number(row.hour)) ?? 0) + Number(row.bytes))
  }
  add('bytes', 'object', 'signal = ? AND tenant = ?', signalOf[signal], tenant)
  if (signal === 'metrics') add('size', 'chunk_block', 'tenant = ?', tenant)
  else add('size', 'block', 'signal = ? AND tenant = ? AND open = 0', signalOf[signal], tenant)
  let left = bytesMax
  for (const [hour, bytes] of [...hours].sort(([a], [b]) => b - a)) {
    left -= bytes
    if (left < 0) return (hour + 1) * hourMs
  }
  return Number.NEGATIVE_INFINITY
}
