import { Fault } from '../../../kernel/fault.ts'
import { mergeInto, nameOf, settle } from '../core/cluster.ts'
import { addMember, createGroup, type Group, isUnresolved, type Member } from '../core/group.ts'
import { incidentOf } from '../core/incident-of.ts'
import { placed } from '../core/link.ts'
import { changed, reopen, type Turn, tell, tellSeverity, touchAll } from '../core/turn.ts'
import { withdraw } from '../core/withdraw.ts'
import { onlyOf } from '../rule/ruled-group.ts'
import { setApart } from './apart.ts'
import type { EditEvent } from './edit-event.ts'
import { lessonsOf } from './lesson.ts'
import { bar, liftBars, severityOf } from './life.ts'
import { pairsBetween } from './pair.ts'
import { takeOut } from './take-out.ts'

type Of<T extends EditEvent['type']> = Extract<EditEvent, { type: T }>

/** Follows what somebody did. Throws NOT_FOUND or CONFLICT for what cannot be done, and has then changed nothing. */
export function onEdit(turn: Turn, event: EditEvent): void {
  if (event.type === 'LESSONS') turn.core.lessons = lessonsOf(event.lessons)
  else if (event.type === 'SEVERITY') onSeverity(turn, event)
  else if (event.type === 'MERGE') onMerge(turn, event)
  else if (event.type === 'SPLIT') onSplit(turn, event)
  else if (event.type === 'REMOVE') onRemove(turn, event)
  else if (event.type === 'ADMIT') onAdmit(turn, event)
  else onMove(turn, event)
}

function onSeverity(turn: Turn, { incidentId, severity, actor, comment }: Of<'SEVERITY'>): void {
  const group = editable(turn, incidentId)
  const before = severityOf(group)
  group.life.fixed = severity === null ? null : { severity, by: actor }
  const what = severity === null ? `${severityOf(group)}, follows the members again` : severity
  tell(turn, group, 'SEVERITY_CHANGED', `${before} → ${what}${said(comment)}`, actor)
  changed(turn, group)
}

function onMerge(turn: Turn, { incidentId, into, actor, comment, untaught }: Of<'MERGE'>): void {
  const [from, target] = [editable(turn, incidentId), editable(turn, into)]
  if (from === target) throw new Fault('CONFLICT', 'An incident cannot be merged into itself.')
  if (!untaught) teach(turn, from.members.values(), target.members.values(), true, actor)
  mergeInto(turn, target, from, `by hand${said(comment)}`, actor)
}

function onSplit(turn: Turn, { incidentId, memberIds, actor, comment, untaught }: Of<'SPLIT'>): void {
  const group = editable(turn, incidentId)
  const leaving = new Set(memberIds.map((id) => memberOf(group, id)))
  if (leaving.size === group.members.size)
    throw new Fault('CONFLICT', `These are all of ${called(group)}; leave at least one.`)
  const { groups, newId } = turn.core
  const before = group.severity
  const rest = takeOut(groups, group, leaving, turn.nowMs)
  if (!untaught) teach(turn, leaving, rest.members.values(), false, actor)
  const created = createGroup(groups, newId(turn.nowMs), knownMs(group, leaving))
  groups.latent.delete(created)
  for (const member of leaving) addMember(groups, created, member)
  for (const group of [rest, created]) group.only = onlyOf(group)
  // Whoever splits it has seen it; what is over stays over.
  const { acknowledgedMs, resolvedMs, resolvedBy } = group
  Object.assign(created, { acknowledgedMs, updatedMs: turn.nowMs, quietMs: turn.nowMs })
  created.life.splitFrom = group.id
  const isOver = !isUnresolved(group) && created.active === 0
  if (isOver) Object.assign(created, { status: 'RESOLVED', resolvedMs, resolvedBy })
  else created.status = isUnresolved(group) ? group.status : 'OPEN'
  part(turn, rest, created, [...leaving])
  turn.out({ type: 'OPENED', incidentId: created.id })
  const titles = [rest, created].map((one) => incidentOf(turn.core.tenant, one, turn.core.topology).title)
  tell(turn, created, 'OPENED', `Split from ${nameOf(rest, titles[0])}${said(comment)}`, actor)
  tell(turn, rest, 'SPLIT', `Split off ${counted(leaving.size)} as "${titles[1]}"${said(comment)}`, actor)
  for (const member of leaving) rehome(turn, rest, member)
  touchAll(groups, created)
  shrunk(turn, rest, before)
}

function onRemove(turn: Turn, { incidentId, memberIds, actor, comment }: Of<'REMOVE'>): void {
  const group = editable(turn, incidentId)
  const leaving = leavingOf(group, memberIds, 'close it, or merge it into another')
  const { groups, newId } = turn.core
  const before = group.severity
  const rest = takeOut(groups, group, leaving, turn.nowMs)
  teach(turn, leaving, rest.members.values(), false, actor)
  tell(turn, rest, 'MEMBER_REMOVED', `Removed${said(comment)}: ${sentenceOf(leaving)}`, actor)
  for (const { id: memberId, kind, endMs } of leaving)
    turn.out({ type: 'LEFT', incidentId: rest.id, memberId, kind, waits: endMs === null })
  // What has ended by itself needs no home; what goes on waits together.
  const waiting = [...leaving].filter(({ endMs }) => endMs === null)
  const alone = waiting.length > 0 ? createGroup(groups, newId(turn.nowMs), turn.nowMs) : undefined
  const reason = waiting.length === 1 ? 'The first sign.' : 'Taken out of an incident together.'
  if (alone) for (const member of waiting) addMember(groups, alone, { ...member, reason, lateMs: null })
  part(turn, rest, alone, [...leaving])
  if (alone) settle(turn, alone)
  shrunk(turn, rest, before)
}

function onMove(turn: Turn, { incidentId, memberIds, into, actor, comment }: Of<'MOVE'>): void {
  const [group, target] = [editable(turn, incidentId), editable(turn, into)]
  if (group === target)
    throw new Fault(
      'CONFLICT',
      `${memberIds.length === 1 ? 'It is' : 'They are'} in ${called(group)} already.`,
    )
  const leaving = leavingOf(group, memberIds, 'merge the incident instead')
  const before = [group.severity, target.severity] as const
  const rest = takeOut(turn.core.groups, group, leaving, turn.nowMs)
  teach(turn, leaving, rest.members.values(), false, actor)
  teach(turn, leaving, target.members.values(), true, actor)
  const titles = [rest, target].map((one) => incidentOf(turn.core.tenant, one, turn.core.topology).title)
  const what = `${said(comment)}: ${sentenceOf(leaving)}`
  tell(turn, rest, 'MEMBER_MOVED', `Moved to ${nameOf(target, titles[1])}${what}`, actor)
  tell(turn, target, 'MEMBER_MOVED', `Moved here from ${nameOf(rest, titles[0])}${what}`, actor)
  const moved = [...leaving].map(
    (member): Member => ({
      ...{ ...member, reason: `Moved here by ${actor}.`, lateMs: null },
    }),
  )
  takeIn(turn, target, moved)
  part(turn, rest, target, moved)
  for (const member of moved) rehome(turn, rest, member)
  grown(turn, target, before[1], moved, actor)
  shrunk(turn, rest, before[0])
}

function onAdmit(turn: Turn, { incidentId, signals, actor, comment }: Of<'ADMIT'>): void {
  const target = editable(turn, incidentId)
  const { groups, topology } = turn.core
  // Meanwhile some may have found an incident by themselves, and a person decides on that with it in sight.
  const free = signals.filter(({ id }) => (groups.members.get(id)?.group.status ?? 'LATENT') === 'LATENT')
  if (free.length === 0) throw new Fault('CONFLICT', 'By now each of them is in an incident.')
  const before = target.severity
  const members = free.map((signal): Member => {
    const known = groups.members.get(signal.id)
    withdraw(turn, signal.id)
    const own = known ?? { ...placed(signal, topology), counts: true }
    return { ...own, group: target, reason: `Joined by ${actor}.`, lateMs: null }
  })
  teach(turn, members, target.members.values(), true, actor)
  takeIn(turn, target, members)
  tell(turn, target, 'ALERT_ADDED', `Joined by hand${said(comment)}: ${sentenceOf(members)}`, actor)
  for (const { id: memberId, kind, reason } of members)
    turn.out({ type: 'MEMBER', incidentId: target.id, memberId, kind, reason })
  grown(turn, target, before, members, actor)
}

function leavingOf(group: Group, memberIds: readonly string[], instead: string): Set<Member> {
  const leaving = new Set(memberIds.map((id) => memberOf(group, id)))
  if (leaving.size === group.members.size)
    throw new Fault(
      'CONFLICT',
      `${leaving.size === 1 ? 'It is' : 'They are'} all that ${called(group)} holds; ${instead}.`,
    )
  return leaving
}

/** Brought in by hand, they may come again too. */
function takeIn(turn: Turn, target: Group, members: readonly Member[]): void {
  const keys = [...new Set(members.map(({ key }) => key))].filter((key) => target.life.barred.has(key))
  if (keys.length > 0) {
    liftBars(target.life, new Set(keys))
    turn.out({ type: 'BARRED', incidentId: target.id, keys, lifted: true })
  }
  for (const member of members) addMember(turn.core.groups, target, member)
}

function grown(
  turn: Turn,
  target: Group,
  before: Group['severity'],
  members: readonly Member[],
  actor: string,
): void {
  if (target.severity !== before) tellSeverity(turn, target, before)
  const goesOn = members.find(({ endMs }) => endMs === null)
  if (target.status === 'RESOLVED' && goesOn) reopen(turn, target, `Reopened: ${goesOn.sentence}`, actor)
  touchAll(turn.core.groups, target)
  changed(turn, target)
}

/** One as it says itself; of more how many, and the first. */
function sentenceOf(members: Iterable<Member>): string {
  const [first, ...more] = members
  const sentence = first?.sentence ?? ''
  return more.length === 0 ? sentence : `${counted(more.length + 1)}, the first: ${sentence}`
}

/** An incident that people may still change. */
function editable(turn: Turn, id: string): Group {
  const group = turn.core.groups.all.get(id)
  if (!group || group.status === 'LATENT') throw new Fault('NOT_FOUND', `There is no incident ${id}.`)
  if (group.mergedInto !== null)
    throw new Fault('CONFLICT', `${called(group)} was merged into another; change that one.`)
  if (group.status === 'CLOSED')
    throw new Fault('CONFLICT', `${called(group)} is closed, and a closed incident stays as it is.`)
  return group
}

function memberOf(group: Group, id: string): Member {
  const member = group.members.get(id)
  if (!member) throw new Fault('NOT_FOUND', `There is no alert or anomaly ${id} in ${called(group)}.`)
  return member
}

const called = ({ number }: Group): string => (number === null ? 'the incident' : `INC-${number}`)
const said = (comment: string | undefined): string => (comment ? ` (${comment})` : '')
const counted = (count: number): string => (count === 1 ? 'one member' : `${count} members`)

/** When the platform knew of these: not before the incident, nor before the first of them came. */
function knownMs(group: Group, members: Iterable<Member>): number {
  let firstMs = Number.POSITIVE_INFINITY
  for (const { seenMs } of members) firstMs = Math.min(firstMs, seenMs)
  return Math.max(group.createdMs, firstMs)
}

/** What left does not come back, and where it is now does not merge with where it was. */
function part(turn: Turn, rest: Group, other: Group | undefined, left: readonly Member[]): void {
  const keys = [...new Set(left.map(({ key }) => key))]
  bar(rest.life, keys)
  turn.out({ type: 'BARRED', incidentId: rest.id, keys, lifted: false })
  if (other) setApart(rest, other)
}

function rehome(turn: Turn, from: Group, member: Member): void {
  const { id: memberId, kind, reason } = member
  turn.out({ type: 'LEFT', incidentId: from.id, memberId, kind, waits: false })
  turn.out({ type: 'MEMBER', incidentId: member.group.id, memberId, kind, reason })
}

function shrunk(turn: Turn, group: Group, before: Group['severity']): void {
  if (group.severity !== before) tellSeverity(turn, group, before)
  touchAll(turn.core.groups, group)
  changed(turn, group)
}

function teach(
  turn: Turn,
  some: Iterable<Member>,
  others: Iterable<Member>,
  joined: boolean,
  actor: string,
): void {
  const pairs = pairsBetween(turn.core, some, others)
  if (pairs.length > 0) turn.out({ type: 'TAUGHT', pairs, joined, actor })
}
