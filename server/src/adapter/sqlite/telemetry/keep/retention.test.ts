import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { dayMs, hourMs, KeepRig, minuteMs, startMs } from './keep-rig.suite.ts'

let rig: KeepRig
afterEach(() => rig.remove())

const rowsOf = (sql: string): number => {
  const db = new DatabaseSync(join(rig.folder, 'telemetry.db'), { readOnly: true })
  const count = Number(Object.values(db.prepare(sql).get() ?? {})[0])
  db.close()
  return count
}

test('90 days are kept to the millisecond, and what is older is neither shown nor, a day later, stored', {
  timeout: 60_000,
}, async () => {
  rig = await new KeepRig().open()
  const ref = rig.series('m')
  const step = 15 * minuteMs
  for (let day = 0; day < 93; day += 1) {
    for (let at = 0; at < dayMs; at += step) {
      rig.sample(ref, startMs + day * dayMs + at, day)
      if (at % (4 * hourMs) === 0) rig.record(startMs + day * dayMs + at, `${day * dayMs + at}`)
    }
    await rig.store.checkpoint()
    await rig.clock.advance(dayMs)
    await rig.store.maintain()
  }
  await rig.clock.advance(minuteMs + 1)
  const boundary = rig.clock.now() - 90 * dayMs
  const newest = startMs + 93 * dayMs - step
  const first = Math.ceil(boundary / step) * step
  expect(await rig.times(ref)).toEqual(
    Array.from({ length: (newest - first) / step + 1 }, (_, i) => first + i * step),
  )
  const logs = (await rig.messages()).map((message) => startMs + Number(message))
  expect(logs[0]).toBe(Math.ceil(boundary / (4 * hourMs)) * 4 * hourMs)
  expect(logs).toHaveLength(90 * 6 - 1)
  // A sample exactly at the boundary is there; a millisecond later it is not.
  const exact = first + 5 * step
  await rig.clock.advance(exact + 90 * dayMs - rig.clock.now())
  expect((await rig.times(ref))[0]).toBe(exact)
  await rig.clock.advance(1)
  expect((await rig.times(ref))[0]).toBe(exact + step)
  await rig.store.maintain()
  expect(rowsOf('SELECT min(end_ms) FROM chunk_block')).toBeGreaterThan(boundary - 2 * dayMs)
})

test('signals and tenants have ages of their own', async () => {
  const tenants = { short: { logs: { age: '2h' }, metrics: { age: '3h' } } }
  rig = await new KeepRig({ retention: { traces: { age: '5h' }, tenants } }).open()
  const [long, short] = [rig.series('m'), rig.series('m', 'GAUGE', 'short')]
  for (let h = 0; h < 10; h += 1) {
    const at = startMs + h * hourMs
    rig.sample(long, at, h)
    rig.sample(short, at, h)
    rig.record(at, `${h}`)
    rig.record(at, `${h}`, 'short')
    rig.span(at, String(h).padStart(32, '0'))
    await rig.clock.advance(hourMs)
  }
  await rig.store.checkpoint()
  await rig.store.maintain()
  expect(await rig.times(long)).toHaveLength(10)
  expect(await rig.times(short)).toHaveLength(3)
  expect(await rig.messages()).toHaveLength(10)
  expect(await rig.messages('short')).toEqual(['8', '9'])
  const spans = { tenant: 'default', service: '', operation: '', durationMsMin: 0, errorsOnly: false }
  const found = await rig.store.traceStore.search({ ...spans, startMs: 0, endMs: 8e15, limit: 100 })
  expect(found.map(({ traceId }) => Number(traceId)).sort()).toEqual([5, 6, 7, 8, 9])
  expect(await rig.store.traceStore.trace('default', '4'.padStart(32, '0'))).toEqual([])
})

test('over its bytes a tenant loses the oldest first, another one nothing', { timeout: 30_000 }, async () => {
  const tenants = { small: { logs: { bytes: 60_000 }, metrics: { bytes: 20_000 } } }
  rig = await new KeepRig({ retention: { tenants } }).open()
  const refs = { small: rig.series('m', 'GAUGE', 'small'), big: rig.series('m', 'GAUGE', 'big') }
  for (let h = 0; h < 48; h += 1) {
    const at = startMs + h * hourMs
    for (const tenant of ['small', 'big'] as const) {
      for (let i = 0; i < 120; i += 1) rig.sample(refs[tenant], at + i * 1_000, Math.sin(h * 1_000 + i))
      // 2,000 records are a block.
      for (let i = 0; i < 2_000; i += 1) rig.record(at + i, `${h} ${Math.imul(i + h, 0x9e37_79b1)}`, tenant)
    }
    await rig.clock.advance(hourMs)
    await rig.store.checkpoint()
  }
  await rig.store.maintain()
  const kept = await rig.messages('small')
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length % 2_000).toBe(0)
  expect(kept.at(-1)).toMatch(/^47 /)
  const bytes = "SELECT sum(size) FROM block WHERE open = 0 AND signal = 'log' AND tenant ="
  expect(rowsOf(`${bytes} 'small'`)).toBeLessThanOrEqual(60_000)
  expect(await rig.messages('big')).toHaveLength(48 * 2_000)
  expect(await rig.times(refs.big)).toHaveLength(48 * 120)
  const stored = "SELECT sum(size) FROM chunk_block WHERE tenant = 'small'"
  // The hour before what is shown stays, and the block that reaches into it.
  expect(rowsOf(stored)).toBeLessThan(rowsOf(stored.replace('small', 'big')) / 2)
  const samples = await rig.times(refs.small)
  expect(samples.length).toBeGreaterThan(0)
  expect(samples.length).toBeLessThan(48 * 120)
  expect(samples.at(-1)).toBe(startMs + 47 * hourMs + 119_000)
})

test('the file gives its space back after most of it was deleted', { timeout: 30_000 }, async () => {
  rig = await new KeepRig({ retention: { logs: { age: '1h' } } }).open()
  for (let i = 0; i < 200_000; i += 1)
    rig.record(startMs + i, `${Math.imul(i, 0x9e37_79b1)} ${Math.imul(i, 0x85eb_ca6b)}`)
  await rig.store.checkpoint()
  const before = rowsOf('PRAGMA page_count')
  await rig.clock.advance(3 * hourMs)
  await rig.store.maintain()
  expect(await rig.messages()).toEqual([])
  const after = rowsOf('PRAGMA page_count')
  expect(after).toBeLessThan(before / 3)
  await rig.store.close()
  expect(statSync(join(rig.folder, 'telemetry.db')).size).toBe(after * 4_096)
  await rig.open()
})
