import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { type Incident, untouchedIncident } from '@aiops/contract/model/incident'

const tenant = 'default'

export function incidentOf(
  id: string,
  at: string,
  overrides: Partial<Incident> = {},
): Omit<Incident, 'number'> {
  return {
    id,
    tenant_id: tenant,
    title: 'payments: slow answers',
    description: '',
    severity: 'HIGH',
    status: 'OPEN',
    priority: 2,
    affected_entities: ['service/payments', 'service/front'],
    primary_entity: 'service/payments',
    anomaly_count: 1,
    alert_count: 0,
    escalation_level: 0,
    assigned_to: null,
    started_at: at,
    created_at: at,
    updated_at: at,
    acknowledged_at: null,
    resolved_at: null,
    ttd: 0,
    ttr: null,
    ...untouchedIncident,
    cause: null,
    ...overrides,
  }
}

let revisions = 0
export function diagnosisOf(
  incident: Incident,
  at: string,
  causes: readonly [entity: string, probability: number][],
): Diagnosis {
  revisions += 1
  return {
    id: `diagnosis-${revisions}`,
    incident_id: incident.id,
    revision: revisions,
    created_at: at,
    causes: causes.map(([entity, probability], index) => ({
      rank: index + 1,
      entity,
      category: 'LATENCY',
      probability,
      confidence: 'HIGH',
      sentence: `${entity} became slow first.`,
      evidence: [],
      suggested_runbook_id: null,
    })),
    unknown_probability: 0,
    causal_chain: [],
    checked: [],
    method: 'test',
    degraded: [],
    seconds: 0,
  }
}

export function anomalyOf(
  incident: Incident,
  state: Anomaly['state'],
  overrides: Partial<Anomaly> = {},
): Anomaly {
  return {
    id: 'anomaly-1',
    tenant_id: tenant,
    entity: 'service/payments',
    series: { id: 1, name: 'http.server.duration:p95', labels: {}, kind: 'GAUGE', derived: true },
    state,
    severity: 'HIGH',
    shape: 'LEVEL_SHIFT',
    tier: 'BASIC',
    expected: { low: 0, mid: 1, high: 2 },
    actual: 9,
    deviation: 9,
    deviation_percent: 800,
    score: 1,
    confidence: 1,
    started_at: incident.started_at,
    detected_at: incident.started_at,
    ended_at: null,
    model_version: '1',
    sentence: 'p95 of payments is 9 s where 1 s is usual',
    incident_id: incident.id,
    ...overrides,
  }
}
