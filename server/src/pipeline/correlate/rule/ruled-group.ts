import type { Routed, Ruled } from './ruling.ts'

type Marked = { ruled?: Ruled | null; routed?: Routed | null }
/** What rules know of a group. */
type Home = {
  status: string
  members: ReadonlyMap<string, Marked>
  only: string | null
  routed: Routed | null
  life: { barred: ReadonlySet<string> }
}
type Homes<G extends Home> = { byRule: Map<string, G> }

/** Takes note of what rules say of a member that joins. Of two groups of one key the older that is going on is its home. */
export function noteRules<G extends Home>(groups: Homes<G>, group: G, member: Marked): void {
  const { ruled, routed } = member
  if (ruled) {
    const home = groups.byRule.get(ruled.key)
    if (!home || !isHome(home)) groups.byRule.set(ruled.key, group)
    // Whoever came before it did not come by this rule: a person has put it there.
    if (ruled.only && group.members.size <= 1) group.only = ruled.key
  }
  if (routed && (!group.routed || routed.order < group.routed.order)) group.routed = routed
}

export function forgetRules<G extends Home>(groups: Homes<G>, group: G): void {
  for (const { ruled } of group.members.values())
    if (ruled && groups.byRule.get(ruled.key) === group) groups.byRule.delete(ruled.key)
}

/** The key of what alone is in a group: all that goes on in it is of one key that keeps apart. What has ended leaves it as it was. */
export function onlyOf(group: {
  members: ReadonlyMap<string, Marked & { endMs: number | null }>
  only: string | null
}): string | null {
  const active = [...group.members.values()].filter(({ endMs }) => endMs === null)
  if (active.length === 0) return group.only
  const key = active[0]?.ruled?.only ? active[0].ruled.key : null
  return key !== null && active.every(({ ruled }) => ruled?.key === key) ? key : null
}

/** Where a rule puts a signal, if what it belongs to is going on. */
export function ruledHome<G extends Home>(
  groups: Homes<G>,
  { ruled, key }: Marked & { key: string },
): G | undefined {
  const home = ruled ? groups.byRule.get(ruled.key) : undefined
  return home && isHome(home) && !home.life.barred.has(key) ? home : undefined
}

/** Waiting, or an incident that is not over. */
const isHome = ({ status }: Home): boolean => status !== 'RESOLVED' && status !== 'CLOSED'

/** Whether a rule keeps a signal out of a group. */
export const keptOut = (group: Pick<Home, 'only'>, { ruled }: Marked): boolean =>
  group.only !== (ruled?.only ? ruled.key : null)

export const keptApart = (a: Pick<Home, 'only'>, b: Pick<Home, 'only'>): boolean => a.only !== b.only

/** What rules have to do with its membership, after the reason of its own. */
export const withRules = ({ ruled, routed }: Marked, reason: string): string =>
  [reason, ruled?.why, routed?.why].filter((part) => part !== undefined && part !== '').join(' ')
