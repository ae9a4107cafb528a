import type { Alert } from '@aiops/contract/model/alert'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AlertSearchFilter, AlertSort } from './alert-search-repository.ts'
import { alertOf, incidentOf } from './record-store.suite.ts'
import type { RecordStore } from './record-store.ts'

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()
const whole = { sort: '-received_at', limit: 50, offset: 0, facets: true } as const

/** What every RecordStore finds among alerts. */
export function alertSearchConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('alerts that are searched', () => {
    let store: RecordStore
    let count = 0
    const add = (fingerprint: string, change: Partial<Alert>) =>
      store.alerts.upsert(alertOf(fingerprint, { id: fingerprint, ...change }))
    const ids = async (filter: AlertSearchFilter, sort: AlertSort = '-received_at') =>
      (await store.alertSearch.search('default', filter, { ...whole, sort })).alerts.map(({ id }) => id)
    beforeEach(async () => {
      count += 1
      store = await open(`alert-search-${count}`)
      await add('a', {
        ...{ severity: 'LOW', received_at: at(10), starts_at: at(1), entity: 'service/cart' },
        ...{
          labels: { region: 'eu', pod: 'p"1' },
          annotations: { region: 'us' },
          message: 'The Disk is 90% full',
        },
      })
      await add('b', {
        ...{ severity: 'CRITICAL', received_at: at(20), starts_at: at(9), name: 'NodeDown', source: 'slo' },
        labels: { region: 'us', service: 'cart' },
      })
      await add('c', {
        ...{ status: 'RESOLVED', received_at: at(30), starts_at: at(5), ends_at: at(8), name: 'NodeDown' },
        labels: { region: 'eu' },
      })
      await store.alerts.markSilenced('a', ['s1'])
      await store.alerts.markCorrelated([{ id: 'b', incidentId: 'i1' }])
      await store.alerts.upsert(alertOf('d', { id: 'd', tenant_id: 'other', message: 'The disk is full' }))
      return () => store.close()
    })

    it('are found by each condition, and never those of another tenant', async () => {
      expect(await ids({})).toEqual(['c', 'b', 'a'])
      expect(await ids({ states: ['FIRING'] })).toEqual(['b', 'a'])
      expect(await ids({ severities: ['LOW', 'CRITICAL'] })).toEqual(['b', 'a'])
      expect(await ids({ names: ['NodeDown'], sources: ['slo'] })).toEqual(['b'])
      expect(await ids({ services: ['cart'] })).toEqual(['b', 'a'])
      expect(await ids({ services: [''] })).toEqual(['c'])
      expect(await ids({ entity: 'service/cart' })).toEqual(['a'])
      expect(await ids({ fingerprint: 'c' })).toEqual(['c'])
      expect(await ids({ silenced: true })).toEqual(['a'])
      expect(await ids({ silenced: false })).toEqual(['c', 'b'])
      expect(await ids({ incident: true })).toEqual(['b'])
      expect(await ids({ incident: false })).toEqual(['c', 'a'])
      expect(await ids({ incident: 'i1' })).toEqual(['b'])
      expect(await ids({ startMs: 20_000, endMs: 30_000 })).toEqual(['b'])
    })

    it('are found by labels, not by annotations of the same name; an absent one is empty', async () => {
      const label = (name: string, value: string, equal = true) => ids({ labels: [{ name, equal, value }] })
      expect(await label('region', 'eu')).toEqual(['c', 'a'])
      expect(await label('region', 'us')).toEqual(['b'])
      expect(await label('region', 'EU')).toEqual([])
      expect(await label('region', 'eu', false)).toEqual(['b'])
      expect(await label('pod', 'p"1')).toEqual(['a'])
      expect(await label('pod', '')).toEqual(['c', 'b'])
      expect(await label('pod', '', false)).toEqual(['a'])
      expect(await label('pod', 'p%')).toEqual([])
      await add('e', { received_at: at(1), labels: { 'my"region': 'eu', note: ',"region":"eu"' } })
      expect(await label('region', 'eu')).toEqual(['c', 'a'])
      expect(await label('my"region', 'eu')).toEqual(['e'])
      expect(await label('note', ',"region":"eu"')).toEqual(['e'])
      await add('e', { labels: { region: 'eu' }, received_at: at(1) })
      expect(await label('region', 'eu')).toEqual(['c', 'a', 'e'])
    })

    it('are found by words of their sender alone, whatever a pattern or a key would mean', async () => {
      expect(await ids({ text: 'disk IS 90%' })).toEqual(['a'])
      expect(await ids({ text: '90_' })).toEqual([])
      expect(await ids({ text: 'fingerprint' })).toEqual([])
      expect(await ids({ text: '1970-01' })).toEqual([])
      expect(await ids({ text: 'default' })).toEqual([])
      expect(await ids({ text: "'; drop table alert" })).toEqual([])
    })

    it('come newest, most severe or longest firing first, by page', async () => {
      expect(await ids({}, '-severity')).toEqual(['b', 'c', 'a'])
      expect(await ids({}, 'starts_at')).toEqual(['a', 'b', 'c'])
      expect(await ids({ labels: [{ name: 'x', equal: true, value: '' }] }, 'starts_at')).toEqual([
        'a',
        'b',
        'c',
      ])
      const second = { ...whole, limit: 1, offset: 1, facets: false }
      expect(await store.alertSearch.search('default', {}, second)).toMatchObject({
        ...{ alerts: [{ id: 'b', incident_id: 'i1' }], total: 3, facets: null },
      })
      const beyond = await store.alertSearch.search('default', {}, { ...whole, offset: 9 })
      expect(beyond).toMatchObject({ alerts: [], total: 3 })
    })

    it('are counted by kind with every filter but its own, read by all or by few', async () => {
      for (const narrow of [{}, { text: 'a' }]) {
        const filter = { ...narrow, states: ['FIRING'], severities: ['LOW'] } as const
        const { facets, total } = await store.alertSearch.search('default', filter, whole)
        expect(total).toBe(1)
        expect(facets).toEqual({
          ...{ state: { FIRING: 1 }, severity: { LOW: 1, CRITICAL: 1 } },
          ...{ source: { suite: 1 }, name: { HighLatency: 1 }, service: { cart: 1 } },
        })
      }
      const { facets } = await store.alertSearch.search('default', { names: ['NodeDown'] }, whole)
      expect(facets).toMatchObject({
        ...{
          state: { FIRING: 1, RESOLVED: 1 },
          name: { NodeDown: 2, HighLatency: 1 },
          service: { cart: 1, '': 1 },
        },
      })
    })

    it('tell each time they fired, and which incidents were of use', async () => {
      const range = { fromMs: 20_000, toMs: 31_000, sources: [], limit: 10, offset: 0 }
      expect(await store.alertSearch.firings('default', range)).toEqual([
        expect.objectContaining({ fingerprint: 'c', startsMs: 5_000, endsMs: 8_000, silenced: false }),
        expect.objectContaining({ fingerprint: 'b', endsMs: null, incidentId: 'i1' }),
      ])
      const cause = { entity: 'service/cart', sentence: 'It is slow.', probability: 0.9 }
      await store.incidents.insert(incidentOf('seen', { acknowledged_at: at(9) }))
      await store.incidents.insert(incidentOf('solved', { status: 'RESOLVED', cause }))
      await store.incidents.insert(incidentOf('gone', { status: 'RESOLVED' }))
      await store.incidents.insert(incidentOf('open', { cause }))
      await store.incidents.insert(incidentOf('theirs', { acknowledged_at: at(9), tenant_id: 'other' }))
      expect(await store.alertSearch.usedIncidents('default', 0)).toEqual(new Set(['seen', 'solved']))
      expect(await store.alertSearch.usedIncidents('default', Date.UTC(2100, 0))).toEqual(new Set())
    })
  })
}
