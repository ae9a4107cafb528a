import type { Analysis } from './analysis.ts'
import { ramp } from './change.ts'
import { feltOf, silentStrength, strengthOf } from './felt.ts'
import { changeTerm, findingTerms, shareKnown } from './known-term.ts'
import { deployTerm, machineTerms, resourceTerms } from './resource-term.ts'
import { errorTerm, latencyTerm, outsideTerms, silenceTerm, trafficTerm } from './service-term.ts'
import type { Sighting, Signal } from './sighting.ts'
import { explainFurther, type Term } from './term.ts'

export type OwnFault = {
  entity: string
  /** Largest value first. */
  terms: Term[]
  /** What its callers feel of it: 0 when it behaves. */
  felt: number
  /** Trouble it shows at all, own or not. */
  trouble: number
  leading?: Signal | undefined
}

/** A machine's own trouble below this explains nobody's slowness. */
const machineTroubleMin = 1

/**
 * Takes from each entity's symptoms what its neighbours explain. Latency and errors travel from callee to caller, missing traffic
 * from caller to callee. Traces' self time and error origin already exclude dependencies and are believed before the call graph.
 */
export function ownFaults(analysis: Analysis): Map<string, OwnFault> {
  const faults = new Map<string, OwnFault>()
  for (const [entity, sighting] of analysis.sightings) {
    const machine = analysis.tenants.has(entity)
    const found = isIndicator(analysis, sighting)
      ? []
      : machine
        ? machineTerms(analysis, sighting)
        : [
            latencyTerm(analysis, sighting),
            errorTerm(analysis, sighting),
            silenceTerm(analysis, sighting),
            trafficTerm(analysis, sighting),
            ...outsideTerms(analysis, sighting),
            ...resourceTerms(analysis, sighting),
          ]
    const terms = [...found, ...findingTerms(analysis, sighting)]
      .filter((term): term is Term => term !== undefined && term.value > 0.05)
      .sort((a, b) => b.value - a.value)
    const deploy = deployTerm(analysis, sighting, terms)
    if (deploy) terms.unshift(deploy)
    const change = changeTerm(analysis, sighting, terms)
    if (change) addChange(terms, change)
    faults.set(entity, {
      entity,
      terms,
      felt: feltOf(sighting),
      trouble: machine
        ? (terms[0]?.value ?? 0)
        : Math.max(
            feltOf(sighting),
            strengthOf(sighting.trafficFall) * 0.8,
            sighting.silentSinceMs === undefined ? 0 : silentStrength,
          ),
      leading: terms.find((term) => term.signal)?.signal ?? sighting.changes[0],
    })
  }
  shareMachines(analysis, faults)
  shareKnown(analysis, faults)
  return faults
}

/**
 * What only tells how others fare: where the symptom was seen, called by nobody and calling nobody, and nothing is known of it but how fast
 * and how well requests are answered. A name for the whole, such as an objective's, not a part that can break.
 */
function isIndicator({ graph, case: input }: Analysis, { entity, changes, seenBy }: Sighting): boolean {
  return (
    (input.symptoms ?? []).some((symptom) => symptom.entity === entity) &&
    !graph.knows(entity) &&
    seenBy.size === 0 &&
    changes.length > 0 &&
    changes.every(({ meaning: { role, scope } }) => scope === 'SERVER' && role !== 'TRAFFIC')
  )
}

/** A version that telemetry shows and the rollout that brought it are one reason. */
function addChange(terms: Term[], change: Term): void {
  const at = terms.findIndex((term) => term.kind === 'DEPLOY' && !term.finding)
  if (change.kind === 'DEPLOY' && at >= 0)
    terms[at] = { ...terms[at]!, value: Math.max(terms[at]!.value, change.value), change: change.change }
  else terms.push(change)
  terms.sort((a, b) => b.value - a.value)
}

/** Slowness of a machine's tenants, and that they wait for it, is the machine's where its own trouble is as large as theirs. */
function shareMachines(analysis: Analysis, faults: ReadonlyMap<string, OwnFault>): void {
  for (const [machine, tenants] of analysis.tenants) {
    const trouble = faults.get(machine)?.terms[0]?.value ?? 0
    if (trouble < machineTroubleMin) continue
    for (const fault of tenants.flatMap((tenant) => faults.get(tenant) ?? [])) {
      fault.terms = fault.terms
        .map((term) =>
          term.kind === 'LATENCY' || term.signal?.meaning.waited
            ? explainFurther(term, 0.9 * ramp(trouble / term.value, 0.4, 1), machine)
            : term,
        )
        .sort((a, b) => b.value - a.value)
    }
  }
}
