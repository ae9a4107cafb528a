import type { Group } from '../core/group.ts'
import { type Core, changed, type Turn } from '../core/turn.ts'
import { forgetRules, noteRules, onlyOf } from './ruled-group.ts'
import type { Routed, Ruled } from './ruling.ts'

export type Marks = { ruled: Ruled | null; routed: Routed | null }
/** What rules now say of signals that go on. */
export type RuledEvent = { type: 'RULED'; nowMs: number; marks: ReadonlyMap<string, Marks> }

/** Incidents stay as they are, and are home to what comes from now on; their route is what their members say. */
export function onRuled(turn: Turn, { marks }: RuledEvent): void {
  const touched = new Set<Group>()
  for (const [id, mark] of marks) {
    const member = turn.core.groups.members.get(id)
    if (!member || isSame(member, mark)) continue
    touched.add(member.group)
    forgetRules(turn.core.groups, member.group)
    Object.assign(member, mark)
  }
  for (const group of touched) renote(turn, group)
}

/** Members of waiting groups of which rules now say something else: they are to be placed anew. */
export function waitingChanged(core: Core, marks: ReadonlyMap<string, Marks>): string[] {
  return [...marks].flatMap(([id, mark]) => {
    const member = core.groups.members.get(id)
    return member?.group.status === 'LATENT' && member.ruled?.key !== mark.ruled?.key ? [id] : []
  })
}

function renote(turn: Turn, group: Group): void {
  const before = group.routed?.to
  Object.assign(group, { routed: null, only: onlyOf({ ...group, only: null }) })
  for (const member of group.members.values()) noteRules(turn.core.groups, group, member)
  if (group.status !== 'LATENT' && group.routed?.to !== before) changed(turn, group)
}

const isSame = (a: { ruled?: Ruled | null; routed?: Routed | null }, b: Marks): boolean =>
  a.ruled?.key === b.ruled?.key && a.routed?.to === b.routed?.to && a.routed?.order === b.routed?.order
