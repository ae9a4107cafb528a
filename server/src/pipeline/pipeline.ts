import type { EventType } from '@aiops/contract/event'
import type { Topic } from '../port/event-bus.ts'

/** `world`: what senders, people and clocks bring. An event type stands for that type on the `events` topic. */
export type Channel = Exclude<Topic, 'events'> | EventType | 'world'
export type StageName = 'ingest' | 'stream' | 'detect' | 'correlate' | 'explain' | 'act'
export type Stage = {
  stage: StageName
  takes: readonly Channel[]
  gives: readonly Channel[]
  key: string
  role: 'collector' | 'analytics' | 'action'
}

/** The flow. Subscriptions, roles, GET /api/v1/pipeline, the diagram in ARCHITECTURE.md and a test are made from this table. */
// biome-ignore format: a table, a stage a line where it fits
export const pipeline: readonly Stage[] = [
  { stage: 'ingest', takes: ['world'], gives: ['samples', 'logs', 'spans', 'ALERT_FIRED', 'ALERT_RESOLVED'], key: 'tenant', role: 'collector' },
  { stage: 'stream', takes: ['samples', 'spans'], gives: ['points'], key: 'tenant, series', role: 'analytics' },
  { stage: 'detect', takes: ['points', 'logs', 'spans'], gives: ['points', 'ANOMALY_DETECTED', 'ANOMALY_UPDATED', 'ANOMALY_ENDED'], key: 'tenant, series', role: 'analytics' },
  {
    stage: 'correlate',
    takes: ['ANOMALY_DETECTED', 'ANOMALY_UPDATED', 'ANOMALY_ENDED', 'ALERT_FIRED', 'ALERT_RESOLVED', 'RCA_COMPLETE', 'TOPOLOGY_CHANGED'],
    gives: ['INCIDENT_CREATED', 'INCIDENT_UPDATED'],
    key: 'tenant',
    role: 'analytics',
  },
  { stage: 'explain', takes: ['INCIDENT_CREATED', 'INCIDENT_UPDATED'], gives: ['RCA_COMPLETE'], key: 'tenant, incident', role: 'analytics' },
  { stage: 'act', takes: ['INCIDENT_CREATED', 'INCIDENT_UPDATED', 'RCA_COMPLETE'], gives: ['REMEDIATION_UPDATED', 'INCIDENT_UPDATED'], key: 'tenant, incident', role: 'action' },
]
