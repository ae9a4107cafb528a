import type { Cause } from '@aiops/contract/model/diagnosis'
import type { ExplainCase } from './case.ts'
import type { Analysis } from './method/analysis.ts'
import { type ChainLink, chainOf } from './method/chain.ts'
import { type Counterfactual, counterfactualOf } from './method/counterfactual.ts'
import { type Evidence, evidenceOf } from './method/evidence.ts'
import { type Impact, impactOf } from './method/impact.ts'
import type { Posterior } from './method/joint.ts'
import { type Verdict, verdicts } from './method/verdict.ts'
import { defaultWeights, type Weights } from './method/weights.ts'
import { wouldChange } from './method/would-change.ts'
import { search } from './search.ts'

export type RankedCause = {
  entity: string
  metric: string | undefined
  category: Cause['category']
  probability: number
  confidence: Cause['confidence']
  /** Causes of one group stand for one another; several groups are several causes at once. From 1. */
  group: number
  counterfactual: Counterfactual | undefined
  sentence: string
  evidence: Evidence[]
}

export type ExplainResult = {
  ranked: RankedCause[]
  /** What the probabilities leave: none of the named. */
  unknownProbability: number
  causalChain: ChainLink[]
  checked: Verdict[]
  /** Chance of more than one cause at once. */
  severalProbability: number
  wouldChange: string[]
  /** Of the first cause; none where nothing is blamed. */
  impact: Impact | undefined
  degraded: string[]
  seconds: number
}

export type ExplainOptions = {
  /** Causes named at most; the rest joins the unknown. */
  causesMax?: number
  weights?: Partial<Weights>
  /** Milliseconds that never go back, to fill `seconds`; without it they are 0 and the result depends on the case alone. */
  monotonic?: () => number
}

const causesMaxDefault = 10

/**
 * Names the likely first cause of trouble from metrics, call graph, versions and logs. Pure and deterministic.
 * What each entity shows (robust change per metric) → what of it is its own, with dependencies' share taken out → one
 * log-linear score each → probabilities of sets of causes with an explicit unknown. O(samples + entities · edges).
 */
export function explainCase(input: ExplainCase, options: ExplainOptions = {}): ExplainResult {
  const startedAt = options.monotonic?.() ?? 0
  const weights = { ...defaultWeights, ...options.weights }
  const { analysis, faults, result, noise } = search(input, weights)
  const named = result.candidates.slice(0, options.causesMax ?? causesMaxDefault)
  const ranked = named.map((candidate) => rankedCause(analysis, candidate))
  return {
    ranked,
    unknownProbability: Math.max(0, 1 - ranked.reduce((sum, cause) => sum + cause.probability, 0)),
    causalChain: chainOf(analysis, faults, result),
    checked: verdicts(analysis, faults, result),
    severalProbability: result.several,
    wouldChange: wouldChange(analysis, faults, result, weights, noise),
    impact: named[0] && named[0].probability >= result.unknown ? impactOf(analysis, named[0]) : undefined,
    degraded: degradedBy(analysis),
    seconds: ((options.monotonic?.() ?? 0) - startedAt) / 1_000,
  }
}

function rankedCause(analysis: Analysis, candidate: Posterior['candidates'][number]): RankedCause {
  const { entity, probability, presence, category, fault, group } = candidate
  const evidence = evidenceOf(analysis, candidate)
  return {
    entity,
    metric: evidence.find((one) => one.metric !== undefined)?.metric ?? fault.leading?.series.metric,
    category,
    probability,
    confidence: presence >= 0.7 ? 'HIGH' : presence >= 0.4 ? 'MEDIUM' : 'LOW',
    group,
    counterfactual: counterfactualOf(analysis, candidate),
    sentence: evidence[0]?.sentence ?? `${entity} shows no change of its own.`,
    evidence,
  }
}

function degradedBy(analysis: Analysis): string[] {
  const notes: string[] = []
  const { graph, sightings } = analysis
  if (graph.edgeCount === 0) notes.push('no topology: ranked by change and onset alone')
  const states = [...sightings.values()]
  if (states.length === 0 || states.every((state) => state.measured === 0))
    notes.push('no metric with enough history before and after')
  else {
    const short = states.filter((state) => state.measured === 0).length
    if (short > 0) notes.push(`${short} of ${states.length} entities without usable metrics`)
  }
  if (!states.some((state) => state.hasSelf))
    notes.push('no trace-derived self time: own share estimated from the call graph')
  const counts = states.flatMap((state) => state.changes.map(({ change }) => change.countBefore))
  if (counts.length > 0 && Math.max(...counts) < 15)
    notes.push('short history: at most 14 samples before the trouble')
  return notes
}

export type { CaseSeries, ExplainCase } from './case.ts'
