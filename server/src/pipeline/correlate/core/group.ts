import type { EntityId } from '@aiops/contract/model/entity'
import type { IncidentStatus } from '@aiops/contract/model/incident'
import { type Severity, worse } from '@aiops/contract/model/severity'
import { assert } from '../../../kernel/assert.ts'
import { createLife, type Life } from '../edit/life.ts'
import { forgetRules, noteRules } from '../rule/ruled-group.ts'
import type { Routed } from '../rule/ruling.ts'
import type { Onset } from './background.ts'
import { type Bursts, createBursts, noteBeginning } from './burst.ts'
import { isStrong, rankOf, type Signal, Tokens } from './signal.ts'

/** Signals that belong together. LATENT until it is worth an incident; then it is one and its id is the incident's. */
export type Group = {
  id: string
  /** Counts up; the older of two survives a merge. */
  order: number
  status: 'LATENT' | IncidentStatus
  members: Map<string, Member>
  presences: Map<PlaceKey, Presence>
  /** Given by the record store when the incident is written. */
  number: number | null
  startedMs: number
  /** Latest beginning of a member. */
  latestMs: number
  createdMs: number
  updatedMs: number
  acknowledgedMs: number | null
  resolvedMs: number | null
  resolvedBy: string | null
  severity: Severity
  active: number
  /** When the last active member ended, as we heard of it. */
  quietMs: number
  anomalyCount: number
  alertCount: number
  strongCount: number
  /** First cause of the latest diagnosis; its symptom is null while doubt outweighs it. */
  cause: { entity: EntityId; sentence: string; probability: number; symptom: string | null } | null
  mergedInto: string | null
  /** Single members already written to the timeline. */
  told: number
  /** Beginnings of its alerts. */
  bursts: Bursts
  /** How its beginning was counted in the background. */
  onset: { kind: Onset; at: number } | null
  /** What people have done to it. */
  life: Life
  /** By a rule only signals of this key are in it. */
  only: string | null
  routed: Routed | null
}

export type Member = Signal & {
  group: Group
  reason: string
  /** False while only its end has been heard of: an end alone is no reason for an incident. */
  counts: boolean
  /** Joined a resolved incident at this time because it began before the end. */
  lateMs: number | null
}

/** An entity id, or `~key` for a signal that names none. */
export type PlaceKey = string
/** A group's members at one entity. `anchors` are those others may link to: the newest 16 with different keys. */
export type Presence = {
  group: Group
  place: PlaceKey
  anchors: Member[]
  /** Active members by rank of severity, and those of them that are silent. */
  active: [number, number, number, number, number]
  silent: number
  /** What was seen here, for words: kept as members come, so that a storm's incident is described as fast as a small one. */
  seen: Seen
}

export type Seen = {
  /** Largest weight of severity × confidence. */
  strength: number
  startMs: number
  /** The worst member of each symptom; the first 16 symptoms. */
  symptoms: Map<string, { rank: number; confidence: number; startMs: number }>
}

export type Groups = {
  all: Map<string, Group>
  members: Map<string, Member>
  byPlace: Map<PlaceKey, Set<Presence>>
  /** Places of a cluster or namespace; `loose` are those the topology knows nothing of. */
  byScope: Map<string, { all: Set<PlaceKey>; loose: Set<PlaceKey> }>
  isPlaced(place: PlaceKey): boolean
  /** The latest member of each key. */
  byKey: Map<string, Member>
  /** Homes of what rules keep together, by key. */
  byRule: Map<string, Group>
  /** Beginnings this close together are one burst. */
  burstMs: number
  /** Anomalies among the members. */
  anomalies: number
  /** Counts up when a place comes, goes, or turns out to be near others. */
  placesVersion: number
  /** In order of creation. */
  latent: Set<Group>
  nextOrder: number
  /** Places whose health may have changed since last asked. */
  touched: Set<PlaceKey>
}

const anchorsMax = 16
const symptomsMax = 16
const severityWeights = [8, 4, 2, 1, 0.5] as const
const noTokens = new Tokens({}, '')

export const createGroups = (isPlaced: Groups['isPlaced'], burstMs: number): Groups => ({
  isPlaced,
  burstMs,
  anomalies: 0,
  placesVersion: 0,
  all: new Map(),
  members: new Map(),
  byPlace: new Map(),
  byScope: new Map(),
  byKey: new Map(),
  byRule: new Map(),
  latent: new Set(),
  nextOrder: 1,
  touched: new Set(),
})

export const placeOf = (signal: Pick<Signal, 'entity' | 'key'>): PlaceKey => signal.entity ?? `~${signal.key}`
export const isUnresolved = (group: Group): boolean =>
  group.status === 'OPEN' || group.status === 'ACKNOWLEDGED' || group.status === 'INVESTIGATING'

export function createGroup(groups: Groups, id: string, nowMs: number): Group {
  const group: Group = {
    id,
    order: groups.nextOrder++,
    status: 'LATENT',
    members: new Map(),
    presences: new Map(),
    number: null,
    startedMs: Number.POSITIVE_INFINITY,
    latestMs: Number.NEGATIVE_INFINITY,
    createdMs: nowMs,
    updatedMs: nowMs,
    acknowledgedMs: null,
    resolvedMs: null,
    resolvedBy: null,
    severity: 'INFO',
    active: 0,
    quietMs: nowMs,
    anomalyCount: 0,
    alertCount: 0,
    strongCount: 0,
    cause: null,
    mergedInto: null,
    told: 0,
    bursts: createBursts(),
    onset: null,
    life: createLife(),
    only: null,
    routed: null,
  }
  groups.all.set(id, group)
  groups.latent.add(group)
  return group
}

export function addMember(groups: Groups, group: Group, member: Member): void {
  member.group = group
  group.members.set(member.id, member)
  groups.members.set(member.id, member)
  if (member.ruled || member.routed) noteRules(groups, group, member)
  const latest = groups.byKey.get(member.key)
  if (!latest || latest.startMs <= member.startMs) groups.byKey.set(member.key, member)
  if (member.kind === 'ALERT') group.alertCount += 1
  else {
    group.anomalyCount += 1
    groups.anomalies += 1
  }
  if (isStrong(member)) group.strongCount += 1
  if (member.endMs === null) group.active += 1
  group.severity = worse(group.severity, member.severity)
  group.startedMs = Math.min(group.startedMs, member.startMs)
  group.latestMs = Math.max(group.latestMs, member.startMs)
  anchor(presenceOf(groups, group, member), member)
  if (member.kind === 'ALERT' && member.counts && isStrong(member))
    noteBeginning(group.bursts, member.key, member.startMs, groups.burstMs)
}

function presenceOf(groups: Groups, group: Group, member: Member): Presence {
  const place = placeOf(member)
  groups.touched.add(place)
  let presence = group.presences.get(place)
  if (!presence) {
    presence = { group, place, anchors: [], active: [0, 0, 0, 0, 0], silent: 0, seen: unseen() }
    group.presences.set(place, presence)
    const here = groups.byPlace.get(place)
    if (here) here.add(presence)
    else {
      groups.byPlace.set(place, new Set([presence]))
      groups.placesVersion += 1
    }
  }
  for (const scope of member.scopes) {
    let places = groups.byScope.get(scope)
    if (!places) {
      places = { all: new Set(), loose: new Set() }
      groups.byScope.set(scope, places)
    }
    if (places.all.has(place)) continue
    places.all.add(place)
    groups.placesVersion += 1
    if (!groups.isPlaced(place)) places.loose.add(place)
  }
  if (member.endMs === null) count(presence, member, 1)
  see(presence.seen, member)
  return presence
}

const unseen = (): Seen => ({ strength: 0, startMs: Number.POSITIVE_INFINITY, symptoms: new Map() })

function see(seen: Seen, member: Member): void {
  const { symptom, confidence, startMs } = member
  const rank = rankOf(member.severity)
  seen.strength = Math.max(seen.strength, (severityWeights[rank] ?? 0) * confidence)
  seen.startMs = Math.min(seen.startMs, startMs)
  const worst = seen.symptoms.get(symptom)
  if (!worst) {
    if (seen.symptoms.size < symptomsMax) seen.symptoms.set(symptom, { rank, confidence, startMs })
  } else if (rank < worst.rank || (rank === worst.rank && confidence > worst.confidence))
    Object.assign(worst, { rank, confidence, startMs })
  else if (rank === worst.rank && confidence === worst.confidence)
    worst.startMs = Math.min(worst.startMs, startMs)
}

function count(presence: Presence, member: Member, by: 1 | -1): void {
  presence.active[rankOf(member.severity)] = (presence.active[rankOf(member.severity)] ?? 0) + by
  if (member.silent) presence.silent += by
}

/** After the topology has grown: places it now knows. */
export function placeLoose(groups: Groups): void {
  groups.placesVersion += 1
  for (const { loose } of groups.byScope.values()) {
    for (const place of loose) if (groups.isPlaced(place)) loose.delete(place)
  }
}

/** Newest last. Only anchors keep their tokens, so that a storm of 100,000 alerts stays small. */
function anchor(presence: Presence, member: Member): void {
  const { anchors } = presence
  const same = anchors.findIndex((other) => other.key === member.key && other.startMs <= member.startMs)
  const [gone] =
    same >= 0 ? anchors.splice(same, 1) : anchors.length >= anchorsMax ? anchors.splice(0, 1) : []
  if (gone) gone.tokens = noTokens
  let at = anchors.length
  while (at > 0 && (anchors[at - 1]?.startMs ?? 0) > member.startMs) at -= 1
  anchors.splice(at, 0, member)
}

/** Returns false when it had ended already. */
export function endMember(groups: Groups, member: Member, endMs: number, nowMs: number): boolean {
  if (member.endMs !== null) return false
  member.endMs = endMs
  const { group } = member
  group.active -= 1
  if (group.active === 0) group.quietMs = nowMs
  const place = placeOf(member)
  const presence = group.presences.get(place)
  if (presence) count(presence, member, -1)
  groups.touched.add(place)
  return true
}

export function raiseMember(groups: Groups, member: Member, signal: Signal): void {
  if (!isStrong(member) && isStrong({ ...member, severity: signal.severity })) member.group.strongCount += 1
  const presence = member.endMs === null ? member.group.presences.get(placeOf(member)) : undefined
  if (presence) count(presence, member, -1)
  member.severity = worse(member.severity, signal.severity)
  if (presence) count(presence, member, 1)
  member.confidence = Math.max(member.confidence, signal.confidence)
  member.sentence = signal.sentence
  const here = member.group.presences.get(placeOf(member))
  if (here) see(here.seen, member)
  member.group.severity = worse(member.group.severity, member.severity)
  groups.touched.add(placeOf(member))
}

/** Moves everything of `from` into `into` and forgets `from`. Returns the moved members. */
export function absorb(groups: Groups, into: Group, from: Group): Member[] {
  assert(
    groups.all.get(from.id) === from && groups.all.get(into.id) === into,
    'only groups that are followed merge',
  )
  const moved = [...from.members.values()]
  forget(groups, from)
  for (const member of moved) addMember(groups, into, member)
  if (into.active === 0) into.quietMs = Math.max(into.quietMs, from.quietMs)
  into.cause ??= from.cause
  return moved
}

/** Drops a group and its members from memory; records are not touched. */
export function forget(groups: Groups, group: Group): void {
  groups.all.delete(group.id)
  groups.latent.delete(group)
  groups.anomalies -= group.anomalyCount
  if (groups.byRule.size > 0) forgetRules(groups, group)
  for (const member of group.members.values()) {
    groups.members.delete(member.id)
    if (groups.byKey.get(member.key) === member) groups.byKey.delete(member.key)
  }
  for (const presence of group.presences.values()) {
    const here = groups.byPlace.get(presence.place)
    here?.delete(presence)
    if (here?.size === 0) {
      groups.byPlace.delete(presence.place)
      groups.placesVersion += 1
    }
    groups.touched.add(presence.place)
  }
  for (const member of group.members.values()) leaveScopes(groups, member)
}

function leaveScopes(groups: Groups, member: Member): void {
  const place = placeOf(member)
  if (groups.byPlace.has(place)) return
  for (const scope of member.scopes) {
    const places = groups.byScope.get(scope)
    places?.all.delete(place)
    places?.loose.delete(place)
    if (places?.all.size === 0) groups.byScope.delete(scope)
  }
}
