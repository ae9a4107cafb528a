import { EntityId, entityName } from '@aiops/contract/model/entity'
import { Incident, IncidentStatus, incidentStatuses } from '@aiops/contract/model/incident'
import { type Severity as Rank, Severity, severities } from '@aiops/contract/model/severity'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { counted, listed, percentText } from '../answer/words.ts'
import { listAnomalies } from './anomaly.ts'
import { getIncident, percentOf } from './incident-detail.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const getOverview = tool({
  name: 'get_overview',
  title: 'Overview',
  description:
    'The state of everything in one answer: open incidents by severity, alerts, anomalies and incidents of the last 24 hours, how many entities are unhealthy. Use it first for a general picture. It takes no arguments.',
  input: z.object({}),
  output: z.object({
    open_by_severity: z.partialRecord(Severity, z.number().int()),
    last_24_hours: z.object({
      anomalies: z.number().int(),
      alerts: z.number().int(),
      incidents: z.number().int(),
      diagnosed: z.number().int(),
      remediated: z.number().int(),
    }),
    entities: z.object({ total: z.number().int(), unhealthy: z.number().int() }),
  }),
  permission: 'system:read',
  effect: 'READ',
  async run(client) {
    const { open_by_severity, funnel, entities } = await client.getOverview()
    return { open_by_severity, last_24_hours: funnel, entities }
  },
  evidence(output): EvidenceDraft[] {
    const { entities, last_24_hours: day } = output
    return [
      {
        ...{ type: 'CHECK', query: 'overview', source: 'platform', time: null, entity: null },
        sentence: overviewSentence(output),
        fields: {
          open_incidents: openOf(output),
          ...Object.fromEntries(
            Object.entries(output.open_by_severity).map(([name, n]) => [`open_${name.toLowerCase()}`, n]),
          ),
          ...{ entities: entities.total, entities_unhealthy: entities.unhealthy },
          ...{ anomalies_24h: day.anomalies, alerts_24h: day.alerts, incidents_24h: day.incidents },
        },
        ...{ trust: 'PLATFORM', link: '/' },
      },
    ]
  },
  sentence: (output) => `Looked at the overview: ${overviewSentence(output)}`,
})

type Overview = {
  open_by_severity: Partial<Record<Rank, number>>
  entities: { total: number; unhealthy: number }
}
const openOf = ({ open_by_severity: open }: Overview): number =>
  Object.values(open).reduce((sum, one) => sum + one, 0)
const overviewSentence = (output: Overview): string =>
  `${counted(openOf(output), 'open incident')}; ${output.entities.unhealthy} of ${counted(output.entities.total, 'entity', 'entities')} unhealthy.`

const openStatuses: readonly IncidentStatus[] = incidentStatuses.filter(
  (status) => status !== 'RESOLVED' && status !== 'CLOSED',
)

const IncidentLine = Incident.pick({
  ...{ id: true, number: true, title: true, severity: true, status: true, priority: true },
  ...{ affected_entities: true, primary_entity: true, alert_count: true, anomaly_count: true },
  ...{ assigned_to: true, started_at: true, created_at: true, resolved_at: true, cause: true },
})
export type IncidentLine = z.output<typeof IncidentLine>

const listIncidents = tool({
  name: 'list_incidents',
  title: 'Incidents',
  description:
    'Incidents with severity, status, affected entities, start and most likely cause; most severe first. Open ones unless `status` says otherwise (RESOLVED and CLOSED are the past ones). Narrow by severity, by `entity` (kind/name such as service/checkout) or by `since`. For the whole story of one use get_incident.',
  input: z.object({
    status: z
      .array(IncidentStatus)
      .default([...openStatuses])
      .describe('OPEN, ACKNOWLEDGED, INVESTIGATING, RESOLVED, CLOSED; open ones when left out.'),
    severity: z.array(Severity).default([]).describe('CRITICAL, HIGH, MEDIUM, LOW, INFO; all when left out.'),
    entity: EntityId.max(600).optional().describe('kind/name, for example service/checkout.'),
    since: Time.optional().describe('Only incidents that the platform learned of after this time.'),
    text: z.string().max(200).optional().describe('Words in title, description, cause or entities.'),
    sort: z.enum(['severity', 'newest', 'oldest']).default('severity'),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({ incidents: z.array(IncidentLine), total: z.number().int() }),
  permission: 'incidents:read',
  effect: 'READ',
  async run(client, { status, severity, entity, since, text, sort, limit }) {
    const { incidents, total } = await client.listIncidents({
      query: {
        ...{ status, severity, limit },
        ...(entity ? { entity } : {}),
        ...(since ? { start_time: since } : {}),
        ...(text ? { text } : {}),
        sort: sort === 'severity' ? '-severity' : sort === 'newest' ? '-created_at' : 'created_at',
      },
    })
    return { incidents: incidents.map((one) => IncidentLine.parse(one)), total }
  },
  evidence: ({ incidents }, input) => incidents.map((incident) => incidentRecord(incident, queryOf(input))),
  sentence: ({ incidents, total }, { status, entity }) =>
    `Looked at ${status.length === openStatuses.length && status.every((one) => openStatuses.includes(one)) ? 'open' : listed(status).toLowerCase() || 'all'} incidents${entity ? ` of ${entityName(entity)}` : ''}: ${total === incidents.length ? total : `${incidents.length} of ${total}`}.`,
})

const queryOf = (input: object): string =>
  Object.entries(input)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`)
    .join(' ')

/** One incident as evidence. */
export function incidentRecord(incident: IncidentLine, query: string): EvidenceDraft {
  const { number, title, severity, status, cause, affected_entities, primary_entity } = incident
  return {
    ...{ type: 'INCIDENT', query, source: 'platform', time: incident.started_at },
    entity: primary_entity ?? cause?.entity ?? affected_entities[0] ?? null,
    sentence: `INC-${number} (${severity}, ${status}): ${title}${cause ? `. Most likely cause, ${percentText(cause.probability)}: ${cause.sentence}` : ''}`,
    fields: {
      ...{ number: `INC-${number}`, title, severity, status, started_at: incident.started_at },
      ...{ affected: affected_entities.map(entityName).join(', '), affected_count: affected_entities.length },
      ...{ alerts: incident.alert_count, anomalies: incident.anomaly_count },
      cause_entity: cause ? entityName(cause.entity) : null,
      cause_probability_percent: cause ? percentOf(cause.probability) : null,
      assigned_to: incident.assigned_to,
    },
    ...{ trust: 'PLATFORM', link: `/incidents/${encodeURIComponent(incident.id)}` },
  }
}

/** Rank of a severity, 0 the worst. */
export const severityRank = (severity: Rank): number => severities.indexOf(severity)

export const incidentTools = {
  get_overview: getOverview,
  list_incidents: listIncidents,
  get_incident: getIncident,
  list_anomalies: listAnomalies,
} as const
