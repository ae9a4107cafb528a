import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import { lastPart } from '../tool/entity-match.ts'
import type { IncidentLine } from '../tool/incident.ts'
import { severityRank } from '../tool/incident.ts'
import { type Found, type PlannedCall, planned, type Situation } from './answerer.ts'

/** What a thing of the topology is called aloud: `trainer` of `workload/east/ml/StatefulSet/trainer`. */
export const spoken = (id: string): string => lastPart(id)

/** Things that a question is about, rather than metrics, people or incidents that it names. */
const things: ReadonlySet<EntityRef['kind']> = new Set([
  ...(['CLUSTER', 'NAMESPACE', 'NODE', 'WORKLOAD', 'POD', 'SERVICE', 'HOST', 'DATABASE', 'QUEUE'] as const),
  ...(['EXTERNAL', 'GPU', 'FUNCTION'] as const),
])
export const subjectsOf = ({ question }: Situation): readonly EntityRef[] =>
  question.entities.filter(({ kind }) => things.has(kind))
export const subjectOf = (situation: Situation): EntityRef | undefined => subjectsOf(situation)[0]
export const namedOf = ({ question }: Situation, kind: EntityRef['kind']): EntityRef | undefined =>
  question.entities.find((one) => one.kind === kind)

/** How a Deployment, a Job or a StatefulSet names its pods, after its own name. */
const podSuffix = /^-(?:[a-z0-9]{5,10}-)?[a-z0-9]{5}$|^-\d{1,5}$/
const hasPods: ReadonlySet<EntityRef['kind']> = new Set([
  ...(['SERVICE', 'WORKLOAD', 'DATABASE', 'QUEUE', 'FUNCTION'] as const),
])

/** Whether an entity of the topology is that thing or a part of it: its pods, what lies in its cluster or namespace. */
export function isPartOf(ref: Pick<EntityRef, 'kind' | 'name' | 'id'>, id: string): boolean {
  const path = id.split('/')
  const name = path.at(-1) ?? ''
  if (ref.kind === 'CLUSTER') return path.slice(1).includes(ref.name)
  if (ref.kind === 'NAMESPACE')
    return (
      (path[0] === 'workload' && path[2] === ref.name) ||
      (path[0] === 'namespace' && name === ref.name) ||
      (path.length === 4 && path[2] === ref.name)
    )
  if (id === ref.id || name === ref.name) return true
  return (
    path[0] === 'pod' &&
    hasPods.has(ref.kind) &&
    name.startsWith(ref.name) &&
    podSuffix.test(name.slice(ref.name.length))
  )
}

/** An object of a cluster, as an id that `isPartOf` reads. */
export const objectId = (
  cluster: string,
  object: { kind: string; namespace: string; name: string },
): string =>
  object.kind === 'Pod'
    ? `pod/${cluster}/${object.namespace}/${object.name}`
    : object.kind === 'Node'
      ? `node/${cluster}/${object.name}`
      : `workload/${cluster}/${object.namespace}/${object.kind}/${object.name}`

/** All open incidents; which of them are about a thing is read from their members. */
export const openIncidents: PlannedCall = planned('list_incidents', { limit: 200 })
export const pastIncidents: PlannedCall = planned(
  'list_incidents',
  { status: ['RESOLVED', 'CLOSED'], sort: 'newest', limit: 50 },
  'past',
)

export type Known = { incident: IncidentLine; record: EvidenceRecord | undefined }

/** The worst first: severity, then how many services it affects, then alerts, then the oldest. */
export function byWeight(a: IncidentLine, b: IncidentLine): number {
  const services = ({ affected_entities }: IncidentLine): number =>
    affected_entities.filter((id) => /^(?:service|database|queue)\//.test(id)).length
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    services(b) - services(a) ||
    b.alert_count - a.alert_count ||
    (a.started_at < b.started_at ? -1 : 1)
  )
}

/** Incidents that were found, the worst first; those about a thing where one is given. */
export function knownIncidents(found: Found, ref?: EntityRef, as?: 'past'): Known[] {
  const all = (found.output('list_incidents', as)?.incidents ?? []).map(
    (incident, i): Known => ({ incident, record: found.record('list_incidents', i, as) }),
  )
  const members = ref?.kind === 'NAMESPACE' ? namesInside(found) : new Set<string>()
  const isIt = (id: string): boolean =>
    ref !== undefined && (isPartOf(ref, id) || (id.startsWith('service/') && members.has(spoken(id))))
  const fit = ref ? all.filter(({ incident }) => incident.affected_entities.some(isIt)) : all
  // Where the thing suffers in none, those that it is held to be the cause of.
  const held = ref && fit.length === 0 ? all.filter(({ incident }) => isCause(incident, ref)) : fit
  return held.sort((a, b) => byWeight(a.incident, b.incident))
}

/** Services are known by their name alone; those that workloads of the place make are in it. */
const namesInside = (found: Found): ReadonlySet<string> =>
  new Set((found.output('list_workloads')?.workloads ?? []).map(({ name }) => name))

const isCause = ({ cause, primary_entity }: IncidentLine, ref: EntityRef): boolean =>
  [cause?.entity, primary_entity].some((id) => id !== undefined && id !== null && isPartOf(ref, id))

/** "the latest incident", "what happened last"; not "since the last release", "in the last 30 days". */
const asksNewest =
  /\b(?:latest|newest|most recent|last)\s+(?:\w+\s+)?(?:incident|outage|problem|issue|one|alert|failure|trouble)s?\b|\blast\s*\??$/i

/** The incident that a question is about: the one it names, the worst of the thing it names, the newest or the worst of all. */
export function chosenIncident(situation: Situation, found: Found): Known | undefined {
  const { question } = situation
  const named = namedOf(situation, 'INCIDENT')
  if (named) {
    const all = [...knownIncidents(found), ...knownIncidents(found, undefined, 'past')]
    return all.find(
      ({ incident }) =>
        incident.id === named.id || `INC-${incident.number}`.toLowerCase() === named.name.toLowerCase(),
    )
  }
  const alert = namedOf(situation, 'ALERT')
  const about = alertIncident(found, alert?.name)
  if (about) return knownIncidents(found).find(({ incident }) => incident.id === about)
  for (const ref of subjectsOf(situation)) {
    const first = knownIncidents(found, ref)[0] ?? knownIncidents(found, ref, 'past')[0]
    if (first) return first
  }
  if (subjectsOf(situation).length > 0) return undefined
  const all = knownIncidents(found)
  if (asksNewest.test(question.text))
    return [...all, ...knownIncidents(found, undefined, 'past')].sort((a, b) =>
      a.incident.created_at < b.incident.created_at ? 1 : -1,
    )[0]
  return all[0] ?? knownIncidents(found, undefined, 'past')[0]
}

const alertIncident = (found: Found, name: string | undefined): string | undefined =>
  name === undefined
    ? undefined
    : (found.output('list_alerts')?.alerts.find((alert) => alert.name === name && alert.incident_id)
        ?.incident_id ?? undefined)

/** Names of what an incident affects, services first, each once. */
export function affectedNames({ affected_entities }: Pick<IncidentLine, 'affected_entities'>): string[] {
  const rank = (id: string): number => (id.startsWith('service/') ? 0 : id.startsWith('pod/') ? 2 : 1)
  const sorted = [...affected_entities].sort((a, b) => rank(a) - rank(b))
  const names = [...new Set(sorted.map(spoken))]
  // A pod says nothing more where what makes it is named too.
  return names.filter(
    (name) =>
      !names.some(
        (other) => other !== name && name.startsWith(other) && podSuffix.test(name.slice(other.length)),
      ),
  )
}

/** `INC-7 (search)`. */
export const incidentText = (incident: IncidentLine): string => `INC-${incident.number}`

/** What to cite for a call that found nothing: its id. */
export const callId = (found: Found, tool: Parameters<Found['of']>[0], as?: string): string | undefined =>
  found.of(tool, as)?.call.id
