/** What the stand-in explains and proposes. */
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Diagnosis, Evidence } from '@aiops/contract/model/diagnosis'
import type { Remediation, RemediationStatus } from '@aiops/contract/model/remediation'
import type { Severity } from '@aiops/contract/model/severity'
import { catalog, onsetMs, startMs } from './signal.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const tenant_id = 'default'

const seriesOf = (name: string, service: string) =>
  catalog.find((s) => s.name === name && s.labels['service.name'] === service) ?? catalog[0]!

export function anomaly(
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

export const diagnosis: Diagnosis = {
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
