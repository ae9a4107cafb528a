import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { type Incident, untouchedIncident } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()

export const incidentOf = (id: string, change: Partial<Incident> = {}): Omit<Incident, 'number'> => ({
  id,
  tenant_id: 'default',
  title: `payments: slow answers (${id})`,
  description: '',
  severity: 'HIGH',
  status: 'OPEN',
  priority: 2,
  affected_entities: ['service/payments'],
  primary_entity: 'service/payments',
  anomaly_count: 1,
  alert_count: 0,
  escalation_level: 0,
  assigned_to: null,
  started_at: at(0),
  created_at: at(5),
  updated_at: at(5),
  acknowledged_at: null,
  resolved_at: null,
  ttd: 5,
  ttr: null,
  ...untouchedIncident,
  cause: null,
  ...change,
})
export const alertOf = (fingerprint: string, change: Partial<Alert> = {}): Alert => ({
  id: `id-${fingerprint}-${change.starts_at ?? ''}`,
  tenant_id: 'default',
  fingerprint,
  source: 'suite',
  name: 'HighLatency',
  severity: 'HIGH',
  status: 'FIRING',
  message: 'slow',
  labels: { service: 'payments' },
  annotations: {},
  starts_at: at(0),
  ends_at: null,
  received_at: at(1),
  incident_id: null,
  ...change,
})
export const anomalyOf = (id: string, change: Partial<Anomaly> = {}): Anomaly => ({
  id,
  tenant_id: 'default',
  entity: 'service/payments',
  series: { id: 1, name: 'x', labels: {}, kind: 'GAUGE', derived: false },
  state: 'ACTIVE',
  severity: 'HIGH',
  shape: 'SPIKE',
  tier: 'BASIC',
  expected: { low: 0, mid: 1, high: 2 },
  actual: 9,
  deviation: 8,
  deviation_percent: 800,
  score: 0.9,
  confidence: 0.8,
  started_at: at(0),
  detected_at: at(4),
  ended_at: null,
  model_version: 'basic-1',
  sentence: 'rose',
  incident_id: null,
  ...change,
})
const remediationOf = (id: string, change: Partial<Remediation> = {}): Remediation => ({
  id,
  tenant_id: 'default',
  incident_id: 'i1',
  runbook_id: 'restore',
  runbook_version: 1,
  runbook_name: 'Restore',
  entity: 'service/payments',
  status: 'PENDING_APPROVAL',
  reason: 'fits',
  requested_at: at(10),
  requested_by: 'system',
  decided_at: null,
  decided_by: null,
  comment: null,
  started_at: null,
  completed_at: null,
  current_step: 0,
  total_steps: 1,
  plan: [],
  step_results: [],
  error: null,
  ...change,
})
const all = { statuses: [], severities: [], sort: '-created_at', limit: 50, offset: 0 } as const

/** What every RecordStore keeps. `open` called again with the same name opens what the first left. */
export function recordStoreConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('a record store', () => {
    let store: RecordStore
    let name = ''
    let count = 0
    beforeEach(async () => {
      count += 1
      name = `store-${count}`
      store = await open(name)
    })
    afterEach(() => store.close())

    it('numbers incidents from 1 within each tenant', async () => {
      const numbers = []
      for (const [id, tenant] of [
        ['a', 'default'],
        ['b', 'default'],
        ['c', 'other'],
      ] as const) {
        numbers.push((await store.incidents.insert(incidentOf(id, { tenant_id: tenant }))).number)
      }
      expect(numbers).toEqual([1, 2, 1])
      expect((await store.incidents.get('default', '2'))?.id).toBe('b')
      expect(await store.incidents.get('other', 'a')).toBeUndefined()
    })

    it('gives each of many incidents inserted at once its own number', async () => {
      const made = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.incidents.insert(incidentOf(`p${i}`))),
      )
      expect(new Set(made.map((i) => i.number)).size).toBe(20)
    })

    it('filters, sorts and counts incidents', async () => {
      await store.incidents.insert(incidentOf('a', { severity: 'LOW', created_at: at(1) }))
      await store.incidents.insert(
        incidentOf('b', {
          severity: 'CRITICAL',
          status: 'RESOLVED',
          created_at: at(2),
          affected_entities: ['service/front'],
        }),
      )
      await store.incidents.insert(incidentOf('c', { severity: 'HIGH', created_at: at(3) }))
      const ids = async (filter: object) =>
        (await store.incidents.list('default', { ...all, ...filter })).incidents.map((i) => i.id)
      expect(await ids({})).toEqual(['c', 'b', 'a'])
      expect(await ids({ sort: '-severity' })).toEqual(['b', 'c', 'a'])
      expect(await ids({ statuses: ['OPEN'] })).toEqual(['c', 'a'])
      expect(await ids({ severities: ['LOW', 'HIGH'] })).toEqual(['c', 'a'])
      expect(await ids({ entity: 'service/front' })).toEqual(['b'])
      expect(await ids({ text: 'SLOW ANSWERS (A)' })).toEqual(['a'])
      expect(await ids({ text: "'; drop table incident; --" })).toEqual([])
      expect((await store.incidents.list('default', { ...all, limit: 1 })).total).toBe(3)
      expect((await store.incidents.unresolved()).map((i) => i.id)).toEqual(['a', 'c'])
    })

    it('keeps the timeline in order and counts what was diagnosed and remediated', async () => {
      const incident = await store.incidents.insert(incidentOf('a'))
      for (const type of ['OPENED', 'DIAGNOSED', 'RUNBOOK_COMPLETED'] as const)
        await store.incidents.addEvent('a', { at: at(1), type, actor: 'system', sentence: type })
      await store.incidents.update({ ...incident, title: 'changed' })
      expect((await store.incidents.timeline('a')).map((e) => e.type)).toEqual([
        'OPENED',
        'DIAGNOSED',
        'RUNBOOK_COMPLETED',
      ])
      expect(await store.incidents.countSince('default', 0)).toEqual({
        incidents: 1,
        diagnosed: 1,
        remediated: 1,
      })
    })

    it('writes many events, reasons and homes of alerts in one go, in order', async () => {
      const many = Array.from({ length: 70 }, (_, i) => i)
      await store.incidents.insert(incidentOf('a'))
      const event = { at: at(1), type: 'ALERT_ADDED' as const, actor: 'system' }
      await store.incidents.addEvents(
        many.map((i) => ({ incidentId: 'a', event: { ...event, sentence: `${i}` } })),
      )
      expect((await store.incidents.timeline('a')).map(({ sentence }) => sentence)).toEqual(many.map(String))
      const reasons = many.map((i) => ({ incidentId: 'a', memberId: `m${i}`, reason: `${i}` }))
      await store.memberships.addAll([...reasons, { incidentId: 'a', memberId: 'm3', reason: 'later' }])
      await store.memberships.addAll([{ incidentId: 'a', memberId: 'm4', reason: 'again' }])
      const kept = await store.memberships.reasons('a')
      expect([kept.m2, kept.m3, kept.m4, Object.keys(kept).length]).toEqual(['2', 'later', 'again', 70])
      const told = await store.alerts.upsertAll(many.map((i) => alertOf(`f${i}`, { id: `alert ${i}` })))
      expect(told.every(({ before }) => before === null)).toBe(true)
      const twice = await store.alerts.upsertAll([
        alertOf('g', { id: 'g' }),
        alertOf('g', { id: 'other', message: 'later' }),
        alertOf('f7', { id: 'other', status: 'RESOLVED', ends_at: at(9) }),
      ])
      expect(twice).toMatchObject([
        { before: null, alert: { id: 'g' } },
        { before: 'FIRING', alert: { id: 'g', message: 'later' } },
        { before: 'FIRING', alert: { id: 'alert 7', status: 'RESOLVED' } },
      ])
      expect((await store.alerts.latest('default', 'g'))?.message).toBe('later')
      await store.alerts.markCorrelated(many.map((i) => ({ id: `alert ${i}`, incidentId: 'a' })))
      expect((await store.alerts.uncorrelated(10)).map(({ id }) => id)).toEqual(['g'])
      const { total } = await store.alerts.list('default', { severities: [], incidentId: 'a', limit: 1 })
      expect(total).toBe(70)
      const home = { id: 'alert 1', incidentId: 'a' }
      await store.alerts.markCorrelated([{ ...home, reason: 'near in time' }])
      await store.alerts.markCorrelated([home])
      expect((await store.memberships.reasons('a'))['alert 1']).toBe('near in time')
      await store.alerts.markCorrelated([{ ...home, incidentId: 'b', reason: 'merged' }])
      expect((await store.memberships.reasons('a'))['alert 1']).toBeUndefined()
      expect(await store.memberships.reasons('b')).toEqual({ 'alert 1': 'merged' })
    })

    it('knows an alert by fingerprint and start, keeps its id and incident, and offers it again when its status changes', async () => {
      const first = await store.alerts.upsert(alertOf('f'))
      await store.alerts.markCorrelated([{ id: first.id, incidentId: 'i1' }])
      const again = await store.alerts.upsert(alertOf('f', { id: 'another', message: 'still slow' }))
      expect(again).toMatchObject({ id: first.id, incident_id: 'i1', message: 'still slow' })
      expect(await store.alerts.uncorrelated(10)).toEqual([])
      await store.alerts.upsert(alertOf('f', { status: 'RESOLVED', ends_at: at(9) }))
      expect((await store.alerts.uncorrelated(10)).map((a) => a.status)).toEqual(['RESOLVED'])
      await store.alerts.upsert(alertOf('f', { message: 'overtaken on its way' }))
      expect((await store.alerts.list('default', { severities: [], limit: 10 })).alerts[0]?.status).toBe(
        'RESOLVED',
      )
      await store.alerts.upsert(alertOf('f', { starts_at: at(60) }))
      const listed = await store.alerts.list('default', { severities: [], limit: 10 })
      expect(listed).toMatchObject({ total: 2, bySeverity: { HIGH: 2 } })
    })

    it('lets the later of two ends hold, whichever comes first', async () => {
      const end = (second: number) => alertOf('f', { status: 'RESOLVED', ends_at: at(second) })
      const told = await store.alerts.upsertAll([end(20), end(9), alertOf('f')])
      expect(told.map(({ before }) => before)).toEqual([null, 'RESOLVED', 'RESOLVED'])
      expect(await store.alerts.latest('default', 'f')).toMatchObject({ status: 'RESOLVED', ends_at: at(20) })
      await store.alerts.upsertAll([end(30)])
      expect((await store.alerts.latest('default', 'f'))?.ends_at).toBe(at(30))
      await store.alerts.upsert(alertOf('f', { starts_at: at(60) }))
      expect((await store.alerts.latest('default', 'f'))?.starts_at).toBe(at(60))
      expect(await store.alerts.latest('other', 'f')).toBeUndefined()
    })

    it('finds the alerts that expire, within bounds of time, until they are resolved', async () => {
      await store.alerts.upsertAll([
        alertOf('late', { expires_at: at(90) }),
        alertOf('soon', { expires_at: at(30), tenant_id: 'other' }),
        alertOf('never'),
        alertOf('over', { expires_at: at(20), status: 'RESOLVED', ends_at: at(20) }),
      ])
      const between = async (from: number, to: number, limit = 10) =>
        (await store.alerts.expiring(Date.parse(at(from)), Date.parse(at(to)), limit)).map(
          (a) => a.fingerprint,
        )
      expect(await between(0, 90)).toEqual(['soon', 'late'])
      expect(await between(30, 89)).toEqual([])
      expect(await between(0, 90, 1)).toEqual(['soon'])
      await store.alerts.upsert(alertOf('late', { expires_at: at(120) }))
      expect(await between(30, 90)).toEqual([])
    })

    it('keeps the silences of an alert and of an anomaly apart from what their senders say', async () => {
      const { id } = await store.alerts.upsert(alertOf('f'))
      await store.anomalies.save(anomalyOf('a'))
      await store.alerts.markSilenced(id, ['s1', 's2'])
      await store.anomalies.markSilenced('a', ['s1'])
      expect(await store.alerts.upsert(alertOf('f'))).toMatchObject({ silenced_by: ['s1', 's2'] })
      await store.anomalies.save(anomalyOf('a'))
      expect((await store.anomalies.get('default', 'a'))?.silenced_by).toEqual(['s1'])
      await store.alerts.markSilenced(id, [])
      await store.anomalies.markSilenced('a', [])
      expect(await store.alerts.latest('default', 'f')).not.toHaveProperty('silenced_by')
      expect(await store.anomalies.get('default', 'a')).not.toHaveProperty('silenced_by')
    })

    it('keeps silences until their end is long past', async () => {
      const silence = (id: string, second: number, tenant = 'default') => ({
        id,
        tenant_id: tenant,
        matchers: [{ name: 'alertname', op: '=' as const, value: 'HighLatency' }],
        starts_at: at(0),
        ends_at: at(second),
        created_by: 'anna',
        comment: 'known',
        annotations: {},
        updated_at: at(0),
      })
      await store.silences.save(silence('b', 60))
      await store.silences.save(silence('a', 30, 'other'))
      await store.silences.save(silence('b', 90))
      expect((await store.silences.endingAfter(0)).map((s) => [s.id, s.tenant_id, s.ends_at])).toEqual([
        ['a', 'other', at(30)],
        ['b', 'default', at(90)],
      ])
      expect((await store.silences.endingAfter(Date.parse(at(30)))).map((s) => s.id)).toEqual(['b'])
      expect(await store.silences.deleteEnded(Date.parse(at(30)))).toBe(1)
      expect(await store.silences.endingAfter(0)).toEqual([silence('b', 90)])
    })

    it('lets one remediation of a runbook run per incident, and changes a status only from the one expected', async () => {
      await store.remediations.insert(remediationOf('r1'))
      await expect(store.remediations.insert(remediationOf('r2'))).rejects.toMatchObject({ code: 'CONFLICT' })
      const approved = remediationOf('r1', { status: 'APPROVED' })
      const won = await Promise.all(
        [1, 2, 3].map(() => store.remediations.transition(approved, 'PENDING_APPROVAL')),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect((await store.remediations.unfinished()).map((r) => r.id)).toEqual(['r1'])
      expect(
        await store.remediations.transition(remediationOf('r1', { status: 'COMPLETED' }), 'APPROVED'),
      ).toBe(true)
      await store.remediations.insert(remediationOf('r2'))
    })

    it('gives back the journal of a remediation, the last word of each step', async () => {
      await store.remediations.insert(remediationOf('r1'))
      const step = {
        phase: 'STEP',
        order: 1,
        name: 'restore',
        attempts: 1,
        started_at: at(11),
        ended_at: null,
      } as const
      await store.remediations.journal('r1', { ...step, status: 'STARTED' })
      await store.remediations.journal('r1', { ...step, status: 'SUCCESS', ended_at: at(12) })
      await store.remediations.journal('r1', { ...step, phase: 'ROLLBACK', status: 'STARTED' })
      const journal = (await store.remediations.get('default', 'r1'))?.step_results
      expect(journal?.map((s) => [s.phase, s.status])).toEqual([
        ['STEP', 'SUCCESS'],
        ['ROLLBACK', 'STARTED'],
      ])
    })

    it('gives back the newest revisions of a diagnosis, the oldest of them first', async () => {
      const diagnosis = {
        ...{ incident_id: 'i', created_at: at(1), causes: [], unknown_probability: 1, causal_chain: [] },
        ...{ checked: [], method: 'm', degraded: [], seconds: 0 },
      }
      for (const revision of [1, 3, 2])
        await store.diagnoses.save('default', { ...diagnosis, id: `d${revision}`, revision })
      await store.diagnoses.save('default', { ...diagnosis, id: 'd9', incident_id: 'other', revision: 9 })
      const revisions = async (limit: number) =>
        (await store.diagnoses.revisions('i', limit)).map(({ revision }) => revision)
      expect([await revisions(50), await revisions(2)]).toEqual([
        [1, 2, 3],
        [2, 3],
      ])
      expect((await store.diagnoses.latest('i'))?.revision).toBe(3)
    })

    it('finds the incidents that ended since a time, of all tenants, latest first', async () => {
      const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`
      for (const [id, tenant_id, status, second] of [
        ['early', 'default', 'RESOLVED', 1],
        ['resolved', 'default', 'RESOLVED', 2],
        ['closed', 'other', 'CLOSED', 3],
        ['open', 'default', 'OPEN', 4],
      ] as const)
        await store.incidents.insert({ ...incidentOf(id), tenant_id, status, updated_at: at(second) })
      const ended = async (limit: number) =>
        (await store.incidents.endedSince(Date.parse(at(2)), limit)).map(({ id }) => id)
      expect(await ended(10)).toEqual(['closed', 'resolved'])
      expect(await ended(1)).toEqual(['closed'])
    })

    it('undoes a transaction that throws', async () => {
      const failing = store.transaction(async (r) => {
        await r.incidents.insert(incidentOf('a'))
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect((await store.incidents.list('default', all)).total).toBe(0)
    })

    it('has everything again after closing and opening', async () => {
      await store.incidents.insert(incidentOf('a'))
      await store.topologies.save(
        'default',
        [{ id: 'service/a', labels: {}, firstSeenMs: 1, lastSeenMs: 2 }],
        [],
      )
      await store.close()
      store = await open(name)
      expect((await store.incidents.list('default', all)).total).toBe(1)
      expect((await store.topologies.load('default')).entities).toHaveLength(1)
    })
  })
}
