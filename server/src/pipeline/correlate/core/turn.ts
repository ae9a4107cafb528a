import type { EntityId } from '@aiops/contract/model/entity'
import type { TimelineEvent } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Entity } from '@aiops/contract/model/topology'
import { isoTime } from '../../../kernel/clock.ts'
import type { Lessons } from '../edit/lesson.ts'
import type { Pair } from '../edit/pair.ts'
import type { Background } from './background.ts'
import type { CorrelateTopology } from './correlate-topology.ts'
import { type Group, type Groups, isUnresolved, type Member } from './group.ts'
import type { IncidentDraft } from './incident-of.ts'
import type { LinkSettings } from './link.ts'
import { rankOf, type Signal } from './signal.ts'
import type { WorthSettings } from './worth.ts'

export type CoreSettings = LinkSettings &
  WorthSettings & {
    resolveMs: number
    mergeMs: number
    burstMs: number
    echoMs: number
    spanMs: number
    pendingMax: number
    incidentsMax: number
    timelineMembersMax: number
  }

/** One tenant's correlation. `step` changes it in place and depends on nothing else: same state and events, same outputs. */
export type Core = {
  tenant: TenantId
  topology: CorrelateTopology
  settings: CoreSettings
  newId(nowMs: number): string
  groups: Groups
  background: Background
  lessons: Lessons
  health: Map<EntityId, Entity['health']>
}

/** What must be written and told, in order. */
export type Output =
  | { type: 'OPENED'; incidentId: string }
  | { type: 'CHANGED'; incidentId: string }
  /** Its last state: it was merged into another and is followed no more. */
  | { type: 'MERGED'; incidentId: string; into: string; incident: IncidentDraft; number: number | null }
  | { type: 'TIMELINE'; incidentId: string; event: TimelineEvent }
  | { type: 'MEMBER'; incidentId: string; memberId: string; kind: Signal['kind']; reason: string }
  /** This state of a member has been dealt with: in an incident, or in none. */
  | { type: 'SETTLED'; incidentId: string | null; memberId: string; kind: Signal['kind'] }
  /** The silences that now cover it; none when it is free again. */
  | { type: 'SILENCED'; memberId: string; kind: Signal['kind']; by: readonly string[] }
  /** It is in this incident no longer. `waits`: it goes on and waits for company. */
  | { type: 'LEFT'; incidentId: string; memberId: string; kind: Signal['kind']; waits: boolean }
  /** The same does not come back to this incident by itself; with `lifted` it may again. */
  | { type: 'BARRED'; incidentId: string; keys: readonly string[]; lifted: boolean }
  /** Somebody joined or parted such. */
  | { type: 'TAUGHT'; pairs: readonly Pair[]; joined: boolean; actor: string }
  | { type: 'HEALTH'; entity: EntityId; health: Entity['health'] }

/** One event's way through the core. */
export type Turn = { core: Core; nowMs: number; out(output: Output): void }

export function resolve(turn: Turn, group: Group, actor: string, sentence: string): void {
  Object.assign(group, { status: 'RESOLVED', resolvedMs: turn.nowMs, resolvedBy: actor })
  tell(turn, group, 'RESOLVED', sentence, actor)
  touchAll(turn.core.groups, group)
  changed(turn, group)
}

export function reopen(turn: Turn, group: Group, sentence: string, actor = 'system'): void {
  Object.assign(group, { status: 'OPEN', resolvedMs: null, resolvedBy: null, quietMs: turn.nowMs })
  for (const member of group.members.values()) member.lateMs = null
  tell(turn, group, 'REOPENED', sentence, actor)
  touchAll(turn.core.groups, group)
  changed(turn, group)
}

export function changed(turn: Turn, group: Group): void {
  group.updatedMs = turn.nowMs
  turn.out({ type: 'CHANGED', incidentId: group.id })
}

export function tellMember(turn: Turn, member: Member): void {
  const { group } = member
  turn.out({
    type: 'MEMBER',
    incidentId: group.id,
    memberId: member.id,
    kind: member.kind,
    reason: member.reason,
  })
  group.told += 1
  const limit = turn.core.settings.timelineMembersMax
  if (group.told < limit)
    tell(turn, group, member.kind === 'ALERT' ? 'ALERT_ADDED' : 'ANOMALY_ADDED', member.sentence)
  else if (group.told === limit)
    tell(
      turn,
      group,
      'COMMENT_ADDED',
      `${limit} entries; further anomalies and alerts are counted but not written here one by one.`,
    )
}

export function tellSeverity(turn: Turn, group: Group, before: Group['severity']): void {
  // What somebody has set by hand does not follow the members.
  if (!group.life.fixed) tell(turn, group, 'SEVERITY_CHANGED', `${before} → ${group.severity}`)
  changed(turn, group)
}

export function tell(
  turn: Turn,
  group: Group,
  type: TimelineEvent['type'],
  sentence: string,
  actor = 'system',
): void {
  turn.out({
    type: 'TIMELINE',
    incidentId: group.id,
    event: { at: isoTime(turn.nowMs), type, actor, sentence },
  })
}

/** Health of entities in unresolved incidents, by their worst active member. */
export function tellHealth(turn: Turn): void {
  const { groups, health } = turn.core
  for (const place of groups.touched) {
    if (place.startsWith('~')) continue
    const now = healthOf(groups, place)
    if ((health.get(place) ?? 'HEALTHY') === now) continue
    if (now === 'HEALTHY') health.delete(place)
    else health.set(place, now)
    turn.out({ type: 'HEALTH', entity: place, health: now })
  }
  groups.touched.clear()
}

function healthOf(groups: Groups, place: EntityId): Entity['health'] {
  let worst = Number.POSITIVE_INFINITY
  for (const presence of groups.byPlace.get(place) ?? []) {
    if (!isUnresolved(presence.group)) continue
    if (presence.silent > 0) return 'SILENT'
    const rank = presence.active.findIndex((active) => active > 0)
    if (rank >= 0) worst = Math.min(worst, rank)
  }
  return worst <= rankOf('HIGH') ? 'FAILING' : worst <= rankOf('LOW') ? 'DEGRADED' : 'HEALTHY'
}

export function touchAll(groups: Groups, group: Group): void {
  for (const place of group.presences.keys()) groups.touched.add(place)
}
