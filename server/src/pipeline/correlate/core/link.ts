import type { EntityId } from '@aiops/contract/model/entity'
import { groupedText } from '@aiops/contract/model/number-text'
import { type Lessons, noLessons, taughtFactor, tellingSignal } from '../edit/lesson.ts'
import { keptOut } from '../rule/ruled-group.ts'
import { affinity, nearnessOf, reasonOf, unplacedNearness } from './affinity.ts'
import type { CorrelateTopology } from './correlate-topology.ts'
import { type Group, type Groups, isUnresolved, type Member, type PlaceKey, placeOf } from './group.ts'
import { isStrong, type Signal } from './signal.ts'

export type LinkSettings = { windowMs: number; depth: number; threshold: number; reopenMs: number }

/** How much likelier two belong together than that the lesser began by itself. */
export type Odds = {
  odds: number
  gapMs: number
  /** Beginnings an hour to be expected of the greater one now, and otherwise. */
  perHour: number
  otherwise: number
  /** What people taught of such, as a factor in `odds`; absent for nothing. */
  taught?: number
}

/** A group that a signal belongs to, by its affinity with one member. `edges` is undefined where the topology knows nothing. */
export type Link = {
  group: Group
  score: number
  anchor: Member
  edges: number | undefined
  again: boolean
  odds?: Odds
}

/** Entities of the same cluster or namespace looked at when the topology does not help. */
const scopeMax = 256
/** An alert may always come again within this. */
const againMinMs = 60_000

/**
 * Time-topology clustering, single linkage: all groups with a member near enough. Only strong signals draw: a weak one links to
 * strong ones, a strong one also to weak ones that wait alone. Cost: entities in reach that are in trouble × up to 16 anchors.
 */
export function findLinks(
  groups: Groups,
  topology: CorrelateTopology,
  settings: LinkSettings,
  signal: Signal,
  lessons: Lessons = noLessons,
): Link[] {
  const links = new Map<Group, Link>()
  const refire = refireOf(groups, settings, signal)
  if (refire) links.set(refire.group, refire)
  // An alert is linked to anomalies alone.
  if (signal.kind === 'ALERT' && groups.anomalies === 0) return [...links.values()]
  const asking = { lessons, topology, settings }
  const told = tellingSignal(asking, signal)
  for (const [place, edges] of placesNear(groups, topology, settings, signal)) {
    for (const presence of groups.byPlace.get(place) ?? []) {
      const { group } = presence
      // Alerts among themselves are judged by their bursts.
      if (signal.kind === 'ALERT' && group.anomalyCount === 0) continue
      if (links.has(group) || !takes(group, signal)) continue
      for (let i = presence.anchors.length - 1; i >= 0; i -= 1) {
        const other = presence.anchors[i]
        if (!other || (signal.kind === 'ALERT' && other.kind === 'ALERT') || !draws(signal, other)) continue
        const near = edges === undefined ? unplacedNearness : nearnessOf(edges)
        // What is over the threshold is likelier than not: lessons change by how much.
        const taught = told.length === 0 ? 1 : taughtFactor(asking, told, [other])
        const score =
          taught *
          affinity(
            signal,
            other,
            apartMs(signal, other, edges),
            settings.windowMs,
            near,
            settings.threshold / taught,
          )
        if (score < settings.threshold) continue
        // What goes on is a better home for a latecomer than what is over.
        links.set(group, {
          group,
          score: group.status === 'RESOLVED' ? score / 2 : score,
          anchor: other,
          edges,
          again: false,
        })
        break
      }
    }
  }
  return [...links.values()]
}

/** The same alert or series again, soon enough after its last end. */
function refireOf(groups: Groups, settings: LinkSettings, signal: Signal): Link | undefined {
  const last = groups.byKey.get(signal.key)
  if (!last || last.group.status === 'CLOSED' || last.group.mergedInto !== null) return undefined
  if (last.group.status === 'RESOLVED' && !isStrong(signal)) return undefined
  if (last.group.life.barred.has(signal.key) || keptOut(last.group, signal)) return undefined
  const gapMs = Math.min(
    Math.abs(signal.startMs - last.startMs),
    Math.abs(signal.startMs - (last.endMs ?? last.startMs)),
  )
  return gapMs > againWithinMs(last, signal, settings.reopenMs)
    ? undefined
    : { group: last.group, score: 2, anchor: last, edges: 0, again: true }
}

/** One that fires by itself may take its time. One of several alerts that comes again long after it ended, for how long it lasted, says nothing of them. */
function againWithinMs(last: Member, signal: Signal, reopenMs: number): number {
  if (signal.kind === 'ANOMALY' || last.group.bursts.keys.size <= 1) return reopenMs
  const lastedMs = (last.endMs ?? signal.startMs) - last.startMs
  return Math.min(reopenMs, Math.max(againMinMs, lastedMs))
}

function takes(group: Group, signal: Signal): boolean {
  if (keptOut(group, signal)) return false
  if (group.life.barred.has(signal.key)) return false
  if (group.status === 'LATENT' || isUnresolved(group)) return true
  return group.status === 'RESOLVED' && group.mergedInto === null && signal.startMs <= (group.resolvedMs ?? 0)
}

const draws = (signal: Signal, other: Member): boolean =>
  isStrong(other) || (isStrong(signal) && other.group.status === 'LATENT' && other.group.strongCount === 0)

/** Between beginnings. A second trouble where the first still lasts counts as a third as far. */
function apartMs(a: Signal, b: Signal, edges: number | undefined): number {
  const apart = Math.abs(a.startMs - b.startMs)
  const [first, second] = a.startMs <= b.startMs ? [a, b] : [b, a]
  return edges === 0 && (first.endMs === null || first.endMs >= second.startMs) ? apart / 3 : apart
}

function* placesNear(
  groups: Groups,
  topology: CorrelateTopology,
  settings: LinkSettings,
  signal: Signal,
): Iterable<[PlaceKey, number | undefined]> {
  const place = placeOf(signal)
  yield [place, 0]
  const near = signal.entity
    ? topology.neighbourhood(signal.entity, settings.depth)
    : new Map<EntityId, number>()
  const placed = near.size > 1
  if (near.size <= groups.byPlace.size) {
    for (const [entity, edges] of near) if (edges > 0 && edges <= settings.depth) yield [entity, edges]
  } else {
    for (const entity of groups.byPlace.keys()) {
      const edges = near.get(entity)
      if (edges !== undefined && edges > 0 && edges <= settings.depth) yield [entity, edges]
    }
  }
  let looked = 0
  for (const scope of signal.scopes) {
    const places = groups.byScope.get(scope)
    for (const other of (placed ? places?.loose : places?.all) ?? []) {
      if (looked >= scopeMax) return
      if (other === place || near.has(other)) continue
      looked += 1
      yield [other, undefined]
    }
  }
}

/** The signal at the entity that the topology knows. */
export function placed(signal: Signal, topology: CorrelateTopology): Signal {
  const { exact } = signal
  return exact === undefined || topology.neighbourhood(exact, 0).size === 0
    ? signal
    : { ...signal, entity: exact }
}

/** Why a signal that arrived belongs to where it was put. */
export function linkReason(topology: CorrelateTopology, signal: Signal, link: Link): string {
  if (link.again) return 'The same again.'
  const where = reasonOf(signal, link.anchor, link.edges, (x, y) => topology.dependencies(x).includes(y))
  if (!link.odds || link.odds.otherwise === 0) return `${where}${taughtReason(link.odds?.taught)}`
  const { odds, perHour, otherwise } = link.odds
  return `${where} ${rounded(odds)} times likelier than by chance: ${rounded(perHour)} an hour expected with it, ${rounded(otherwise)} without.${taughtReason(link.odds.taught)}`
}

const taughtReason = (taught: number | undefined): string =>
  taught === undefined ? '' : ` People have ${taught < 1 ? 'parted' : 'joined'} such before.`

const rounded = (value: number): string => (value < 10 ? value.toFixed(1) : groupedText(Math.round(value)))
