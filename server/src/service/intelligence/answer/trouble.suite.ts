import { untouchedIncident } from '@aiops/contract/model/incident'
import type { Said } from './found.suite.ts'
import { minutesAgo } from './found.suite.ts'

/** A small trouble: checkout, which cart calls, got a new version 31 minutes ago and has failed since 30. */
const evidence = (kind: 'CHANGE' | 'METRIC_CHANGE', sentence: string) => ({
  kind,
  sentence,
  at: minutesAgo(30),
})
const cause = {
  ...{ rank: 1, entity: 'service/checkout', category: 'DEPLOY', probability: 0.82, confidence: 'HIGH' },
  ...{ sentence: 'deployment of checkout 1.4 → 1.5.', suggested_runbook_id: null },
  evidence: [
    evidence('CHANGE', 'deployment of checkout 1.4 → 1.5.'),
    evidence('METRIC_CHANGE', 'latency rose.'),
  ],
} as const

export const troubleIncident = {
  ...{ id: 'i-12', number: 12, title: 'checkout: errors', severity: 'CRITICAL', status: 'OPEN', priority: 1 },
  ...{ affected_entities: ['service/checkout', 'service/cart'], primary_entity: 'service/checkout' },
  ...{ alert_count: 2, anomaly_count: 0, assigned_to: null, started_at: minutesAgo(28) },
  ...{ created_at: minutesAgo(27), resolved_at: null },
  cause: { entity: 'service/checkout', sentence: 'deployment of checkout 1.4 → 1.5.', probability: 0.82 },
} as const

export const troubleStory = {
  ...troubleIncident,
  ...untouchedIncident,
  ...{ description: '', escalation_level: 0, acknowledged_at: null, ttd: 60, ttr: null },
  diagnosis: {
    ...{
      created_at: minutesAgo(26),
      unknown_probability: 0.1,
      causes: [cause],
      causal_chain: [],
      degraded: [],
    },
    checked: [
      { entity: 'service/checkout', verdict: 'CAUSE', sentence: 'checkout has trouble of its own.' },
      { entity: 'service/cart', verdict: 'SYMPTOM', sentence: 'cart is explained by checkout.' },
      { entity: 'service/mail', verdict: 'HEALTHY', sentence: 'mail behaves as usual in 9 metrics.' },
      {
        entity: 'service/ledger',
        verdict: 'NO_DATA',
        sentence: 'There are not enough measurements of ledger.',
      },
    ],
  },
  timeline: [{ at: minutesAgo(27), type: 'OPENED', actor: 'system', sentence: 'Opened: Alert HighErrors.' }],
  alerts: [
    {
      ...{
        fingerprint: 'f1',
        name: 'HighErrors',
        severity: 'CRITICAL',
        status: 'FIRING',
        message: 'Many errors.',
      },
      ...{ entity: 'service/checkout', starts_at: minutesAgo(28), ends_at: null },
    },
  ],
  ...{ anomalies: [], remediations: [] },
} as const

const alert = (name: string, severity: 'CRITICAL' | 'MEDIUM' | 'INFO', service: string, minutes: number) => ({
  ...{
    fingerprint: `${name}-${service}`,
    name,
    severity,
    message: `${name} of ${service}.`,
    state: 'FIRING' as const,
  },
  ...{ labels: { service }, entity: `service/${service}`, starts_at: minutesAgo(minutes), ends_at: null },
  ...{
    source: 'platform',
    silenced: false,
    silenced_by: [] as string[],
    incident_id: severity === 'INFO' ? null : 'i-12',
  },
})
export const troubleAlerts = [
  alert('HighErrors', 'CRITICAL', 'checkout', 28),
  alert('HighLatency', 'MEDIUM', 'cart', 25),
  alert('QuietDog', 'INFO', 'mail', 300),
]

const neighbour = (
  id: string,
  direction: 'SELF' | 'UP' | 'DOWN',
  hops: number,
  via: string | null = null,
) => ({
  ...{ id, kind: 'service' as const, name: id.slice(8), health: 'HEALTHY' as const, owner: 'team-pay' },
  ...{ labels: { team: 'team-pay' }, direction, hops, via, relation: hops === 0 ? null : ('CALLS' as const) },
  ...{ calls_per_second: 4, error_ratio: 0.14, mean_ms: 900 },
})

export const troubleChange = {
  ...{
    id: 'ch1',
    at: minutesAgo(31),
    kind: 'ROLLOUT',
    source: 'API',
    entities: ['service/checkout'],
    object: null,
  },
  ...{ summary: 'deployment of checkout 1.4 → 1.5', actor: 'pipeline' },
  fields: [{ path: 'image', before: 'checkout:1.4', after: 'checkout:1.5' }],
} as const
export const flagChange = {
  ...{
    id: 'ch2',
    at: minutesAgo(110),
    kind: 'CONFIG',
    source: 'API',
    entities: ['service/mail'],
    object: null,
  },
  ...{ summary: 'feature flag new-footer turned on', actor: 'kim', fields: [] },
} as const

export const poolRunbook = {
  ...{
    id: 'roll-back',
    name: 'Roll back the last version',
    description: 'Puts the version before back.',
    version: 1,
  },
  match: { categories: ['DEPLOY'], entities: [], min_probability: 0.3 },
  ...{ approval_required: true, rollback_steps: 0 },
  steps: [{ name: 'Undo', type: 'http', sentence: 'Undo: POST http://deploy/undo' }],
} as const

const changes = (list: readonly unknown[]) => copy({ changes: list, total: list.length, missing: [] })

/** What every tool says of it. Overridden by what stands before it in a script. */
export const troubleScript: readonly Said[] = [
  { tool: 'list_incidents', output: { incidents: [copy(troubleIncident)], total: 1 } },
  { tool: 'list_incidents', as: 'past', output: { incidents: [], total: 0 } },
  { tool: 'get_incident', output: copy(troubleStory) },
  {
    tool: 'list_alerts',
    output: {
      alerts: troubleAlerts,
      total: 3,
      by_severity: { CRITICAL: 1, MEDIUM: 1, INFO: 1 },
      silenced: 0,
      missing: [],
    },
  },
  { tool: 'list_findings', output: { findings: [], total: 0, by_severity: {}, by_cluster: {} } },
  {
    tool: 'list_findings',
    as: 'suspect',
    output: { findings: [], total: 0, by_severity: {}, by_cluster: {} },
  },
  { tool: 'list_clusters', output: { clusters: [], total: 0, by_state: {} } },
  { tool: 'list_anomalies', output: { anomalies: [], total: 0 } },
  { tool: 'list_changes', output: changes([troubleChange, flagChange]) },
  { tool: 'list_changes', as: 'suspect', output: changes([troubleChange]) },
  {
    tool: 'get_topology',
    output: {
      entity: 'service/cart',
      entities: [
        neighbour('service/cart', 'SELF', 0),
        neighbour('service/checkout', 'DOWN', 1),
        neighbour('service/ledger', 'DOWN', 2, 'service/checkout'),
      ],
      total: 3,
    },
  },
  {
    tool: 'get_log_patterns',
    as: 'suspect',
    output: {
      patterns: [
        {
          ...{
            template: 'no free slot after <num> ms',
            count: 91,
            share: 1,
            level: 'error',
            example: 'no free slot after 20 ms',
          },
          ...{ first_at: minutesAgo(30), last_at: minutesAgo(0), count_before: null },
        },
      ],
      ...{ total: 1, lines: 91, truncated: false, truncated_before: false, query: '{}', missing: [] },
      ...{ start: minutesAgo(120), end: minutesAgo(0) },
    },
  },
  { tool: 'list_runbooks', output: { runbooks: [copy(poolRunbook)], total: 1, unreadable: 0 } },
]

/** One's own, whose shape is held against the tool's schema when it is used. */
function copy(value: unknown): never {
  return structuredClone(value) as never
}
