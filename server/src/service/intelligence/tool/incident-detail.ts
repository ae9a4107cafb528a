import type { Client } from '@aiops/contract/client'
import { Alert } from '@aiops/contract/model/alert'
import { Anomaly } from '@aiops/contract/model/anomaly'
import { Cause, Diagnosis, Evidence } from '@aiops/contract/model/diagnosis'
import { entityName } from '@aiops/contract/model/entity'
import { Incident, TimelineEvent } from '@aiops/contract/model/incident'
import { Remediation } from '@aiops/contract/model/remediation'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { counted, percentText } from '../answer/words.ts'
import { unless } from './failure-code.ts'
import { type EvidenceDraft, tool } from './tool.ts'

/** What of one incident is told at most; together within `evidenceMax`. */
const most = {
  causes: 5,
  evidence: 10,
  timeline: 40,
  alerts: 30,
  anomalies: 30,
  checked: 20,
  remediations: 10,
}

const CauseEvidence = Evidence.pick({
  ...{ kind: true, entity: true, sentence: true, metric: true, unit: true, baseline: true, value: true },
  ...{ at: true, weight: true, trace_id: true },
})
const CauseLine = Cause.omit({ evidence: true }).extend({ evidence: z.array(CauseEvidence) })
const DiagnosisLine = Diagnosis.pick({
  ...{ created_at: true, unknown_probability: true, causal_chain: true, checked: true, degraded: true },
}).extend({ causes: z.array(CauseLine) })

export const IncidentStory = Incident.omit({ tenant_id: true, updated_at: true }).extend({
  diagnosis: DiagnosisLine.nullable(),
  timeline: z.array(TimelineEvent),
  alerts: z.array(
    Alert.pick({
      ...{ fingerprint: true, name: true, severity: true, status: true, message: true, entity: true },
      ...{ starts_at: true, ends_at: true },
    }),
  ),
  anomalies: z.array(
    Anomaly.pick({
      ...{ id: true, entity: true, state: true, severity: true, shape: true, sentence: true },
      ...{ started_at: true, ended_at: true },
    }),
  ),
  remediations: z.array(
    Remediation.pick({
      ...{ id: true, runbook_id: true, runbook_name: true, status: true, reason: true, entity: true },
      ...{
        requested_at: true,
        requested_by: true,
        decided_by: true,
        completed_at: true,
        plan: true,
        error: true,
      },
    }),
  ),
})
export type IncidentStory = z.output<typeof IncidentStory>

export const getIncident = tool({
  name: 'get_incident',
  title: 'One incident',
  description:
    'The whole story of one incident: diagnosis with ranked causes and the evidence for each, what was checked and ruled out, timeline, member alerts and anomalies, runbooks that were proposed or run. Use it for "why", "root cause", "since when", "timeline". `id` is its number (INC-12 or 12), its id, or `latest`.',
  input: z.object({
    id: z.string().trim().min(1).max(64).default('latest').describe('INC-12, 12, an id, or latest.'),
  }),
  output: IncidentStory,
  permission: 'incidents:read',
  effect: 'READ',
  async run(client, { id }) {
    const detail = await client.getIncident({ params: { id: await idOf(client, id) } })
    const { diagnosis, timeline, alerts, anomalies, remediations } = detail
    return IncidentStory.parse({
      ...detail,
      diagnosis: diagnosis && {
        ...diagnosis,
        checked: diagnosis.checked.slice(0, most.checked),
        causes: diagnosis.causes
          .slice(0, most.causes)
          .map((cause) => ({ ...cause, evidence: cause.evidence.slice(0, most.evidence) })),
      },
      timeline: timeline.slice(0, most.timeline),
      alerts: alerts.slice(0, most.alerts),
      anomalies: anomalies.slice(0, most.anomalies),
      remediations: remediations.slice(0, most.remediations),
    })
  },
  evidence: (story) => storyRecords(story),
  sentence: (story) =>
    `Looked at INC-${story.number}: ${counted(story.alert_count, 'alert')}, ${story.diagnosis ? counted(story.diagnosis.causes.length, 'cause') : 'no diagnosis yet'}.`,
})

/** An id as the API takes it. The latest is the newest open one, else the newest of all. */
export async function idOf(client: Client, text: string): Promise<string> {
  const number = /^(?:inc[-\s#]?|#)?(\d{1,9})$/i.exec(text)?.[1]
  if (number !== undefined) {
    const known = await unless(['NOT_FOUND'], client.getIncident({ params: { id: number } }))
    if (!known) throw new Fault('NOT_FOUND', `There is no incident INC-${Number(number)}.`)
    return known.id
  }
  if (text.toLowerCase() !== 'latest') return text
  const newest = { sort: '-created_at', limit: 1 } as const
  const open = await client.listIncidents({
    query: { ...newest, status: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'] },
  })
  const found = open.incidents[0] ?? (await client.listIncidents({ query: newest })).incidents[0]
  if (!found) throw new Fault('NOT_FOUND', 'There has been no incident yet.')
  return found.id
}

/** Where in the records of get_incident what lies. */
export type StoryPlaces = {
  incident: number
  causes: number[]
  /** By cause, then by piece of evidence. */
  evidence: number[][]
  checked: number[]
  timeline: number[]
  alerts: number[]
  anomalies: number[]
  remediations: number[]
}

export function storyPlaces(story: IncidentStory): StoryPlaces {
  let next = 1
  const run = (items: readonly unknown[]): number[] => items.map(() => next++)
  const causes = story.diagnosis?.causes ?? []
  return {
    incident: 0,
    causes: run(causes),
    evidence: causes.map((cause) => run(cause.evidence)),
    checked: run(story.diagnosis?.checked ?? []),
    timeline: run(story.timeline),
    alerts: run(story.alerts),
    anomalies: run(story.anomalies),
    remediations: run(story.remediations),
  }
}

/** In the order of `storyPlaces`. */
function storyRecords(story: IncidentStory): EvidenceDraft[] {
  const base = {
    ...{ query: `INC-${story.number}`, source: 'platform' },
    link: `/incidents/${encodeURIComponent(story.id)}`,
  } as const
  const causes = story.diagnosis?.causes ?? []
  const of = (draft: Bare & { trust?: EvidenceDraft['trust'] }): EvidenceDraft => ({
    ...base,
    ...draft,
    trust: draft.trust ?? 'PLATFORM',
  })
  return [
    of(headOf(story)),
    ...causes.map((cause) => of(causeOf(story, cause))),
    ...causes.flatMap((cause) =>
      cause.evidence.map((one) =>
        of({
          ...causeEvidenceOf(cause.rank, one),
          ...(quotes.has(one.kind) ? ({ trust: 'TELEMETRY' } as const) : {}),
        }),
      ),
    ),
    ...(story.diagnosis?.checked ?? []).map(({ entity, verdict, sentence }) =>
      of({
        ...{ type: 'CHECK', time: story.diagnosis?.created_at ?? null, entity, sentence },
        fields: { verdict },
      }),
    ),
    ...story.timeline.map(({ at, type, actor, sentence }) =>
      of({
        ...{ type: 'TIMELINE', time: at, entity: null, sentence, fields: { event: type, actor } },
        trust: type === 'COMMENT_ADDED' ? 'OPERATOR' : 'PLATFORM',
      }),
    ),
    ...story.alerts.map((alert) =>
      of({
        ...{ type: 'ALERT', time: alert.starts_at, entity: alert.entity ?? null, trust: 'TELEMETRY' },
        sentence: `${alert.name} (${alert.severity}) ${alert.status === 'FIRING' ? 'fires' : 'fired'}: ${alert.message}`,
        fields: {
          name: alert.name,
          severity: alert.severity,
          status: alert.status,
          starts_at: alert.starts_at,
        },
      }),
    ),
    ...story.anomalies.map((anomaly) =>
      of({
        ...{ type: 'ANOMALY', time: anomaly.started_at, entity: anomaly.entity ?? null },
        sentence: anomaly.sentence,
        fields: { severity: anomaly.severity, shape: anomaly.shape, state: anomaly.state },
      }),
    ),
    ...story.remediations.map((remediation) =>
      of({
        ...{ type: 'RUNBOOK', time: remediation.requested_at, entity: remediation.entity, trust: 'OPERATOR' },
        sentence: `${remediation.runbook_name} for ${entityName(remediation.entity)}: ${remediation.status}.`,
        fields: {
          ...{ runbook_id: remediation.runbook_id, status: remediation.status },
          ...{ requested_by: remediation.requested_by, decided_by: remediation.decided_by },
          plan: remediation.plan
            .map(({ sentence }) => sentence)
            .join(' | ')
            .slice(0, 1_000),
        },
      }),
    ),
  ]
}

/** Evidence whose sentence quotes what a system wrote. */
const quotes: ReadonlySet<string> = new Set(['LOG', 'KUBERNETES', 'ALERT'])
type Bare = Omit<EvidenceDraft, 'query' | 'source' | 'trust' | 'link'>

const headOf = (story: IncidentStory): Bare => ({
  ...{ type: 'INCIDENT', time: story.started_at },
  entity: story.primary_entity ?? story.affected_entities[0] ?? null,
  sentence: `INC-${story.number} (${story.severity}, ${story.status}): ${story.title}`,
  fields: {
    ...{ number: `INC-${story.number}`, title: story.title, severity: story.severity, status: story.status },
    ...{ started_at: story.started_at, resolved_at: story.resolved_at, assigned_to: story.assigned_to },
    ...{ alerts: story.alert_count, anomalies: story.anomaly_count },
    affected: story.affected_entities.map(entityName).join(', '),
    unknown_percent: story.diagnosis ? percentOf(story.diagnosis.unknown_probability) : null,
  },
})

const causeOf = (story: IncidentStory, cause: z.output<typeof CauseLine>): Bare => ({
  ...{ type: 'CAUSE', time: story.diagnosis?.created_at ?? null, entity: cause.entity },
  sentence: `Cause ${cause.rank}, ${percentText(cause.probability)}: ${cause.sentence}`,
  fields: {
    ...{ rank: cause.rank, probability_percent: percentOf(cause.probability), confidence: cause.confidence },
    ...{ category: cause.category, entity: entityName(cause.entity), metric: cause.metric ?? null },
    runbook_id: cause.suggested_runbook_id,
  },
})

const causeEvidenceOf = (rank: number, one: z.output<typeof CauseEvidence>): Bare => ({
  ...{ type: 'CAUSE', time: one.at ?? null, entity: one.entity ?? null, sentence: one.sentence },
  fields: {
    ...{ cause_rank: rank, kind: one.kind },
    ...(one.metric ? { metric: one.metric } : {}),
    ...(one.unit ? { unit: one.unit } : {}),
    ...(one.baseline === undefined ? {} : { before: one.baseline }),
    ...(one.value === undefined ? {} : { value: one.value }),
    ...(one.weight === undefined ? {} : { weight: one.weight }),
  },
})

/** Three digits that count, as it is said. */
export const percentOf = (ratio: number): number => Number((ratio * 100).toPrecision(3))
