import type { Cause } from '@aiops/contract/model/diagnosis'
import type { Analysis } from './analysis.ts'
import { clip, ramp } from './change.ts'
import { reachOf } from './known-term.ts'
import { massRatio } from './mass.ts'
import type { OwnFault } from './own-fault.ts'
import type { Sighting } from './sighting.ts'
import { symptomParts } from './symptom-part.ts'
import type { Term } from './term.ts'
import type { Part, Weights } from './weights.ts'

/** An entity that may be a cause, with what makes up its score. */
export type Candidate = {
  entity: string
  score: number
  category: Cause['category']
  fault: OwnFault
  parts: Part[]
}

/** A log-linear score per entity, best first. */
export function scoresOf(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  weights: Weights,
): Candidate[] {
  const entities = [...faults.values()].filter((fault) => fault.terms.length > 0)
  const largest = largestMass(analysis, entities)
  const firstOnset = earliestOnset(entities)
  const troubleSum = [...faults.values()].reduce((sum, fault) => sum + weightOfTrouble(fault), 0)
  const scored = entities.map((fault) => {
    const parts = partsOf(analysis, faults, fault, weights, { firstOnset, troubleSum })
    // Without a call graph the most of it is seen at the outermost, which only adds up what all others do.
    const mass = analysis.graph.edgeCount === 0 ? undefined : massPart(analysis, fault, largest)
    if (mass !== undefined) parts.push({ name: 'mass', value: weights.mass * mass })
    const score = parts.reduce((sum, part) => sum + part.value, 0)
    return { entity: fault.entity, score, category: categoryOf(fault), fault, parts }
  })
  return scored.sort((a, b) => b.score - a.score || (a.entity < b.entity ? -1 : 1))
}

/** What all candidates are held against. */
type Whole = { firstOnset: number; troubleSum: number }

function partsOf(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  fault: OwnFault,
  weights: Weights,
  { firstOnset, troubleSum }: Whole,
): Part[] {
  const { graph } = analysis
  const own = sumOf(fault.terms, weights)
  const parts = [{ name: 'own', value: own }]
  // Nothing of its own: being well placed in the graph must not make a cause of it.
  const earned = ramp(own, 0.3, 1.2)
  if (graph.edgeCount > 0 && troubleSum > 0) {
    parts.push({
      name: 'coverage',
      value: (weights.coverage * earned * covered(analysis, faults, fault)) / troubleSum,
    })
  }
  parts.push(...symptomParts(analysis, faults, fault, weights))
  const onset = onsetOf(fault)
  if (onset !== undefined) {
    const scaleMs = Math.max(3 * analysis.sampleMs, 5_000)
    parts.push({
      name: 'late',
      value: -weights.late * clip((onset - firstOnset - analysis.sampleMs) / scaleMs, 0, 1),
    })
  }
  return parts
}

/** Of one entity's reasons, the strongest first. */
export const sumOf = (terms: readonly Term[], { further }: Weights): number =>
  terms.reduce((sum, term, at) => sum + term.value * further ** at, 0)

type LargestMass = ReadonlyMap<string, Sighting>

/** Of the entities whose own trouble is of one kind, the one with the most of it: added seconds or failures, times requests. */
function largestMass(analysis: Analysis, faults: readonly OwnFault[]): LargestMass {
  const largest = new Map<string, Sighting>()
  for (const kind of ['LATENCY', 'ERRORS'] as const) {
    const own = faults.filter((fault) => fault.terms[0]?.kind === kind)
    const enough = 0.5 * Math.max(0, ...own.map((fault) => fault.terms[0]!.value))
    for (const fault of own) {
      if (fault.terms[0]!.value < enough) continue
      const sighting = analysis.sightings.get(fault.entity)!
      const best = largest.get(kind)
      if (!best || (massRatio(sighting, best, kind) ?? 0) > 1) largest.set(kind, sighting)
    }
  }
  return largest
}

/** −2..0: octaves of mass below the largest. */
function massPart(analysis: Analysis, fault: OwnFault, largest: LargestMass): number | undefined {
  const kind = fault.terms[0]?.kind
  const best = largest.get(kind ?? '')
  if (!best || best.entity === fault.entity || (kind !== 'LATENCY' && kind !== 'ERRORS')) return undefined
  const ratio = massRatio(analysis.sightings.get(fault.entity)!, best, kind)
  return ratio === undefined ? undefined : clip(Math.log2(Math.max(ratio, 0.01)), -2, 0)
}

/** Trouble at what depends on the entity; for missing traffic, at what the entity calls. */
function covered(analysis: Analysis, faults: ReadonlyMap<string, OwnFault>, fault: OwnFault): number {
  let sum = 0
  const dependents = analysis.graph.dependents(fault.entity)
  const known = fault.terms.some((term) => term.finding)
  const tenants = known ? reachOf(analysis, fault.entity) : new Set(analysis.tenants.get(fault.entity))
  for (const [entity, other] of faults) {
    const starved = fault.terms[0]?.kind === 'TRAFFIC' && analysis.graph.dependents(entity).has(fault.entity)
    if (dependents.has(entity) || starved || tenants.has(entity)) sum += weightOfTrouble(other)
  }
  return sum
}

const weightOfTrouble = (fault: OwnFault): number => Math.max(0, fault.trouble - 0.7)

export function onsetOf(fault: OwnFault): number | undefined {
  return fault.terms.find((term) => term.signal)?.signal?.change.onsetMs
}

function earliestOnset(faults: readonly OwnFault[]): number {
  const strong = Math.max(...faults.map((fault) => fault.terms[0]?.value ?? 0)) / 3
  const onsets = faults.flatMap((fault) =>
    (fault.terms[0]?.value ?? 0) >= strong ? (onsetOf(fault) ?? []) : [],
  )
  return onsets.length > 0 ? Math.min(...onsets) : 0
}

/** A resource names the trouble before the slowness it makes: an exhausted pool answers late and with errors. */
export function categoryOf(fault: OwnFault): Cause['category'] {
  const known = knownCategory(fault)
  if (known) return known
  const value = (kind: Term['kind']) => fault.terms.find((term) => term.kind === kind)?.value ?? 0
  if (value('DOWN') >= 2) return 'DOWN'
  if (value('DEPLOY') >= 0.8) return 'DEPLOY'
  const top = fault.terms[0]
  if (!top) return 'OTHER'
  const enough = Math.max(1.1, 0.4 * Math.max(value('LATENCY'), value('ERRORS')))
  const memory = fault.terms.find((term) => term.kind === 'MEMORY')
  if (
    memory?.signal &&
    memory.signal.change.z > 0 &&
    memory.value >= enough &&
    memory.signal.change.octaves > 0.4
  )
    return 'MEMORY'
  if (value('POOL') >= enough && value('POOL') >= 0.8 * value('CPU')) return 'POOL'
  if (value('CPU') >= enough) return 'CPU'
  return top.kind
}

/** What was done comes before what it did: a rollout whose pods crash is a rollout. Then a known failure, where nothing outweighs it. */
function knownCategory(fault: OwnFault): Cause['category'] | undefined {
  const change = fault.terms.find((term) => term.change && term.kind === 'DEPLOY')
  if (change && change.value >= 0.8) return 'DEPLOY'
  const failure = fault.terms.find((term) => term.finding)
  return failure && failure.value >= 1.5 && failure.value >= 0.5 * fault.terms[0]!.value
    ? failure.kind
    : undefined
}
