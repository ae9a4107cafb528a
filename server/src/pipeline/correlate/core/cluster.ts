import { areApart, takeOverLife } from '../edit/apart.ts'
import { keptApart, withRules } from '../rule/ruled-group.ts'
import { absorb, addMember, createGroup, type Group, type Member } from './group.ts'
import { incidentOf } from './incident-of.ts'
import { type Link, linkReason } from './link.ts'
import { isStrong, type Signal } from './signal.ts'
import { type Core, changed, reopen, type Turn, tell, tellMember, tellSeverity, touchAll } from './turn.ts'
import { worth } from './worth.ts'

/** Puts a new signal where its links say. A strong one joins all of them into one; a weak one goes to the nearest only. */
export function place(turn: Turn, signal: Signal, links: Link[]): Group {
  const { core } = turn
  const best = links.reduce<Link | undefined>(
    (a, b) => (a && (a.score > b.score || (a.score === b.score && a.group.order < b.group.order)) ? a : b),
    undefined,
  )
  let group = best?.group ?? createGroup(core.groups, core.newId(turn.nowMs), turn.nowMs)
  if (best && isStrong(signal)) {
    for (const link of links)
      if (mayMerge(core, group, link.group)) group = merge(turn, group, link.group, best, signal)
  }
  join(turn, group, signal, best ? linkReason(core.topology, signal, best) : 'The first sign.')
  return group
}

export function join(turn: Turn, group: Group, signal: Signal, because: string): void {
  const reason = withRules(signal, because)
  const late = group.status === 'RESOLVED' && signal.startMs <= (group.resolvedMs ?? 0)
  const member: Member = {
    ...signal,
    group,
    reason,
    counts: signal.endMs === null,
    lateMs: late ? turn.nowMs : null,
  }
  const before = group.severity
  addMember(turn.core.groups, group, member)
  if (group.status === 'LATENT') return
  tellMember(turn, member)
  if (group.severity !== before) tellSeverity(turn, group, before)
  if (group.status === 'RESOLVED' && !late && member.endMs === null)
    reopen(turn, group, `Reopened: ${member.sentence}`)
  changed(turn, group)
}

/**
 * Two that are incidents already merge only when they began within the merge window: one disturbance later near both is no proof.
 * What a person resolved stays as it is.
 */
export function mayMerge(core: Core, a: Group, b: Group): boolean {
  // One of several links may lead to a group that another link has just merged away.
  if (a === b || core.groups.all.get(b.id) !== b) return false
  if (keptApart(a, b)) return false
  if (a.status === 'LATENT' || b.status === 'LATENT') return !areApart(a, b)
  if ([a, b].some((group) => group.resolvedBy !== null && group.resolvedBy !== 'system')) return false
  return Math.abs(a.startedMs - b.startedMs) <= core.settings.mergeMs && !areApart(a, b)
}

export function merge(turn: Turn, a: Group, b: Group, link: Link, signal: Signal): Group {
  return mergeWhy(turn, a, b, linkReason(turn.core.topology, signal, link))
}

/** The incident survives the group that waits, and the older the younger. Returns the survivor. */
export function mergeWhy(turn: Turn, a: Group, b: Group, why: string): Group {
  const aFirst =
    (a.status !== 'LATENT') === (b.status !== 'LATENT') ? a.order < b.order : a.status !== 'LATENT'
  return aFirst ? mergeInto(turn, a, b, why) : mergeInto(turn, b, a, why)
}

/** `into` survives. */
export function mergeInto(turn: Turn, into: Group, from: Group, why: string, actor = 'system'): Group {
  const { core } = turn
  const before = into.severity
  if (from.status !== 'LATENT') {
    Object.assign(from, {
      status: 'RESOLVED',
      resolvedMs: from.resolvedMs ?? turn.nowMs,
      resolvedBy: actor,
      mergedInto: into.id,
      updatedMs: turn.nowMs,
    })
    const titles = [into, from].map((group) => incidentOf(core.tenant, group, core.topology).title)
    tell(turn, from, 'MERGED', `Merged into ${nameOf(into, titles[0])}: ${why}`, actor)
    tell(turn, into, 'MERGED', `Took over ${nameOf(from, titles[1])}: ${why}`, actor)
    turn.out({
      type: 'MERGED',
      incidentId: from.id,
      into: into.id,
      incident: incidentOf(core.tenant, from, core.topology),
      number: from.number,
    })
  }
  const wasIncident = from.status !== 'LATENT'
  const moved = absorb(core.groups, into, from)
  takeOverLife(turn, into, from)
  if (from.onset) core.background.forget(from.onset.kind, from.onset.at)
  if (into.status === 'LATENT') return into
  for (const member of moved) {
    if (wasIncident)
      turn.out({
        type: 'MEMBER',
        incidentId: into.id,
        memberId: member.id,
        kind: member.kind,
        reason: member.reason,
      })
    else tellMember(turn, member)
  }
  if (into.severity !== before) tellSeverity(turn, into, before)
  if (into.status === 'RESOLVED' && into.active > 0)
    reopen(turn, into, 'Reopened: more of the same trouble goes on.')
  changed(turn, into)
  return into
}

export const nameOf = (group: Group, title: string | undefined): string =>
  `${group.number === null ? 'the incident' : `INC-${group.number}`} "${title}"`

/** Opens an incident for a waiting group that is worth one. */
export function settle(turn: Turn, group: Group): void {
  if (group.status !== 'LATENT') return
  const why = worth(group, turn.core.settings, turn.nowMs)
  if (why === undefined) return
  const { groups } = turn.core
  groups.latent.delete(group)
  Object.assign(group, { status: 'OPEN', createdMs: turn.nowMs, updatedMs: turn.nowMs, quietMs: turn.nowMs })
  turn.out({ type: 'OPENED', incidentId: group.id })
  tell(turn, group, 'OPENED', `Opened: ${why}`)
  for (const member of group.members.values()) tellMember(turn, member)
  touchAll(groups, group)
}
