import type { Cause } from '@aiops/contract/model/diagnosis'
import type { Analysis } from './analysis.ts'
import { ramp } from './change.ts'
import { anyStrength, callees, feltOf, strengthOf } from './felt.ts'
import type { Role } from './meaning.ts'
import { silenceTerm } from './service-term.ts'
import type { Sighting } from './sighting.ts'
import { trustIn } from './support.ts'
import { type Explanation, strongest, type Term, termOf } from './term.ts'

/** How much each kind of resource says by itself, measured on the sets of data/README.md and the simulator. */
const resourceWeight: Partial<Record<Role, number>> = { CPU: 1, MEMORY: 1, POOL: 1, DISK: 0.7, NETWORK: 0.5 }

export function resourceTerms(analysis: Analysis, sighting: Sighting): Term[] {
  const terms: Term[] = []
  const feltBelow = strongest(
    callees(analysis, sighting).map((callee) => ({ share: feltOf(callee), by: callee.entity })),
  )
  const surge = strengthOf(sighting.trafficSurge) + anyStrength(sighting.trafficSurge)
  for (const [role, signal] of sighting.resources) {
    const base = anyStrength(signal) * (resourceWeight[role] ?? 0.5)
    if (base === 0) continue
    // Waiting for a slow dependency holds connections and memory; more requests take more of everything.
    const waiting = role === 'POOL' ? 0.8 : role === 'MEMORY' ? 0.4 : 0
    const parts: Explanation[] = [
      { share: waiting * ramp(feltBelow.share / base, 0.5, 1), by: feltBelow.by },
      { share: 0.6 * ramp(surge / base, 0.4, 1), by: sighting.entity },
      ...tenantParts(analysis, sighting, role, base),
    ]
    terms.push(termOf(role as Cause['category'], base, signal, strongest(parts)))
  }
  if (sighting.other)
    terms.push(termOf('OTHER', 0.6 * sighting.other.strength, sighting.other, { share: 0, by: undefined }))
  return terms
}

/** What a machine's change counts when nothing at all is in trouble, and how many of its tenants must suffer to count in full. */
const machineAlone = 0.2
const sufferingFrom = 0.25
const sufferingAll = 0.6

/**
 * A machine is at fault when much of what runs on it is slow by itself. Where only one tenant suffers, or others merely wait,
 * disk and network that work more than usual are life, not a cause.
 */
export function machineTerms(analysis: Analysis, machine: Sighting): Term[] {
  const terms = resourceTerms(analysis, machine)
  const silence = silenceTerm(analysis, machine)
  if (silence) terms.push(silence)
  const tenants = (analysis.tenants.get(machine.entity) ?? []).flatMap(
    (name) => analysis.sightings.get(name) ?? [],
  )
  const slow = tenants.filter((tenant) => ownSlowness(tenant) >= 0.8 || waits(tenant)).length
  const troubled = [...analysis.sightings.values()].some((one) => feltOf(one) >= 0.8)
  const share = ramp(slow / Math.max(1, tenants.length), sufferingFrom, sufferingAll)
  const factor = troubled ? share : machineAlone
  return terms.map((term) => (term.kind === 'DOWN' ? term : { ...term, value: term.value * factor }))
}

/** Of its own part where traces tell of it, in so far as they do. */
function ownSlowness({ selfLatency, latency }: Sighting): number {
  if (!selfLatency) return strengthOf(latency)
  const trust = trustIn(selfLatency, latency)
  return trust * strengthOf(selfLatency) + (1 - trust) * strengthOf(latency)
}

/** It waits twice as long as before for what the machine has for all. Of one alone that says little; of most it does, however short the wait. */
const waits = ({ changes }: Sighting): boolean =>
  changes.some(
    ({ meaning, harmful, change }) => meaning.waited && harmful && change.after >= 2 * change.before,
  )

/** A machine is busy because something on it is: that something is the cause, unless nothing on it takes more than before. */
function tenantParts(analysis: Analysis, machine: Sighting, role: Role, base: number): Explanation[] {
  return (analysis.tenants.get(machine.entity) ?? []).flatMap((name) => {
    const tenant = analysis.sightings.get(name)
    if (!tenant) return []
    const taken = tenant.changes.filter(
      ({ meaning }) => meaning.role === role && meaning.scope === 'RESOURCE' && !meaning.waited,
    )
    return [{ share: ramp(Math.max(0, ...taken.map(strengthOf)) / base, 0.3, 0.8), by: name }]
  })
}

const deployBeforeMs = 180_000
const deployAfterMs = 45_000

/** A new version at an entity whose own trouble began about then. A version alone is no fault. */
export function deployTerm(analysis: Analysis, sighting: Sighting, terms: readonly Term[]): Term | undefined {
  const version = sighting.version
  if (!version) return undefined
  const own = terms.find((term) => term.kind === 'LATENCY' || term.kind === 'ERRORS' || term.kind === 'DOWN')
  if (!own) return undefined
  const onset = own.signal?.change.onsetMs ?? analysis.case.detectedAtMs
  if (version.atMs < onset - deployBeforeMs || version.atMs > onset + deployAfterMs) return undefined
  return { kind: 'DEPLOY', value: 2.5 * ramp(own.value, 0.4, 1.4), signal: own.signal, explained: 0 }
}
