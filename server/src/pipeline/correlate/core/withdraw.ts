import { addMember, createGroup, forget } from './group.ts'
import type { Turn } from './turn.ts'

/** It no longer counts towards an incident that is not open yet; the others go on waiting together. In an incident it stays. */
export function withdraw(turn: Turn, memberId: string): void {
  const { groups, newId } = turn.core
  const member = groups.members.get(memberId)
  if (member?.group.status !== 'LATENT') return
  const { group } = member
  const others = [...group.members.values()].filter((other) => other !== member)
  forget(groups, group)
  if (others.length === 0) return
  const rest = createGroup(groups, newId(turn.nowMs), group.createdMs)
  for (const other of others) addMember(groups, rest, other)
}
