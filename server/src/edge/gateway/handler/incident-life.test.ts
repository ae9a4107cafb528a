import type { Alert } from '@aiops/contract/model/alert'
import type { Incident } from '@aiops/contract/model/incident'
import type { Severity } from '@aiops/contract/model/severity'
import { expect, it, onTestFinished } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { isoTime, ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { CorrelateConfig, createCorrelate } from '../../../pipeline/correlate/index.ts'
import type { Knowledge } from '../../../service/knowledge/index.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { keyOf, openGateway } from '../open-gateway.suite.ts'
import { incidentHandlers } from './incident.ts'
import { incidentLifeHandlers } from './incident-life.ts'

const nowMs = 1_700_000_000_000
const alertOf = (name: string, severity: Severity = 'HIGH'): Alert => ({
  ...{ id: `${name} 1`, tenant_id: 'default', fingerprint: name, source: 'test', name: 'Slow', severity },
  ...{ status: 'FIRING', message: '', labels: {}, annotations: {}, entity: `service/${name}` },
  ...{ starts_at: isoTime(nowMs), ends_at: null, received_at: isoTime(nowMs), incident_id: null },
})
const payments = alertOf('payments')
const checkout = alertOf('checkout')
const front = alertOf('front', 'MEDIUM')
const search = alertOf('search')

/** front calls checkout, which calls payments; search is alone. */
function knowledge(): Knowledge {
  const chain = ['service/front', 'service/checkout', 'service/payments']
  const near = (entity: string, by: number[]) =>
    by.flatMap((step) => chain[chain.indexOf(entity) + step] ?? [])
  return {
    neighbourhood(_: string, entity: string) {
      const at = chain.indexOf(entity)
      return new Map(at < 0 ? [[entity, 0]] : chain.map((other, i) => [other, Math.abs(i - at)]))
    },
    dependencies: (_: string, entity: string) => (chain.includes(entity) ? near(entity, [1]) : []),
    dependents: (_: string, entity: string) => (chain.includes(entity) ? near(entity, [-1]) : []),
    setHealth: () => undefined,
  } as unknown as Knowledge
}

async function openWorld() {
  const metrics = createMetrics()
  const records = await openSqliteRecordStore(':memory:')
  const shared = { records, clock: new ManualClock(nowMs), metrics, log: silentLog }
  const bus = createMemoryBus(shared)
  const correlate = createCorrelate(
    { ...shared, bus, knowledge: knowledge(), random: seededRandom(1) },
    CorrelateConfig.parse({}),
  )
  await correlate.start()
  for (const alert of [payments, checkout, front, search]) {
    const payload = await records.alerts.upsert(alert)
    const event = { event_id: alert.id, source: 'test', tenant_id: 'default', timestamp: isoTime(nowMs) }
    bus.publish('events', { ...event, event_type: 'ALERT_FIRED', payload })
  }
  await bus.idle()
  await correlate.idle()
  const incidents = async () => {
    const all = { statuses: [], severities: [], sort: 'created_at', limit: 50, offset: 0 } as const
    return (await records.incidents.list('default', all)).incidents
  }
  return { records, correlate, incidents }
}

/** The gateway over the real stage: two incidents, of three alerts and of one. */
async function open() {
  const world = await openWorld()
  onTestFinished(() => world.correlate.stop())
  const deps = { ...world, explain: {}, ingest: {} } as unknown as HandlerDeps
  const handlers = { ...incidentHandlers(deps), ...incidentLifeHandlers(deps) }
  const { get, audit } = await openGateway({ handlers, keyed: true })
  async function ask<T>(who: string, method: string, path: string, body?: unknown) {
    const response = await get(`/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${keyOf(who)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T }
  }
  const change = (path: string, body: unknown, who = 'operator') =>
    ask<Incident>(who, 'POST', `incidents/${path}`, body)
  return { world, ask, change, audit }
}

it('takes an incident through its life, each step told by whom and in the audit log', async () => {
  const { ask, change, audit } = await open()
  expect(await change('1/assign', { assignee: 'ben' })).toMatchObject({
    status: 200,
    body: { assigned_to: 'ben' },
  })
  expect((await change('1/severity', { severity: 'LOW', comment: 'a drill' })).body).toMatchObject({
    ...{ severity: 'LOW', severity_set_by: 'operator' },
  })
  expect((await change('1/severity', { severity: null })).body).toMatchObject({ severity: 'HIGH' })
  const split = await change('1/split', { members: [payments.id] })
  expect(split).toMatchObject({ status: 201, body: { number: 3, alert_count: 1 } })
  const member = encodeURIComponent(front.id)
  expect((await change(`1/members/${member}/move`, { into: '3' })).body).toMatchObject({ number: 3 })
  expect((await change('3/merge', { into: '1' })).body).toMatchObject({ number: 1, alert_count: 3 })
  expect((await change(`1/members/${member}/remove`, { reason: 'noise' })).body).toMatchObject({
    alert_count: 2,
  })
  const link = await change('1/links', { url: 'https://tickets.example/7', title: 'Ticket' })
  expect(link).toMatchObject({ status: 201, body: { links: [{ by: 'operator' }] } })
  const linkId = link.body.links[0]?.id ?? ''
  expect((await ask<Incident>('operator', 'DELETE', `incidents/1/links/${linkId}`)).body.links).toEqual([])
  const cause = { entity: 'service/payments', sentence: 'Out of connections.' }
  expect((await change('1/cause', cause)).body.confirmed_cause).toMatchObject({ ...cause, by: 'operator' })
  expect((await change('1/cause', { entity: null, sentence: null })).body.confirmed_cause).toBeNull()
  const resolved = await change('1/status', { status: 'RESOLVED', cause })
  expect(resolved.body).toMatchObject({ status: 'RESOLVED', confirmed_cause: cause })
  expect(audit.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
    [
      ...['assignIncident', 'setIncidentSeverity', 'setIncidentSeverity', 'splitIncident'],
      ...['moveIncidentMember', 'mergeIncident', 'removeIncidentMember', 'addIncidentLink'],
      ...['removeIncidentLink', 'confirmIncidentCause', 'confirmIncidentCause', 'setIncidentStatus'],
    ].map((action) => `${action} SUCCESS`),
  )
})

it('lets nobody who only reads change an incident or forget a lesson', async () => {
  const { ask, change, world } = await open()
  const before = await world.incidents()
  for (const [path, body] of [
    ['1/assign', { assignee: 'me' }],
    ['1/severity', { severity: 'LOW' }],
    ['1/merge', { into: '2' }],
    ['1/split', { members: [payments.id] }],
    [`1/members/${encodeURIComponent(front.id)}/remove`, {}],
    [`1/members/${encodeURIComponent(front.id)}/move`, { into: '2' }],
    ['1/cause', { entity: null, sentence: 'x' }],
    ['1/links', { url: 'https://a.example' }],
  ] as const)
    expect((await change(path, body, 'viewer')).status).toBe(403)
  expect((await ask('operator', 'DELETE', 'correlation/lessons/x')).status).toBe(403)
  expect(await world.incidents()).toEqual(before)
})

it('says in plain words why something cannot be', async () => {
  const { change } = await open()
  const refused = async (path: string, body: unknown) => {
    const { status, body: answer } = await change(path, body)
    return [status, (answer as unknown as { error: { code: string } }).error.code]
  }
  expect(await refused('1/merge', { into: '1' })).toEqual([409, 'CONFLICT'])
  expect(await refused('1/merge', { into: '99' })).toEqual([404, 'NOT_FOUND'])
  expect(await refused('2/split', { members: [search.id] })).toEqual([409, 'CONFLICT'])
  expect(await refused('1/split', { members: ['none'] })).toEqual([404, 'NOT_FOUND'])
  expect(await refused('1/links', { url: 'javascript:alert(1)' })).toEqual([422, 'VALIDATION_FAILED'])
  expect(
    await refused('1/status', { status: 'ACKNOWLEDGED', cause: { entity: null, sentence: 'x' } }),
  ).toEqual([...[422, 'VALIDATION_FAILED']])
})

it('finds incidents by who has them, pages through members, and lists and forgets what it learned', async () => {
  const { ask, change } = await open()
  await change('1/assign', { assignee: 'ben' })
  await change('2/assign', { assignee: 'operator' })
  const numbers = async (query: string) => {
    const { body } = await ask<{ incidents: Incident[] }>('operator', 'GET', `incidents?${query}`)
    return body.incidents.map(({ number }) => number)
  }
  expect(await numbers('assigned_to=ben')).toEqual([1])
  expect(await numbers('me=true')).toEqual([2])
  expect(await numbers('me=false')).toHaveLength(2)
  const members = await ask<{ items: { id: string; reason: string }[] }>(
    ...(['viewer', 'GET', 'incidents/1/members?kind=ALERT&page=2&page_size=2'] as const),
  )
  expect(members).toMatchObject({ status: 200, body: { total: 3, total_pages: 2, page: 2 } })
  expect(members.body.items).toHaveLength(1)
  expect(members.body.items[0]?.reason).not.toBe('')
  await change(`1/members/${encodeURIComponent(checkout.id)}/remove`, {})
  const lessons = await ask<{ items: { id: string }[] }>('viewer', 'GET', 'correlation/lessons')
  expect(lessons.body).toMatchObject({ total: 1, items: [{ relation: 'ADJACENT', by: ['operator'] }] })
  const { id } = lessons.body.items[0] ?? { id: '' }
  expect((await ask('admin', 'DELETE', `correlation/lessons/${id}`)).status).toBe(204)
  expect((await ask('admin', 'DELETE', `correlation/lessons/${id}`)).status).toBe(404)
})
