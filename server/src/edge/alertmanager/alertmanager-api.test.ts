import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { must } from '../../kernel/assert.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { CorrelateConfig, createCorrelate } from '../../pipeline/correlate/index.ts'
import { createIngest, IngestConfig, type IngestDeps } from '../../pipeline/ingest/index.ts'
import { createKnowledge, KnowledgeConfig } from '../../service/knowledge/index.ts'
import { createAlertmanagerApi } from './index.ts'
import { problemsOf, specification } from './openapi.suite.ts'

/** The API over real alerts and silences, in memory; each answer is held against the specification where that is here. */
async function open() {
  const clock = new ManualClock()
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const records = await openSqliteRecordStore(':memory:')
  const base = { clock, metrics, bus, log: silentLog, random: seededRandom(1) }
  const knowledge = createKnowledge(
    { ...base, topologies: records.topologies, changes: records.changes, tenants: ['default'] },
    KnowledgeConfig.parse({}),
  )
  const correlate = createCorrelate({ ...base, records, knowledge }, CorrelateConfig.parse({}))
  await correlate.start()
  onTestFinished(() => correlate.stop())
  const nothing = { checkpointed: () => 0, async *read() {} }
  const ingest = createIngest(
    {
      ...{ ...base, alerts: records.alerts, hostProbe: null },
      ruleSource: { load: async () => [] },
      mappingSource: { load: async () => [] },
      telemetryLog: nothing as unknown as IngestDeps['telemetryLog'],
      logStore: nothing as unknown as IngestDeps['logStore'],
      traceStore: nothing as unknown as IngestDeps['traceStore'],
      metricStore: new MemoryMetricStore(),
    },
    IngestConfig.parse({}),
  )
  await ingest.start()
  onTestFinished(() => ingest.stop())
  const audit: unknown[] = []
  const api = createAlertmanagerApi({
    ...{
      alerts: records.alerts,
      silences: correlate.silences,
      clock,
      version: '1.2.3',
      resolveTimeout: '5m',
    },
    identity: {
      audit: async ({ actor }, action, _, outcome) => void audit.push([actor, action, outcome]),
    },
  })
  const receivers = [...ingest.receivers, ...api.receivers]

  async function call(method: string, url: string, body?: unknown, prefix = '', tenant = 'default') {
    const [path = '', query = ''] = url.split('?')
    const template = path.replace(/^\/silence\/.+/, '/silence/{silenceID}')
    const receiver = receivers.find(
      (r) => r.path === `${prefix}/api/v2${template}` && (r.method ?? 'POST') === method,
    )
    if (!receiver) throw new Error(`nothing at ${method} ${url}`)
    const request = {
      ...{ tenant, actor: 'anna', query: new URLSearchParams(query) },
      headers: { 'content-type': 'application/json' },
      params: { silenceID: path.slice('/silence/'.length) },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null)),
    }
    const fail = (error: unknown) => {
      if (isFault(error) && receiver.refuse) return must(receiver.refuse(error, {}), 'a refusal')
      throw error
    }
    const reply = await receiver.handle(request).catch(fail)
    const text = String(reply.body ?? '')
    const json: unknown = text === '' ? undefined : JSON.parse(text)
    if (specification && reply.status !== 404)
      expect(problemsOf(template, method.toLowerCase(), reply.status, json)).toEqual([])
    await bus.idle()
    await correlate.idle()
    return { status: reply.status, json }
  }
  const named = async (query = '') =>
    ((await call('GET', `/alerts${query}`)).json as { labels: { alertname: string } }[])
      .map(({ labels }) => labels.alertname)
      .sort()
  return { clock, records, receivers, call, named, audit, correlate }
}

const iso = (ms: number): string => new Date(ms).toISOString()
const alert = (alertname: string, rest: object = {}, labels: object = {}) => ({
  labels: { alertname, severity: 'warning', service: 'cart', ...labels },
  annotations: { summary: 'slow' },
  generatorURL: 'http://prometheus/graph',
  ...rest,
})
const silenceOf = (nowMs: number, rest: object = {}) => ({
  matchers: [{ name: 'alertname', value: 'Slow', isRegex: false, isEqual: true }],
  startsAt: iso(nowMs),
  endsAt: iso(nowMs + 3_600_000),
  createdBy: 'bob',
  comment: 'known',
  ...rest,
})

/** Elsewhere the other tests hold no answer against it. */
it.skipIf(!specification)(
  'serves every operation of openapi.yaml (skipped without ../shared/suites)',
  async () => {
    const { receivers } = await open()
    for (const [path, methods] of Object.entries(specification?.paths ?? {}))
      for (const method of Object.keys(methods).filter((name) => name !== 'parameters'))
        for (const prefix of ['', '/alertmanager'])
          expect(receivers.map((r) => `${r.method ?? 'POST'} ${r.path}`)).toContain(
            `${method.toUpperCase()} ${prefix}/api/v2${path}`,
          )
  },
)

describe('the Alertmanager API', () => {
  it.each(['', '/alertmanager'])('takes alerts and shows them, under %s/api/v2', async (prefix) => {
    const { call, clock } = await open()
    const start = iso(clock.now() - 60_000)
    const body = [alert('Slow', { startsAt: start, endsAt: iso(clock.now() + 240_000) }), alert('Down')]
    expect(await call('POST', '/alerts', body, prefix)).toEqual({ status: 200, json: undefined })
    const { json } = await call('GET', '/alerts', undefined, prefix)
    expect(json).toHaveLength(2)
    expect(json).toContainEqual({
      labels: body[0]?.labels,
      annotations: { summary: 'slow' },
      generatorURL: 'http://prometheus/graph',
      receivers: [{ name: 'aiops' }],
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      startsAt: start,
      endsAt: iso(clock.now() + 240_000),
      updatedAt: iso(clock.now()),
      status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
    })
  })

  it('filters alerts by matchers, state and receiver', async () => {
    const { call, clock, named } = await open()
    await call('POST', '/alerts', [alert('Slow'), alert('Down', {}, { service: 'pay' })])
    await call('POST', '/silences', silenceOf(clock.now()))
    expect(await named()).toEqual(['Down', 'Slow'])
    expect(await named('?filter=service%3D~%22p.%2B%22')).toEqual(['Down'])
    expect(await named('?filter=alertname=Slow&filter=service!=cart')).toEqual([])
    expect(await named('?silenced=false')).toEqual(['Down'])
    expect(await named('?active=false')).toEqual(['Slow'])
    expect(await named('?receiver=ai.*')).toEqual(['Down', 'Slow'])
    expect(await named('?receiver=other')).toEqual([])
    expect(await named('?receiver_matchers=owner=me')).toEqual([])
    for (const bad of ['filter=%3D', 'active=perhaps', 'filter=a%3D~%28', 'receiver=%28'])
      expect(await call('GET', `/alerts?${bad}`)).toEqual({ status: 400, json: expect.any(String) })
  })

  it('groups alerts by name, and leaves out groups that are wholly muted where asked', async () => {
    const { call, clock } = await open()
    await call('POST', '/alerts', [alert('Slow'), alert('Slow', {}, { service: 'pay' }), alert('Down')])
    await call('POST', '/silences', silenceOf(clock.now()))
    const groups = async (query = '') =>
      ((await call('GET', `/alerts/groups${query}`)).json as { labels: object; alerts: [] }[]).map((g) => [
        g.labels,
        g.alerts.length,
      ])
    expect(await groups()).toEqual([
      [{ alertname: 'Down' }, 1],
      [{ alertname: 'Slow' }, 2],
    ])
    expect(await groups('?muted=false')).toEqual([[{ alertname: 'Down' }, 1]])
  })

  it('takes the sound alerts of a request and says in one string what was wrong with the others', async () => {
    const { call, named } = await open()
    const backwards = alert('Back', { startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' })
    expect(await call('POST', '/alerts', [{ labels: {} }, alert('Slow'), backwards])).toEqual({
      status: 400,
      json: expect.stringContaining('at least one label pair required'),
    })
    expect(await named()).toEqual(['Slow'])
    for (const bad of [
      '{',
      '{}',
      '[{}]',
      '[{"labels":{"a":1}}]',
      '[{"labels":{"a":"b"},"startsAt":"soon"}]',
      '[null]',
    ])
      expect(await call('POST', '/alerts', bad)).toEqual({ status: 400, json: expect.any(String) })
    expect(await call('POST', '/alerts', '[{"labels":{"__proto__":"x","a":"b"}}]')).toMatchObject({
      status: 400,
    })
    expect(await call('POST', '/alerts', [{ labels: { a: 'b' } }])).toMatchObject({ status: 200 })
  })

  it('creates, shows, changes and ends silences', async () => {
    const { call, clock, audit } = await open()
    const made = await call('POST', '/silences', silenceOf(clock.now()))
    const { silenceID: id } = made.json as { silenceID: string }
    expect((await call('GET', `/silence/${id}`)).json).toEqual({
      ...silenceOf(clock.now()),
      ...{ id, annotations: {}, status: { state: 'active' }, updatedAt: iso(clock.now()) },
    })
    await clock.advance(1_000)
    const longer = silenceOf(clock.now() - 1_000, { id, endsAt: iso(clock.now() + 7_200_000) })
    expect((await call('POST', '/silences', longer)).json).toEqual({ silenceID: id })
    const other = silenceOf(clock.now() - 1_000, {
      id,
      matchers: [{ name: 'alertname', value: 'Sl.*', isRegex: true, isEqual: false }],
    })
    expect(
      await call('POST', '/silences', { ...other, matchers: [{ name: 'a', value: '', isRegex: false }] }),
    ).toEqual({
      status: 400,
      json: 'at least one matcher must not match the empty string',
    })
    const { silenceID: next } = (
      await call('POST', '/silences', {
        ...other,
        matchers: [...other.matchers, { name: 'service', value: 'cart', isRegex: false }],
      })
    ).json as { silenceID: string }
    expect(next).not.toBe(id)
    const listed = async (query = '') =>
      ((await call('GET', `/silences${query}`)).json as { id: string; status: { state: string } }[]).map(
        (s) => [s.id, s.status.state],
      )
    expect(await listed()).toEqual([
      [next, 'active'],
      [id, 'expired'],
    ])
    expect(await listed('?expired=false')).toEqual([[next, 'active']])
    expect(await listed('?filter=service=cart')).toEqual([[next, 'active']])
    expect(await listed('?filter=service=pay')).toEqual([])
    expect(await call('DELETE', `/silence/${next}`)).toEqual({ status: 200, json: undefined })
    expect(await listed('?active=true&expired=false')).toEqual([])
    expect((await call('DELETE', '/silence/nobody')).status).toBe(404)
    expect((await call('GET', '/silence/nobody')).status).toBe(404)
    expect((await call('POST', '/silences', silenceOf(clock.now(), { id: 'nobody' }))).status).toBe(404)
    expect((await call('GET', `/silence/${id}`, undefined, '', 'other')).status).toBe(404)
    expect(audit).toContainEqual(['anna', 'createSilence', 'SUCCESS'])
    expect(audit).toContainEqual(['anna', 'expireSilence', 'SUCCESS'])
    expect(audit).toContainEqual(['anna', 'expireSilence', 'FAILURE'])
  })

  it('tells its receivers and its status', async () => {
    const { call } = await open()
    expect((await call('GET', '/receivers')).json).toEqual([{ name: 'aiops', labels: {} }])
    expect((await call('GET', '/status')).json).toMatchObject({
      cluster: { status: 'disabled' },
      versionInfo: { version: expect.stringMatching(/\+aiops\.1\.2\.3$/) },
    })
  })
})

describe('an alert posted to it', () => {
  it('without an end resolves by itself one resolve timeout after its last repeat', async () => {
    const { call, clock, named, records } = await open()
    await call('POST', '/alerts', [alert('Slow')])
    await clock.advance(200_000)
    await call('POST', '/alerts', [alert('Slow')])
    await clock.advance(200_000)
    expect(await named()).toEqual(['Slow'])
    await clock.advance(101_000)
    await vi.waitFor(async () => expect(await named()).toEqual([]))
    const { alerts } = await records.alerts.list('default', { severities: [], limit: 10 })
    expect(alerts).toMatchObject([{ status: 'RESOLVED', ends_at: iso(clock.now() - 1_000) }])
  })

  it('with an end in the past is resolved, whichever start it names', async () => {
    const { call, clock, named, records } = await open()
    await call('POST', '/alerts', [alert('Slow')])
    await clock.advance(10_000)
    await call('POST', '/alerts', [alert('Slow', { endsAt: iso(clock.now() - 1_000) })])
    expect(await named()).toEqual([])
    const { alerts } = await records.alerts.list('default', { severities: [], limit: 10 })
    expect(alerts).toHaveLength(1)
  })

  it('that was taken for over fires anew when it goes on, once', async () => {
    const { call, clock, records, named } = await open()
    const startsAt = iso(clock.now())
    const post = () =>
      call('POST', '/alerts', [alert('Slow', { startsAt, endsAt: iso(clock.now() + 240_000) })])
    await post()
    await clock.advance(600_000)
    await vi.waitFor(async () => expect(await named()).toEqual([]))
    await post()
    await clock.advance(60_000)
    await post()
    expect(await named()).toEqual(['Slow'])
    const { alerts } = await records.alerts.list('default', { severities: [], limit: 10 })
    expect(alerts.map((a) => a.status).sort()).toEqual(['FIRING', 'RESOLVED'])
    await clock.advance(1_000)
    await call('POST', '/alerts', [alert('Slow', { startsAt, endsAt: iso(clock.now()) })])
    expect(await named()).toEqual([])
  })
})

it('shows what correlation rules inhibit with the fingerprint of its source, and what they suppress as muted', async () => {
  const { call, named, correlate } = await open()
  const rule = (name: string, rest: object) =>
    correlate.rules.create('default', CorrelationRuleInput.parse({ name, ...rest }), 'anna')
  await rule('down', {
    when: 'name == "Slow"',
    action: 'INHIBIT',
    source_when: 'name == "Down"',
    by: ['service'],
  })
  const { id } = await rule('quiet', { when: 'name == "Odd"', action: 'SUPPRESS' })
  await call('POST', '/alerts', [
    alert('Slow'),
    alert('Down'),
    alert('Odd'),
    alert('Slow', {}, { service: 'web' }),
  ])
  const shown = (await call('GET', '/alerts')).json as {
    fingerprint: string
    labels: Record<string, string>
    status: { state: string; inhibitedBy: string[]; mutedBy: string[] }
  }[]
  const of = (name: string, service = 'cart') =>
    shown.find(({ labels }) => labels.alertname === name && labels.service === service)
  expect(of('Slow')?.status).toMatchObject({ state: 'suppressed', inhibitedBy: [of('Down')?.fingerprint] })
  expect(of('Odd')?.status).toMatchObject({ state: 'suppressed', mutedBy: [id], inhibitedBy: [] })
  expect(of('Slow', 'web')?.status.state).toBe('active')
  expect(await named('?inhibited=false')).toEqual(['Down', 'Odd', 'Slow'])
  expect(await named('?silenced=false')).toEqual(['Down', 'Slow', 'Slow'])
})
