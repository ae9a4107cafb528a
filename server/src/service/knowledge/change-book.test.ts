import type { Event } from '@aiops/contract/event'
import type { Change } from '@aiops/contract/model/change'
import { ChangeInput, Change as ChangeSchema } from '@aiops/contract/model/change'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { createKnowledge, KnowledgeConfig } from './index.ts'

const startMs = Date.UTC(2026, 0, 1)
const dayMs = 86_400_000

async function open(config: object = {}) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const records = await openSqliteRecordStore(':memory:')
  const told: Change[] = []
  bus.subscribe('events', 'test', (event: Event) => {
    if (event.event_type === 'CHANGE_RECORDED') told.push(event.payload)
  })
  const { topologies, changes } = records
  const knowledge = createKnowledge(
    {
      bus,
      topologies,
      changes,
      tenants: ['default'],
      clock,
      metrics,
      log: silentLog,
      random: seededRandom(1),
    },
    KnowledgeConfig.parse(config),
  )
  await knowledge.start()
  onTestFinished(async () => {
    await knowledge.stop()
    await records.close()
  })
  const listed = async () =>
    (
      await knowledge.changes('default', {
        ...{ startMs: 0, endMs: startMs + 400 * dayMs, kinds: [], sources: [], limit: 500, offset: 0 },
      })
    ).changes
  return { clock, bus, knowledge, told, listed }
}
const input = (more: object = {}) =>
  ChangeInput.parse({ entities: ['service/cart'], summary: 'flag new-checkout on', ...more })

describe('changes', () => {
  it('are kept with who told of them and when, and told to the bus once', async () => {
    const { bus, knowledge, told, listed } = await open()
    const draft = input({ id: 'run-7', kind: 'CONFIG', url: 'https://ci.example/7' })
    const [change] = await knowledge.recordChanges('default', 'API', [draft], 'ci')
    const [again] = await knowledge.recordChanges('default', 'API', [input({ id: 'run-7' })], 'another')
    await bus.idle()
    expect(ChangeSchema.parse(change)).toEqual(change)
    expect(change).toMatchObject({
      ...{ id: 'run-7', tenant_id: 'default', at: isoTime(startMs), kind: 'CONFIG', source: 'API' },
      ...{ actor: 'ci', object: null },
    })
    expect(again).toEqual(change)
    expect(await listed()).toEqual([change])
    expect(told).toEqual([change])
  })

  it('one request that names an id twice is one change', async () => {
    const { bus, knowledge, told, listed } = await open()
    await knowledge.recordChanges('default', 'API', [input({ id: 'a' }), input({ id: 'a', summary: 'x' })])
    await bus.idle()
    expect((await listed()).map(({ summary }) => summary)).toEqual(['flag new-checkout on'])
    expect(told).toHaveLength(1)
  })

  it.each([
    [{ at: isoTime(startMs + 2 * 3_600_000) }, /at: lies more than an hour ahead/],
    [{ at: isoTime(startMs - 31 * dayMs) }, /at: is older than changes are kept/],
    [{ entities: ['gadget/x'] }, /entities: gadget\/x is of no kind/],
  ])('of %j are refused', async (more, sentence) => {
    const { knowledge, listed } = await open()
    await expect(knowledge.recordChanges('default', 'API', [input(), input(more)])).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringMatching(sentence),
    })
    expect(await listed()).toEqual([])
  })

  it('go after their time, and the oldest when there are too many', async () => {
    const { clock, knowledge, listed } = await open({ changes_retention: '2d', changes_max: 100 })
    const many = Array.from({ length: 130 }, (_, at) =>
      input({ id: `c${at}`, at: isoTime(startMs - dayMs + at * 60_000) }),
    )
    await knowledge.recordChanges('default', 'API', many)
    await clock.advance(600_000)
    await expect.poll(async () => (await listed()).length).toBe(100)
    expect((await listed()).at(-1)?.id).toBe('c30')
    await clock.advance(2 * dayMs)
    await expect.poll(async () => (await listed()).length).toBe(0)
  })
})
