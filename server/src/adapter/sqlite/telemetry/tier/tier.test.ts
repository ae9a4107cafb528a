import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { dayMs, hourMs, KeepRig, minuteMs, startMs } from '../keep/keep-rig.suite.ts'
import { MapObjects } from './map-objects.suite.ts'

let rig: KeepRig
let objects: MapObjects
afterEach(() => rig.remove())

const traceOf = (h: number): string => h.toString(16).padStart(32, '0')
/** Five days of a sample a minute, a hundred records and a span an hour; the last of it an hour ago. */
async function fill(config: object = {}, hours = 120): Promise<{ refs: number[]; messages: string[] }> {
  objects = new MapObjects()
  rig = await new KeepRig({ cold: { after: '1d' }, ...config }, objects).open()
  const refs = [rig.series('a'), rig.series('b', 'COUNTER')]
  const messages: string[] = []
  for (let h = 0; h < hours; h += 1) {
    const at = startMs + h * hourMs
    for (let m = 0; m < 60; m += 1)
      for (const ref of refs) rig.sample(ref, at + m * minuteMs, Math.round(Math.sin(h + m) * 1e4) / 1e4)
    for (let i = 0; i < 100; i += 1) {
      messages.push(`${h} ${i} ${Math.imul(h * 100 + i, 0x9e37_79b1)}`)
      rig.record(at + i * 1_000, messages.at(-1)!)
    }
    rig.span(at, traceOf(h))
    if (h % 3 === 2) await rig.store.checkpoint()
  }
  // Blocks that nothing is added to are sealed after some checkpoints.
  for (let i = 0; i < 62; i += 1) await rig.store.checkpoint()
  await rig.clock.advance(hours * hourMs)
  return { refs, messages }
}
const samples = async (refs: number[]) => {
  const query = { tenant: 'default', refs, startMs: 0, endMs: 8e14, samplesMax: 1e7 }
  const found = await rig.store.metricStore.range(query)
  return found.map(({ ref, timesMs, values }) => ({ ref, timesMs: [...timesMs], values: [...values] }))
}
const bytes = (): number => {
  const { metricStore } = rig.store
  return metricStore.stats().bytesOnDisk
}

test('what is older than a day moves to objects and is read as before, over a restart too', {
  timeout: 60_000,
}, async () => {
  const { refs, messages } = await fill()
  const before = { samples: await samples(refs), bytes: bytes() }
  await rig.store.maintain()
  expect(objects.held.size).toBeGreaterThan(3)
  expect(bytes()).toBeLessThan(before.bytes / 2)
  for (const round of [1, 2]) {
    expect(await samples(refs)).toEqual(before.samples)
    expect(await rig.messages()).toEqual(messages)
    for (const h of [0, 50, 119]) {
      const spans = await rig.store.traceStore.trace('default', traceOf(h))
      expect(spans.map((span) => span.startMs)).toEqual([startMs + h * hourMs])
    }
    if (round === 1) await rig.reopen()
  }
  const put = [...objects.held.keys()]
  await rig.store.maintain()
  expect([...objects.held.keys()]).toEqual(put)
})

test('what was read once is read from memory, as much of it as fits', async () => {
  const { refs } = await fill()
  await rig.store.maintain()
  await samples(refs)
  const gets = objects.gets
  await samples(refs)
  expect(objects.gets).toBe(gets)
})

test('samples that come late, of days that were moved, stay readable and are moved with the next', {
  timeout: 60_000,
}, async () => {
  await fill()
  await rig.store.maintain()
  const late = rig.series('late')
  for (let i = 0; i < 1_000; i += 1) rig.sample(late, startMs + dayMs + i * minuteMs, i)
  await rig.store.checkpoint()
  await rig.clock.advance(dayMs)
  await rig.store.maintain()
  expect((await rig.times(late)).length).toBe(1_000)
  await rig.reopen()
  expect((await rig.times(late)).length).toBe(1_000)
})

test('an object that did not arrive whole is not trusted: the data stays here', {
  timeout: 60_000,
}, async () => {
  const { refs, messages } = await fill()
  const before = await samples(refs)
  objects.corrupting = true
  await rig.store.maintain()
  expect(await samples(refs)).toEqual(before)
  expect(await rig.messages()).toEqual(messages)
  objects.corrupting = false
  await rig.store.maintain()
  expect(await samples(refs)).toEqual(before)
  const db = new DatabaseSync(join(rig.folder, 'telemetry.db'), { readOnly: true })
  const moved = db.prepare('SELECT key FROM object ORDER BY key').all()
  db.close()
  expect([...objects.held.keys()].sort()).toEqual(moved.map(({ key }) => key))
})

test('while the objects are away reads of old data say so, reads of new data go on, and nothing is lost', {
  timeout: 60_000,
}, async () => {
  const { refs } = await fill()
  await rig.store.maintain()
  await rig.reopen()
  objects.failing = true
  await expect(samples(refs)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  const recent = await rig.times(refs[0]!, startMs + 118 * hourMs)
  expect(recent).toHaveLength(120)
  objects.failing = false
  expect((await samples(refs))[0]!.timesMs).toHaveLength(120 * 60)
})

test('a flipped bit in an object is found; the rest is read', { timeout: 60_000 }, async () => {
  const { refs } = await fill()
  await rig.store.maintain()
  const [key] = [...objects.held.keys()].filter((one) => one.includes('/metric/'))
  objects.held.get(key!)![10]! ^= 4
  // So that nothing is answered from memory.
  await rig.reopen()
  const found = await samples(refs)
  const counts = found.map(({ timesMs }) => timesMs.length).sort((a, b) => a - b)
  expect(counts[0]).toBeLessThan(120 * 60)
  expect(counts[0]).toBeGreaterThan(60 * 60)
  expect(rig.store.damaged()).toBeGreaterThan(0)
})

test('objects go when the retention says so, and are then gone from the object store', {
  timeout: 60_000,
}, async () => {
  const age = { age: '10d' }
  const { refs } = await fill({ retention: { metrics: age, logs: age, traces: age } })
  await rig.store.maintain()
  expect(objects.held.size).toBeGreaterThan(0)
  await rig.clock.advance(12 * dayMs)
  await rig.store.maintain()
  await rig.clock.advance(dayMs)
  await rig.store.maintain()
  expect([...objects.held.keys()]).toEqual([])
  expect(await samples(refs)).toEqual([])
  expect(await rig.messages()).toEqual([])
})
