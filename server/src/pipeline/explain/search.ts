import type { ExplainCase } from './case.ts'
import type { Analysis } from './method/analysis.ts'
import { createCallGraph } from './method/call-graph.ts'
import { type Posterior, posterior } from './method/joint.ts'
import { usualNoise } from './method/noise.ts'
import { type OwnFault, ownFaults } from './method/own-fault.ts'
import { type Candidate, scoresOf } from './method/posterior.ts'
import { type Guard, observe, splitOf } from './method/sighting.ts'
import type { Weights } from './method/weights.ts'

export type Found = {
  analysis: Analysis
  faults: Map<string, OwnFault>
  result: Posterior
  /** What healthy windows of the same system score (see noise.ts). */
  noise: number
}

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
 * The first look in which something stands out, rather one whose healthy time holds nothing of the trouble yet: where the cause had begun
 * before its end, what began after it would be blamed. The usual one where nothing stands out in any.
 */
export function search(input: ExplainCase, weights: Weights): Found {
  const look = lookAt(input, weights)
  const noise =
    weights.unknownPerNoise === 0 && weights.temperaturePerNoise === 0
      ? 0
      : usualNoise(input, look.analysis.split, (healthy) =>
          Math.max(0, scored(healthy, weights, look.guard).scores[0]?.score ?? 0),
        )
  const { analysis, faults, scores } = look
  return { analysis, faults, noise, result: posterior(analysis, scores, weights, noise) }
}

type Look = { guard: Guard; analysis: Analysis; faults: Map<string, OwnFault>; scores: Candidate[] }

function lookAt(input: ExplainCase, weights: Weights): Look {
  let usual: Look | undefined
  let late: Look | undefined
  for (const guard of guards) {
    const look = scored(input, weights, guard)
    if (1 - posterior(look.analysis, look.scores, weights, 0).unknown >= guard.standsOut) {
      if (!hasBegun(look)) return look
      late ??= look
    }
    usual ??= look
  }
  return late ?? usual!
}

/** Speaks nearly all the time. */
const steadySupport = 0.9

/** Whether trouble that callers feel had begun by the end of the healthy time, and no earlier than any look goes back. */
const hasBegun = ({ analysis }: Look): boolean =>
  [...analysis.sightings.values()].some(({ changes }) =>
    changes.some(
      ({ change, meaning, support }) =>
        (change.begunMs ?? 0) >= analysis.case.detectedAtMs - guardMsMax &&
        support >= steadySupport &&
        (meaning.role === 'LATENCY' || meaning.role === 'ERRORS'),
    ),
  )

function scored(input: ExplainCase, weights: Weights, guard: Guard): Look {
  const { sightings, sampleMs } = observe(input, guard)
  const analysis: Analysis = {
    case: input,
    graph: createCallGraph(input.edges),
    sightings,
    sampleMs,
    split: splitOf(input, guard),
    tenants: tenantsOf(input, sightings),
  }
  const faults = ownFaults(analysis)
  return { guard, analysis, faults, scores: scoresOf(analysis, faults, weights) }
}

/** Those of which nothing is known, as of most pods behind a workload, say nothing of their machine. */
function tenantsOf(
  input: ExplainCase,
  sightings: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, readonly string[]> {
  const tenants = new Map<string, string[]>()
  for (const [entity, machine] of input.placements ?? []) {
    const own = tenants.get(machine) ?? []
    tenants.set(machine, own)
    if (sightings.has(entity)) own.push(entity)
  }
  return tenants
}
