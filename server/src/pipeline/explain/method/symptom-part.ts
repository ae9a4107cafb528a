import type { Analysis } from './analysis.ts'
import { ramp } from './change.ts'
import { massRatio } from './mass.ts'
import { meaningOf, quantileOf, type Role } from './meaning.ts'
import type { OwnFault } from './own-fault.ts'
import type { Signal } from './sighting.ts'
import type { Part, Weights } from './weights.ts'

/** Whether the entity's trouble could be what was seen at the symptom: it is needed there, along a path that is in trouble too, in kind. */
export function symptomParts(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  fault: OwnFault,
  weights: Weights,
): Part[] {
  const { graph, case: input } = analysis
  const symptoms = input.symptoms ?? []
  const parts: Part[] = []
  if (symptoms.length === 1 && symptoms[0]!.entity === fault.entity)
    parts.push({ name: 'at symptom', value: -weights.atSymptom })
  const known = symptoms.filter((symptom) => graph.knows(symptom.entity))
  if (known.length === 0) {
    const ratio = addedBeside(
      analysis,
      fault,
      symptoms.map(({ entity }) => entity),
    )
    if (ratio !== undefined)
      parts.push({ name: 'too small', value: -weights.tooSmall * (1 - ramp(ratio, 0.03, 0.4)) })
    return parts
  }
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

/** Added time of a request there, beside that of one at the symptom: by the quantile that both have in one unit. */
function addedBeside(analysis: Analysis, fault: OwnFault, symptoms: readonly string[]): number | undefined {
  if (fault.terms[0]?.kind !== 'LATENCY') return undefined
  let best: number | undefined
  const mine = analysis.sightings.get(fault.entity)!.changes.filter(isServerLatency)
  for (const theirs of symptoms.flatMap((entity) => analysis.sightings.get(entity)?.changes ?? [])) {
    if (!isServerLatency(theirs) || !theirs.harmful || theirs.change.after <= theirs.change.before) continue
    const same = mine.find(
      (one) =>
        one.series.unit === theirs.series.unit &&
        quantileOf(one.series.metric) === quantileOf(theirs.series.metric),
    )
    if (!same) continue
    const ratio = (same.change.after - same.change.before) / (theirs.change.after - theirs.change.before)
    best = Math.max(best ?? 0, ratio)
  }
  return best
}

const isServerLatency = ({ meaning: { role, scope } }: Signal): boolean =>
  role === 'LATENCY' && scope === 'SERVER'

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
