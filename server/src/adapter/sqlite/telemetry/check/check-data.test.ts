import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../kernel/random.ts'
import { dayMs, hourMs, KeepRig, minuteMs, startMs } from '../keep/keep-rig.suite.ts'
import { MapObjects } from '../tier/map-objects.suite.ts'
import { checkData } from './check-data.ts'

let rig: KeepRig
let objects: MapObjects
let refs: number[]
/** Two days of samples, records and spans, a part of them moved, rolled up; entries in the log; then closed. */
beforeEach(async () => {
  objects = new MapObjects()
  rig = await new KeepRig({ cold: { after: '1d' } }, objects).open()
  refs = [rig.series('a'), rig.series('b', 'COUNTER')]
  for (let h = 0; h < 60; h += 1) {
    for (let m = 0; m < 60; m += 1)
      for (const ref of refs) rig.sample(ref, startMs + h * hourMs + m * minuteMs, h + m)
    rig.record(startMs + h * hourMs, `at ${h}`)
    rig.span(startMs + h * hourMs, String(h).padStart(32, '0'))
    if (h % 3 === 2) await rig.store.checkpoint()
  }
  for (let i = 0; i < 62; i += 1) await rig.store.checkpoint()
  const body = new Uint8Array(100).fill(7)
  const entry = { kind: 'remote-write', tenant: 'default', encoding: 'identity', format: 'json' } as const
  for (let i = 0; i < 5; i += 1) await rig.store.telemetryLog.append({ ...entry, body, receivedMs: startMs })
  await rig.clock.advance(60 * hourMs)
  await rig.store.maintain()
  rig.record(startMs + 60 * hourMs, 'still open')
  await rig.store.close()
})
afterEach(() => rig.remove())

const check = (repair = false) =>
  checkData({ folder: rig.folder, repair, nowMs: startMs + 3 * dayMs, objects })
const path = (): string => join(rig.folder, 'telemetry.db')
function edit(sql: string): number {
  const db = new DatabaseSync(path())
  const { changes } = db.prepare(sql).run()
  db.close()
  return Number(changes)
}

test('finds nothing wrong with what is sound, having looked at every kind of piece', async () => {
  const report = await check()
  expect(report.findings).toEqual([])
  expect(report.checked).toMatchObject({
    entry: 5,
    chunk_block: expect.any(Number),
    rollup: expect.any(Number),
  })
  expect(Object.keys(report.checked)).toEqual(expect.arrayContaining(['block', 'object']))
})

test('is refused while a server has the folder open', async () => {
  await rig.open()
  await expect(check()).rejects.toMatchObject({ code: 'CONFLICT' })
})

const garble = (table: string, where: string): string =>
  `UPDATE ${table} SET body = CAST(substr(body, 1, length(body) - 9) || x'f00f' || substr(body, length(body) - 6) AS BLOB) WHERE ${where}`
describe('finds, and with repair takes out and keeps aside,', () => {
  test.for([
    ['a log entry', garble('entry', 'position = 3'), 'log-entry'],
    ['samples', garble('chunk_block', 'seq = (SELECT max(seq) FROM chunk_block)'), 'chunk'],
    ['a block', garble('block', 'id = (SELECT max(id) FROM block)'), 'block'],
    [
      'a rollup',
      garble('rollup', 'rowid_ = 1').replace(
        'rowid_ = 1',
        `ref = 0 AND step_ms = 300000 AND start_ms = ${startMs}`,
      ),
      'rollup',
    ],
  ] as const)('%s', { timeout: 60_000 }, async ([, sql, kind]) => {
    expect(edit(sql)).toBe(1)
    const found = await check()
    expect(found.findings).toMatchObject([{ kind, repaired: false }])
    expect((await check(true)).findings).toMatchObject([{ kind, repaired: true }])
    expect((await check()).findings).toEqual([])
    const db = new DatabaseSync(path(), { readOnly: true })
    expect(db.prepare('SELECT kind FROM damaged').all()).toMatchObject([{ kind }])
    db.close()
    await rig.open()
    expect((await rig.messages()).length).toBeGreaterThan(kind === 'block' ? 40 : 60)
    expect((await rig.times(refs[0]!)).length).toBeGreaterThan(1_000)
    expect(rig.store.damaged()).toBe(0)
  })
  test('an object', { timeout: 60_000 }, async () => {
    const [key] = [...objects.held.keys()].filter((one) => one.includes('/metric/'))
    objects.held.get(key!)![20]! ^= 1
    expect((await check()).findings).toMatchObject([{ kind: 'object', place: key, repaired: false }])
    expect((await check(true)).findings).toMatchObject([{ kind: 'object', repaired: true }])
    expect((await check()).findings).toEqual([])
  })
  test('nothing while the objects are out of reach', { timeout: 60_000 }, async () => {
    objects.failing = true
    const { findings } = await check(true)
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.every((finding) => !finding.repaired)).toBe(true)
    objects.failing = false
    expect((await check()).findings).toEqual([])
  })
})

test('a file with a damaged structure is rebuilt from what can be read, the old one set aside', {
  timeout: 120_000,
}, async () => {
  const intact = readFileSync(path())
  const random = seededRandom(Number(process.env.AIOPS_SEED ?? 7))
  const pages = intact.length / 4_096
  let rebuilt = 0
  for (let run = 0; run < 12; run += 1) {
    // The first page is the schema: without it nothing can be said of the rest.
    const page = 1 + Math.floor(random.next() * (pages - 1))
    const bytes = Buffer.from(intact)
    bytes.fill(0xa5, page * 4_096, page * 4_096 + 512)
    writeFileSync(path(), bytes)
    const repaired = await check(true)
    const after = await check()
    expect(after.findings, `page ${page} after ${JSON.stringify(repaired.findings)}`).toEqual([])
    if (readdirSync(rig.folder).some((name) => name.includes('.damaged-'))) rebuilt += 1
    await rig.open()
    await rig.messages()
    if (rig.store.metricStore.catalog.count() > 0) await rig.times(rig.series('a'))
    await rig.store.close()
  }
  expect(rebuilt).toBeGreaterThan(0)
})
