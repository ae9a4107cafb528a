import type { Cause } from '@aiops/contract/model/diagnosis'
import type { ExplainCase } from './case.ts'
import type { Analysis } from './method/analysis.ts'
import { createCallGraph } from './method/call-graph.ts'
import { type ChainLink, chainOf } from './method/chain.ts'
import { type Evidence, evidenceOf } from './method/evidence.ts'
import { type OwnFault, ownFaults } from './method/own-fault.ts'
import { defaultWeights, type Posterior, posterior, type Weights } from './method/posterior.ts'
import { type Guard, observe } from './method/sighting.ts'
import { type Verdict, verdicts } from './method/verdict.ts'

export type RankedCause = {
  entity: string
  metric: string | undefined
  category: Cause['category']
  probability: number
  confidence: Cause['confidence']
  sentence: string
  evidence: Evidence[]
}

export type ExplainResult = {
  ranked: RankedCause[]
  /** What the probabilities leave: none of the named. */
  unknownProbability: number
  causalChain: ChainLink[]
  checked: Verdict[]
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
 * Where the healthy time may end, the likeliest first, at most 5 minutes before the detection. A detection late by up to 90 s is taken for granted; alerts that wait before
 * they fire and detectors that had yet to learn are later still, so that an earlier end is tried when nothing stands out.
 */
const guards: readonly (Guard & { standsOut: number })[] = [
  { msMax: 90_000, shareMax: 0.25, standsOut: 0.9 },
  { msMax: 300_000, shareMax: 0.5, standsOut: 0.95 },
  { msMax: 300_000, shareMax: 0.7, standsOut: 0.95 },
  { msMax: 300_000, shareMax: 0.85, standsOut: 0.95 },
]

const guardMsMax = Math.max(...guards.map(({ msMax }) => msMax))

/**
 * Names the likely first cause of trouble from metrics, call graph, versions and logs. Pure and deterministic.
 * What each entity shows (robust change per metric) → what of it is its own, with dependencies' share taken out → one
 * log-linear score each → probabilities with an explicit unknown. O(samples + entities · edges).
 */
export function explainCase(input: ExplainCase, options: ExplainOptions = {}): ExplainResult {
  const startedAt = options.monotonic?.() ?? 0
  const { analysis, faults, result } = search(input, { ...defaultWeights, ...options.weights })
  const named = result.candidates.slice(0, options.causesMax ?? causesMaxDefault)
  const ranked = named.map((candidate) => rankedCause(analysis, candidate))
  return {
    ranked,
    unknownProbability: Math.max(0, 1 - ranked.reduce((sum, cause) => sum + cause.probability, 0)),
    causalChain: chainOf(analysis, faults, result),
    checked: verdicts(analysis, faults, result),
    degraded: degradedBy(analysis),
    seconds: ((options.monotonic?.() ?? 0) - startedAt) / 1_000,
  }
}

type Found = { analysis: Analysis; faults: Map<string, OwnFault>; result: Posterior }

/**
 * The first look in which something stands out, rather one whose healthy time holds nothing of the trouble yet: where the cause had begun
 * before its end, what began after it would be blamed. The usual one where nothing stands out in any.
 */
function search(input: ExplainCase, weights: Weights): Found {
  let usual: Found | undefined
  let late: Found | undefined
  for (const guard of guards) {
    const found = analyse(input, weights, guard)
    if (1 - found.result.unknown >= guard.standsOut) {
      if (!hasBegun(found)) return found
      late ??= found
    }
    usual ??= found
  }
  return late ?? usual!
}

/** Speaks nearly all the time. */
const steadySupport = 0.9

/** Whether trouble that callers feel had begun by the end of the healthy time, and no earlier than any look goes back. */
const hasBegun = ({ analysis }: Found): boolean =>
  [...analysis.sightings.values()].some(({ changes }) =>
    changes.some(
      ({ change, meaning, support }) =>
        (change.begunMs ?? 0) >= analysis.case.detectedAtMs - guardMsMax &&
        support >= steadySupport &&
        (meaning.role === 'LATENCY' || meaning.role === 'ERRORS'),
    ),
  )

function analyse(input: ExplainCase, weights: Weights, guard: Guard): Found {
  const { sightings, sampleMs } = observe(input, guard)
  const analysis: Analysis = {
    case: input,
    graph: createCallGraph(input.edges),
    sightings,
    sampleMs,
    tenants: tenantsOf(input),
  }
  const faults = ownFaults(analysis)
  return { analysis, faults, result: posterior(analysis, faults, weights) }
}

function tenantsOf(input: ExplainCase): Map<string, string[]> {
  const tenants = new Map<string, string[]>()
  for (const [entity, machine] of input.placements ?? [])
    tenants.set(machine, [...(tenants.get(machine) ?? []), entity])
  return tenants
}

function rankedCause(analysis: Analysis, candidate: Posterior['candidates'][number]): RankedCause {
  const { entity, probability, category, fault } = candidate
  const evidence = evidenceOf(analysis, candidate)
  return {
    entity,
    metric: evidence.find((one) => one.metric !== undefined)?.metric ?? fault.leading?.series.metric,
    category,
    probability,
    confidence: probability >= 0.7 ? 'HIGH' : probability >= 0.4 ? 'MEDIUM' : 'LOW',
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
