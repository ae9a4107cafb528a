import type { EntityRef, Intent } from '@aiops/contract/model/answer'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { ReportType } from '@aiops/contract/model/report'
import type { Question, Slots } from '../question/question.ts'

/** A part of a report: what is asked, and under which words it stands. */
export type Section = { title: string; intent: Intent; entities?: readonly EntityRef[]; slots?: Slots }

export type Range = { startMs: number; endMs: number }

/** What each type of report asks, in order. */
export function sectionsOf(type: ReportType, incident: IncidentDetail | undefined): Section[] {
  switch (type) {
    case 'EXECUTIVE_SUMMARY':
      return [
        { title: 'What is broken now', intent: 'WHAT_IS_BROKEN' },
        { title: 'Incidents of the period', intent: 'LIST_INCIDENTS', slots: { past: true } },
        { title: 'Clusters', intent: 'LIST_CLUSTERS' },
        { title: 'Changes', intent: 'WHAT_CHANGED' },
        { title: 'Service objectives', intent: 'SLO' },
      ]
    case 'DETAILED_ANALYSIS':
      return [
        { title: 'What is broken now', intent: 'WHAT_IS_BROKEN' },
        { title: 'Incidents of the period', intent: 'LIST_INCIDENTS', slots: { past: true } },
        { title: 'Likely causes', intent: 'ROOT_CAUSE' },
        { title: 'Alerts', intent: 'LIST_ALERTS' },
        { title: 'Anomalies', intent: 'ANOMALIES', slots: { past: true } },
        { title: 'Findings inside clusters', intent: 'LIST_FINDINGS' },
        { title: 'Clusters', intent: 'LIST_CLUSTERS' },
        { title: 'Nodes', intent: 'LIST_NODES' },
        { title: 'Changes', intent: 'WHAT_CHANGED' },
        { title: 'What the logs say', intent: 'LOG_PATTERNS' },
        { title: 'What can be done', intent: 'NEXT_STEPS' },
      ]
    case 'INCIDENT_REPORT':
      return incidentSections(incident)
    case 'CAPACITY_PLAN':
      return [
        { title: 'Nodes: what they have and what is left', intent: 'LIST_NODES' },
        { title: 'Processors', intent: 'TOP', slots: { metric: aspect('CPU', 'cpu'), order: 'MOST' } },
        { title: 'Memory', intent: 'TOP', slots: { metric: aspect('MEMORY', 'memory'), order: 'MOST' } },
        { title: 'Disks', intent: 'FORECAST', slots: { metric: aspect('DISK', 'disk') } },
        { title: 'GPUs', intent: 'GPU' },
        { title: 'What waits for room', intent: 'PENDING_PODS' },
      ]
    case 'NOISE_AND_COST':
      return [
        { title: 'Alerts that fire', intent: 'COUNT_ALERTS' },
        { title: 'Alerts by name', intent: 'LIST_ALERTS', slots: { past: true } },
        { title: 'What is silenced', intent: 'SILENCED_ALERTS', slots: { past: true } },
        { title: 'Incidents of the period', intent: 'LIST_INCIDENTS', slots: { past: true } },
        { title: 'Restarts', intent: 'RESTARTS' },
        { title: 'Cost now', intent: 'COST' },
        { title: 'Cost of the period', intent: 'COST', slots: { period: true } },
        { title: 'Budgets', intent: 'BUDGETS' },
        { title: 'What could be saved', intent: 'SAVINGS' },
        { title: 'What was saved', intent: 'SAVINGS' },
        { title: 'What was decided', intent: 'PLACEMENT' },
        { title: 'Changes through Git', intent: 'DEPLOYMENTS' },
        { title: 'Prices and how old they are', intent: 'PRICES' },
      ]
  }
}

function incidentSections(incident: IncidentDetail | undefined): Section[] {
  if (!incident) return []
  const entities: EntityRef[] = [{ kind: 'INCIDENT', name: `INC-${incident.number}`, id: incident.id }]
  const centre = incident.cause?.entity ?? incident.primary_entity
  const about = centre ? [refOf(centre)] : entities
  return [
    { title: 'Summary', intent: 'SHOW_INCIDENT', entities },
    { title: 'Likely causes', intent: 'ROOT_CAUSE', entities },
    { title: 'Timeline', intent: 'TIMELINE', entities },
    {
      title: 'Response times',
      intent: 'METRIC_COURSE',
      entities: about,
      slots: { metric: aspect('LATENCY', 'latency') },
    },
    {
      title: 'Errors',
      intent: 'METRIC_COURSE',
      entities: about,
      slots: { metric: aspect('ERRORS', 'error ratio') },
    },
    { title: 'Who was affected', intent: 'BLAST_RADIUS', entities: about },
    { title: 'Changes before it', intent: 'WHAT_CHANGED', entities: about },
    { title: 'What the logs say', intent: 'LOG_PATTERNS', entities: about },
    { title: 'What was done, and what can be', intent: 'NEXT_STEPS', entities },
  ]
}

const refOf = (id: string): EntityRef => {
  const kind = entityKind(id).toUpperCase()
  const known: Record<string, EntityRef['kind']> = {
    ...{ SERVICE: 'SERVICE', DATABASE: 'DATABASE', QUEUE: 'QUEUE', HOST: 'HOST', NODE: 'NODE', POD: 'POD' },
    ...{ WORKLOAD: 'WORKLOAD', NAMESPACE: 'NAMESPACE', CLUSTER: 'CLUSTER', EXTERNAL: 'EXTERNAL' },
  }
  return { kind: known[kind] ?? 'SERVICE', name: entityName(id), id }
}

const aspect = (
  name: 'CPU' | 'MEMORY' | 'DISK' | 'LATENCY' | 'ERRORS',
  text: string,
): NonNullable<Slots['metric']> => ({
  ...{ aspect: name, names: [], text },
})

/** A section as a question that nobody had to read. */
export const questionOf = (
  { title, intent, entities = [], slots = {} }: Section,
  range: Range,
): Question => ({
  ...{ text: title, intent, score: 1, others: [], isUnsure: false, entities },
  ...{ ambiguous: [], unknown: [], slots, isFollowUp: false },
  time: { ...range, text: 'the period of this report', isMoment: false },
})
