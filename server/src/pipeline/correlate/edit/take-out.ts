import { addMember, createGroup, forget, type Group, type Groups, type Member } from '../core/group.ts'

/**
 * Takes members out of an incident: they are in no group then, and what the incident shows is put together anew from those that stay.
 * Linear in its members. Returns the group that stands in its place.
 */
export function takeOut(groups: Groups, group: Group, leaving: ReadonlySet<Member>, nowMs: number): Group {
  const staying = [...group.members.values()].filter((member) => !leaving.has(member))
  forget(groups, group)
  const rest = createGroup(groups, group.id, group.createdMs)
  groups.latent.delete(rest)
  const { order, status, number, updatedMs, acknowledgedMs, resolvedMs, resolvedBy } = group
  const { cause, mergedInto, told, onset, life, only } = group
  Object.assign(rest, { order, status, number, updatedMs, acknowledgedMs, resolvedMs, resolvedBy })
  Object.assign(rest, { cause, mergedInto, told, onset, life, only })
  for (const member of staying) addMember(groups, rest, member)
  // A cause that lay with what left is theirs.
  if (cause && group.presences.has(cause.entity) && !rest.presences.has(cause.entity)) rest.cause = null
  rest.quietMs = rest.active === 0 && group.active > 0 ? nowMs : group.quietMs
  return rest
}
