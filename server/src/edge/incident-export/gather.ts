import type { Client } from '@aiops/contract/client'
import type { Change } from '@aiops/contract/model/change'
import type { EntityId } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { type IncidentExport, incidentExportVersion } from '@aiops/contract/model/incident-export'
import type { Topology } from '@aiops/contract/model/topology'
import { isoTime } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { Redaction } from '../../kernel/redaction.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { IncidentExportDeps } from './index.ts'

const hourMs = 3_600_000
/** Changes may lie dormant for a while before they are felt. */
const changesBeforeMs = 2 * hourMs
const changesMax = 1_000
const changesPage = 200
const revisionsMax = 50
/** Affected entities whose surroundings are looked at. */
const centresMax = 20
const entitiesMax = 500
const depth = 2

type LeftOut = IncidentExport['left_out']

/** All that is known of an incident and that the caller may see, without what looks like a secret. Throws NOT_FOUND. */
export async function gather(deps: IncidentExportDeps, caller: Caller, id: string): Promise<IncidentExport> {
  const client = deps.clientOf(caller)
  const incident = await client.getIncident({ params: { id: id.replace(/^INC-/i, '') } })
  const left: LeftOut = []
  leftOfMembers(incident, left)
  const around = await topologyOf(client, incident, left, deps.clock.now())
  const changes = await changesOf(client, incident, around.topology, left, deps.clock.now())
  const diagnoses = await deps.revisions(incident.id, revisionsMax)
  const newest = diagnoses.at(-1)?.revision ?? 0
  if (newest > diagnoses.length)
    left.push({
      what: 'revisions of the diagnosis',
      count: newest - diagnoses.length,
      reason: `only the newest ${revisionsMax} are taken, as far as they are kept`,
    })
  const redaction = new Redaction()
  const clean = redaction.value({
    schema_version: incidentExportVersion,
    ...{ exported_at: isoTime(deps.clock.now()), exported_by: caller.actor, platform_version: deps.version },
    ...{ incident, diagnoses, changes, ...around },
  }) as Omit<IncidentExport, 'left_out'>
  const secrets = Object.values(redaction.counts).reduce((sum, count) => sum + count, 0)
  if (secrets > 0) left.push({ what: 'texts', count: secrets, reason: 'they look like secrets' })
  return { ...clean, left_out: left }
}

function leftOfMembers(incident: IncidentDetail, left: LeftOut): void {
  const alerts = incident.alert_count - incident.alerts.length
  const anomalies = incident.anomaly_count - incident.anomalies.length
  const reason = 'an incident is shown with so many of its members at most, or they are no longer kept'
  if (alerts > 0) left.push({ what: 'alerts', count: alerts, reason })
  if (anomalies > 0) left.push({ what: 'anomalies', count: anomalies, reason })
}

/** What the caller may not see, or what is not there, is left out; whatever else goes wrong is thrown. */
async function unless<T>(work: Promise<T>, what: string, left: LeftOut): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (
      !isFault(error) ||
      !['PERMISSION_DENIED', 'NOT_FOUND', 'VALIDATION_FAILED', 'INVALID_REQUEST'].includes(error.code)
    )
      throw error
    left.push({
      what,
      count: null,
      reason: error.code === 'PERMISSION_DENIED' ? 'the caller may not see it' : error.message.slice(0, 300),
    })
    return undefined
  }
}

async function topologyOf(
  client: Client,
  incident: IncidentDetail,
  left: LeftOut,
  nowMs: number,
): Promise<{ topology: Topology; topology_at: string }> {
  const centres = centresOf(incident)
  const total = new Set([
    ...(incident.primary_entity ? [incident.primary_entity] : []),
    ...incident.affected_entities,
  ]).size
  if (total > centres.length)
    left.push({
      what: 'surroundings of affected entities',
      count: total - centres.length,
      reason: `those of ${centresMax} are taken`,
    })
  for (const at of [incident.started_at, isoTime(nowMs)]) {
    const missing: LeftOut = []
    const isLast = at !== incident.started_at
    const parts: Topology[] = []
    for (const entity of centres) {
      const query = isLast ? { entity, depth } : { entity, depth, at }
      const part = await unless(
        client.getTopology({ query }),
        `topology around ${entity}`.slice(0, 300),
        missing,
      )
      if (part) parts.push(part)
    }
    if (parts.length === 0 && !isLast) continue
    left.push(...missing)
    return { topology: joined(parts, left), topology_at: at }
  }
  return { topology: { entities: [], edges: [] }, topology_at: isoTime(nowMs) }
}

const centresOf = ({ primary_entity, affected_entities }: IncidentDetail): EntityId[] =>
  [...new Set([...(primary_entity ? [primary_entity] : []), ...affected_entities])].slice(0, centresMax)

function joined(parts: readonly Topology[], left: LeftOut): Topology {
  const entities = new Map(parts.flatMap((part) => part.entities).map((entity) => [entity.id, entity]))
  const over = entities.size - entitiesMax
  if (over > 0) left.push({ what: 'entities around', count: over, reason: `${entitiesMax} are taken` })
  const kept = new Map([...entities].slice(0, entitiesMax))
  const edges = new Map(
    parts
      .flatMap((part) => part.edges)
      .filter(({ source, target }) => kept.has(source) && kept.has(target))
      .map((edge) => [JSON.stringify([edge.source, edge.target, edge.type, edge.origin]), edge]),
  )
  return { entities: [...kept.values()], edges: [...edges.values()] }
}

/** Those of the tenant in that time that are about what is affected or near it. */
async function changesOf(
  client: Client,
  incident: IncidentDetail,
  topology: Topology,
  left: LeftOut,
  nowMs: number,
): Promise<Change[]> {
  const near = new Set([...incident.affected_entities, ...topology.entities.map(({ id }) => id)])
  if (incident.primary_entity) near.add(incident.primary_entity)
  const start = isoTime(Math.max(0, Date.parse(incident.started_at) - changesBeforeMs))
  const end = incident.resolved_at ?? isoTime(nowMs)
  const found: Change[] = []
  for (let page = 1; (page - 1) * changesPage < changesMax; page += 1) {
    const query = { start, end, page, page_size: changesPage }
    const answer = await unless(client.listChanges({ query }), 'changes', left)
    if (!answer) break
    found.push(...answer.items)
    if (page * changesPage >= answer.total) break
    if (page * changesPage >= changesMax)
      left.push({
        what: 'changes',
        count: answer.total - changesMax,
        reason: `the newest ${changesMax} of that time are looked at`,
      })
  }
  return found
    .filter(({ entities }) => entities.some((entity) => near.has(entity)))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1))
}
