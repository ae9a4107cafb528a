import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { EntityId } from '@aiops/contract/model/entity'
import { isoTime } from '../../../kernel/clock.ts'
import { CorrelateConfig } from '../config.ts'
import { createCore } from './correlate-core.ts'
import type { CorrelateTopology } from './correlate-topology.ts'
import { settingsOf } from './settings.ts'
import type { Core } from './turn.ts'

/** Things that tests of this folder are made of. */
export const t0 = 1_700_000_000_000

type AnomalyParts = Partial<Omit<Anomaly, 'series'>> & { atMs?: number; metric?: string; seriesId?: number }

const seriesIds = { next: 0 }
const nextOf = (ids: { next: number }): number => {
  ids.next += 1
  return ids.next
}

export function anomalyAt(entity: EntityId, parts: AnomalyParts = {}): Anomaly {
  const { atMs = t0, metric = 'span:self_time:mean', seriesId, ...rest } = parts
  const id = seriesId ?? nextOf(seriesIds)
  return {
    id: `anomaly-${entity}-${id}-${atMs}`,
    tenant_id: 'default',
    entity,
    series: {
      id,
      name: metric,
      labels: { __name__: metric, 'service.name': entity.slice(entity.indexOf('/') + 1) },
      kind: 'GAUGE',
      derived: true,
    },
    state: 'ACTIVE',
    severity: 'HIGH',
    shape: 'LEVEL_SHIFT',
    tier: 'BASIC',
    expected: { low: 1, mid: 2, high: 3 },
    actual: 90,
    deviation: 40,
    deviation_percent: 4_400,
    score: 0.9,
    confidence: 0.9,
    started_at: isoTime(atMs),
    detected_at: isoTime(atMs + 2_000),
    ended_at: null,
    model_version: 'test',
    sentence: `${metric} of ${entity} rose to 90 ms.`,
    incident_id: null,
    ...rest,
  }
}

export const ended = (anomaly: Anomaly, atMs: number): Anomaly => ({
  ...anomaly,
  state: 'ENDED',
  ended_at: isoTime(atMs),
})

export function alertAt(entity: EntityId, parts: Partial<Alert> & { atMs?: number } = {}): Alert {
  const { atMs = t0, ...rest } = parts
  const name = rest.name ?? 'HighLatency'
  const fingerprint = rest.fingerprint ?? `${entity}-${name}`
  return {
    id: `${fingerprint} ${atMs}`,
    tenant_id: 'default',
    fingerprint,
    source: 'alertmanager',
    name,
    severity: 'HIGH',
    status: 'FIRING',
    message: '',
    labels: { alertname: name },
    annotations: {},
    entity,
    starts_at: isoTime(atMs),
    ends_at: null,
    received_at: isoTime(atMs + 1_000),
    incident_id: null,
    ...rest,
  }
}

export const resolvedAt = (alert: Alert, atMs: number): Alert => ({
  ...alert,
  status: 'RESOLVED',
  ends_at: isoTime(atMs),
})

/** front → checkout → payments; front → cart; search alone with its index. */
export const shop = {
  services: ['front', 'checkout', 'payments', 'cart', 'search', 'index'],
  edges: [
    ['front', 'checkout'],
    ['checkout', 'payments'],
    ['front', 'cart'],
    ['search', 'index'],
  ],
}

export function exampleCore(
  pairs: readonly (readonly string[])[] = shop.edges,
  config: Partial<CorrelateConfig> = {},
): Core {
  const ids = { next: 0 }
  return createCore({
    tenant: 'default',
    topology: topologyOf(pairs),
    settings: settingsOf(CorrelateConfig.parse(config)),
    newId: () => `incident-${nextOf(ids)}`,
  })
}

/** From `[caller, callee]` names; a name with a slash is an entity id. Searched afresh each time, as an oracle may. */
export function topologyOf(pairs: readonly (readonly string[])[]): CorrelateTopology {
  const id = (name = ''): EntityId => (name.includes('/') ? name : `service/${name}`)
  const edges = pairs.map(([from, to]) => [id(from), id(to)] as const)
  const dependencies = (entity: EntityId): EntityId[] =>
    edges.filter(([from]) => from === entity).map(([, to]) => to)
  const dependents = (entity: EntityId): EntityId[] =>
    edges.filter(([, to]) => to === entity).map(([from]) => from)
  const found = new Map<EntityId, Map<EntityId, number>>()
  return {
    dependencies,
    dependents,
    neighbourhood(entity, depth) {
      let distances = found.get(entity)
      if (distances) return distances
      distances = new Map([[entity, 0]])
      for (const [near, distance] of distances) {
        if (distance >= depth || (near.startsWith('host/') && near !== entity)) continue
        for (const next of [...dependencies(near), ...dependents(near)])
          if (!distances.has(next)) distances.set(next, distance + 1)
      }
      found.set(entity, distances)
      return distances
    },
  }
}
