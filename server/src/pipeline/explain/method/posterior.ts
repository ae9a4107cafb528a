import type { Cause } from '@aiops/contract/model/diagnosis'
import type { Analysis } from './analysis.ts'
import { clip, ramp } from './change.ts'
import { reachOf } from './known-term.ts'
import { massRatio } from './mass.ts'
import { meaningOf, type Role } from './meaning.ts'
import type { OwnFault } from './own-fault.ts'
import type { Sighting } from './sighting.ts'
import type { Term } from './term.ts'

/** Every coefficient of the score, in units of log-odds before the temperature. One set for all data. */
export type Weights = {
  /** What the second, third … reason at one entity adds to its strongest. */
  further: number
  /** Explaining all symptoms by what depends on the entity, against none. */
  coverage: number
  /** The entity is where the symptom was seen. */
  atSymptom: number
  /** Per call between symptom and entity on a path that is in trouble all along. */
  path: number
  /** Another kind of trouble than the one seen. */
  otherKind: number
  /** Per octave of mass (see mass.ts) below the largest of its kind. */
  mass: number
  /** Of a size that cannot make the symptom. */
  tooSmall: number
  /** Beginning one onset scale after the first. */
  late: number
  /** What an entity must reach before it is likelier than "none of these", and how that grows with the number looked at. */
  unknown: number
  unknownPerEntity: number
  temperature: number
}

export const defaultWeights: Weights = {
  further: 0.4,
  coverage: 1,
  atSymptom: 0.5,
  path: 0.3,
  otherKind: 3,
  tooSmall: 2,
  mass: 0.5,
  late: 0.5,
  unknown: 1.3,
  unknownPerEntity: 0.12,
  temperature: 0.45,
}

export type Candidate = {
  entity: string
  score: number
  probability: number
  category: Cause['category']
  fault: OwnFault
  parts: { name: string; value: number }[]
}
export type Posterior = { candidates: Candidate[]; unknown: number }

/** A log-linear score per entity, then a softmax in which "none of them" has a score of its own. */
export function posterior(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  weights: Weights,
): Posterior {
  const entities = [...faults.values()].filter((fault) => fault.terms.length > 0)
  const largest = largestMass(analysis, entities)
  const firstOnset = earliestOnset(entities)
  const troubleSum = [...faults.values()].reduce((sum, fault) => sum + weightOfTrouble(fault), 0)
  const scored = entities.map((fault) => {
    const parts = partsOf(analysis, faults, fault, weights, { firstOnset, troubleSum })
    const mass = massPart(analysis, fault, largest)
    if (mass !== undefined) parts.push({ name: 'mass', value: weights.mass * mass })
    return {
      entity: fault.entity,
      score: parts.reduce((sum, part) => sum + part.value, 0),
      probability: 0,
      category: categoryOf(fault),
      fault,
      parts,
    }
  })
  scored.sort((a, b) => b.score - a.score || (a.entity < b.entity ? -1 : 1))
  const unknownScore = weights.unknown + weights.unknownPerEntity * Math.log(1 + analysis.sightings.size)
  const top = Math.max(unknownScore, scored[0]?.score ?? 0)
  const unknownWeight = Math.exp((unknownScore - top) / weights.temperature)
  let sum = unknownWeight
  for (const one of scored) sum += one.probability = Math.exp((one.score - top) / weights.temperature)
  for (const one of scored) one.probability /= sum
  return { candidates: scored, unknown: unknownWeight / sum }
}

/** What all candidates are held against. */
type Whole = { firstOnset: number; troubleSum: number }

function partsOf(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  fault: OwnFault,
  weights: Weights,
  { firstOnset, troubleSum }: Whole,
): Candidate['parts'] {
  const { graph } = analysis
  const own = fault.terms.reduce((sum, term, at) => sum + term.value * weights.further ** at, 0)
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

/** Whether the entity's trouble could be what was seen at the symptom: it is needed there, along a path that is in trouble too, in kind. */
function symptomParts(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  fault: OwnFault,
  weights: Weights,
): Candidate['parts'] {
  const { graph, case: input } = analysis
  const symptoms = input.symptoms ?? []
  const parts: Candidate['parts'] = []
  if (symptoms.length === 1 && symptoms[0]!.entity === fault.entity)
    parts.push({ name: 'at symptom', value: -weights.atSymptom })
  const known = symptoms.filter((symptom) => graph.knows(symptom.entity))
  if (known.length === 0) return parts
  const starved = fault.terms[0]?.kind === 'TRAFFIC'
  const depth = Math.max(
    ...known.map((symptom) => troubledPath(analysis, faults, fault.entity, symptom.entity)),
  )
  if (depth > 0) parts.push({ name: 'path', value: weights.path * Math.min(depth, 4) })
  if (!starved)
    parts.push({
      name: 'too small',
      value:
        -weights.tooSmall *
        (1 -
          sufficiency(
            analysis,
            fault,
            known.map((symptom) => symptom.entity),
          )),
    })
  const roles = new Set(
    known.flatMap((symptom) =>
      symptom.metric === undefined ? [] : [meaningOf(symptom.metric, undefined, {}, false).role],
    ),
  )
  if (roles.size > 0) {
    const kinds = fault.terms.filter((term) => term.value > 0.5).map((term) => term.kind)
    if (starved && !roles.has('TRAFFIC')) parts.push({ name: 'other kind', value: -weights.otherKind })
    else if (!kinds.some((kind) => kind === 'DOWN' || kind === 'DEPLOY' || roles.has(kind as Role)))
      parts.push({ name: 'other kind', value: -weights.otherKind / 3 })
  }
  return parts
}

/** 0..1: whether the entity's trouble is large enough for what the symptom shows. */
function sufficiency(analysis: Analysis, fault: OwnFault, symptoms: readonly string[]): number {
  const kind = fault.terms[0]?.kind
  if (kind !== 'LATENCY' && kind !== 'ERRORS') return 1
  const ratios = symptoms.map((symptom) =>
    massRatio(analysis.sightings.get(fault.entity)!, analysis.sightings.get(symptom)!, kind),
  )
  return Math.max(...ratios.map((ratio) => (ratio === undefined ? 1 : ramp(ratio, 0.03, 0.4))))
}

/** Calls from the symptom down to the entity when everything between is in trouble; 0 when it is not. */
function troubledPath(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  entity: string,
  symptom: string,
): number {
  const distance = new Map([[entity, 0]])
  const queue = [entity]
  for (let head = 0; head < queue.length; head += 1) {
    const at = queue[head]!
    if (at === symptom) return distance.get(at)!
    for (const caller of analysis.graph.callers(at)) {
      if (distance.has(caller) || (faults.get(caller)?.felt ?? 0) < 0.7) continue
      distance.set(caller, distance.get(at)! + 1)
      queue.push(caller)
    }
  }
  return 0
}

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
