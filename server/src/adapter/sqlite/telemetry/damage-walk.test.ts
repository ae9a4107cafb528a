import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isDamage } from './connection.ts'
import { rowsAround, rowsByKey } from './damage-walk.ts'

let folder: string
let path: string
let intact: Buffer
const rows = 3_000
/** A table of some hundred pages, a dozen rows on each. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-walk-'))
  path = join(folder, 'a.db')
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); BEGIN')
  const put = db.prepare('INSERT INTO t VALUES (?, ?)')
  for (let id = 1; id <= rows; id += 1) put.run(id, String(id).padStart(300, '0'))
  db.exec('COMMIT')
  db.close()
  intact = readFileSync(path)
})
afterEach(() => rmSync(folder, { recursive: true }))

const damaged = (pages: readonly number[]): DatabaseSync => {
  const bytes = Buffer.from(intact)
  for (const page of pages) bytes.fill(0xa5, page * 4_096, page * 4_096 + 4_096)
  writeFileSync(path, bytes)
  return new DatabaseSync(path, { readOnly: true })
}
const walk = { select: 'SELECT id, body FROM t', key: 'id', millisecondsMax: 10_000 }
const pages = (): number => intact.length / 4_096

test('of a damaged table only rows of the damaged pages are missing, each of them within a hole that is told', () => {
  // The first page is the schema, the second the root, without which there is no way to any row.
  const page = fc.integer({ min: 2, max: pages() - 1 })
  fc.assert(
    fc.property(fc.uniqueArray(page, { minLength: 1, maxLength: 4 }), (broken) => {
      const db = damaged(broken)
      const holes: [number, number][] = []
      const found = rowsAround(db, walk, (from, to) => holes.push([from, to]))
      db.close()
      const ids = found.map(({ id }) => Number(id))
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
      for (const { id, body } of found) expect(Number(body)).toBe(Number(id))
      const there = new Set(ids)
      for (let id = 1; id <= rows; id += 1)
        if (!there.has(id)) expect(holes.some(([from, to]) => id >= from && id <= to)).toBe(true)
      // Between two holes a stretch may be too short to be found; an interior page would take a third of the table.
      expect(there.size).toBeGreaterThan(rows / 4)
    }),
    { numRuns: 40 },
  )
})

test('rows come one at a time as long as nothing is damaged, and go on behind what is', () => {
  const whole = damaged([])
  const ids = Array.from(
    rowsByKey(whole, walk, () => expect.fail('no hole')),
    ({ id }) => Number(id),
  )
  whole.close()
  expect(ids).toEqual(Array.from({ length: rows }, (_, i) => i + 1))
  const db = damaged([40])
  expect(() => db.prepare('SELECT id, body FROM t').all()).toThrow(expect.toSatisfy(isDamage))
  let holes = 0
  const some = Array.from(
    rowsByKey(db, walk, () => (holes += 1)),
    ({ id }) => Number(id),
  )
  db.close()
  expect(holes).toBe(1)
  expect(some.length).toBeGreaterThan(rows - 30)
  expect(some).toEqual([...new Set(some)].sort((a, b) => a - b))
})

test('a walk ends when its time is up, and tells what it left', () => {
  const db = damaged([])
  const holes: [number, number][] = []
  const found = rowsAround(db, { ...walk, millisecondsMax: -1 }, (from, to) => holes.push([from, to]))
  db.close()
  expect(found.length).toBeLessThan(rows)
  expect(holes).toHaveLength(1)
})
