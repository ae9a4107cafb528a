/** An incident with one of everything, in which whatever somebody else wrote may be set. */
import type { Client } from '@aiops/contract/client'
import type { Change } from '@aiops/contract/model/change'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { type IncidentDetail, untouchedIncident } from '@aiops/contract/model/incident'
import type { IncidentExport } from '@aiops/contract/model/incident-export'
import type { Topology } from '@aiops/contract/model/topology'
import { Fault } from '../../kernel/fault.ts'

export const startMs = Date.parse('2026-03-01T10:00:00Z')
export const at = (minute: number): string => new Date(startMs + minute * 60_000).toISOString()
export const incidentId = '0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a'

export const sampleDiagnosis = (words = 'payments became slow first'): Diagnosis => ({
  ...{
    id: 'd1',
    incident_id: incidentId,
    revision: 2,
    created_at: at(3),
    unknown_probability: 0.25,
    seconds: 0.2,
  },
  causes: [
    {
      ...{ rank: 1, entity: 'service/payments', category: 'LATENCY', probability: 0.75, confidence: 'HIGH' },
      ...{ sentence: words, suggested_runbook_id: null },
      evidence: [
        {
          ...{ id: 'e1', kind: 'METRIC_CHANGE', sentence: `p95 rose: ${words}`, at: at(0) },
          query: { matchers: [{ name: 'service', op: '=', value: words }], start: at(-30), end: at(3) },
        },
      ],
      counterfactual: {
        sentence: 'Without it 90 % of the symptoms would not be there.',
        explained_share: 0.9,
      },
    },
  ],
  causal_chain: [{ entity: 'service/payments', sentence: `first: ${words}`, at: at(0) }],
  checked: [
    { entity: 'service/cart', verdict: 'HEALTHY', sentence: `as usual: ${words}` },
    { entity: 'database/db', verdict: 'NO_DATA', sentence: 'no series' },
  ],
  ...{ method: 'graph', degraded: ['no traces'], would_change: [`a rollout: ${words}`] },
})

export const sampleIncident = (
  words = 'slow answers',
  overrides: Partial<IncidentDetail> = {},
): IncidentDetail => ({
  ...{ id: incidentId, tenant_id: 'default', number: 12, title: `payments: ${words}`, description: words },
  ...{
    severity: 'HIGH',
    status: 'RESOLVED',
    priority: 2,
    affected_entities: ['service/payments', 'service/front'],
  },
  ...{
    primary_entity: 'service/payments',
    anomaly_count: 1,
    alert_count: 0,
    escalation_level: 0,
    assigned_to: words,
  },
  ...{
    started_at: at(0),
    created_at: at(2),
    updated_at: at(30),
    acknowledged_at: at(5),
    resolved_at: at(30),
  },
  ...untouchedIncident,
  links: [{ id: 'l1', url: 'https://wiki.example/runbook', title: words, by: words, at: at(9) }],
  ...{ ttd: 120, tta: 180, ttr: 1_680 },
  cause: { entity: 'service/payments', sentence: words, probability: 0.75 },
  timeline: [
    { at: at(2), type: 'OPENED', actor: 'system', sentence: `opened: ${words}` },
    { at: at(5), type: 'COMMENT_ADDED', actor: words, sentence: words },
  ],
  ...{ anomalies: [], alerts: [], diagnosis: sampleDiagnosis(words) },
  remediations: [
    {
      ...{
        id: 'r1',
        tenant_id: 'default',
        incident_id: incidentId,
        runbook_id: 'restart',
        runbook_version: 1,
      },
      ...{
        runbook_name: words,
        entity: 'service/payments',
        status: 'COMPLETED',
        reason: words,
        requested_at: at(6),
      },
      ...{
        requested_by: 'system',
        decided_at: at(7),
        decided_by: words,
        comment: words,
        started_at: at(7),
        completed_at: at(8),
      },
      ...{ current_step: 1, total_steps: 1, plan: [], error: null },
      step_results: [
        {
          phase: 'STEP',
          order: 1,
          name: words,
          status: 'FAILED',
          error: words,
          attempts: 1,
          started_at: at(7),
          ended_at: at(8),
        },
      ],
    },
  ],
  reasons: {},
  ...overrides,
})

export const sampleChange = (words = 'payments 1.3', minute = -5): Change => ({
  ...{ id: `c${minute}`, tenant_id: 'default', at: at(minute), kind: 'ROLLOUT', source: 'API', object: null },
  ...{ entities: ['service/payments'], summary: words, fields: [], actor: words },
})

export const sampleTopology: Topology = {
  entities: ['service/payments', 'service/front', 'database/db'].map((id) => ({
    ...{ id, kind: id.split('/')[0] as 'service', name: id.split('/')[1]!, labels: {}, health: 'HEALTHY' },
    ...{ first_seen: at(-100), last_seen: at(0) },
  })),
  edges: [
    {
      ...{ source: 'service/front', target: 'service/payments', type: 'CALLS', origin: 'SPANS' },
      ...{ first_seen: at(-100), last_seen: at(0), confidence: 1 },
    } as Topology['edges'][number],
  ],
}

export const sampleExport = (words?: string): IncidentExport => ({
  ...{ schema_version: '1', exported_at: at(60), exported_by: 'ana', platform_version: '1.2.3' },
  ...{ incident: sampleIncident(words), diagnoses: [sampleDiagnosis(words)], changes: [sampleChange(words)] },
  ...{
    topology: sampleTopology,
    topology_at: at(0),
    left_out: [{ what: words ?? 'alerts', count: 3, reason: words ?? 'too many' }],
  },
})

/** The operations that exports ask for; `denied` are refused. */
export function sampleClient(words?: string, denied: readonly string[] = []): Client {
  const guard =
    <T>(name: string, answer: T) =>
    async (): Promise<T> => {
      if (denied.includes(name)) throw new Fault('PERMISSION_DENIED', `lacks ${name}`)
      return answer
    }
  const incident = sampleIncident(words)
  const changes = [sampleChange(words), { ...sampleChange(words, -9), entities: ['service/elsewhere'] }]
  const window = {
    ...{
      id: 'w1',
      name: words ?? 'Patch night',
      comment: words ?? '',
      matchers: [{ name: 'a', op: '=' as const, value: words ?? 'b' }],
    },
    ...{
      starts_at: at(0),
      duration: '1h',
      recurrence: null,
      time_zone: 'UTC',
      remind_before: '0s',
      created_by: words ?? 'ana',
    },
    ...{ created_at: at(0), updated_at: at(0), state: 'PENDING', next: null, silences: ['s2'] },
  }
  const silence = (id: string) => ({
    ...{
      id,
      tenant_id: 'default',
      matchers: window.matchers,
      starts_at: at(0),
      ends_at: at(60),
      created_by: 'ana',
    },
    ...{ comment: words ?? 'deploying', annotations: {}, state: 'ACTIVE', updated_at: at(0) },
  })
  return {
    getIncident: guard('getIncident', incident),
    listIncidents: guard('listIncidents', { incidents: [incident], total: 1, limit: 50, offset: 0 }),
    listChanges: guard('listChanges', { items: changes, total: 2, page: 1, page_size: 200, total_pages: 1 }),
    getTopology: guard('getTopology', sampleTopology),
    listMaintenance: guard('listMaintenance', {
      items: [window],
      total: 1,
      page: 1,
      page_size: 200,
      total_pages: 1,
    }),
    getMaintenance: guard('getMaintenance', {
      ...window,
      occurrences: [0, 60 * 24].map((minute) => ({ starts_at: at(minute), ends_at: at(minute + 60) })),
    }),
    listSilences: guard('listSilences', { silences: [silence('s1'), silence('s2')], total: 2 }),
  } as unknown as Client
}
