/** For tests: a bundle as an answer about a failing service has it, and its deterministic text. */
import type { Claim, EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { Bundle } from './bundle.ts'

export const nowMs = Date.parse('2026-11-21T14:30:00Z')
const at = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString()

export const record = (id: string, over: Partial<EvidenceRecord>): EvidenceRecord => ({
  ...{
    id,
    type: 'METRIC',
    tool: 'query_metrics',
    query: '',
    source: 'harbour-east',
    time: at(1),
    entity: null,
  },
  ...{ sentence: '', fields: {}, trust: 'PLATFORM', link: null },
  ...over,
})
export const call = (id: string, over: Partial<ToolCallRecord> = {}): ToolCallRecord => ({
  ...{
    id,
    tool: 'query_metrics',
    arguments: {},
    status: 'OK',
    records: 2,
    ms: 12,
    sentence: 'Looked at the latency of billing: 1 series.',
  },
  ...over,
})
export const claim = (text: string, cites: string[], role: Claim['role'] = 'FACT'): Claim => ({
  text,
  cites,
  role,
})

export const sample: Bundle = {
  question: 'Why is billing failing?',
  outcome: 'ANSWERED',
  claims: [
    claim('billing is failing: 14 % of its requests are errors and p95 is 1.9 s.', ['e1', 'e2'], 'HEADLINE'),
    claim('It began at 14:04 UTC, 26 min ago, 1 min after the rollout from 2.6.3 to 2.7.0.', ['e1', 'e3']),
    claim('The error ratio rose from 0.2 % to 14 %, p95 from 80 ms to 1.9 s.', ['e1', 'e2']),
    claim('Its memory is 620 MiB; it was 380 MiB before.', ['e6']),
    claim('Its logs say "connection pool exhausted: timeout after 5000 ms" 1,540 times.', ['e4']),
    claim('Most likely cause (82 %): its connection pool is exhausted, 20 of 20 used.', ['e5']),
    claim('profile is healthy: p95 22 ms.', ['e7']),
    claim('Three pods of search restarted; one is OOMKilled, 7 restarts.', ['e8', 'e9', 'e10']),
    claim('quay-07 did not answer, so its alerts are not in this.', ['c2'], 'CAVEAT'),
    claim(
      'The runbook restart-pool resets the connection pool; it waits for approval.',
      ['e11'],
      'NEXT_STEP',
    ),
  ],
  evidence: [
    record('e1', {
      entity: 'service/billing',
      sentence: 'error ratio of billing is 0.14, was 0.002',
      fields: { error_ratio: 0.14, error_ratio_before: 0.002, since: at(26) },
    }),
    record('e2', {
      entity: 'service/billing',
      sentence: 'p95 of billing',
      fields: { p95_seconds: 1.9, p95_seconds_before: 0.08 },
    }),
    record('e3', {
      type: 'CHANGE',
      entity: 'deployment/billing',
      time: at(27),
      sentence: 'billing was rolled out from 2.6.3 to 2.7.0 by release-bot',
      fields: { from: '2.6.3', to: '2.7.0', author: 'release-bot' },
    }),
    record('e4', {
      type: 'LOG',
      entity: 'service/billing',
      trust: 'TELEMETRY',
      sentence: 'connection pool exhausted: timeout after 5000 ms waiting for a connection',
      fields: {
        count: 1540,
        pattern:
          'connection pool exhausted: timeout after 5000 ms waiting for a connection (pool=main, used=20, max=20)',
      },
    }),
    record('e5', {
      type: 'CAUSE',
      entity: 'service/billing',
      sentence: 'connection pool exhausted',
      fields: { probability: 0.82, used: 20, max: 20 },
    }),
    record('e6', {
      entity: 'service/billing',
      sentence: 'memory of billing',
      fields: { memory_bytes: 650_117_120, memory_bytes_before: 398_458_880 },
    }),
    record('e7', {
      entity: 'service/profile',
      sentence: 'profile is healthy',
      fields: { p95_seconds: 0.022 },
    }),
    record('e8', {
      type: 'POD',
      entity: 'pod/search-7d4b9c6f5-x2x8z',
      sentence: 'search-7d4b9c6f5-x2x8z is OOMKilled',
      fields: { state: 'OOMKilled', restarts: 7, namespace: 'shop' },
    }),
    record('e9', {
      type: 'POD',
      entity: 'pod/search-7d4b9c6f5-k2x9f',
      sentence: 'Running',
      fields: { state: 'Running', restarts: 1, namespace: 'shop' },
    }),
    record('e10', {
      type: 'POD',
      entity: 'pod/search-7d4b9c6f5-q7w2s',
      sentence: 'Running',
      fields: { state: 'Running', restarts: 1, namespace: 'shop' },
    }),
    record('e11', {
      type: 'RUNBOOK',
      entity: 'runbook/restart-pool',
      sentence: 'Reset the connection pool',
      fields: { title: 'Reset the connection pool' },
    }),
    record('e12', {
      type: 'ALERT',
      entity: 'alert/HighLatency',
      sentence: 'HighLatency of orders fires',
      fields: { service: 'orders', severity: 'error', state: 'firing' },
      trust: 'TELEMETRY',
    }),
  ],
  calls: [
    call('c1'),
    call('c2', {
      tool: 'list_alerts',
      status: 'PARTIAL',
      records: 1,
      sentence: 'Looked at firing alerts of all clusters: 1. quay-07 did not answer.',
    }),
  ],
  choices: [],
  notChecked: [],
  nowMs,
}

export const textOfClaims = (claims: readonly Claim[]): string =>
  claims
    .map(
      ({ text, cites, role }) =>
        `${role === 'FACT' ? '- ' : ''}${text} ${cites
          .slice(0, 4)
          .map((id) => `[${id}]`)
          .join('')}`,
    )
    .join('\n\n')

export const persona = (over: Partial<Persona> = {}): Persona => ({
  ...{
    id: 'default',
    name: 'Default Assistant',
    description: '',
    system_prompt: 'You know Kubernetes well.',
  },
  ...{
    capabilities: ['query_metrics', 'list_alerts', 'query_logs'],
    icon: 'robot',
    evidence_weights: {},
    focus: [],
  },
  ...{
    depth: 'NORMAL',
    voice: 'PLAIN',
    is_builtin: true,
    shared: true,
    created_by: 'system',
    created_at: null,
    updated_at: null,
  },
  ...over,
})
