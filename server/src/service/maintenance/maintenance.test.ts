import { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import type { Silence } from '@aiops/contract/model/silence'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { createMaintenance, MaintenanceConfig, type MaintenanceDeps } from './index.ts'

const minuteMs = 60_000
const t0 = Date.parse('2026-03-02T20:00:00Z')
const nothing = { alerts: 0, anomalies: 0, alert_examples: [], anomaly_examples: [] }

function silencesOf(clock: ManualClock, firing = { alerts: 0, anomalies: 0 }) {
  const all = new Map<string, Silence>()
  const calls = { kept: 0 }
  const door: MaintenanceDeps['silences'] = {
    async keep(tenant, id, plan) {
      calls.kept += 1
      const silence: Silence = {
        ...{
          id,
          tenant_id: tenant,
          matchers: [...plan.matchers],
          state: 'PENDING',
          annotations: plan.annotations,
        },
        ...{
          starts_at: isoTime(plan.startMs),
          ends_at: isoTime(plan.endMs),
          updated_at: isoTime(clock.now()),
        },
        ...{ created_by: plan.createdBy, comment: plan.comment },
      }
      all.set(id, silence)
      return silence
    },
    get(_, id) {
      const found = all.get(id)
      if (!found) throw new Fault('NOT_FOUND', 'none')
      const nowMs = clock.now()
      const state =
        nowMs >= Date.parse(found.ends_at)
          ? 'EXPIRED'
          : nowMs < Date.parse(found.starts_at)
            ? 'PENDING'
            : 'ACTIVE'
      return { ...found, state }
    },
    async expire(tenant, id) {
      const found = door.get(tenant, id)
      all.set(id, { ...found, ends_at: isoTime(clock.now()) })
      return found
    },
    preview: async () => ({
      ...{ at: isoTime(clock.now()), truncated: false, last_7_days: nothing },
      now: { ...nothing, ...firing },
    }),
  }
  return {
    all,
    calls,
    door,
    spans: () => [...all.values()].map((one) => `${one.starts_at.slice(5, 16)} ${one.ends_at.slice(5, 16)}`),
  }
}

async function world(from?: {
  records: RecordStore
  silences: ReturnType<typeof silencesOf>
  clock: ManualClock
}) {
  const clock = from?.clock ?? new ManualClock(t0)
  const records = from?.records ?? (await openSqliteRecordStore(':memory:'))
  const silences = from?.silences ?? silencesOf(clock, { alerts: 2, anomalies: 1 })
  const maintenance = createMaintenance(
    {
      ...{ clock, random: seededRandom(from ? 2 : 1), metrics: createMetrics(), log: silentLog },
      ...{
        repository: records.maintenance,
        outbox: records.outbox,
        silences: silences.door,
        notifiers: ['log', 'page'],
      },
    },
    MaintenanceConfig.parse({ keep_every: '1m' }),
  )
  await maintenance.start()
  return { clock, records, silences, maintenance }
}
const input = (rest: Partial<z.input<typeof MaintenanceWindowInput>> = {}) =>
  MaintenanceWindowInput.parse({
    ...{ name: 'patch night', matchers: [{ name: 'env', op: '=', value: 'prod' }] },
    ...{ starts_at: '2026-03-02T22:00:00Z', duration: '2h', time_zone: 'Europe/Berlin', ...rest },
  })
const daily = { frequency: 'DAILY' as const }

async function pass(clock: ManualClock, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await clock.advance(minuteMs)
    if (minute >= minutes - 3 || minute % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a maintenance window', () => {
  it('becomes a silence of each occurrence ahead of it, once, and is shown with its next one', async () => {
    const { maintenance, silences, clock } = await world()
    const made = await maintenance.create('default', input({ recurrence: daily }), 'anna')
    expect(made).toMatchObject({
      state: 'PENDING',
      next: { starts_at: '2026-03-02T22:00:00.000Z' },
      created_by: 'anna',
    })
    expect(silences.spans()).toEqual(['03-02T22:00 03-03T00:00'])
    await pass(clock, 130)
    expect(maintenance.get('default', made.id)).toMatchObject({ state: 'ACTIVE' })
    expect(silences.spans()).toEqual(['03-02T22:00 03-03T00:00', '03-03T22:00 03-04T00:00'])
    expect(silences.calls.kept).toBe(2)
    expect([...silences.all.values()][0]).toMatchObject({
      annotations: { maintenance: made.id },
      comment: 'Maintenance: patch night',
    })
    await maintenance.stop()
  })

  it('goes on after a restart with the same silences, and one ended by hand stays ended', async () => {
    const first = await world()
    const { id } = await first.maintenance.create('default', input({ recurrence: daily }), 'anna')
    const [silence] = first.maintenance.get('default', id).silences
    await pass(first.clock, 125)
    await first.silences.door.expire('default', silence ?? '')
    await first.maintenance.stop()
    const again = await world(first)
    await pass(again.clock, 5)
    expect(again.silences.door.get('default', silence ?? '').state).toBe('EXPIRED')
    expect(again.silences.all.size).toBe(2)
    await again.maintenance.stop()
  })

  it('that was missed in part while the platform was down begins at once, and one missed whole is not made', async () => {
    const first = await world()
    await first.maintenance.create('default', input({ recurrence: daily }), 'anna')
    await first.maintenance.stop()
    await first.clock.advance(3 * 86_400_000 + 150 * minuteMs)
    const again = await world(first)
    expect(again.silences.spans().slice(1)).toEqual(['03-05T22:00 03-06T00:00', '03-06T22:00 03-07T00:00'])
    await again.maintenance.stop()
  })

  it('makes nothing twice when the clock goes back', async () => {
    const first = await world()
    await first.maintenance.create('default', input({ recurrence: daily }), 'anna')
    await pass(first.clock, 150)
    const { kept } = first.silences.calls
    await first.maintenance.stop()
    const back = await world({ ...first, clock: new ManualClock(t0 + 100 * minuteMs) })
    await pass(back.clock, 10)
    expect(back.silences.calls.kept).toBe(kept)
    await back.maintenance.stop()
  })

  it('changed or removed ends the silences that are planned no longer', async () => {
    const { maintenance, silences } = await world()
    const { id } = await maintenance.create('default', input({ recurrence: daily }), 'anna')
    const changed = await maintenance.update('default', id, input({ starts_at: '2026-03-02T23:00:00Z' }))
    expect(changed.created_by).toBe('anna')
    expect(silences.spans()).toEqual(['03-02T22:00 03-02T20:00', '03-02T23:00 03-03T01:00'])
    await maintenance.delete('default', id)
    expect(silences.spans()[1]).toBe('03-02T23:00 03-02T20:00')
    expect(maintenance.list('default')).toEqual([])
    expect(() => maintenance.get('default', id)).toThrow('There is no maintenance window')
    await maintenance.stop()
  })

  it('reminds each notifier once before each end, also over a restart, and not where it was ended by hand', async () => {
    const first = await world()
    await first.maintenance.create('default', input({ recurrence: daily }), 'anna')
    await pass(first.clock, 224)
    expect(await first.records.outbox.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([])
    await pass(first.clock, 2)
    await first.maintenance.stop()
    const again = await world(first)
    await pass(again.clock, 5)
    const told = await again.records.outbox.due(Number.MAX_SAFE_INTEGER, 10)
    expect(told.map(({ notifier, notification }) => [notifier, notification.kind])).toEqual([
      ['log', 'MAINTENANCE_ENDING'],
      ['page', 'MAINTENANCE_ENDING'],
    ])
    expect(told[0]?.notification.sentence).toMatch(
      /^Maintenance “patch night” ends in 15 min, at 2026-03-03T00:00:00.000Z. It still hides 2 alerts and 1 anomaly, which will count then.$/,
    )
    await pass(again.clock, 1_000)
    const next = [...again.silences.all.keys()][1] ?? ''
    await pass(again.clock, 350)
    await again.silences.door.expire('default', next)
    await pass(again.clock, 100)
    expect(await again.records.outbox.due(Number.MAX_SAFE_INTEGER, 10)).toHaveLength(2)
    await again.maintenance.stop()
  })

  it.each<[Partial<z.input<typeof MaintenanceWindowInput>>, string]>([
    [{ time_zone: 'Mars/Olympus' }, 'time_zone'],
    [{ duration: '0s' }, 'duration'],
    [{ duration: '40d', recurrence: daily }, 'duration'],
    [{ matchers: [{ name: 'a', op: '=~', value: '.*' }] }, 'matchers'],
    [{ recurrence: { ...daily, by_day: ['MO'] } }, 'by_day'],
    [{ recurrence: { frequency: 'WEEKLY', by_day: ['2MO'] } }, 'by_day'],
    [{ recurrence: { ...daily, until: '2026-03-01T00:00:00Z' } }, 'no occurrence'],
  ])('%j is refused', async (rest, why) => {
    const { maintenance, silences } = await world()
    await expect(maintenance.create('default', input(rest), 'anna')).rejects.toThrow(why)
    expect(silences.all.size).toBe(0)
    await maintenance.stop()
  })

  it('is its own tenant’s', async () => {
    const { maintenance } = await world()
    const { id } = await maintenance.create('default', input(), 'anna')
    expect(maintenance.list('other')).toEqual([])
    await expect(maintenance.delete('other', id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await maintenance.stop()
  })
})
