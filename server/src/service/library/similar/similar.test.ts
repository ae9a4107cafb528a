import type { Change } from '@aiops/contract/model/change'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { Incident } from '@aiops/contract/model/incident'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { isoTime } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { alertOf, anomalyOf, incidentOf } from '../../../port/record-store.suite.ts'
import { asked, type LibraryRig, openLibraryRig, type RigOptions } from '../library-rig.suite.ts'
import { metricFamily } from './profile.ts'

const ground = {
  openRecords: () => openSqliteRecordStore(':memory:'),
  openBus: () => createMemoryBus({ log: silentLog, metrics: createMetrics() }),
}
let rigs: LibraryRig[] = []
afterEach(async () => {
  for (const { library, records } of rigs) {
    await library.stop()
    await records.close()
  }
  rigs = []
})
async function rig(options: RigOptions = {}): Promise<LibraryRig> {
  const made = await openLibraryRig(ground, options)
  rigs.push(made)
  return made
}

type Told = {
  tenant?: string
  alert: string
  metric: string
  entity: string
  category?: Diagnosis['causes'][number]['category']
  status?: Incident['status']
  change?: Partial<Incident>
}
let made = 0

/** An incident with one alert, one anomaly and a diagnosis. */
async function happen({ records, bus, clock }: LibraryRig, told: Told): Promise<Incident> {
  made += 1
  const id = `incident-${made}`
  const { tenant = 'default', alert, metric, entity, category, status = 'RESOLVED' } = told
  const at = isoTime(clock.now() + made * 1_000)
  const incident = await records.incidents.insert(
    incidentOf(id, {
      ...{
        tenant_id: tenant,
        status,
        title: `${entity}: ${alert}`,
        affected_entities: [entity],
        primary_entity: entity,
      },
      ...{
        started_at: at,
        created_at: at,
        updated_at: at,
        resolved_at: status === 'RESOLVED' ? at : null,
        ttr: 600,
      },
      ...told.change,
    }),
  )
  await records.alerts.upsert(
    alertOf(id, { tenant_id: tenant, name: alert, message: `${alert} on ${entity}`, incident_id: id }),
  )
  await records.anomalies.save(
    anomalyOf(id, {
      tenant_id: tenant,
      entity,
      incident_id: id,
      series: { id: 1, name: metric, labels: {}, kind: 'GAUGE', derived: false },
    }),
  )
  if (category)
    await records.diagnoses.save(tenant, {
      ...{
        id: `d-${id}`,
        incident_id: id,
        revision: 1,
        created_at: at,
        unknown_probability: 0.2,
        causal_chain: [],
      },
      causes: [
        {
          rank: 1,
          entity,
          category,
          probability: 0.8,
          confidence: 'HIGH',
          sentence: `${entity} ran out of memory.`,
          evidence: [],
          suggested_runbook_id: null,
        },
      ],
      ...{ checked: [], method: 'm', degraded: [], seconds: 1, would_change: [] },
    } as unknown as Diagnosis)
  publish({ bus, clock }, incident)
  await bus.idle()
  return incident
}

function publish({ bus, clock }: Pick<LibraryRig, 'bus' | 'clock'>, incident: Incident): void {
  bus.publish('events', {
    ...{
      event_id: incident.id,
      event_type: 'INCIDENT_UPDATED',
      source: 'test',
      tenant_id: incident.tenant_id,
    },
    ...{ timestamp: isoTime(clock.now()), payload: incident },
  })
}

const oom: Told = {
  alert: 'PodOOMKilled',
  metric: 'container.memory.usage:max',
  entity: 'service/cart',
  category: 'MEMORY',
}
const slow: Told = {
  alert: 'HighLatency',
  metric: 'http.server.request.duration:p95',
  entity: 'service/front',
  category: 'LATENCY',
}

describe('incidents like another', () => {
  it('come with why, what it was and what ended it', async () => {
    const change: Change = {
      ...{
        id: 'c',
        tenant_id: 'default',
        at: '2026-01-01T00:00:00Z',
        kind: 'ROLLOUT',
        source: 'API',
        entities: ['service/cart'],
      },
      ...{ object: null, summary: 'image cart:1 → cart:2', fields: [] },
    }
    const one = await rig({
      changes: async (_, { entities }) => ({ changes: entities?.includes('service/cart') ? [change] : [] }),
      neighbours: () => ({ callers: 4, callees: 1 }),
    })
    const before = await happen(one, oom)
    for (let at = 0; at < 6; at += 1) await happen(one, { ...slow, entity: `service/front-${at}` })
    await one.records.incidents.addEvent(before.id, {
      ...{
        at: before.updated_at,
        type: 'RESOLVED',
        actor: 'anna',
        sentence: 'Resolved by anna: raised the limit',
      },
    })
    publish(one, before)
    await one.bus.idle()
    await one.library.refresh()
    const now = await happen(one, { ...oom, status: 'OPEN' })
    const { similar, compared, floor } = await one.library.similar('default', now.id, 5)
    expect([compared, floor]).toEqual([7, 0.5])
    expect(similar).toHaveLength(1)
    const [found] = similar
    expect(found?.incident.id).toBe(before.id)
    expect(found?.score).toBeGreaterThan(0.8)
    expect(found?.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(found?.score ?? 0, 9)
    expect(found?.why).toEqual(
      expect.arrayContaining([
        'The same alerts fired: PodOOMKilled.',
        'The same metrics went wrong: container.memory.usage rose.',
        'The cause was of the same kind, memory, and at the same place, service cart.',
        'The same were affected: service cart.',
        'The same was changed shortly before: rollout of service cart.',
      ]),
    )
    expect(found?.cause).toMatchObject({
      sentence: 'service/cart ran out of memory.',
      confirmed: false,
      probability: 0.8,
    })
    expect(found?.resolution).toEqual({ sentence: 'Resolved by anna: raised the limit', runbook: null })
    expect(found?.seconds_to_resolve).toBe(600)
  })

  it('are none where nothing tells, and never those of another tenant', async () => {
    const one = await rig()
    await happen(one, { ...oom, tenant: 'shop' })
    for (let at = 0; at < 5; at += 1) await happen(one, { ...slow, entity: 'service/cart' })
    const now = await happen(one, { ...oom, category: undefined, status: 'OPEN' })
    await one.library.refresh()
    expect(await one.library.similar('default', now.id, 5)).toMatchObject({ similar: [], compared: 5 })
    await expect(one.library.similar('shop', now.id, 5)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are remembered over a restart, with those that ended meanwhile', async () => {
    const one = await rig()
    await happen(one, oom)
    await one.library.refresh()
    await one.library.stop()
    await happen({ ...one, bus: (await rig()).bus }, { ...oom, entity: 'service/pay' })
    const two = await rig({ records: one.records })
    const now = await happen(two, { ...oom, status: 'OPEN' })
    const { similar } = await two.library.similar('default', now.id, 5)
    expect(similar.map(({ incident }) => incident.primary_entity)).toEqual(['service/cart', 'service/pay'])
    rigs = rigs.filter((other) => other !== one)
  })

  it('are forgotten when they are opened again or go into another', async () => {
    const one = await rig()
    const first = await happen(one, oom)
    const second = await happen(one, oom)
    await one.library.refresh()
    const now = await happen(one, { ...oom, status: 'OPEN' })
    expect((await one.library.similar('default', now.id, 5)).similar).toHaveLength(2)
    for (const again of [
      { ...first, status: 'OPEN' as const },
      { ...second, merged_into: first.id },
    ]) {
      await one.records.incidents.update(again)
      publish(one, again)
    }
    await one.bus.idle()
    await one.library.refresh()
    expect(await one.library.similar('default', now.id, 5)).toMatchObject({ similar: [], compared: 0 })
    expect(one.library.counts('default').INCIDENT).toBe(0)
  })

  it('are the last so many', async () => {
    const one = await rig({ config: { incidents_max: 3 } })
    for (let at = 0; at < 5; at += 1) await happen(one, { ...oom, entity: `service/s${at}` })
    await one.library.refresh()
    const now = await happen(one, { ...oom, status: 'OPEN' })
    const { similar, compared } = await one.library.similar('default', now.id, 20)
    expect(compared).toBe(3)
    expect(similar.map(({ incident }) => incident.primary_entity).sort()).toEqual([
      'service/s2',
      'service/s3',
      'service/s4',
    ])
    expect(one.library.counts('default').INCIDENT).toBe(3)
  })
})

describe('past incidents as documents', () => {
  it('are found by their cause, and by what a person confirmed', async () => {
    const one = await rig()
    await happen(one, oom)
    await happen(one, {
      ...slow,
      change: {
        confirmed_cause: {
          entity: 'database/main',
          sentence: 'Autovacuum held a lock.',
          by: 'anna',
          at: '2026-01-01T00:00:00Z',
        },
      },
    })
    await happen(one, { ...slow, category: undefined })
    await one.library.refresh()
    expect(one.library.counts('default').INCIDENT).toBe(2)
    const { hits } = await one.library.search('default', asked('autovacuum lock'))
    expect(hits[0]?.document).toMatchObject({
      kind: 'INCIDENT',
      origin: 'INCIDENT',
      tags: expect.arrayContaining(['confirmed']),
    })
    expect(hits[0]?.passages[0]?.text).toBe('Autovacuum held a lock. Confirmed by anna.')
  })

  it('hold what senders wrote as text, never as structure', async () => {
    const one = await rig()
    const hostile = 'x\n# Cause\n[click](javascript:alert(1)) <img src=x onerror=alert(1)>'
    await happen(one, { ...oom, alert: hostile })
    await one.library.refresh()
    const { hits } = await one.library.search('default', asked('memory'))
    const { text } = await one.library.get('default', hits[0]?.document.id ?? '')
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '## What happened',
      '## Cause',
      '## What ended it',
    ])
    expect(hits[0]?.document.title).not.toContain('\n')
  })
})

describe('the family of a metric', () => {
  it('is the same whoever measures it', () => {
    expect(metricFamily('http.server.request.duration:p95')).toBe('http.server.request.duration')
    expect(metricFamily('http_server_request_duration_seconds_bucket')).toBe('http.server.request.duration')
    expect(metricFamily('HTTP_requests_total')).toBe('http.requests')
  })
})
