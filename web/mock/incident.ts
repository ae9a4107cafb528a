/** Incidents of the stand-in: one going on and explained, some with a runbook in each state, many past ones. */
import { type IncidentDetail, type IncidentStatus, untouchedIncident } from '@aiops/contract/model/incident'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { anomaly, diagnosis, remediation } from './diagnosis.ts'
import { onsetMs, services, startMs } from './signal.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const tenant_id = 'default'

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
    alert_count: 5_000,
    links: [{ id: 'l0', url: 'https://tickets.example/OPS-12', title: '', by: 'ana', at: iso(startMs) }],
    severity_set_by: 'ben',
    tta: 184,
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
    ...untouchedIncident,
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
