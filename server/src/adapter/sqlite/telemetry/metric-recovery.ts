import type { DatabaseSync } from 'node:sqlite'
import { bytesOf, type Damage } from './damage.ts'
import { rowsByKey } from './damage-walk.ts'
import { decodePart } from './head-part.ts'
import type { MetricMemory } from './metric-memory.ts'

/**
 * Brings back what the last checkpoint kept of heads. Gives true where some of it lies where an older version of the program put it:
 * then the next checkpoint has to write all of it anew, and to delete those rows.
 */
export function restoreHeads(
  reader: DatabaseSync,
  memory: MetricMemory,
  refs: number,
  damage: Damage,
): boolean {
  const former = restoreFrom(reader, 'head', memory, refs, damage)
  restoreFrom(reader, 'head_part', memory, refs, damage)
  for (const outcome of Object.keys(memory.outcomes) as (keyof typeof memory.outcomes)[])
    memory.outcomes[outcome] = 0
  return former
}

function restoreFrom(
  reader: DatabaseSync,
  table: 'head' | 'head_part',
  memory: MetricMemory,
  refs: number,
  damage: Damage,
): boolean {
  let found = false
  const rows = { select: `SELECT part, body FROM ${table}`, key: 'part' }
  for (const row of rowsByKey(reader, rows, (after, upTo) => damage.report('head', { after, upTo }))) {
    found = true
    const { states, intact } = decodePart(bytesOf(row.body))
    if (!intact) damage.report('head', { part: row.part })
    for (const state of states) {
      const damaged = (seq?: number): void =>
        damage.report('chunk', seq === undefined ? { ref: state.ref } : { ref: state.ref, seq })
      if (state.ref < refs) memory.restore(state, table === 'head', damaged)
    }
  }
  return found
}
