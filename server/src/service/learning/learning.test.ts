import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { isoTime } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { incidentOf } from '../../port/record-store.suite.ts'
import { anomalyOf, because, openRig, type Rig, seriesOf } from './learning-rig.suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-learning-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const open: Rig[] = []
let count = 0
afterEach(async () => {
  for (const rig of open.splice(0)) {
    await rig.learning.stop()
    await rig.records.close()
  }
})
const adapters = {
  records: openSqliteRecordStore,
  bus: () => createMemoryBus({ log: silentLog, metrics: createMetrics() }),
}
async function rigOf(settings: object = {}, path = join(folder, `${++count}.db`)): Promise<Rig> {
  const rig = await openRig(adapters, path, settings)
  open.push(rig)
  return rig
}
const minute = 60_000
const word = (id: string, verdict: 'TRUE' | 'FALSE' | 'NOISE' | 'EXPECTED', explanation = '') => ({
  ...{ target: 'ANOMALY' as const, id, verdict, explanation },
})

/** Noise up to twice the bound and real ones from 3.5 on, labelled by three people, a minute apart. */
async function labelled(rig: Rig, sets = 4): Promise<void> {
  const users = ['anna', 'ben', 'cem']
  for (let i = 0; i < sets * 4; i += 1) {
    const real = i % 4 === 3
    const at = isoTime(rig.clock.now())
    const ratio = real ? 3.5 + (i % 3) : 1.3 + 0.1 * (i % 8)
    await rig.plant(anomalyOf(`a${i}`, ratio, { started_at: at, detected_at: at }))
    const user = users[i % 3] as string
    await rig.learning.label('default', user, word(`a${i}`, real ? 'TRUE' : 'NOISE'))
    await rig.clock.advance(minute)
    await rig.learning.idle()
  }
}

describe('a label', () => {
  it('is one word of a person on a target; a later one takes its place', async () => {
    const { learning, plant } = await rigOf()
    await plant(anomalyOf('a1', 2))
    const first = await learning.label('default', 'anna', word('a1', 'NOISE'))
    const second = await learning.label('default', 'anna', word('a1', 'TRUE'))
    await learning.label('default', 'ben', word('a1', 'TRUE'))
    expect(second.id).toBe(first.id)
    const { counts } = await learning.labels('default', { verdicts: [], states: [], limit: 10, offset: 0 })
    expect(counts).toMatchObject({ total: 2, users: 2, by_verdict: { TRUE: 2, NOISE: 0 } })
    expect(second.anomalies[0]).toMatchObject({ anomaly_id: 'a1', ratio: expect.closeTo(2, 6) })
    await expect(learning.label('default', 'anna', word('a2', 'TRUE'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(learning.label('shop', 'anna', word('a1', 'TRUE'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('says why, where it contradicts what was told as HIGH, or most others', async () => {
    const { learning, plant } = await rigOf()
    await plant(anomalyOf('high', 2, { severity: 'HIGH' }))
    await plant(anomalyOf('low', 2, { severity: 'LOW' }))
    await expect(learning.label('default', 'anna', word('high', 'NOISE', 'no'))).rejects.toMatchObject({
      ...{ code: 'VALIDATION_FAILED', message: expect.stringContaining('50 characters') },
    })
    await learning.label('default', 'anna', word('high', 'TRUE'))
    await learning.label('default', 'anna', word('high', 'NOISE', because))
    for (const user of ['anna', 'ben']) await learning.label('default', user, word('low', 'NOISE'))
    await expect(learning.label('default', 'cem', word('low', 'TRUE'))).rejects.toMatchObject({
      message: expect.stringContaining('2 of 2 others'),
    })
    expect((await learning.label('default', 'cem', word('low', 'TRUE', because))).state).toBe('ACCEPTED')
  })

  it('is one of at most so many a day, and says when the next may come', async () => {
    const { learning, plant, clock } = await rigOf({ labels_per_day_max: 3, bulk_labels: 50 })
    await plant(anomalyOf('a1', 2))
    for (const verdict of ['TRUE', 'NOISE', 'TRUE'] as const) {
      await learning.label('default', 'anna', word('a1', verdict))
      await clock.advance(minute)
    }
    const refused = learning.label('default', 'anna', word('a1', 'NOISE'))
    await expect(refused).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 86_400 - 180 })
    await learning.label('default', 'ben', word('a1', 'NOISE'))
    await clock.advance(86_400_000 - 3 * minute)
    await learning.label('default', 'anna', word('a1', 'NOISE'))
  })

  it('of an incident counts once for its anomalies, and its cause is another question', async () => {
    const { learning, plant, records } = await rigOf()
    const incident = await records.incidents.insert(incidentOf('i1', { severity: 'MEDIUM' }))
    for (const id of ['a1', 'a2']) await plant(anomalyOf(id, 2, { incident_id: 'i1' }))
    const of = { target: 'INCIDENT' as const, id: String(incident.number), explanation: '' }
    const real = await learning.label('default', 'anna', { ...of, verdict: 'TRUE' })
    expect(real).toMatchObject({ target_id: 'i1', anomalies: [{}, {}] })
    await expect(learning.label('default', 'anna', { ...of, verdict: 'CAUSE_WRONG' })).rejects.toMatchObject({
      message: expect.stringContaining('cause'),
    })
    const cause = await learning.label('default', 'anna', {
      ...{ ...of, verdict: 'CAUSE_WRONG', cause: 'service/payments' },
    })
    expect(cause.id).not.toBe(real.id)
    expect((await learning.effect('default')).cross_validated.before).toMatchObject({ real: 2, unreal: 0 })
  })

  it('of many in a few minutes waits for a review, and teaches nothing before it', async () => {
    const { learning, plant, clock, metrics } = await rigOf({
      bulk_labels: 5,
      train_labels: 1,
      train_pause: '0s',
    })
    for (let i = 0; i < 8; i += 1) await plant(anomalyOf(`a${i}`, 2))
    for (let i = 0; i < 8; i += 1) {
      await learning.label('default', 'mallory', word(`a${i}`, 'NOISE'))
      await clock.advance(1_000)
    }
    const filter = { verdicts: [], states: [], limit: 10, offset: 0 }
    const { labels, counts } = await learning.labels('default', filter)
    expect(counts.by_state).toEqual({ ACCEPTED: 0, QUARANTINED: 8, REJECTED: 0 })
    expect(labels[0]?.reasons).toEqual(['BULK'])
    await expect(learning.train('default', 'corrections', 'anna', '')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    const [one] = labels
    await expect(learning.review('default', one?.id ?? '', 'mallory', 'ACCEPT', '')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await learning.review('default', one?.id ?? '', 'anna', 'REJECT', 'no')).toMatchObject({
      ...{ state: 'REJECTED', reviewed_by: 'anna' },
    })
    // Neither saying it again nor deleting it leads round the review.
    expect((await learning.label('default', 'mallory', word('a7', 'NOISE'))).state).toBe('QUARANTINED')
    expect(await metrics.render()).toContain('feedback_type="noise",outcome="quarantined"')
  })
  it('that is held because of somebody who is held since is accepted again', async () => {
    const { learning, plant, clock } = await rigOf()
    const give = async (user: string, real: boolean[], from: number): Promise<void> => {
      for (const [i, isReal] of real.entries()) {
        const id = `${user}${i}`
        await plant(anomalyOf(id, 2, { series: seriesOf(`s${(from + i) % 6}`) }))
        await learning.label('default', user, word(id, isReal ? 'TRUE' : 'NOISE', because))
        await clock.advance(10 * minute)
      }
    }
    const all = Array.from({ length: 14 }, () => true)
    // Two say of everything that it was nothing, and the first of the others is alone against them.
    await give(
      'mallory',
      all.map(() => false),
      0,
    )
    await give(
      'trent',
      all.map(() => false),
      0,
    )
    await give('anna', all, 0)
    const stateOf = async (user: string) =>
      (await learning.labels('default', { user, verdicts: [], states: [], limit: 1, offset: 0 })).counts
        .by_state
    expect((await stateOf('anna')).QUARANTINED).toBeGreaterThan(0)
    for (const user of ['ben', 'cem', 'dora']) await give(user, all, 0)
    const states = await Promise.all(['anna', 'ben', 'mallory'].map(stateOf))
    expect(states.map(({ ACCEPTED }) => ACCEPTED)).toEqual([14, 14, 0])
  })
})

describe('what labels teach', () => {
  const fast = {
    ...{ shadow_decisions: 4, canary_decisions: 1, canary_step: '1m', train_pause: '1m', check_every: '1h' },
  }
  const byHand = { ...fast, check_every: '52w' }

  it('is trained, judged in shadow, rolled out step by step and then in force', async () => {
    const rig = await rigOf(fast)
    await labelled(rig)
    const states: string[] = []
    for (let i = 0; i < 8; i += 1) {
      const at = isoTime(rig.clock.now())
      await rig.plant(anomalyOf(`later${i}`, 4, { started_at: at, detected_at: at }))
      await rig.clock.advance(60 * minute)
      await rig.learning.idle()
      const [version] = await rig.learning.versions('default', 'corrections')
      states.push(`${version?.state} ${version?.percent}`)
    }
    expect([...new Set(states)].at(-1)).toBe('CHAMPION 100')
    expect(states.join()).toMatch(/CANARY 1,.*CANARY 10,.*CANARY 50,.*CHAMPION/)
    const { corrections, version } = await rig.learning.corrections('default')
    expect(corrections).toHaveLength(1)
    expect(corrections[0]).toMatchObject({ scope: 'SERIES', users: 3, active: true, version })
    expect(corrections[0]?.factor).toBeGreaterThan(1.9)
    expect(corrections[0]?.factor).toBeLessThan(3.5)
    expect(rig.given).toEqual([{ match: corrections[0]?.match, factor: corrections[0]?.factor }])
    const effect = await rig.learning.effect('default')
    expect(effect.cross_validated.before.precision).toBeCloseTo(0.25)
    expect(effect.cross_validated.after).toMatchObject({ precision: 1, recall: 1 })
    expect(await rig.learning.rebuild('default', 'corrections', version ?? 0)).toMatchObject({ same: true })
  })

  it('is in force again after the process was killed', async () => {
    const path = join(folder, 'killed.db')
    const rig = await rigOf(byHand, path)
    await labelled(rig)
    const { number } = await rig.learning.train('default', 'corrections', 'anna', '')
    await rig.learning.promote('default', 'corrections', number, 'anna', 'looks right')
    expect(rig.given).toHaveLength(1)
    const again = await rigOf(byHand, path)
    expect(again.given).toEqual(rig.given)
    expect((await again.learning.model('default', 'corrections')).champion).toBe(number)
  })

  it('goes when a label that it rests on is taken back, at once', async () => {
    const rig = await rigOf(byHand)
    await labelled(rig, 1)
    const { number } = await rig.learning.train('default', 'corrections', 'anna', '')
    await rig.learning.promote('default', 'corrections', number, 'anna', '')
    expect(rig.given).toHaveLength(1)
    const [behind] = (await rig.learning.corrections('default')).corrections[0]?.labels ?? []
    await expect(
      rig.learning.withdraw('default', behind?.feedback_id ?? '', 'zoe', false),
    ).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    await rig.learning.withdraw('default', behind?.feedback_id ?? '', 'admin', true)
    await rig.learning.idle()
    expect(rig.given).toEqual([])
    expect(await rig.learning.corrections('default')).toMatchObject({ version: number + 1, corrections: [] })
  })

  it('is taken back by a person, and the version before it is in force again', async () => {
    const rig = await rigOf(byHand)
    await labelled(rig)
    const first = await rig.learning.train('default', 'corrections', 'anna', '')
    await rig.learning.promote('default', 'corrections', first.number, 'anna', '')
    await labelled(rig, 2)
    for (let i = 0; i < 4; i += 1) {
      await rig.plant(anomalyOf(`b${i}`, 2, { series: seriesOf('carts') }))
      await rig.learning.label('default', ['anna', 'ben'][i % 2] ?? '', word(`b${i}`, 'FALSE'))
      await rig.clock.advance(minute)
    }
    const second = await rig.learning.train('default', 'corrections', 'anna', '')
    await rig.learning.promote('default', 'corrections', second.number, 'anna', '')
    expect(rig.given).toHaveLength(2)
    await rig.learning.rollback('default', 'corrections', 'ben', 'carts were really full')
    expect((await rig.learning.model('default', 'corrections')).champion).toBe(first.number)
    expect(rig.given).toHaveLength(1)
    const states = (await rig.learning.versions('default', 'corrections')).map(({ state }) => state)
    expect(states.slice(0, 2)).toEqual(['ROLLED_BACK', 'CHAMPION'])
  })

  it('tells a distance in bounds as shipped, whatever correction was in force', async () => {
    const rig = await rigOf(byHand)
    await labelled(rig)
    const { number } = await rig.learning.train('default', 'corrections', 'anna', '')
    await rig.learning.promote('default', 'corrections', number, 'anna', '')
    const factor = rig.given[0]?.factor ?? 1
    const at = isoTime(rig.clock.now() + 1)
    await rig.plant(anomalyOf('z', 1.5, { started_at: at, detected_at: at }))
    const label = await rig.learning.label('default', 'anna', word('z', 'TRUE'))
    expect(label.anomalies[0]?.ratio).toBeCloseTo(1.5 * factor, 3)
  })

  it('leaves limits that were set, and silence, alone', async () => {
    const rig = await rigOf({ train_labels: 1_000 })
    for (const [i, shape] of (['MISSING', 'THRESHOLD_BREACH'] as const).entries())
      for (let n = 0; n < 6; n += 1) {
        await rig.plant(anomalyOf(`${i}-${n}`, 1.2, { shape }))
        await rig.learning.label('default', ['anna', 'ben'][n % 2] ?? '', word(`${i}-${n}`, 'NOISE'))
      }
    await expect(rig.learning.train('default', 'corrections', 'anna', '')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })
})
