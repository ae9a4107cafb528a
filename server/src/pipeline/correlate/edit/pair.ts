import type { LessonRelation } from '@aiops/contract/model/correlation-lesson'
import { entityKind } from '@aiops/contract/model/entity'
import type { CorrelateTopology } from '../core/correlate-topology.ts'
import type { Signal } from '../core/signal.ts'

/** A family of signals wherever they are: the rule's or metric's name, and the kind of what it speaks of. */
export type Kin = { rule: string; place: string }

/** Two families that stand so to each other. `a` sorts before `b`. */
export type Pair = { a: Kin; b: Kin; relation: LessonRelation }

/** `logOdds` is added to the log-odds that two such belong together. */
export type TaughtPair = Pair & { logOdds: number }

/** A name is told apart by its beginning; senders may make it as long as they like. */
const ruleMax = 200
/** Families of one side that are looked at, and pairs that one act teaches. */
const kinsMax = 64
const sideMax = 4
const pairsMax = 8
const relations: readonly LessonRelation[] = ['SAME', 'ADJACENT', 'NEAR', 'LABELS']

export const ruleOf = (signal: Pick<Signal, 'rule'>): string => signal.rule.slice(0, ruleMax)
const kinOf = (signal: Signal): Kin => ({
  rule: ruleOf(signal),
  place: signal.entity === undefined ? '' : entityKind(signal.entity),
})

/** Line breaks do not matter: it is never read back. */
const kinKey = ({ rule, place }: Kin): string => `${place}\n${rule}`
export const pairKey = ({ a, b, relation }: Pair): string => `${relation}\n${kinKey(a)}\n\n${kinKey(b)}`

export function pairOf(a: Signal, b: Signal, relation: LessonRelation): Pair {
  const [x, y] = [kinOf(a), kinOf(b)]
  return kinKey(x) <= kinKey(y) ? { a: x, b: y, relation } : { a: y, b: x, relation }
}

type Seeing = { topology: CorrelateTopology; settings: { depth: number } }

/** How two signals' places stand to each other; undefined where correlation would never look from one to the other. */
export function relationOf({ topology, settings }: Seeing, a: Signal, b: Signal): LessonRelation | undefined {
  if (a.entity !== undefined && a.entity === b.entity) return 'SAME'
  const edges =
    a.entity !== undefined && b.entity !== undefined
      ? topology.neighbourhood(a.entity, settings.depth).get(b.entity)
      : undefined
  if (edges !== undefined) return edges > settings.depth ? undefined : edges <= 1 ? 'ADJACENT' : 'NEAR'
  return a.scopes.some((scope) => b.scopes.includes(scope)) ? 'LABELS' : undefined
}

/**
 * What joining or parting two sets of signals says: pairs of their families, the nearest first. Of each side the families that began
 * first speak for it, so that one act on a storm teaches no more than one on a few alerts.
 */
export function pairsBetween(core: Seeing, some: Iterable<Signal>, others: Iterable<Signal>): Pair[] {
  const found = new Map<string, { pair: Pair; rank: number; apartMs: number }>()
  const many = firstOfEach(others, kinsMax)
  for (const a of firstOfEach(some, sideMax)) {
    for (const b of many) {
      const relation = relationOf(core, a, b)
      if (relation === undefined) continue
      const pair = pairOf(a, b, relation)
      const key = pairKey(pair)
      if (!found.has(key))
        found.set(key, {
          pair,
          rank: relations.indexOf(relation),
          apartMs: Math.abs(a.startMs - b.startMs),
        })
    }
  }
  return [...found]
    .sort(([x, a], [y, b]) => a.rank - b.rank || a.apartMs - b.apartMs || (x < y ? -1 : 1))
    .slice(0, pairsMax)
    .map(([, { pair }]) => pair)
}

/** The first signal of each family, by its beginning. */
function firstOfEach(signals: Iterable<Signal>, max: number): Signal[] {
  const first = new Map<string, Signal>()
  for (const signal of signals) {
    const key = kinKey(kinOf(signal))
    const known = first.get(key)
    if (!known || isBefore(signal, known)) first.set(key, signal)
  }
  return [...first.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1)).slice(0, max)
}

const isBefore = (a: Signal, b: Signal): boolean =>
  a.startMs < b.startMs || (a.startMs === b.startMs && a.id < b.id)
