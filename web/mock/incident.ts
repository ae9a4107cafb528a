/** Incidents of the stand-in: one going on and explained, some with a runbook in each state, many past ones. */
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Diagnosis, Evidence } from '@aiops/contract/model/diagnosis'
import type { IncidentDetail, IncidentStatus } from '@aiops/contract/model/incident'
import type { Remediation, RemediationStatus } from '@aiops/contract/model/remediation'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { catalog, onsetMs, services, startMs } from './signal.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const tenant_id = 'default'

function incident(
  number: number,
  part: Partial<IncidentDetail> & {
    title: string
    severity: Severity
    status: IncidentStatus
    startedMs: number
    lastedMs?: number
  },
): IncidentDetail {
  const { startedMs, lastedMs, ...rest } = part
  const createdMs = startedMs + 7_400
  const resolvedMs = lastedMs === undefined ? null : startedMs + lastedMs
  return {
    id: `01k${String(number).padStart(23, '0')}`,
    tenant_id,
    number,
    description: '',
    priority: severities.indexOf(part.severity) + 1,
    affected_entities: [],
    primary_entity: null,
    anomaly_count: 0,
    alert_count: 0,
    escalation_level: 0,
    assigned_to: null,
    started_at: iso(startedMs),
    created_at: iso(createdMs),
    updated_at: iso(resolvedMs ?? createdMs + 9_000),
    acknowledged_at: null,
    resolved_at: resolvedMs === null ? null : iso(resolvedMs),
    ttd: 7.4,
    ttr: resolvedMs === null ? null : (resolvedMs - createdMs) / 1_000,
    cause: null,
    anomalies: [],
    alerts: [],
    diagnosis: null,
    remediations: [],
    reasons: {},
    timeline: [
      {
        at: iso(createdMs),
        type: 'OPENED',
        actor: 'system',
        sentence: `INC-${number} opened: ${part.title}`,
      },
    ],
    ...rest,
  }
}

const seriesOf = (name: string, service: string) =>
  catalog.find((s) => s.name === name && s.labels['service.name'] === service) ?? catalog[0]!

function anomaly(
  id: string,
  service: string,
  name: string,
  expected: number,
  actual: number,
  afterMs: number,
  severity: Severity,
): Anomaly {
  const { base: _, spread: __, fault: ___, ...series } = seriesOf(name, service)
  return {
    id,
    tenant_id,
    entity: `service/${service}`,
    series,
    state: 'ACTIVE',
    severity,
    shape: 'LEVEL_SHIFT',
    tier: 'AGILE',
    expected: { low: expected * 0.8, mid: expected, high: expected * 1.3 },
    actual,
    deviation: 11.2,
    deviation_percent: ((actual - expected) / expected) * 100,
    score: 0.97,
    confidence: 0.93,
    started_at: iso(onsetMs + afterMs),
    detected_at: iso(onsetMs + afterMs + 5_200),
    ended_at: null,
    model_version: 'robust-1',
    sentence: `${name} of ${service} rose from ${expected} s to ${actual} s (${Math.round(actual / expected)} times its usual value).`,
    incident_id: '01k00000000000000000000042',
  }
}

function evidence(
  id: string,
  kind: Evidence['kind'],
  service: string,
  name: string,
  sentence: string,
  baseline: number,
  value: number,
  weight: number,
): Evidence {
  const unit = seriesOf(name, service).unit ?? ''
  return {
    id,
    kind,
    entity: `service/${service}`,
    sentence,
    metric: name,
    unit,
    baseline,
    value,
    at: iso(onsetMs),
    weight,
    query: {
      matchers: [
        { name: '__name__', op: '=', value: name },
        { name: 'service.name', op: '=', value: service },
      ],
      start: iso(onsetMs - 5 * 60_000),
      end: iso(startMs),
    },
  }
}

const diagnosis: Diagnosis = {
  id: 'dia-1',
  incident_id: '01k00000000000000000000042',
  revision: 3,
  created_at: iso(onsetMs + 21_000),
  method: 'topology-onset',
  degraded: [],
  seconds: 0.41,
  unknown_probability: 0.06,
  causes: [
    {
      rank: 1,
      entity: 'service/payments',
      metric: 'span:self_time:mean',
      category: 'LATENCY',
      probability: 0.84,
      confidence: 'HIGH',
      suggested_runbook_id: 'restore-service',
      sentence:
        'payments spends 198 ms of its own time on a request instead of 9 ms, 2.1 s before its callers slowed down, while everything it calls is as usual.',
      evidence: [
        evidence(
          'e1',
          'METRIC_CHANGE',
          'payments',
          'span:self_time:mean',
          'Own time per request rose from 9 ms to 198 ms.',
          0.009,
          0.198,
          0.46,
        ),
        evidence(
          'e2',
          'ONSET',
          'payments',
          'http.server.request.duration:p95',
          'Its latency rose first: 2.1 s before checkout, 4.4 s before front.',
          0.042,
          0.588,
          0.31,
        ),
        {
          id: 'e3',
          kind: 'TOPOLOGY',
          entity: 'service/store',
          sentence: 'payments calls only store, whose latency and errors did not change.',
          weight: 0.14,
        },
        {
          id: 'e4',
          kind: 'TRACE',
          entity: 'service/payments',
          sentence: 'In 41 of 44 slow traces the time is spent in payments itself.',
          trace_id: 'aa01',
          weight: 0.09,
        },
      ],
    },
    {
      rank: 2,
      entity: 'service/checkout',
      metric: 'http.server.request.duration:p95',
      category: 'LATENCY',
      probability: 0.07,
      confidence: 'LOW',
      suggested_runbook_id: null,
      sentence: 'checkout slowed down too, but 2.1 s later, and its own time is as usual.',
      evidence: [
        evidence(
          'e5',
          'METRIC_CHANGE',
          'checkout',
          'http.server.request.duration:p95',
          'p95 rose from 42 ms to 273 ms.',
          0.042,
          0.273,
          0.5,
        ),
      ],
    },
    {
      rank: 3,
      entity: 'service/payments',
      metric: 'db.client.connection.count',
      category: 'POOL',
      probability: 0.03,
      confidence: 'LOW',
      suggested_runbook_id: null,
      sentence: 'payments holds twice as many connections as usual, which slow answers explain as well.',
      evidence: [
        evidence(
          'e6',
          'METRIC_CHANGE',
          'payments',
          'db.client.connection.count',
          'Connections in use rose from 4 to 9.',
          4,
          9,
          0.4,
        ),
      ],
    },
  ],
  causal_chain: [
    { entity: 'service/payments', sentence: 'Own time per request rises to 198 ms.', at: iso(onsetMs) },
    {
      entity: 'service/checkout',
      sentence: 'Waits for payments: p95 rises to 273 ms.',
      at: iso(onsetMs + 2_100),
    },
    {
      entity: 'service/front',
      sentence: 'Waits for checkout: p95 rises to 130 ms, throughput falls by a fifth.',
      at: iso(onsetMs + 4_400),
    },
  ],
  checked: [
    { entity: 'service/payments', verdict: 'CAUSE', sentence: 'Own time changed first and most.' },
    {
      entity: 'service/checkout',
      verdict: 'SYMPTOM',
      sentence: 'Slower only by what it waits for payments.',
    },
    { entity: 'service/front', verdict: 'SYMPTOM', sentence: 'Slower only by what it waits for checkout.' },
    {
      entity: 'service/store',
      verdict: 'HEALTHY',
      sentence: 'Latency, errors and traffic within their usual bands.',
    },
    {
      entity: 'service/cart',
      verdict: 'HEALTHY',
      sentence: 'Latency, errors and traffic within their usual bands.',
    },
    {
      entity: 'service/catalog',
      verdict: 'HEALTHY',
      sentence: 'Latency, errors and traffic within their usual bands.',
    },
    {
      entity: 'service/inventory',
      verdict: 'HEALTHY',
      sentence: 'Latency, errors and traffic within their usual bands.',
    },
    { entity: 'host/workbench', verdict: 'HEALTHY', sentence: 'CPU, memory and disk as usual.' },
  ],
}

export function remediation(id: string, incidentId: string, status: RemediationStatus): Remediation {
  const run = !['PENDING_APPROVAL', 'REJECTED'].includes(status)
  return {
    id,
    tenant_id,
    incident_id: incidentId,
    runbook_id: 'restore-service',
    runbook_version: 2,
    runbook_name: 'Restore a service through its admin endpoint',
    entity: 'service/payments',
    status,
    reason: 'payments is the likely cause (84 %, latency), and this runbook is for latency in any service.',
    requested_at: iso(startMs - 200_000),
    requested_by: 'system',
    decided_at: run ? iso(startMs - 100_000) : null,
    decided_by: run ? 'ana' : null,
    comment: null,
    started_at: run ? iso(startMs - 100_000) : null,
    completed_at: null,
    current_step: run ? 1 : 0,
    total_steps: 2,
    plan: [
      {
        phase: 'STEP',
        name: 'Reset the service',
        sentence: 'POST http://127.0.0.1:7005/admin/reset, at most 30 s',
      },
      { phase: 'STEP', name: 'Let it settle', sentence: 'Wait 5 s' },
      {
        phase: 'VERIFY',
        name: 'Latency is back',
        sentence:
          'mean of http.server.request.duration:p95 over 10 s ≤ 1.5 times its value before the incident',
      },
      {
        phase: 'VERIFY',
        name: 'Anomalies ended',
        sentence: 'No anomaly of this incident is active, for 10 s within 60 s',
      },
      { phase: 'ROLLBACK', name: 'Tell the owner', sentence: 'POST http://127.0.0.1:7005/admin/undo' },
    ],
    step_results:
      status === 'UNKNOWN_OUTCOME'
        ? [
            {
              phase: 'STEP',
              order: 1,
              name: 'Reset the service',
              status: 'UNKNOWN',
              attempts: 1,
              started_at: iso(startMs - 90_000),
              ended_at: null,
              error: 'The process ended while the request was under way.',
            },
          ]
        : [],
    error: null,
  }
}

export function makeIncidents(): IncidentDetail[] {
  const current = incident(42, {
    title: 'payments answers 14 times slower, checkout and front with it',
    severity: 'CRITICAL',
    status: 'OPEN',
    startedMs: onsetMs,
    description: 'Latency rose in three services along one chain of calls; four others are as usual.',
    affected_entities: ['service/payments', 'service/checkout', 'service/front'],
    primary_entity: 'service/payments',
    anomaly_count: 4,
    alert_count: 1,
    diagnosis,
    cause: { entity: 'service/payments', sentence: diagnosis.causes[0]!.sentence, probability: 0.84 },
    anomalies: [
      anomaly('an1', 'payments', 'span:self_time:mean', 0.009, 0.198, 0, 'CRITICAL'),
      anomaly('an2', 'payments', 'http.server.request.duration:p95', 0.042, 0.588, 800, 'CRITICAL'),
      anomaly('an3', 'checkout', 'http.server.request.duration:p95', 0.042, 0.273, 2_100, 'HIGH'),
      anomaly('an4', 'front', 'http.server.request.duration:p95', 0.042, 0.13, 4_400, 'MEDIUM'),
    ],
    alerts: [
      {
        id: 'al1',
        tenant_id,
        fingerprint: 'f1',
        source: 'alertmanager',
        name: 'HighLatency',
        severity: 'HIGH',
        status: 'FIRING',
        message: 'p95 above 100 ms for 30 s on front',
        labels: { 'service.name': 'front', __proto__x: 'y' },
        annotations: {},
        entity: 'service/front',
        starts_at: iso(onsetMs + 40_000),
        ends_at: null,
        received_at: iso(onsetMs + 41_000),
        generator_url: 'javascript:alert(1)',
        incident_id: '01k00000000000000000000042',
      },
    ],
    reasons: {
      an1: 'it began the incident.',
      an2: 'same service, 0.8 s later.',
      an3: 'checkout calls payments; 2.1 s later.',
      an4: 'front calls checkout; 4.4 s later.',
      al1: 'it names front, which is already affected.',
    },
    timeline: [
      {
        at: iso(onsetMs + 5_200),
        type: 'ANOMALY_ADDED',
        actor: 'system',
        sentence: 'span:self_time:mean of payments rose from 9 ms to 198 ms.',
      },
      {
        at: iso(onsetMs + 7_400),
        type: 'OPENED',
        actor: 'system',
        sentence: 'INC-42 opened with severity HIGH.',
      },
      {
        at: iso(onsetMs + 9_600),
        type: 'ANOMALY_ADDED',
        actor: 'system',
        sentence: 'http.server.request.duration:p95 of front rose from 42 ms to 130 ms.',
      },
      {
        at: iso(onsetMs + 9_700),
        type: 'SEVERITY_CHANGED',
        actor: 'system',
        sentence: 'Severity HIGH → CRITICAL: three services are affected.',
      },
      {
        at: iso(onsetMs + 21_000),
        type: 'DIAGNOSED',
        actor: 'system',
        sentence: 'Likely cause: service/payments, latency, 84 %.',
      },
      {
        at: iso(onsetMs + 21_300),
        type: 'RUNBOOK_PROPOSED',
        actor: 'system',
        sentence: 'Proposed: Restore a service through its admin endpoint.',
      },
      {
        at: iso(onsetMs + 21_900),
        type: 'NOTIFIED',
        actor: 'system',
        sentence: 'Told the webhook “on-call”.',
      },
      {
        at: iso(onsetMs + 41_000),
        type: 'ALERT_ADDED',
        actor: 'system',
        sentence: 'Alert HighLatency from alertmanager joined.',
      },
      {
        at: iso(onsetMs + 95_000),
        type: 'COMMENT_ADDED',
        actor: 'ana',
        sentence: 'Looking at it. <b>No deploy today</b> as far as I know.',
      },
    ],
    remediations: [remediation('rem-42', '01k00000000000000000000042', 'PENDING_APPROVAL')],
  })
  const unknown = incident(41, {
    title: 'inventory loses connections to store',
    severity: 'HIGH',
    status: 'INVESTIGATING',
    startedMs: startMs - 52 * 60_000,
    affected_entities: ['service/inventory', 'service/store'],
    primary_entity: 'service/inventory',
    assigned_to: 'ana',
    acknowledged_at: iso(startMs - 50 * 60_000),
    cause: { entity: 'service/store', sentence: 'store refuses connections.', probability: 0.41 },
    diagnosis: {
      ...diagnosis,
      id: 'dia-2',
      incident_id: '01k00000000000000000000041',
      degraded: ['no traces of inventory'],
      unknown_probability: 0.48,
      causes: [
        {
          ...diagnosis.causes[0]!,
          entity: 'service/store',
          category: 'POOL',
          probability: 0.41,
          confidence: 'LOW',
          sentence: 'store may refuse connections; only its callers say so.',
          evidence: [],
        },
      ],
      causal_chain: [],
      checked: [],
    },
    remediations: [
      { ...remediation('rem-41', '01k00000000000000000000041', 'UNKNOWN_OUTCOME'), entity: 'service/store' },
    ],
  })
  const hostile = incident(40, {
    title:
      '<img src=x onerror=alert(1)> memory of catalog grows without end and the title is quite long so that wrapping shows',
    severity: 'MEDIUM',
    status: 'ACKNOWLEDGED',
    startedMs: startMs - 3 * 3_600_000,
    affected_entities: ['service/catalog'],
  })
  const past = Array.from({ length: 39 }, (_, i) => {
    const number = 39 - i
    const service = services[number % services.length] ?? 'front'
    const kinds = [
      'answers slowly',
      'answers with errors',
      'burns CPU',
      'does not answer',
      'gets a tenth of its requests',
    ]
    return incident(number, {
      title: `${service} ${kinds[number % kinds.length]}`,
      severity: severities[number % 5] ?? 'LOW',
      status: number % 3 === 0 ? 'CLOSED' : 'RESOLVED',
      startedMs: startMs - (i + 5) * 5.3 * 3_600_000,
      lastedMs: 90_000 + ((number * 733_331) % 5_400_000),
      affected_entities: [`service/${service}`],
      cause:
        number % 4 === 0
          ? null
          : {
              entity: `service/${service}`,
              sentence: 'Its own time rose first.',
              probability: 0.55 + (number % 40) / 100,
            },
    })
  })
  return [current, unknown, hostile, ...past]
}
