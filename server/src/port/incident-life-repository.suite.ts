import type { Incident } from '@aiops/contract/model/incident'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredLesson } from './incident-life-repository.ts'
import { incidentOf } from './record-store.suite.ts'
import type { RecordStore } from './record-store.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()

const lessonOf = (id: string, second: number, more: Partial<StoredLesson> = {}): StoredLesson => ({
  ...{ id, relation: 'ADJACENT', created_at: at(0), updated_at: at(second), votes: [] },
  ...{ a: { rule: 'A', place: 'service' }, b: { rule: 'B', place: 'service' } },
  ...more,
})

/** What every RecordStore keeps of what people do to incidents. */
export function incidentLifeRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('the life of incidents', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`incident-life-${count}`)
    })
    afterEach(() => store.close())

    const addAlert = async (id: string, second: number, name = 'Slow', tenant = 'default') => {
      await store.alerts.upsert({
        ...{
          id,
          tenant_id: tenant,
          fingerprint: id,
          source: 'test',
          name,
          severity: 'HIGH',
          status: 'FIRING',
        },
        ...{ message: '', labels: {}, annotations: {}, ends_at: null, incident_id: null },
        ...{ starts_at: at(second), received_at: at(second) },
      })
      await store.alerts.markCorrelated([{ id, incidentId: 'one' }])
      await store.memberships.addAll([{ incidentId: 'one', memberId: id, reason: `why ${id}` }])
    }
    const addAnomaly = (id: string, second: number) =>
      store.anomalies.save({
        ...{ id, tenant_id: 'default', entity: 'service/cart', state: 'ACTIVE', severity: 'HIGH' },
        series: { id: 1, name: 'latency', labels: {}, kind: 'GAUGE', derived: true },
        ...{ shape: 'LEVEL_SHIFT', tier: 'BASIC', expected: { low: 1, mid: 2, high: 3 }, actual: 9 },
        ...{ deviation: 4, deviation_percent: 100, score: 0.9, confidence: 0.9, model_version: 'test' },
        ...{ started_at: at(second), detected_at: at(second), ended_at: null, sentence: 'Cart is slow.' },
        incident_id: 'one',
      })

    it('pages through members of both kinds, alerts first, the newest first, each with its reason', async () => {
      for (const second of [1, 2, 3]) await addAlert(`a${second}`, second)
      await addAlert('foreign', 4, 'Slow', 'shop')
      for (const second of [1, 2]) await addAnomaly(`n${second}`, second)
      const pages = await Promise.all(
        [0, 2, 4, 6].map((offset) => store.incidentLife.members('default', 'one', { limit: 2, offset })),
      )
      expect(pages.map(({ members }) => members.map(({ id }) => id))).toEqual([
        ['a3', 'a2'],
        ['a1', 'n2'],
        ['n1'],
        [],
      ])
      expect(pages.map(({ total }) => total)).toEqual([5, 5, 5, 5])
      const [first] = pages[0]?.members ?? []
      expect(first).toMatchObject({ kind: 'ALERT', reason: 'why a3', anomaly: null })
      expect(first?.alert).toMatchObject({ id: 'a3', incident_id: 'one' })
    })

    it('finds incidents by who has them', async () => {
      for (const [id, assigned_to] of [
        ['a', 'ann'],
        ['b', 'ben'],
        ['c', null],
      ] as const)
        await store.incidents.insert(incidentOf(id, { assigned_to }))
      const of = async (assignedTo: string | undefined) => {
        const filter = { statuses: [], severities: [], sort: 'created_at', limit: 10, offset: 0 } as const
        const { incidents, total } = await store.incidents.list('default', { ...filter, assignedTo })
        return [total, ...incidents.map(({ id }) => id).sort()]
      }
      expect([await of('ann'), await of('none'), await of(undefined)]).toEqual([
        [1, 'a'],
        [0],
        [3, 'a', 'b', 'c'],
      ])
      const stored = await store.incidents.get('default', 'a')
      await store.incidents.update({ ...stored, assigned_to: 'ben' } as Incident)
      expect(await of('ben')).toEqual([2, 'a', 'b'])
    })

    it('finds members by kind and by what their sender said, in any case', async () => {
      await addAlert('a1', 1, 'DiskFull')
      await addAlert('a2', 2, 'Slow')
      await addAnomaly('n1', 1)
      const found = (filter: object) =>
        store.incidentLife.members('default', 'one', { limit: 10, offset: 0, ...filter })
      expect((await found({ text: 'diskfull' })).members.map(({ id }) => id)).toEqual(['a1'])
      expect((await found({ text: '%' })).total).toBe(0)
      expect(await found({ kind: 'ANOMALY' })).toMatchObject({
        total: 1,
        members: [{ id: 'n1', alert: null }],
      })
    })

    it('tells the reason that an alert is marked with, and none once it has left', async () => {
      await addAlert('a1', 1)
      await store.alerts.markCorrelated([{ id: 'a1', incidentId: 'one', reason: 'merged' }])
      const reasons = async () =>
        (await store.incidentLife.members('default', 'one', { limit: 9, offset: 0 })).members.map(
          ({ reason }) => reason,
        )
      expect(await reasons()).toEqual(['merged'])
      await store.incidentLife.leave([{ incidentId: 'one', kind: 'ALERT', memberId: 'a1', waits: true }])
      await store.alerts.markCorrelated([{ id: 'a1', incidentId: 'one' }])
      expect(await reasons()).toEqual([''])
    })

    it('lets members leave: reason and place go, and only what waits is new again after a restart', async () => {
      for (const second of [1, 2, 3]) await addAlert(`a${second}`, second)
      await addAnomaly('n1', 1)
      await store.alerts.markCorrelated([{ id: 'a3', incidentId: 'other' }])
      const gone = { incidentId: 'one', kind: 'ALERT' } as const
      await store.incidentLife.leave([
        { ...gone, memberId: 'a1', waits: true },
        { ...gone, memberId: 'a2', waits: false },
        { ...gone, memberId: 'a3', waits: true },
        { ...gone, kind: 'ANOMALY', memberId: 'n1', waits: true },
      ])
      expect(await store.memberships.reasons('one')).toEqual({})
      expect((await store.alerts.uncorrelated(10)).map(({ id, incident_id }) => [id, incident_id])).toEqual([
        ['a1', null],
      ])
      expect((await store.anomalies.get('default', 'n1'))?.incident_id).toBeNull()
      expect(
        (await store.alerts.list('default', { severities: [], incidentId: 'other', limit: 5 })).total,
      ).toBe(1)
    })

    it('keeps what may not come back, once each and in order, until it is lifted', async () => {
      await store.incidentLife.bar('one', ['x', 'y'])
      await store.incidentLife.bar('one', ['y', 'z'])
      await store.incidentLife.bar('two', ['x'])
      expect(await store.incidentLife.barred('one')).toEqual(['x', 'y', 'z'])
      await store.incidentLife.liftBars('one', ['y', 'none'])
      expect(await store.incidentLife.barred('one')).toEqual(['x', 'z'])
      expect(await store.incidentLife.barred('two')).toEqual(['x'])
    })

    it('keeps lessons of each tenant, the latest first', async () => {
      await store.incidentLife.saveLessons('default', [lessonOf('a', 1), lessonOf('b', 3)])
      await store.incidentLife.saveLessons('default', [
        lessonOf('a', 5, { votes: [{ user: 'ann', joined: 1, parted: 0, atMs: 5 }] }),
      ])
      await store.incidentLife.saveLessons('shop', [lessonOf('a', 2)])
      const kept = await store.incidentLife.lessons('default')
      expect(kept.map(({ id }) => id)).toEqual(['a', 'b'])
      expect(kept[0]?.votes).toHaveLength(1)
      expect(await store.incidentLife.deleteLesson('shop', 'b')).toBe(false)
      expect(await store.incidentLife.deleteLesson('default', 'b')).toBe(true)
      expect(await store.incidentLife.lessons('default')).toHaveLength(1)
      expect(await store.incidentLife.lessons('shop')).toHaveLength(1)
    })
  })
}
