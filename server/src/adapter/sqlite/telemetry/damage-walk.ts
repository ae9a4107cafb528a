import type { DatabaseSync } from 'node:sqlite'
import { isDamage } from './connection.ts'

export type Row = Record<string, unknown>
export type Walk = {
  /** `SELECT … FROM … WHERE …`; conditions on the key and the order are added. */
  select: string
  params?: readonly (string | number)[]
  /** A column of whole numbers by which an index, or the table itself, is in order: what is damaged of it is a stretch of these. */
  key: string
  /** What tells rows apart, where the key does not. */
  id?: string
  /** Keys, both included. */
  low?: number
  high?: number
  /** Longest it may take. */
  millisecondsMax?: number
}

/** Stretches tried between what could be read from both ends: a second hole costs no more than a 128th of what lies between. */
const stretchesMax = 256
/** Rows between two looks at the time. */
const rowsAtOnce = 256

/**
 * Rows of a table some of whose pages are damaged, ascending: from the low end up to the damage, from the high end down to it, and
 * what can be read in between by halves. `onHole` is told between which keys rows may be missing.
 */
export function rowsAround(db: DatabaseSync, walk: Walk, onHole: (from: number, to: number) => void): Row[] {
  const found = new Map<number, Row>()
  const holes: { low: number; high: number }[] = []
  const end = performance.now() + (walk.millisecondsMax ?? 250)
  const due = [{ low: walk.low ?? 0, high: walk.high ?? Number.MAX_SAFE_INTEGER }]
  for (let tried = 0; tried < due.length; tried += 1) {
    const range = due[tried]!
    const up = readOneWay(db, walk, range, 'ASC', found, end)
    if (up.whole) continue
    const low = Math.max(range.low, up.last ?? range.low)
    const down = readOneWay(db, walk, { low, high: range.high }, 'DESC', found, end)
    if (down.whole) continue
    const high = Math.min(range.high, down.last ?? range.high)
    if (high - low < 2 || due.length >= stretchesMax || performance.now() > end) holes.push({ low, high })
    else {
      const middle = Math.floor(low / 2 + high / 2)
      due.push({ low, high: middle }, { low: middle + 1, high })
    }
  }
  for (const { low, high } of joined(holes)) onHole(low, high)
  return [...found.values()].sort((a, b) => Number(a[walk.key]) - Number(b[walk.key]))
}

/** Those that touch, as one. */
function joined(holes: { low: number; high: number }[]): { low: number; high: number }[] {
  const found: { low: number; high: number }[] = []
  for (const hole of holes.sort((a, b) => a.low - b.low)) {
    const last = found.at(-1)
    if (last && hole.low <= last.high + 1) last.high = Math.max(last.high, hole.high)
    else found.push(hole)
  }
  return found
}

/** Rows by a key that tells them apart, one at a time; around what is damaged, should something be. */
export function* rowsByKey(
  db: DatabaseSync,
  walk: Walk,
  onHole: (from: number, to: number) => void,
): Generator<Row> {
  let low = walk.low ?? 0
  try {
    for (const row of db.prepare(`${walk.select} ORDER BY ${walk.key}`).iterate(...(walk.params ?? []))) {
      low = Math.max(low, Number(row[walk.key]) + 1)
      yield row
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    yield* rowsAround(db, { ...walk, low }, onHole)
  }
}

/** What was found is added to `found`. `last`: the key of the last row that could be read. */
function readOneWay(
  db: DatabaseSync,
  { select, params = [], key, id = key }: Walk,
  { low, high }: { low: number; high: number },
  order: 'ASC' | 'DESC',
  found: Map<number, Row>,
  end: number,
): { whole: boolean; last?: number } {
  let last: number | undefined
  let rows = 0
  const isOver = (): boolean => ++rows % rowsAtOnce === 0 && performance.now() > end
  try {
    const bounded = `${select} ${/\bWHERE\b/.test(select) ? 'AND' : 'WHERE'} ${key} BETWEEN ? AND ?`
    for (const row of db.prepare(`${bounded} ORDER BY ${key} ${order}`).iterate(...params, low, high)) {
      last = Number(row[key])
      found.set(Number(row[id]), row)
      if (isOver()) return { whole: false, last }
    }
    return { whole: true }
  } catch (error) {
    if (!isDamage(error)) throw error
    return last === undefined ? { whole: false } : { whole: false, last }
  }
}
