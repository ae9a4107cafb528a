import { must } from '../../../kernel/assert.ts'
import { areApart } from '../edit/apart.ts'
import { keptApart, keptOut } from '../rule/ruled-group.ts'
import { goingOn } from './burst.ts'
import { mergeWhy, place } from './cluster.ts'
import { type Group, isUnresolved, type Member } from './group.ts'
import { type Link, linkReason, type Odds } from './link.ts'
import { oddsOf, type Part, partOfGroup, partOfSignal } from './odds.ts'
import { isStrong, rankOf, type Signal } from './signal.ts'
import type { Core, Turn } from './turn.ts'

/** A lone alert that fired so shortly before it fires again amid others was their first sign. */
const firstSignMs = 60_000
const placesMax = 32

/** `more`: other groups too are explained by what has come, or it by them. */
type Found = { links: Link[]; more: boolean }

/** Puts a new alert where its anomalies and the bursts around it say, then looks once more at what lies around. */
export function placeAlert(turn: Turn, signal: Signal, links: Link[]): Group {
  const found = alertLinks(turn, signal, links)
  const before = Math.max(0, ...found.links.map(({ group }) => sureness(group)))
  const placed = place(turn, signal, found.links)
  const began = isStrong(signal) && signal.endMs === null
  const group = began && (found.more || sureness(placed) > before) ? gather(turn, placed) : placed
  followOnset(turn, group, Math.min(turn.nowMs, signal.seenMs))
  return group
}

/** Rises when a group of alerts becomes so much surer that what it did not explain before it may explain now. */
const sureness = ({ bursts, severity }: Group): number =>
  Math.min(3, bursts.keys.size) * 8 + Math.min(3, bursts.largest) * 2 + (isSevere(severity) ? 1 : 0)

const isSevere = (severity: Group['severity']): boolean => rankOf(severity) <= rankOf('HIGH')

/**
 * The group of alerts that a new alert belongs to, put to the links to anomalies. When it fires again while other alerts around it
 * begin, it belongs to those.
 */
function alertLinks(turn: Turn, signal: Signal, links: readonly Link[]): Found {
  const { core } = turn
  const part = partOfSignal(core, signal)
  const candidates = groupsAround(core, part).filter((group) => takes(group, signal))
  const again = links.find((link) => link.again)
  if (again) return comesAgain(core, signal, again, links, candidates)
  if (!isStrong(signal)) {
    const beside = mostGoingOn(core, signal, candidates, 1)
    return { links: beside ? [...links, linkTo(core, signal, beside, 1.5)] : [...links], more: false }
  }
  let best: { group: Group; odds: Odds } | undefined
  let explained = 0
  for (const group of candidates) {
    const odds = mayExplain(core, group, signal)
      ? oddsOf(core, partOfGroup(core, group), part, turn.nowMs)
      : undefined
    if (!odds || odds.odds <= 1) continue
    explained += 1
    if (!best || odds.odds > best.odds.odds) best = { group, odds }
  }
  if (!best) return { links: [...links], more: false }
  const { odds } = best
  const link = linkTo(core, signal, best.group, odds.odds / (1 + odds.odds), odds)
  return { links: [...links, link], more: explained > 1 }
}

/** Looked at before the odds, as it costs less. */
function mayExplain(core: Core, group: Group, signal: Signal): boolean {
  const { spanMs, burstMs } = core.settings
  return group.bursts.list.some(
    ({ firstMs, lastMs }) =>
      signal.startMs >= firstMs - Math.max(spanMs, burstMs) &&
      signal.startMs <= lastMs + Math.max(spanMs, burstMs),
  )
}

function comesAgain(
  core: Core,
  signal: Signal,
  again: Link,
  links: readonly Link[],
  candidates: readonly Group[],
): Found {
  const others = candidates.filter((group) => group !== again.group)
  const stays = { links: [...links], more: mostGoingOn(core, signal, others, 1) !== undefined }
  if (!isStrong(signal)) return { ...stays, more: false }
  const own = goingOn(again.group.bursts, signal.startMs, core.settings.burstMs)
  const elsewhere = mostGoingOn(core, signal, others, Math.max(2, own + 1))
  if (!elsewhere) return stays
  const firstSign =
    again.group.status === 'LATENT' &&
    again.group.bursts.keys.size <= 1 &&
    Math.abs(signal.startMs - again.group.latestMs) <= firstSignMs
  const moved = [linkTo(core, signal, elsewhere, 3), ...(firstSign ? [{ ...again, again: false }] : [])]
  return { links: moved, more: true }
}

/** The group with the largest burst that goes on as the signal begins. */
function mostGoingOn(
  core: Core,
  signal: Signal,
  candidates: readonly Group[],
  atLeast: number,
): Group | undefined {
  let most = atLeast - 1
  let found: Group | undefined
  for (const group of candidates) {
    const keys = goingOn(group.bursts, signal.startMs, core.settings.burstMs)
    if (keys > most || (keys === most && found && group.order < found.order)) {
      most = keys
      found = group
    }
  }
  return found
}

/** After a group has become a surer or larger one: what lies around and is explained by it now joins it, and it joins what explains it. */
export function gather(turn: Turn, start: Group): Group {
  const { core } = turn
  let group = start
  for (;;) {
    const part = partOfGroup(core, group)
    const around = groupsAround(core, part)
    let best: { group: Group; odds: Odds } | undefined
    for (const other of around) {
      if (other === group || other.bursts.list.length === 0 || !mayJoin(group, other)) continue
      if (keptApart(group, other)) continue
      const odds = oddsOf(core, part, partOfGroup(core, other), turn.nowMs)
      if (odds && odds.odds > (best?.odds.odds ?? 1) && !areApart(group, other)) best = { group: other, odds }
    }
    if (!best) return group
    group = mergeWhy(turn, group, best.group, togetherBecause(core, group, best.group, best.odds))
  }
}

function togetherBecause(core: Core, a: Group, b: Group, odds: Odds): string {
  const [older, younger] = a.order < b.order ? [a, b] : [b, a]
  const first = younger.members.values().next().value
  return first
    ? linkReason(core.topology, first, linkTo(core, first, older, 0, odds))
    : 'They began together.'
}

/** Counts a group's beginning in the background, when it was seen: an alert alone, or once there are two, a burst. */
export function followOnset(turn: Turn, group: Group, seenMs = turn.nowMs): void {
  const { background } = turn.core
  const keys = group.bursts.keys.size
  if (keys === 0 || group.onset?.kind === 'BURST') return
  if (keys === 1) {
    if (group.onset || group.members.size > 1) return
    const kind = rankOf(group.severity) <= rankOf('HIGH') ? 'HIGH' : 'MEDIUM'
    group.onset = { kind, at: background.note(kind, seenMs) }
    return
  }
  if (group.onset) background.forget(group.onset.kind, group.onset.at)
  group.onset = { kind: 'BURST', at: background.note('BURST', seenMs) }
}

/** What a person has taken in hand or ended is not moved, and of two incidents one has to be a single burst. */
function mayJoin(a: Group, b: Group): boolean {
  if (![a, b].every(isOpenToMore)) return false
  if (a.status === 'LATENT' || b.status === 'LATENT') return true
  const [older, younger] = a.order < b.order ? [a, b] : [b, a]
  if (younger.status === 'ACKNOWLEDGED' || younger.status === 'INVESTIGATING') return false
  return [older, younger].some((group) => group.anomalyCount === 0 && group.bursts.list.length === 1)
}

const isOpenToMore = (group: Group): boolean =>
  group.status === 'LATENT' ||
  isUnresolved(group) ||
  (group.status === 'RESOLVED' && group.mergedInto === null && group.resolvedBy === 'system')

const takes = (group: Group, signal: Signal): boolean =>
  !group.life.barred.has(signal.key) &&
  !keptOut(group, signal) &&
  (isOpenToMore(group) ||
    (group.status === 'RESOLVED' && group.mergedInto === null && signal.startMs <= (group.resolvedMs ?? 0)))

function groupsAround(core: Core, part: Part): Group[] {
  const found = new Set<Group>()
  for (const { reach } of part.places)
    for (const place of reach.keys())
      for (const presence of core.groups.byPlace.get(place) ?? []) found.add(presence.group)
  return [...found]
}

function linkTo(core: Core, signal: Signal, group: Group, score: number, odds?: Odds): Link {
  const anchor = nearestMember(core, signal, group)
  const edges = edgesTo(core, signal, anchor)
  return { group, score, anchor, edges, again: false, ...(odds ? { odds } : {}) }
}

function edgesTo(core: Core, signal: Signal, other: Signal): number | undefined {
  if (!signal.entity || !other.entity) return undefined
  if (signal.entity === other.entity) return 0
  return core.topology.neighbourhood(signal.entity, core.settings.depth).get(other.entity)
}

/** The member that says best why: at the nearest place, then the nearest in time, then the worst. */
function nearestMember(core: Core, signal: Signal, group: Group): Member {
  const near = signal.entity ? core.topology.neighbourhood(signal.entity, core.settings.depth) : undefined
  let best: { member: Member; edges: number; apartMs: number } | undefined
  // Nothing is nearer than what is at the same place.
  const here = signal.entity ? group.presences.get(signal.entity) : undefined
  let looked = 0
  for (const { place, anchors } of here ? [here] : group.presences.values()) {
    looked += 1
    if (looked > placesMax && best) break
    const edges = place === signal.entity ? 0 : (near?.get(place) ?? Number.POSITIVE_INFINITY)
    if (best && edges > best.edges) continue
    for (const member of anchors) {
      const apartMs = Math.abs(member.startMs - signal.startMs)
      if (!best || isNearer(edges, apartMs, member, best)) best = { member, edges, apartMs }
    }
  }
  return must(best, 'a group has members').member
}

function isNearer(
  edges: number,
  apartMs: number,
  member: Member,
  than: { member: Member; edges: number; apartMs: number },
): boolean {
  if (edges !== than.edges) return edges < than.edges
  if (apartMs !== than.apartMs) return apartMs < than.apartMs
  return rankOf(member.severity) < rankOf(than.member.severity)
}
