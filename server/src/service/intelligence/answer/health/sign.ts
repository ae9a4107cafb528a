import type { EntityRef } from '@aiops/contract/model/answer'
import { type Severity, severities } from '@aiops/contract/model/severity'
import type { Found } from '../answerer.ts'
import { findingText } from '../cause/reading.ts'
import type { Cited } from '../draft.ts'
import { shortened } from '../incident/list.ts'
import { affectedNames, isPartOf, knownIncidents, objectId, spoken } from '../subject.ts'
import { listed } from '../words.ts'

/** Something that is wrong with a thing, in half a sentence. */
export type Sign = {
  severity: Severity
  text: string
  since: string | null
  cites: Cited | readonly Cited[]
  kind: 'INCIDENT' | 'ALERT' | 'FINDING' | 'ANOMALY' | 'STATE'
}

export const bySeverity = (a: Sign, b: Sign): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity)

/** Names of what lies in a cluster or namespace, so that what is known by its own name alone is counted there too. */
export function membersOf(found: Found, ref: EntityRef): ReadonlySet<string> {
  if (ref.kind !== 'CLUSTER' && ref.kind !== 'NAMESPACE') return new Set()
  return new Set((found.output('list_workloads')?.workloads ?? []).map(({ name }) => name))
}

/** Whether an entity is that thing, a part of it, or a service that its workloads make. */
export const belongs = (ref: EntityRef, members: ReadonlySet<string>, id: string): boolean =>
  isPartOf(ref, id) || (/^(?:service|database|queue)\//.test(id) && members.has(spoken(id)))

/** Incidents, alerts, findings and anomalies of a thing, the worst first of each. */
export function signsOf(found: Found, ref: EntityRef): Sign[] {
  const members = membersOf(found, ref)
  const isIt = (id: string | null | undefined): boolean => typeof id === 'string' && belongs(ref, members, id)
  const isPlace = ref.kind === 'CLUSTER' || ref.kind === 'NAMESPACE'
  const touched = knownIncidents(found).filter(({ incident }) => incident.affected_entities.some(isIt))
  // What an incident is about lies in one namespace, whomever else it touches.
  const isHere = ({ affected_entities, primary_entity }: (typeof touched)[number]['incident']): boolean =>
    !isPlace || isMostly(affected_entities, isIt) || (ref.kind === 'NAMESPACE' && isIt(primary_entity))
  const incidents = touched
    .filter(({ incident }) => isHere(incident))
    .map(
      ({ incident, record }): Sign => ({
        ...{ kind: 'INCIDENT', severity: incident.severity, since: incident.started_at, cites: record },
        text: `INC-${incident.number} (${incident.severity}) affects ${listed(affectedNames(incident))}`,
      }),
    )
  // What belongs to an incident of another place that only shares a name with something here.
  const own = new Set(touched.filter(({ incident }) => isHere(incident)).map(({ incident }) => incident.id))
  const foreign = new Set(touched.flatMap(({ incident }) => (own.has(incident.id) ? [] : [incident.id])))
  // In a place full of things, an incident speaks for its alerts and anomalies.
  const told = new Set([...foreign, ...(isPlace ? own : [])])
  const findings = (found.output('list_findings')?.findings ?? []).flatMap((one, i): Sign[] =>
    [one.object, one.parent].some((object) => object && isIt(objectId(one.cluster_name, object)))
      ? [
          {
            ...{ kind: 'FINDING', severity: one.severity, since: one.since },
            text: findingText(one),
            cites: found.record('list_findings', i),
          },
        ]
      : [],
  )
  const alerts = (found.output('list_alerts')?.alerts ?? []).flatMap((one, i): Sign[] =>
    (isIt(one.entity) && !told.has(one.incident_id ?? '')) ||
    (ref.kind === 'CLUSTER' && one.labels.cluster === ref.name)
      ? [
          {
            ...{ kind: 'ALERT', severity: one.severity, since: one.starts_at },
            text: `alert ${one.name} (${one.severity})${one.entity ? ` on ${spoken(one.entity)}` : ''}${one.silenced ? ', silenced' : ''}: “${shortened(one.message)}”`,
            cites: found.record('list_alerts', i),
          },
        ]
      : [],
  )
  const anomalies = (found.output('list_anomalies')?.anomalies ?? []).flatMap((one, i): Sign[] =>
    isIt(one.entity) && !one.silenced && !told.has(one.incident_id ?? '')
      ? [
          {
            ...{ kind: 'ANOMALY', severity: one.severity, since: one.started_at },
            ...{ text: shortened(one.sentence), cites: found.record('list_anomalies', i) },
          },
        ]
      : [],
  )
  return [...findings, ...incidents, ...alerts, ...anomalies].sort(bySeverity)
}

/** A place is touched by an incident where most of what it affects is there. */
const isMostly = (ids: readonly string[], isIt: (id: string) => boolean): boolean =>
  ids.filter(isIt).length * 2 >= ids.length
