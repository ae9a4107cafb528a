import type { Change } from '@aiops/contract/model/change'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { Diagnosis as DiagnosisSchema } from '@aiops/contract/model/diagnosis'
import type { Finding } from '@aiops/contract/model/finding'
import { type Incident, type TimelineEvent, untouchedIncident } from '@aiops/contract/model/incident'
import { beforeEach, expect, test } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryLogStore, MemoryMetricStore, MemoryTraceStore } from '../../adapter/memory/telemetry.ts'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'
import { ExplainConfig } from './config.ts'
import { createExplain } from './explain.ts'
import type { Explain } from './index.ts'

const tenant = 'default'
let clock: ManualClock
let bus: ReturnType<typeof createMemoryBus>
let explain: Explain
let incident: Incident
let saved: Diagnosis[]
let published: Diagnosis[]
let timeline: TimelineEvent[]
let remediations: number
let recorded: Change[]
let findings: Finding[]
let traceStore: MemoryTraceStore

beforeEach(async () => {
  clock = new ManualClock()
  const metrics = createMetrics()
  bus = createMemoryBus({ log: silentLog, metrics })
  saved = []
  published = []
  timeline = []
  remediations = 0
  recorded = []
  findings = []
  incident = incidentAt(clock.now())
  const metricStore = filledStore(clock.now())
  traceStore = new MemoryTraceStore()
  const records = fakeRecords()
  explain = createExplain(
    {
      bus,
      records,
      metricStore,
      traceStore,
      logStore: new MemoryLogStore(),
      knowledge: fakeKnowledge(),
      clock,
      random: seededRandom(1),
      metrics,
      log: silentLog,
      findings: () => findings,
    },
    ExplainConfig.parse({}),
  )
  await explain.start()
  bus.subscribe(
    'events',
    'test',
    (event) => void (event.event_type === 'RCA_COMPLETE' && published.push(event.payload)),
  )
})

test('an incident is explained after it settled, and again as data comes in', async () => {
  await tell('INCIDENT_CREATED')
  await pass(2_900)
  expect(saved).toHaveLength(0)
  await pass(200)
  expect(saved).toHaveLength(1)
  await pass(40_000)
  expect(saved.map((one) => one.revision)).toEqual([1, 2, 3, 4])
  expect(published.map((one) => one.id)).toEqual(saved.map((one) => one.id))
  await explain.stop()
})

test('the diagnosis names the callee whose own time rose, with evidence that can be looked up', async () => {
  const diagnosis = await explain.diagnose(tenant, incident.id)
  expect(DiagnosisSchema.parse(diagnosis)).toEqual(diagnosis)
  expect(diagnosis.causes[0]).toMatchObject({
    entity: 'service/back',
    category: 'LATENCY',
    confidence: 'HIGH',
  })
  const query = diagnosis.causes[0]?.evidence[0]?.query
  expect(query?.matchers).toContainEqual({ name: 'service.name', op: '=', value: 'back' })
  expect(diagnosis.causal_chain.map((link) => link.entity)).toEqual(['service/back', 'service/front'])
  expect(diagnosis.checked.find((one) => one.entity === 'service/other')?.verdict).toBe('HEALTHY')
})

test('changes and findings are cited with their source, object and time', async () => {
  const at = isoTime(Date.parse(incident.started_at) - 60_000)
  const object = { kind: 'Service', namespace: 'shop', name: 'back' }
  recorded = [
    {
      ...{ id: 'run-7', tenant_id: tenant, at, kind: 'ROLLOUT', source: 'API', entities: ['service/back'] },
      ...{ object: null, summary: 'back 1.2 → 1.3', fields: [], actor: 'ci' },
    },
  ]
  findings = [
    {
      ...{
        id: 'f-1',
        tenant_id: tenant,
        cluster_id: 'c-1',
        cluster_name: 'east',
        area: 'KUBERNETES',
        object,
      },
      ...{ analyzer: 'service', rule: 'service-without-ready-endpoints', severity: 'HIGH', parent: null },
      ...{ title: 'No pod of it is ready.', since: incident.started_at, found_at: incident.started_at },
      ...{ evidence: [], causes: [], remediation: [], documentation_url: '', alert_name: null },
    },
  ]
  const diagnosis = await explain.diagnose(tenant, incident.id)
  expect(DiagnosisSchema.parse(diagnosis)).toEqual(diagnosis)
  const [cause] = diagnosis.causes
  expect(cause).toMatchObject({ entity: 'service/back', category: 'DEPLOY' })
  expect(cause?.evidence.find(({ kind }) => kind === 'CHANGE')).toMatchObject({
    at,
    entity: 'service/back',
    sentence: expect.stringMatching(
      /^back 1\.2 → 1\.3, at .* before the trouble began \(told by the API by ci\)\.$/,
    ),
  })
  expect(cause?.evidence.find(({ kind }) => kind === 'KUBERNETES')).toMatchObject({
    at: incident.started_at,
    sentence: expect.stringContaining(
      'No pod of it is ready (service-without-ready-endpoints: Service shop/back',
    ),
  })
})

test('an example request through the cause is cited', async () => {
  const spans = [
    {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      parentSpanId: '',
      name: 'GET /',
      service: 'back',
      kind: 'SERVER' as const,
      startMs: clock.now() + 5_000,
      durationMs: 900,
      status: 'OK' as const,
      statusMessage: '',
      attributes: {},
    },
  ]
  traceStore.append({ tenant, spans }, 1)
  await clock.advance(20_000)
  const diagnosis = await explain.diagnose(tenant, incident.id)
  expect(diagnosis.causes[0]?.evidence.at(-1)).toMatchObject({ kind: 'TRACE', trace_id: 'a'.repeat(32) })
})

test('the timeline hears of a first diagnosis and not of each refinement', async () => {
  await tell('INCIDENT_CREATED')
  await pass(60_000)
  expect(timeline.map((event) => event.type)).toEqual(['DIAGNOSED'])
  expect(timeline[0]?.sentence).toMatch(/^First cause: back \((> )?\d+ %, LATENCY\)/)
})

test('new members cause another diagnosis, at most one in ten seconds; other updates cause none', async () => {
  await tell('INCIDENT_CREATED')
  await pass(60_000)
  const before = saved.length
  for (let at = 0; at < 5; at += 1) await tell('INCIDENT_UPDATED')
  await pass(60_000)
  expect(saved).toHaveLength(before)
  for (let at = 1; at <= 5; at += 1) await tell('INCIDENT_UPDATED', { anomaly_count: 1 + at })
  await pass(60_000)
  expect(saved).toHaveLength(before + 1)
})

test('a resolved incident and one under repair are left alone', async () => {
  await tell('INCIDENT_CREATED')
  await pass(4_000)
  remediations = 1
  await pass(10_000)
  expect(saved).toHaveLength(1)
  remediations = 0
  await tell('INCIDENT_UPDATED', { status: 'RESOLVED' })
  await pass(60_000)
  expect(saved).toHaveLength(1)
})

test('an incident that does not exist is a fault', async () => {
  await expect(explain.diagnose(tenant, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

async function tell(
  type: 'INCIDENT_CREATED' | 'INCIDENT_UPDATED',
  change: Partial<Incident> = {},
): Promise<void> {
  incident = { ...incident, ...change }
  bus.publish('events', {
    event_id: '1',
    event_type: type,
    source: 'test',
    tenant_id: tenant,
    timestamp: isoTime(clock.now()),
    payload: incident,
  })
  await bus.idle()
}

/** Time in steps, with room for the work that each step starts. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await clock.advance(Math.min(500, left))
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  await bus.idle()
}

function filledStore(beganMs: number): MemoryMetricStore {
  const store = new MemoryMetricStore()
  const put = (
    service: string,
    metric: string,
    unit: string,
    valueAt: (broken: boolean, at: number) => number,
    extra = {},
  ) => {
    const ref = store.catalog.intern(
      tenant,
      { __name__: metric, 'service.name': service, ...extra },
      { kind: 'GAUGE', unit, derived: true },
    )
    const count = 90
    const timesMs = Float64Array.from({ length: count }, (_, at) => beganMs + (at - 60) * 2_000)
    const values = timesMs.map((time, at) => valueAt(time >= beganMs, at) * (1 + ((at * 7) % 11) / 100))
    store.append({ tenant, count, series: new Uint32Array(count).fill(ref), timesMs, values }, 1)
  }
  const slow = (usual: number, worse: number) => (broken: boolean) => (broken ? worse : usual)
  put('front', 'http.server.request.duration:mean', 's', slow(0.05, 0.6))
  put('front', 'traces.span.self_time:mean', 's', slow(0.01, 0.01))
  put('back', 'http.server.request.duration:mean', 's', slow(0.02, 0.55))
  put('back', 'traces.span.self_time:mean', 's', slow(0.02, 0.55))
  put('other', 'traces.span.self_time:mean', 's', slow(0.02, 0.02))
  put('front', 'traces.edge.duration:mean', 's', slow(0.02, 0.55), {
    'server.address': '127.0.0.1',
    'server.port': '9',
  })
  return store
}

function fakeKnowledge(): Knowledge {
  const calls: Record<string, string[]> = { 'service/front': ['service/back', 'service/other'] }
  return {
    dependencies: (_tenant: string, entity: string) => calls[entity] ?? [],
    dependents: (_tenant: string, entity: string) =>
      Object.keys(calls).filter((caller) => calls[caller]!.includes(entity)),
    resolveAddress: () => 'service/back',
    knows: (_tenant: string, entity: string) => entity.split('/').length === 2,
    changes: async () => ({ changes: recorded, total: recorded.length }),
  } as unknown as Knowledge
}

function fakeRecords(): RecordStore {
  return {
    incidents: {
      get: async (_tenant: string, id: string) => (id === incident.id ? incident : undefined),
      unresolved: async () => [],
      addEvent: async (_id: string, event: TimelineEvent) => void timeline.push(event),
    },
    diagnoses: {
      save: async (_tenant: string, diagnosis: Diagnosis) => void saved.push(diagnosis),
      latest: async () => saved.at(-1),
    },
    remediations: { list: async () => ({ remediations: [], total: remediations }) },
  } as unknown as RecordStore
}

function incidentAt(ms: number): Incident {
  return {
    id: '018e0000-0000-7000-8000-000000000001',
    tenant_id: tenant,
    number: 1,
    title: 'x',
    description: '',
    severity: 'HIGH',
    status: 'OPEN',
    priority: 2,
    affected_entities: ['service/front'],
    primary_entity: 'service/front',
    anomaly_count: 1,
    alert_count: 0,
    escalation_level: 0,
    assigned_to: null,
    started_at: isoTime(ms),
    created_at: isoTime(ms),
    updated_at: isoTime(ms),
    acknowledged_at: null,
    resolved_at: null,
    ttd: 0,
    ttr: null,
    ...untouchedIncident,
    cause: null,
  }
}
