import type { IncidentName, RuleEffect } from '@aiops/contract/model/correlation-rule'
import type { Incident } from '@aiops/contract/model/incident'
import type { RuleSet, Verdict } from './rule-set.ts'
import type { SignalView } from './signal-view.ts'

/** An incident that is open, with what is known of each member. `barred`: keys of what people took out of it. */
export type OpenIncident = {
  incident: Incident
  barred: ReadonlySet<string>
  members: readonly { id: string; key: string; active: boolean; view: SignalView }[]
}

/** Members that leave one incident for another, or with null for a new one. `key`: of the rule. */
export type Parting = {
  incident: IncidentName
  memberIds: readonly string[]
  into: IncidentName | null
  key: string
  why: string
}
/** The effect, with the members by id. */
export type RulePlan = Pick<RuleEffect, 'joins' | 'routes' | 'left'> & { parts: readonly Parting[] }

type Judged = OpenIncident & { verdicts: readonly Verdict[] }

/**
 * What a rule says of open incidents, as if it had been in force when they began: signals of one key are one incident, and with SEPARATE
 * nothing else is in it. What has ended moves with its key but is no reason for anything. Pure. `before` is in force now, `set` with the
 * rule. Incidents that people have parted stay so.
 */
export function planOf(
  ruleId: string,
  { before, set }: { before: RuleSet; set: RuleSet },
  open: readonly OpenIncident[],
): RulePlan {
  const judged = open
    .map((one): Judged => ({ ...one, verdicts: one.members.map(({ view }) => set.judge(view)) }))
    .sort((a, b) => a.incident.number - b.incident.number)
  const kept = judged.map((one) => keysOf(one, ruleId))
  const only = judged.map((one, at) => isOnly(one, kept[at] as Kept))
  const parts: Parting[] = []
  const homes = new Map<string, Judged>()
  for (const wanted of [true, false])
    for (const [at, one] of judged.entries()) {
      const key = homeKeyOf(one, kept[at] as Kept)
      if (only[at] === wanted && key !== undefined && !homes.has(key)) homes.set(key, one)
    }
  for (const [at, one] of judged.entries())
    if (!only[at]) parts.push(...partsOf(one, kept[at] as Kept, homes))
  const { joins, left } = joinsOf(
    judged.map((one, at) => {
      const { keys, separates } = kept[at] as Kept
      return { one, keys: separates && !only[at] ? [] : [...keys.keys()], why: (kept[at] as Kept).why }
    }),
  )
  return { joins, parts, left, routes: routesOf(judged, before) }
}

type Kept = {
  /** Members by key, of keys of which one goes on; the active first. */
  keys: Map<string, string[]>
  /** Whether it is a rule that keeps apart. */
  separates: boolean
  why: ReadonlyMap<string, string>
}

function keysOf({ members, verdicts }: Judged, ruleId: string): Kept {
  const keys = new Map<string, string[]>()
  const why = new Map<string, string>()
  let separates = false
  for (const wanted of [true, false])
    for (const [at, { id, active }] of members.entries()) {
      const { ruled, hits } = verdicts[at] as Verdict
      if (active !== wanted || !ruled || !hits.includes(ruleId)) continue
      const known = keys.get(ruled.key)
      if (known) known.push(id)
      else if (active) keys.set(ruled.key, [id])
      if (active) why.set(ruled.key, ruled.why)
      separates ||= ruled.only
    }
  return { keys, separates, why }
}

/** Everything that goes on in it is of one key, and the rule keeps that apart. */
function isOnly({ members, verdicts }: Judged, { keys, separates }: Kept): boolean {
  const [first, ...more] = keys.keys()
  if (!separates || first === undefined || more.length > 0) return false
  return members.every(({ active }, at) => !active || verdicts[at]?.ruled?.key === first)
}

/** The key that stays in it: that with most members, unless something else goes on in it. */
function homeKeyOf({ members, verdicts }: Judged, { keys, separates }: Kept): string | undefined {
  if (!separates) return undefined
  const others = members.some(({ active }, at) => active && !keys.has(verdicts[at]?.ruled?.key ?? ''))
  if (others) return undefined
  return [...keys].reduce<[string, number] | undefined>(
    (most, [key, { length }]) => (most && most[1] >= length ? most : [key, length]),
    undefined,
  )?.[0]
}

function partsOf(one: Judged, kept: Kept, homes: ReadonlyMap<string, Judged>): Parting[] {
  if (!kept.separates) return []
  const stays = homeKeyOf(one, kept)
  return [...kept.keys]
    .filter(([key]) => key !== stays)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, memberIds]) => {
      const home = homes.get(key)
      const into = home && !areParted(home, one) ? nameOf(home.incident) : null
      return { incident: nameOf(one.incident), memberIds, key, into, why: kept.why.get(key) ?? '' }
    })
}

type Keyed = { one: Judged; keys: readonly string[]; why: ReadonlyMap<string, string> }

/** Incidents that share a key, directly or through others, are one; the oldest goes on. */
function joinsOf(all: readonly Keyed[]): Pick<RulePlan, 'joins' | 'left'> {
  const sets: { keys: Set<string>; members: Keyed[] }[] = []
  for (const one of all) {
    if (one.keys.length === 0) continue
    const met = sets.filter(({ keys }) => one.keys.some((key) => keys.has(key)))
    const into = met[0] ?? { keys: new Set<string>(), members: [] }
    if (!met[0]) sets.push(into)
    for (const other of met.slice(1)) {
      sets.splice(sets.indexOf(other), 1)
      into.members.push(...other.members)
      for (const key of other.keys) into.keys.add(key)
    }
    into.members.push(one)
    for (const key of one.keys) into.keys.add(key)
  }
  const joins: RulePlan['joins'] = []
  const left: RulePlan['left'] = []
  for (const { members } of sets) {
    const [into, ...others] = members.sort((a, b) => a.one.incident.number - b.one.incident.number)
    if (!into || others.length === 0) continue
    const from: Keyed[] = []
    for (const other of others) {
      const parted = [into, ...from].find((there) => areParted(there.one, other.one))
      if (parted)
        left.push({
          incident: nameOf(other.one.incident),
          why: `Somebody has parted it from INC-${parted.one.incident.number}.`,
        })
      else from.push(other)
    }
    if (from.length > 0)
      joins.push({
        into: nameOf(into.one.incident),
        from: from.map(({ one }) => nameOf(one.incident)),
        why: sharedWhy([into, ...from]),
      })
  }
  return { joins, left }
}

function sharedWhy(members: readonly Keyed[]): string {
  const counts = new Map<string, number>()
  for (const { keys } of members) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  const [key] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['']
  return members.map(({ why }) => why.get(key)).find((why) => why !== undefined) ?? ''
}

const areParted = (a: OpenIncident, b: OpenIncident): boolean =>
  a.incident.split_from === b.incident.id ||
  b.incident.split_from === a.incident.id ||
  a.members.some(({ key }) => b.barred.has(key)) ||
  b.members.some(({ key }) => a.barred.has(key))

function routesOf(judged: readonly Judged[], before: RuleSet): RulePlan['routes'] {
  return judged.flatMap(({ incident, members, verdicts }) => {
    const goOn = members.flatMap(({ active, view }, at) =>
      active ? [{ was: before.judge(view).routed, is: (verdicts[at] as Verdict).routed }] : [],
    )
    if (goOn.every(({ was, is }) => was?.to === is?.to)) return []
    const first = goOn.reduce<Verdict['routed']>(
      (best, { is }) => (is && (!best || is.order < best.order) ? is : best),
      null,
    )
    const [from, to] = [incident.route ?? null, first?.to ?? null]
    return from === to ? [] : [{ incident: nameOf(incident), from, to }]
  })
}

export const nameOf = ({ id, number, title, severity }: IncidentName): IncidentName => ({
  ...{ id, number, title, severity },
})
