import type { Clock } from '../../kernel/clock.ts'
import type { ImpactSources } from '../../pipeline/correlate/index.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'
import type { Slos } from '../../service/slo/index.ts'

/** A storm's incidents are written hundreds of times a second; what they are weighed by changes rarely. */
const keptMs = { tier: 60_000, slos: 5_000 }
const keptMax = 10_000

/** What tells whom an incident touches: labels of the topology, and objectives. `slos` is made after correlation. */
export function impactSources(
  knowledge: Pick<Knowledge, 'knows' | 'topology'>,
  slos: () => Pick<Slos, 'list'>,
  clock: Clock,
): ImpactSources {
  return {
    tier: keptFor(keptMs.tier, clock, (tenant, entity) => {
      if (!knowledge.knows(tenant, entity)) return undefined
      const { entities } = knowledge.topology(tenant, { entity, depth: 0 })
      const labels = entities.find(({ id }) => id === entity)?.labels ?? {}
      return Object.hasOwn(labels, 'tier') ? labels.tier : undefined
    }),
    slos: keptFor(keptMs.slos, clock, (tenant) =>
      slos()
        .list(tenant)
        .map(({ slo: { id, name, service }, status }) => ({ id, name, service, state: status.state })),
    ),
  }
}

function keptFor<A extends string[], T>(forMs: number, clock: Clock, ask: (...of: A) => T): (...of: A) => T {
  const kept = new Map<string, { value: T; untilMs: number }>()
  return (...of) => {
    const key = JSON.stringify(of)
    const nowMs = clock.now()
    const known = kept.get(key)
    if (known && known.untilMs > nowMs) return known.value
    if (kept.size >= keptMax) kept.clear()
    const value = ask(...of)
    kept.set(key, { value, untilMs: nowMs + forMs })
    return value
  }
}
