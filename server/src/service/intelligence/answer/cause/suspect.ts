import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import { entityKind } from '@aiops/contract/model/entity'
import type { AlertLine } from '../../tool/alert.ts'
import type { ChangeLine } from '../../tool/change.ts'
import type { Neighbour } from '../../tool/topology.ts'
import { type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { answersRequests, type Signal, signalCalls, signalFacts, signalsOf } from '../health/signal.ts'
import {
  chosenIncident,
  isPartOf,
  namedOf,
  objectId,
  openIncidents,
  pastIncidents,
  spoken,
  subjectsOf,
} from '../subject.ts'

/** How far along the calls a reason is looked for. */
const depth = 4
const callees = { direction: 'DOWN', depth, kinds: ['service', 'database', 'queue', 'external'] } as const

/** What is looked at for a reason: incidents and alerts first, then what lies under the thing, then the thing that stands out there. */
export function planReason(situation: Situation): PlannedCall[] {
  const ref = asked(situation)
  const named = namedOf(situation, 'INCIDENT')
  return [
    ...[openIncidents, pastIncidents, planned('list_alerts', { limit: 200 })],
    ...(named ? [planned('get_incident', { id: named.id })] : []),
    ...(ref ? [planned('list_findings', { name: ref.name, limit: 30 })] : []),
    ...(ref?.kind === 'NAMESPACE' ? [planned('list_workloads', { namespace: ref.name, limit: 200 })] : []),
    ...(ref && answersRequests(ref) ? [topologyOf(ref.id)] : []),
  ]
}

const topologyOf = (id: string): PlannedCall =>
  planned('get_topology', { ...callees, kinds: [...callees.kinds], entity: id })

/** The thing whose trouble is to be explained: the first that is named, where it is no incident. */
export const asked = (situation: Situation): EntityRef | undefined => subjectsOf(situation)[0]

/** The same, or what the alert that is named fires for. */
export function aboutOf(situation: Situation, found: Found): EntityRef | undefined {
  const ref = asked(situation)
  const name = ref ? undefined : namedOf(situation, 'ALERT')?.name
  const id = name && found.output('list_alerts')?.alerts.find((alert) => alert.name === name)?.entity
  return ref ?? (id ? refOf(id) : undefined)
}

/** At most three rounds: the incident and the ways down from it; what stands out there; its measurements. */
export function nextReason(
  situation: Situation,
  found: Found,
  round: number,
  ref = aboutOf(situation, found),
): PlannedCall[] {
  const calls: PlannedCall[] = []
  const chosen = chosenIncident(situation, found)
  if (round === 1 && chosen && !found.of('get_incident'))
    calls.push(planned('get_incident', { id: chosen.incident.id }))
  if (!found.of('get_topology')) {
    const first = (chosen?.incident.affected_entities ?? []).find((id) =>
      /^(?:service|database|queue)\//.test(id),
    )
    if (round === 1 && first && !ref) return [...calls, topologyOf(first)]
  }
  const suspect = suspectOf(situation, found, ref)
  if (suspect && !found.of('list_changes', 'suspect')) calls.push(...suspectCalls(suspect, situation.nowMs))
  else if (suspect && !found.calls.some(({ tool }) => tool === 'query_metrics'))
    calls.push(...signalCalls(found, situation.nowMs, 'suspect'))
  return calls
}

function suspectCalls({ id, ref }: Suspect, nowMs: number): PlannedCall[] {
  const isMeasured = answersRequests(ref)
  return [
    planned('list_changes', { entity: id }, 'suspect'),
    ...(isMeasured
      ? [
          planned(
            'get_log_patterns',
            {
              entity: `${ref.kind.toLowerCase()}/${ref.name}`,
              level: 'ERROR',
              limit: 5,
              start_time: new Date(nowMs - 7_200_000).toISOString(),
            },
            'suspect',
          ),
          signalFacts(ref, 'suspect'),
        ]
      : []),
    planned('list_findings', { name: ref.name, limit: 30 }, 'suspect'),
  ]
}

/** Where the trouble seems to come from: the last thing along the calls that is in trouble too. */
export type Suspect = {
  id: string
  ref: EntityRef
  /** From the thing that was asked about to it; empty where it is that thing. */
  path: { neighbour: Neighbour; record: EvidenceRecord | undefined }[]
}

export function suspectOf(
  situation: Situation,
  found: Found,
  ref = aboutOf(situation, found),
): Suspect | undefined {
  const around = found.output('get_topology')
  const start = ref ?? (around?.entity ? refOf(around.entity) : undefined)
  if (!start) return undefined
  const self: Suspect = { id: ref?.id ?? around?.entity ?? start.id, ref: start, path: [] }
  const troubled = troubledIds(situation, found)
  const down = (around?.entities ?? [])
    .map((neighbour, i) => ({ neighbour, record: found.record('get_topology', i) }))
    .filter(({ neighbour }) => neighbour.direction === 'DOWN' && troubled.has(neighbour.id))
  const reached = new Map<string, Suspect>([[around?.entity ?? self.id, self]])
  let last = self
  for (const step of down) {
    const before = reached.get(step.neighbour.via ?? around?.entity ?? self.id)
    if (!before) continue
    const next: Suspect = {
      ...{ id: step.neighbour.id, ref: refOf(step.neighbour.id), path: [...before.path, step] },
    }
    reached.set(step.neighbour.id, next)
    if (next.path.length > last.path.length) last = next
  }
  return last
}

/** What alerts fire for, notices and silenced ones aside, and what the incident affects. */
function troubledIds(situation: Situation, found: Found): ReadonlySet<string> {
  const alerts = (found.output('list_alerts')?.alerts ?? []).filter(
    ({ severity, silenced }) => severity !== 'INFO' && severity !== 'LOW' && !silenced,
  )
  const chosen = chosenIncident(situation, found)?.incident.affected_entities ?? []
  return new Set([...alerts.flatMap(({ entity }) => (entity ? [entity] : [])), ...chosen])
}

export const refOf = (id: string): EntityRef => ({
  ...{ kind: entityKind(id).toUpperCase() as EntityRef['kind'], name: spoken(id), id },
})

export type Cite<T> = { value: T; record: EvidenceRecord | undefined }

/** What was seen at the suspect itself. */
export type Seen = {
  suspect: Suspect
  /** When it began, as far as can be seen; null where nothing shows it. */
  onset: string | null
  /** The last change of it within the hour before. */
  change: Cite<ChangeLine> | undefined
  /** The error line that it writes most. */
  log: Cite<{ template: string; example: string; count: number; first_at: string }> | undefined
  signals: readonly Signal[]
  alerts: readonly Cite<AlertLine>[]
  findings: readonly Cite<FindingSeen>[]
}
export type FindingSeen = {
  title: string
  severity: string
  since: string | null
  remediation: { text: string; command: string | null }[]
  causes: { text: string }[]
  object: { kind: string; name: string }
  rule: string
}

export function seenOf(
  situation: Situation,
  found: Found,
  ref = aboutOf(situation, found),
): Seen | undefined {
  const suspect = suspectOf(situation, found, ref)
  if (!suspect) return undefined
  const signals = signalsOf(found, 'suspect').filter(({ isWorse }) => isWorse)
  const alerts = (found.output('list_alerts')?.alerts ?? [])
    .map((value, i) => ({ value, record: found.record('list_alerts', i) }))
    .filter(
      ({ value }) =>
        value.entity !== undefined &&
        isPartOf(suspect.ref, value.entity) &&
        value.severity !== 'INFO' &&
        !value.silenced,
    )
  const log = (found.output('get_log_patterns', 'suspect')?.patterns ?? []).map((value, i) => ({
    ...{ value, record: found.record('get_log_patterns', i, 'suspect') },
  }))[0]
  const onset = earliest([
    ...signals.map(({ shiftAt }) => shiftAt),
    log?.value.first_at,
    ...alerts.map(({ value }) => value.starts_at),
  ])
  return {
    ...{ suspect, onset, log, signals, alerts, findings: findingsOf(found, suspect) },
    change: changeBefore(found, onset),
  }
}

const earliest = (times: readonly (string | null | undefined)[]): string | null =>
  times.filter((time) => typeof time === 'string').sort()[0] ?? null

/** A change may be told a little late: two minutes after the first sign it still counts. */
const [lateMs, longBeforeMs] = [120_000, 3_600_000]

function changeBefore(found: Found, onset: string | null): Cite<ChangeLine> | undefined {
  if (onset === null) return undefined
  return (found.output('list_changes', 'suspect')?.changes ?? [])
    .map((value, i) => ({ value, record: found.record('list_changes', i, 'suspect') }))
    .find(({ value }) => {
      const gap = Date.parse(onset) - Date.parse(value.at)
      return gap >= -lateMs && gap <= longBeforeMs
    })
}

/** Findings of the thing itself or of its parts, the most severe first. */
function findingsOf(found: Found, { ref }: Suspect): Cite<FindingSeen>[] {
  const as = found.of('list_findings', 'suspect') ? 'suspect' : undefined
  return (found.output('list_findings', as)?.findings ?? [])
    .map((value, i) => ({ value, record: found.record('list_findings', i, as) }))
    .filter(({ value }) =>
      [value.object, value.parent].some(
        (object) => object && isPartOf(ref, objectId(value.cluster_name, object)),
      ),
    )
}
