import { describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { type CoreEvent, step } from '../core/correlate-core.ts'
import { alertAt, anomalyAt, exampleCore, t0 } from '../core/example.suite.ts'
import { signalOfAnomaly } from '../core/signal.ts'
import type { Core } from '../core/turn.ts'
import { alertEvent } from './edited.suite.ts'
import { logOddsMax } from './lesson.ts'
import { LessonBook, type LessonSettings } from './lesson-book.ts'
import { openLifeWorld } from './life-world.suite.ts'
import type { Pair, TaughtPair } from './pair.ts'

const pair: Pair = {
  a: { rule: 'HighLatency', place: 'service' },
  b: { rule: 'HighLatency', place: 'service' },
  relation: 'ADJACENT',
}
const teach = (...lessons: TaughtPair[]): CoreEvent => ({ type: 'LESSONS', nowMs: t0, lessons })
const groupOf = (core: Core, id: string) => core.groups.members.get(id)?.group

/** Whether two alerts of next neighbours that begin `apartMs` from each other are one incident. */
function areOne(apartMs: number, ...lessons: TaughtPair[]): boolean {
  const core = exampleCore()
  step(core, teach(...lessons))
  const one = alertAt('service/payments')
  const other = alertAt('service/checkout', { atMs: t0 + apartMs })
  step(core, alertEvent(one, t0 + 1_000))
  step(core, alertEvent(other, t0 + apartMs + 1_000))
  return groupOf(core, one.id) === groupOf(core, other.id)
}

describe('a lesson', () => {
  it('parts even what begins together once it was taught twice, and touches no other rules and no other relation', () => {
    expect(areOne(0)).toBe(true)
    expect(areOne(0, { ...pair, logOdds: Math.log(0.5 / 1.5) })).toBe(true)
    expect(areOne(0, { ...pair, logOdds: Math.log(0.5 / 2.5) })).toBe(false)
    expect(areOne(0, { ...pair, a: { rule: 'Other', place: 'service' }, logOdds: -3 })).toBe(true)
    expect(areOne(0, { ...pair, relation: 'SAME', logOdds: -3 })).toBe(true)
  })

  it('joins what was a little unlikely, and never what lies further apart than an incident lasts', () => {
    const apart = [100, 150, 200, 250, 300, 350].map((seconds) => seconds * 1_000)
    const alone = apart.filter((apartMs) => areOne(apartMs))
    const taught = apart.filter((apartMs) => areOne(apartMs, { ...pair, logOdds: 3 }))
    expect(taught.length).toBeGreaterThan(alone.length)
    expect(areOne(3_600_000, { ...pair, logOdds: 1_000 })).toBe(false)
  })

  it('holds for anomalies as it does for alerts', () => {
    const joined = (logOdds: number): boolean => {
      const core = exampleCore()
      const metric = { rule: 'span:self_time', place: 'service' }
      step(core, teach({ a: metric, b: metric, relation: 'ADJACENT', logOdds }))
      const [one, other] = [anomalyAt('service/payments'), anomalyAt('service/checkout')]
      for (const anomaly of [one, other])
        step(core, { type: 'SIGNAL', nowMs: t0 + 2_000, signal: signalOfAnomaly(anomaly) })
      return groupOf(core, one.id) === groupOf(core, other.id)
    }
    expect([joined(0), joined(1), joined(-2)]).toEqual([true, true, false])
  })

  it('that a person teaches is told in the reason of what it changed', () => {
    const core = exampleCore()
    step(core, teach({ ...pair, logOdds: 1 }))
    step(core, alertEvent(alertAt('service/payments'), t0 + 1_000))
    const other = alertAt('service/checkout', { atMs: t0 + 30_000 })
    step(core, alertEvent(other, t0 + 31_000))
    expect(core.groups.members.get(other.id)?.reason).toMatch(/People have joined such before\.$/)
  })
})

const settings: LessonSettings = { halfLifeMs: 86_400_000, lessonsMax: 3, actsMax: 5 }
async function openBook(change: Partial<LessonSettings> = {}) {
  const clock = new ManualClock(t0)
  const records = await openSqliteRecordStore(':memory:')
  const deps = { repository: records.incidentLife, clock, random: seededRandom(1) }
  return {
    clock,
    book: new LessonBook(deps, { ...settings, ...change }),
    again: () => new LessonBook(deps, settings),
  }
}

describe('the book of lessons', () => {
  it('weighs joining against parting, and one person no more than three times', async () => {
    const { book } = await openBook()
    for (const actor of ['ann', 'ann', 'ann', 'ann']) await book.learn('default', actor, [pair], false)
    const [one] = await book.list('default')
    expect(one).toMatchObject({ joined: 0, parted: 3, by: ['ann'], log_odds: Math.log(0.5 / 3.5) })
    await book.learn('default', 'ben', [pair], true)
    expect((await book.list('default'))[0]).toMatchObject({ joined: 1, parted: 3, by: ['ann', 'ben'] })
  })

  it('is bounded however many teach the same', async () => {
    const { book } = await openBook()
    for (let i = 0; i < 40; i += 1) await book.learn('default', `user ${i}`, [pair], false)
    const [lesson] = await book.list('default')
    expect(lesson?.log_odds).toBe(-logOddsMax)
    expect(lesson?.by).toHaveLength(20)
  })

  it('learns so much of one person within an hour and no more', async () => {
    const { book, clock } = await openBook()
    const taught: boolean[] = []
    for (let i = 0; i < 6; i += 1) taught.push(await book.learn('default', 'ann', [pair], true))
    expect(taught).toEqual([true, true, true, true, true, false])
    expect(await book.learn('other', 'ann', [pair], true)).toBe(true)
    await clock.advance(3_600_000)
    expect(await book.learn('default', 'ann', [pair], true)).toBe(true)
  })

  it('fades, and forgets what has faded', async () => {
    const { book, clock } = await openBook()
    await book.learn('default', 'ann', [pair], false)
    await clock.advance(86_400_000)
    expect((await book.list('default'))[0]?.parted).toBeCloseTo(0.5)
    expect(await book.taught('default')).toMatchObject([{ logOdds: Math.log(0.5) }])
    await clock.advance(5 * 86_400_000)
    expect(await book.taught('default')).toEqual([])
    expect(await book.list('default')).toEqual([])
  })

  it('keeps the newest, of each tenant, over a restart, until one is forgotten', async () => {
    const { book, clock, again } = await openBook()
    for (const rule of ['A', 'B', 'C', 'D']) {
      await clock.advance(1_000)
      await book.learn('default', rule, [{ ...pair, a: { rule, place: 'service' } }], true)
    }
    const kept = await again().list('default')
    expect(kept.map(({ a }) => a.rule)).toEqual(['D', 'C', 'B'])
    expect(await again().list('other')).toEqual([])
    await book.forget('default', kept[0]?.id ?? '')
    await expect(book.forget('default', kept[0]?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await again().list('default')).toHaveLength(2)
  })
})

it('what people part again and again is parted from the first moment, also after a restart, until it is forgotten', async () => {
  const newBus = () => createMemoryBus({ log: silentLog, metrics: createMetrics() })
  const world = await openLifeWorld({ records: await openSqliteRecordStore(':memory:'), bus: newBus() })
  const burst = (round: number) =>
    ['service/payments', 'service/checkout'].map((entity) =>
      alertAt(entity, { atMs: t0 + round * 7_200_000, fingerprint: `${entity} ${round}` }),
    )
  for (const round of [0, 1]) {
    await world.receive(...burst(round))
    const number = (await world.incidents()).length
    await world.life.remove('default', `${number}`, 'ann', [burst(round)[1]?.id ?? ''])
    await world.clock.advance(7_200_000)
    await world.correlate.idle()
  }
  expect(await world.life.lessons('default')).toMatchObject([{ ...pair, joined: 0, by: ['ann'] }])
  const homesOf = async (from: typeof world, round: number) => {
    await from.receive(...burst(round))
    const homes = await Promise.all(
      burst(round).map(
        async ({ fingerprint }) => (await from.records.alerts.latest('default', fingerprint))?.incident_id,
      ),
    )
    return new Set(homes).size
  }
  expect(await homesOf(world, 2)).toBe(2)
  await world.correlate.stop()
  const after = await openLifeWorld({ ...world, bus: newBus() })
  await after.clock.advance(7_200_000)
  expect(await homesOf(after, 3)).toBe(2)
  for (const { id } of await after.life.lessons('default')) await after.life.forgetLesson('default', id)
  await after.clock.advance(7_200_000)
  expect(await homesOf(after, 4)).toBe(1)
  await after.correlate.stop()
})
