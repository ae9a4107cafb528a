import { Fault } from '../../../kernel/fault.ts'
import { mergeInto, nameOf, settle } from '../core/cluster.ts'
import { addMember, createGroup, type Group, isUnresolved, type Member } from '../core/group.ts'
import { incidentOf } from '../core/incident-of.ts'
import { changed, reopen, type Turn, tell, tellSeverity, touchAll } from '../core/turn.ts'
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

function onMerge(turn: Turn, { incidentId, into, actor, comment }: Of<'MERGE'>): void {
  const [from, target] = [editable(turn, incidentId), editable(turn, into)]
  if (from === target) throw new Fault('CONFLICT', 'An incident cannot be merged into itself.')
  teach(turn, from.members.values(), target.members.values(), true, actor)
  mergeInto(turn, target, from, `by hand${said(comment)}`, actor)
}

function onSplit(turn: Turn, { incidentId, memberIds, actor, comment }: Of<'SPLIT'>): void {
  const group = editable(turn, incidentId)
  const leaving = new Set(memberIds.map((id) => memberOf(group, id)))
  if (leaving.size === group.members.size)
    throw new Fault('CONFLICT', `These are all of ${called(group)}; leave at least one.`)
  const { groups, newId } = turn.core
  const before = group.severity
  const rest = takeOut(groups, group, leaving, turn.nowMs)
  teach(turn, leaving, rest.members.values(), false, actor)
  const created = createGroup(groups, newId(turn.nowMs), knownMs(group, leaving))
  groups.latent.delete(created)
  for (const member of leaving) addMember(groups, created, member)
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

function onRemove(turn: Turn, { incidentId, memberId, actor, comment }: Of<'REMOVE'>): void {
  const group = editable(turn, incidentId)
  const member = memberOf(group, memberId)
  mustNotBeLast(group, 'close it, or merge it into another')
  const { groups, newId } = turn.core
  const before = group.severity
  const rest = takeOut(groups, group, new Set([member]), turn.nowMs)
  teach(turn, [member], rest.members.values(), false, actor)
  tell(turn, rest, 'MEMBER_REMOVED', `Removed${said(comment)}: ${member.sentence}`, actor)
  const waits = member.endMs === null
  turn.out({ type: 'LEFT', incidentId: rest.id, memberId: member.id, kind: member.kind, waits })
  // What has ended by itself needs no home.
  const alone = waits ? createGroup(groups, newId(turn.nowMs), turn.nowMs) : undefined
  if (alone) addMember(groups, alone, { ...member, reason: 'The first sign.', lateMs: null })
  part(turn, rest, alone, [member])
  if (alone) settle(turn, alone)
  shrunk(turn, rest, before)
}

function onMove(turn: Turn, { incidentId, memberId, into, actor, comment }: Of<'MOVE'>): void {
  const [group, target] = [editable(turn, incidentId), editable(turn, into)]
  const member = memberOf(group, memberId)
  if (group === target) throw new Fault('CONFLICT', `It is in ${called(group)} already.`)
  mustNotBeLast(group, 'merge the incident instead')
  const before = [group.severity, target.severity] as const
  const rest = takeOut(turn.core.groups, group, new Set([member]), turn.nowMs)
  teach(turn, [member], rest.members.values(), false, actor)
  teach(turn, [member], target.members.values(), true, actor)
  const titles = [rest, target].map((one) => incidentOf(turn.core.tenant, one, turn.core.topology).title)
  const what = `${said(comment)}: ${member.sentence}`
  tell(turn, rest, 'MEMBER_MOVED', `Moved to ${nameOf(target, titles[1])}${what}`, actor)
  tell(turn, target, 'MEMBER_MOVED', `Moved here from ${nameOf(rest, titles[0])}${what}`, actor)
  admit(turn, target, member)
  const moved: Member = { ...member, reason: `Moved here by ${actor}.`, lateMs: null }
  addMember(turn.core.groups, target, moved)
  part(turn, rest, target, [member])
  rehome(turn, rest, moved)
  if (target.severity !== before[1]) tellSeverity(turn, target, before[1])
  if (target.status === 'RESOLVED' && moved.endMs === null)
    reopen(turn, target, `Reopened: ${moved.sentence}`, actor)
  changed(turn, target)
  shrunk(turn, rest, before[0])
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

function mustNotBeLast(group: Group, instead: string): void {
  if (group.members.size === 1)
    throw new Fault('CONFLICT', `It is all that ${called(group)} holds; ${instead}.`)
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

/** Brought in by hand, it may come again too. */
function admit(turn: Turn, group: Group, { key }: Member): void {
  if (!group.life.barred.has(key)) return
  liftBars(group.life, new Set([key]))
  turn.out({ type: 'BARRED', incidentId: group.id, keys: [key], lifted: true })
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
