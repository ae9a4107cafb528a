import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { type IncidentStatus, incidentTransitions } from '@aiops/contract/model/incident'
import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import { onEdit } from '../edit/edit.ts'
import { type EditEvent, isEdit } from '../edit/edit-event.ts'
import { noLessons } from '../edit/lesson.ts'
import { onRuled, type RuledEvent } from '../rule/ruled-event.ts'
import { ruledHome } from '../rule/ruled-group.ts'
import type { SignalView } from '../rule/signal-view.ts'
import { Background } from './background.ts'
import { noteBeginning } from './burst.ts'
import { join, mayMerge, merge, place, settle } from './cluster.ts'
import { followOnset, gather, placeAlert } from './cluster-alert.ts'
import {
  createGroups,
  endMember,
  forget,
  type Group,
  isUnresolved,
  type Member,
  placeLoose,
  raiseMember,
} from './group.ts'
import { findLinks, placed } from './link.ts'
import { isStrong, rankOf, type Signal } from './signal.ts'
import { symptomOfCause } from './symptom.ts'
import {
  type Core,
  changed,
  type Output,
  reopen,
  resolve,
  type Turn,
  tell,
  tellHealth,
  tellSeverity,
  touchAll,
} from './turn.ts'
import { withdraw } from './withdraw.ts'

export type CoreEvent =
  /** `labels` are what silences look at before the core sees the event, `view` what rules do. */
  | { type: 'SIGNAL'; nowMs: number; signal: Signal; labels?: Labels; view?: () => SignalView }
  /** A silence covers it from now on. */
  | { type: 'WITHDRAWN'; nowMs: number; memberId: string }
  | { type: 'TICK'; nowMs: number }
  | { type: 'TOPOLOGY'; nowMs: number }
  | { type: 'DIAGNOSED'; nowMs: number; diagnosis: Diagnosis }
  | {
      type: 'STATUS'
      nowMs: number
      incidentId: string
      status: IncidentStatus
      actor: string
      comment: string | undefined
    }
  | EditEvent
  | RuledEvent

export function createCore(options: Pick<Core, 'tenant' | 'topology' | 'settings' | 'newId'>): Core {
  const isPlaced = (place: string): boolean =>
    core.topology.neighbourhood(place, core.settings.depth).size > 1
  const core: Core = {
    ...options,
    groups: createGroups(isPlaced, options.settings.burstMs),
    background: new Background(),
    lessons: noLessons,
    health: new Map(),
  }
  return core
}

/** Throws NOT_FOUND or CONFLICT for a STATUS event that cannot be followed, and has then changed nothing. */
export function step(core: Core, event: CoreEvent): Output[] {
  const outputs: Output[] = []
  const turn: Turn = { core, nowMs: event.nowMs, out: (output) => outputs.push(output) }
  if (event.type === 'SIGNAL') onSignal(turn, placed(event.signal, core.topology))
  else if (event.type === 'WITHDRAWN') withdraw(turn, event.memberId)
  else if (event.type === 'TICK') onTick(turn)
  else if (event.type === 'TOPOLOGY') onTopology(turn)
  else if (event.type === 'DIAGNOSED') onDiagnosed(turn, event.diagnosis)
  else if (event.type === 'RULED') onRuled(turn, event)
  else if (isEdit(event)) onEdit(turn, event)
  else onStatus(turn, event)
  tellHealth(turn)
  return outputs
}

function onSignal(turn: Turn, signal: Signal): void {
  const known = turn.core.groups.members.get(signal.id)
  if (known) {
    onKnown(turn, known, signal)
    return
  }
  // An anomaly's end alone says nothing; an alert's end may have overtaken its beginning.
  if (signal.endMs !== null && signal.kind === 'ANOMALY') return
  const home = ruledHome(turn.core.groups, signal)
  if (home) {
    join(turn, home, signal, '')
    settle(turn, home)
    trimLatent(turn)
    return
  }
  const links = findLinks(turn.core.groups, turn.core.topology, turn.core.settings, signal, turn.core.lessons)
  settle(turn, signal.kind === 'ALERT' ? placeAlert(turn, signal, links) : place(turn, signal, links))
  trimLatent(turn)
}

function onKnown(turn: Turn, member: Member, signal: Signal): void {
  const { group } = member
  const before = group.severity
  const began = hasBegun(member)
  if (signal.endMs === null) member.counts = true
  if (rankOf(signal.severity) < rankOf(member.severity)) {
    raiseMember(turn.core.groups, member, signal)
    if (group.status !== 'LATENT' && group.severity !== before) tellSeverity(turn, group, before)
  }
  if (
    signal.endMs !== null &&
    endMember(turn.core.groups, member, signal.endMs, turn.nowMs) &&
    group.status !== 'LATENT'
  ) {
    changed(turn, group)
    const type = member.kind === 'ALERT' ? 'ALERT_RESOLVED' : 'ANOMALY_ENDED'
    if (group.told <= turn.core.settings.timelineMembersMax)
      tell(turn, group, type, `Ended: ${member.sentence}`)
  }
  if (!began && hasBegun(member)) {
    noteBeginning(group.bursts, member.key, member.startMs, turn.core.settings.burstMs)
    const gathered = gather(turn, group)
    followOnset(turn, gathered)
    settle(turn, gathered)
  }
  if (member.group.status === 'LATENT') settle(turn, member.group)
  else turn.out({ type: 'SETTLED', incidentId: member.group.id, memberId: member.id, kind: member.kind })
}

/** Whether it counts among what begins in bursts: an end alone does not, nor what is told for information. */
const hasBegun = (member: Member): boolean => member.kind === 'ALERT' && member.counts && isStrong(member)

function onTick(turn: Turn): void {
  const { groups, settings } = turn.core
  for (const group of [...groups.latent]) {
    settle(turn, group)
    if (group.status === 'LATENT' && isStale(turn, group)) release(turn, group)
  }
  for (const group of [...groups.all.values()]) {
    if (isUnresolved(group)) {
      if (group.active === 0 && turn.nowMs - group.quietMs >= settings.resolveMs)
        resolve(turn, group, 'system', 'Resolved: everything in it has ended.')
    } else if (group.status === 'RESOLVED' || group.status === 'CLOSED') {
      if (group.status === 'RESOLVED') reopenForLate(turn, group)
      if (!isUnresolved(group) && turn.nowMs - (group.resolvedMs ?? 0) > settings.reopenMs)
        forget(groups, group)
    }
  }
  if (groups.all.size - groups.latent.size > settings.incidentsMax) trimIncidents(turn)
}

/** Waiting is over when it has been quiet for the window, or goes on for six windows without ever being worth an incident. */
function isStale(turn: Turn, group: Group): boolean {
  const { windowMs, reopenMs } = turn.core.settings
  const ageMs = turn.nowMs - Math.max(group.latestMs, group.createdMs)
  // An alert that comes again within this is the same trouble.
  const waitMs = group.alertCount > 0 ? Math.max(windowMs, reopenMs) : windowMs
  return ageMs > Math.max(waitMs, group.active > 0 ? windowMs * 6 : 0)
}

/** Forgets a waiting group; its alerts have then been dealt with and stay without an incident. */
function release(turn: Turn, group: Group): void {
  for (const member of group.members.values())
    turn.out({ type: 'SETTLED', incidentId: null, memberId: member.id, kind: member.kind })
  forget(turn.core.groups, group)
}

function trimLatent(turn: Turn): void {
  const { groups, settings } = turn.core
  while (groups.latent.size > settings.pendingMax) release(turn, groups.latent.values().next().value as Group)
}

/** Follows the most recently active incidents only. Those dropped stay in the record store as they are. */
function trimIncidents(turn: Turn): void {
  const { groups, settings } = turn.core
  const incidents = [...groups.all.values()]
    .filter((group) => group.status !== 'LATENT')
    .sort((a, b) => a.updatedMs - b.updatedMs)
  for (const group of incidents.slice(0, incidents.length - settings.incidentsMax)) forget(groups, group)
}

/** What began before the end was noted and still goes on well after it: the trouble was not over. */
function reopenForLate(turn: Turn, group: Group): void {
  const { persistMs } = turn.core.settings
  if (group.active === 0) return
  for (const member of group.members.values()) {
    if (
      member.lateMs === null ||
      member.endMs !== null ||
      turn.nowMs - member.lateMs <= persistMs ||
      !isStrong(member)
    )
      continue
    reopen(turn, group, `Reopened, as it goes on: ${member.sentence}`)
    return
  }
}

/** An edge was learned: what waits or has just begun may turn out to be near. */
function onTopology(turn: Turn): void {
  const { core } = turn
  placeLoose(core.groups)
  const recent: Member[] = []
  for (const group of core.groups.all.values()) {
    if (group.status !== 'LATENT' && !isUnresolved(group)) continue
    for (const presence of group.presences.values()) {
      for (const member of presence.anchors)
        if (turn.nowMs - member.startMs <= core.settings.windowMs && isStrong(member)) recent.push(member)
    }
  }
  for (const member of recent.sort((a, b) => b.startMs - a.startMs).slice(0, 2_000)) {
    let { group } = member
    for (const link of findLinks(core.groups, core.topology, core.settings, member, core.lessons)) {
      if (link.group.status === 'RESOLVED' || !mayMerge(core, group, link.group)) continue
      group = merge(turn, group, link.group, link, member)
    }
    settle(turn, group)
  }
}

/** The explain stage has told its own news; here its first cause becomes part of the incident. It names it when it outweighs doubt. */
function onDiagnosed(turn: Turn, diagnosis: Diagnosis): void {
  const group = turn.core.groups.all.get(diagnosis.incident_id)
  const first = diagnosis.causes[0]
  if (!group || group.status === 'LATENT' || !first) return
  const symptom = first.probability >= diagnosis.unknown_probability ? symptomOfCause[first.category] : null
  const known = group.cause
  const same =
    known?.entity === first.entity && known.symptom === symptom && known.sentence === first.sentence
  if (same && Math.abs(known.probability - first.probability) < 0.05) return
  group.cause = { entity: first.entity, sentence: first.sentence, probability: first.probability, symptom }
  changed(turn, group)
}

function onStatus(turn: Turn, event: Extract<CoreEvent, { type: 'STATUS' }>): void {
  const group = turn.core.groups.all.get(event.incidentId)
  if (!group || group.status === 'LATENT')
    throw new Fault('NOT_FOUND', `There is no incident ${event.incidentId}.`)
  if (group.mergedInto !== null)
    throw new Fault('CONFLICT', 'The incident was merged into another; change that one.')
  if (!incidentTransitions[group.status].includes(event.status)) {
    throw new Fault('CONFLICT', `An incident that is ${group.status} cannot become ${event.status}.`)
  }
  const comment = event.comment ? `: ${event.comment}` : ''
  if (event.status === 'RESOLVED') resolve(turn, group, event.actor, `Resolved by ${event.actor}${comment}`)
  else if (event.status === 'OPEN') reopen(turn, group, `Reopened by ${event.actor}${comment}`, event.actor)
  else proceed(turn, group, event.status, comment, event.actor)
}

function proceed(
  turn: Turn,
  group: Group,
  status: 'ACKNOWLEDGED' | 'INVESTIGATING' | 'CLOSED',
  comment: string,
  actor: string,
): void {
  tell(turn, group, 'STATUS_CHANGED', `${group.status} → ${status}${comment}`, actor)
  group.status = status
  if (status === 'CLOSED') group.resolvedMs ??= turn.nowMs
  else group.acknowledgedMs ??= turn.nowMs
  touchAll(turn.core.groups, group)
  changed(turn, group)
}
