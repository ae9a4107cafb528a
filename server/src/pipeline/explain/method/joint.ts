import type { Analysis } from './analysis.ts'
import { noticeable } from './evidence.ts'
import { feltOf } from './felt.ts'
import { type Candidate, sumOf } from './posterior.ts'
import type { Term } from './term.ts'
import type { Weights } from './weights.ts'

export type Suspect = Candidate & {
  /** Chance that a blame put on it is right: where two causes at once are sure, a half each. All of them and the unknown sum to 1. */
  probability: number
  /** Chance that it is a cause, alone or with others. */
  presence: number
  /** Causes of one group stand for one another; several groups are several causes at once. From 1. */
  group: number
}
export type Posterior = {
  /** Likeliest first. */
  candidates: Suspect[]
  unknown: number
  /** Chance of more than one cause. */
  several: number
  /** The likeliest set of causes, by group; empty where nothing is the likeliest. */
  causes: string[]
}

/** Of the best scored, those that are tried together; sets of up to three. */
const triedMax = 6
const causesMax = 3
/** Less trust in scores than this is no ranking any more. */
const noiseMax = 2.5

type Hypothesis = { members: Candidate[]; score: number }

/**
 * Every cause alone, every two and three of the best together, and "none of these", as one softmax. A further cause brings what it shows
 * itself and the others do not explain, less what "none of these" takes to beat: that one more thing broke at the same time is rare.
 * O(candidates + triedMax³).
 */
export function posterior(
  analysis: Analysis,
  scored: readonly Candidate[],
  weights: Weights,
  noise: number,
): Posterior {
  const level = Math.min(noise, noiseMax)
  const temperature = weights.temperature + weights.temperaturePerNoise * level
  const unknownScore =
    weights.unknown +
    weights.unknownPerEntity * Math.log(1 + analysis.sightings.size) +
    weights.unknownPerNoise * level
  const sets = [
    ...scored.map((one): Hypothesis => ({ members: [one], score: one.score })),
    ...together(analysis, scored.slice(0, triedMax), weights, unknownScore + weights.several),
  ]
  const top = sets.reduce((most, { score }) => Math.max(most, score), unknownScore)
  const weightOf = (score: number): number => Math.exp((score - top) / temperature)
  const unknownWeight = weightOf(unknownScore)
  const sum = sets.reduce((total, { score }) => total + weightOf(score), unknownWeight)
  const shares = new Map<string, { probability: number; presence: number }>()
  let several = 0
  for (const { members, score } of sets) {
    const chance = weightOf(score) / sum
    if (members.length > 1) several += chance
    for (const { entity } of members) {
      const share = shares.get(entity) ?? { probability: 0, presence: 0 }
      shares.set(entity, share)
      share.probability += chance / members.length
      share.presence += chance
    }
  }
  const causes = likeliest(sets, unknownScore, several)
  const candidates = scored
    .map((one) => ({ ...one, ...shares.get(one.entity)!, group: groupOf(analysis, one.entity, causes) }))
    .sort((a, b) => b.probability - a.probability || b.score - a.score || (a.entity < b.entity ? -1 : 1))
  return { candidates, unknown: unknownWeight / sum, several, causes }
}

/** Several only where that is likelier than not. */
function likeliest(sets: readonly Hypothesis[], unknownScore: number, several: number): string[] {
  const tried = sets.filter(({ members }) => (several > 0.5 ? members.length > 1 : members.length === 1))
  const best = tried.reduce<Hypothesis | undefined>(
    (most, one) => (most && most.score >= one.score ? most : one),
    undefined,
  )
  return best && best.score > unknownScore ? best.members.map(({ entity }) => entity) : []
}

function together(
  analysis: Analysis,
  tried: readonly Candidate[],
  weights: Weights,
  price: number,
): Hypothesis[] {
  const grow = (sets: readonly Hypothesis[]): Hypothesis[] =>
    sets.flatMap(({ members, score }) =>
      // Best scored first: each set is met once.
      tried.slice(tried.indexOf(members.at(-1)!) + 1).flatMap((next) => {
        const gain = newsOf(analysis, next, members, weights) - price
        // A set that gains nothing is no explanation that its smaller one is not.
        return gain > 0 ? [{ members: [...members, next], score: score + gain }] : []
      }),
    )
  const found: Hypothesis[] = []
  let sets = tried.map((one): Hypothesis => ({ members: [one], score: one.score }))
  for (let size = 2; size <= causesMax; size += 1) {
    sets = grow(sets)
    found.push(...sets)
  }
  return found
}

/** What an entity shows that the others, were they the causes, would not make it show. */
function newsOf(
  analysis: Analysis,
  candidate: Candidate,
  others: readonly Candidate[],
  weights: Weights,
): number {
  const { graph, tenants } = analysis
  // A further cause has to have made somebody suffer: what else is busier than usual is not needed to explain anything.
  if (!isFelt(analysis, candidate)) return 0
  const isBlind = graph.edgeCount === 0
  const isBelow = others.some(({ entity }) => graph.dependents(candidate.entity).has(entity))
  const isAbove = others.some(
    ({ entity }) =>
      graph.dependents(entity).has(candidate.entity) || tenants.get(entity)?.includes(candidate.entity),
  )
  const discounted = candidate.fault.terms.map((term) => {
    if (isBlind && !isOwnWork(term)) return { ...term, value: 0 }
    if (term.kind === 'TRAFFIC') return { ...term, value: (isBelow ? 0 : alongShare) * term.value }
    const comesAlong = isAbove && !isOwnWork(term)
    return comesAlong ? { ...term, value: alongShare * term.value } : term
  })
  return sumOf(
    discounted.sort((a, b) => b.value - a.value),
    weights,
  )
}

/** By its own answers; for a machine by those of what runs on it; where neither is measured, by whoever calls it. */
function isFelt({ graph, sightings, tenants }: Analysis, { entity, fault }: Candidate): boolean {
  const suffers = (other: string): boolean => feltOf(sightings.get(other)!) >= noticeable
  const machine = tenants.get(entity)
  if (machine) return machine.some((tenant) => sightings.has(tenant) && suffers(tenant))
  const { measured, seenBy } = sightings.get(entity)!
  if (measured === 0 && seenBy.size === 0) return graph.callers(entity).some(suffers)
  return fault.trouble >= noticeable
}

/** Of slowness and failure at what depends on another cause, beyond what is explained already. */
const alongShare = 0.7

/** Nothing that calls would bring along. */
const isOwnWork = ({ kind, signal, finding, change }: Term): boolean =>
  finding !== undefined ||
  change !== undefined ||
  kind === 'CPU' ||
  kind === 'MEMORY' ||
  kind === 'DEPLOY' ||
  kind === 'DOWN' ||
  signal?.meaning.scope === 'SELF'

/** The cause that the entity would stand for: the one that it is nearest to along calls, else the first. */
function groupOf({ graph }: Analysis, entity: string, causes: readonly string[]): number {
  if (causes.length < 2) return 1
  const distances = causes.map((cause) => {
    const away = graph.dependents(cause).get(entity) ?? graph.dependents(entity).get(cause)
    return away ?? Number.POSITIVE_INFINITY
  })
  return 1 + distances.indexOf(Math.min(...distances))
}
