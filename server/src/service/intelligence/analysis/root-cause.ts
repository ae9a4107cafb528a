import type { Client } from '@aiops/contract/client'
import type { RootCauseAnalysis } from '@aiops/contract/model/analysis'
import type { EvidenceRecord } from '@aiops/contract/model/answer'
import type { Cause, Evidence } from '@aiops/contract/model/diagnosis'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'

const signalsMax = 50
export type Trigger = { type: 'ALERT' | 'ANOMALY' | 'INCIDENT'; id: string }

/** The incident that an alert or anomaly belongs to, or that is named. Throws NOT_FOUND. */
export async function incidentOf(client: Client, { type, id }: Trigger): Promise<IncidentDetail> {
  const incidentId = type === 'INCIDENT' ? id.replace(/^INC-/i, '') : await memberOf(client, type, id)
  return client.getIncident({ params: { id: incidentId } })
}

async function memberOf(client: Client, type: 'ALERT' | 'ANOMALY', id: string): Promise<string> {
  const member =
    type === 'ALERT'
      ? await client.getAlert({ params: { fingerprint: id } })
      : await client.getAnomaly({ params: { id } })
  if (member.incident_id === null)
    throw new Fault(
      'NOT_FOUND',
      `The ${type.toLowerCase()} ${id} belongs to no incident: nothing was diagnosed for it.`,
    )
  return member.incident_id
}

/** What the diagnosis of an incident says, as signals, a graph and ranked causes. */
export async function analyzeRootCause(
  client: Client,
  trigger: Trigger,
  timeWindow: string,
  clock: Clock,
): Promise<RootCauseAnalysis> {
  const incident = await incidentOf(client, trigger)
  const { diagnosis } = incident
  const sinceMs = Date.parse(incident.started_at) - durationMs(timeWindow)
  const drafts = (diagnosis?.causes ?? []).flatMap((cause) =>
    cause.evidence
      .filter(({ at }) => at === undefined || Date.parse(at) >= sinceMs)
      .map((evidence) => ({ cause, evidence })),
  )
  const strongest = drafts
    .toSorted((a, b) => weightOf(b) - weightOf(a))
    .slice(0, signalsMax)
    .map((draft, i) => ({ ...draft, record: signalOf(draft.evidence, draft.cause, `e${i + 1}`, incident) }))
  const entities = new Set(diagnosis?.checked.map(({ entity }) => entity) ?? incident.affected_entities)
  return {
    ...{ id: diagnosis?.id ?? incident.id, trigger, cluster_id: incident.alerts[0]?.labels.cluster ?? null },
    signals: strongest.map(({ record }) => record),
    graph: await graphOf(client, incident, entities),
    causes: (diagnosis?.causes ?? []).map((cause) => ({
      ...{ rank: cause.rank, entity: cause.entity, score: cause.probability, description: cause.sentence },
      evidence: strongest.filter((one) => one.cause === cause).map(({ record }) => record.id),
    })),
    unknown_probability: diagnosis?.unknown_probability ?? 1,
    explanation: null,
    remediation: [...new Set(incident.remediations.map(({ reason }) => reason))],
    created_at: diagnosis?.created_at ?? isoTime(clock.now()),
  }
}

const weightOf = ({ cause, evidence }: { cause: Cause; evidence: Evidence }): number =>
  cause.probability * (evidence.weight ?? 0)

function signalOf(evidence: Evidence, cause: Cause, id: string, incident: IncidentDetail): EvidenceRecord {
  const { metric, value, baseline, unit, trace_id } = evidence
  return {
    ...{ id, type: 'CAUSE', tool: 'get_incident', query: metric ?? `diagnosis of INC-${incident.number}` },
    ...{ source: 'diagnosis', time: evidence.at ?? null, entity: evidence.entity ?? cause.entity },
    sentence: evidence.sentence,
    fields: {
      ...{ kind: evidence.kind, weight: evidence.weight ?? null },
      ...(metric === undefined ? {} : { metric }),
      ...(value === undefined ? {} : { value }),
      ...(baseline === undefined ? {} : { baseline }),
      ...(unit === undefined ? {} : { unit }),
      ...(trace_id === undefined ? {} : { trace_id }),
    },
    ...{ trust: evidence.kind === 'LOG' ? 'TELEMETRY' : 'PLATFORM', link: `/incidents/${incident.id}` },
  }
}

async function graphOf(
  client: Client,
  incident: IncidentDetail,
  entities: ReadonlySet<string>,
): Promise<RootCauseAnalysis['graph']> {
  const verdicts = new Map(incident.diagnosis?.checked.map(({ entity, verdict }) => [entity, verdict]))
  const nodes = [...entities].map((id) => ({ id, verdict: verdicts.get(id) ?? 'NO_DATA' }))
  const centre = incident.cause?.entity ?? incident.primary_entity
  if (!centre) return { nodes, edges: [] }
  // An incident may be about what the topology does not know.
  const { edges } = await client
    .getTopology({ query: { entity: centre, depth: 3 } })
    .catch(() => ({ edges: [] as { source: string; target: string; type: string }[] }))
  return {
    nodes,
    edges: edges
      .filter(({ source, target }) => entities.has(source) && entities.has(target))
      .map(({ source, target, type }) => ({ source, target, type })),
  }
}
