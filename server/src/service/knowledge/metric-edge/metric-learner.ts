import { type EntityId, entityId, entityKind } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { MetricStore, SeriesRef } from '../../../port/metric-store.ts'
import { CallRate } from '../call-rate.ts'
import type { KnowledgeConfig } from '../config.ts'
import type { TenantGraph } from '../tenant-graph.ts'
import { Connections } from './connections.ts'
import { flowLabelPairs, flowSource, flowSources } from './flow.ts'
import { meshSources } from './mesh.ts'
import type { End, LabelReader, MetricSource } from './reading.ts'

export type MetricLearnerDeps = {
  metricStore: Pick<MetricStore, 'catalog' | 'latest' | 'rollup'>
  of(tenant: TenantId): TenantGraph
  tenants: readonly TenantId[]
  clock: Clock
  metrics: Metrics
  log: Log
}

/** Over how long increases are looked at, and in which steps. */
const [windowMs, stepMs] = [300_000, 60_000]
/** Samples of one read, and series of one. */
const [samplesMax, seriesPerRead] = [2_000_000, 1_000]
/** Metrics whose labels alone say that they are of flows. */
const unnamedMetricsMax = 20

type Found = { source: MetricSource; refs: SeriesRef[] }

/** Learns edges from metrics of service meshes and network flows in the store, a tenant after the other, off the path of what arrives. */
export function createMetricLearner(deps: MetricLearnerDeps, config: KnowledgeConfig) {
  const { clock, metricStore, log } = deps
  const { catalog } = metricStore
  const known = new Set([...meshSources, ...flowSources].map(({ metric }) => metric))
  const edges = deps.metrics.counter(
    'aiops_topology_metric_edges_total',
    'Edges that metrics of meshes and flows showed, each time they were looked at.',
    ['origin'],
  )
  const unclear = deps.metrics.counter(
    'aiops_topology_metric_unclear_total',
    'Connections in metrics that made no edge: an address that nobody knows, or no telling who called whom.',
    ['reason'],
  )
  let running: Promise<void> | undefined

  async function seriesOf(tenant: TenantId, turn: Turn): Promise<Found[]> {
    const found: Found[] = []
    let left = config.metrics_series_max
    const take = (source: MetricSource, refs: SeriesRef[]): void => {
      if (refs.length > 0 && left > 0) found.push({ source, refs: refs.slice(0, left) })
      if (refs.length > left) unclear.inc({ reason: 'series_max' }, refs.length - Math.max(0, left))
      left -= Math.min(left, refs.length)
    }
    for (const source of [...meshSources, ...flowSources]) {
      const name = { name: '__name__', op: '=', value: source.metric } as const
      take(source, await catalog.find(tenant, [name, ...source.matchers], turn))
    }
    const names = new Set(catalog.labelNames(tenant))
    for (const [from, to] of flowLabelPairs) {
      if (!names.has(from) || !names.has(to)) continue
      const refs = await catalog.find(tenant, [is(from), is(to)], turn)
      const byMetric = Map.groupBy(refs, (ref) => catalog.labelOf(ref, '__name__') ?? '')
      for (const [metric, own] of [...byMetric].slice(0, unnamedMetricsMax)) {
        const counters = own.filter((ref) => catalog.kindOf(ref) !== 'GAUGE')
        if (!known.has(metric) && !metric.startsWith('istio_') && !metric.startsWith('hubble_'))
          take(flowSource(metric, [from, to]), counters)
      }
    }
    return found
  }

  async function learnFrom(
    tenant: TenantId,
    { source, refs }: Found,
    into: Connections,
    turn: Turn,
  ): Promise<void> {
    const nowMs = clock.now()
    const startMs = Math.floor((nowMs - windowMs) / stepMs) * stepMs
    for (let at = 0; at < refs.length; at += seriesPerRead) {
      const some = refs.slice(at, at + seriesPerRead)
      // A counter that came to an end is not read.
      const newest = metricStore.latest(some)
      const alive = some.filter((ref) => (newest.get(ref)?.timeMs ?? 0) >= startMs)
      if (alive.length === 0) continue
      const { series } = await metricStore.rollup({
        tenant,
        refs: alive,
        startMs,
        endMs: nowMs,
        stepMs,
        samplesMax,
      })
      for (const { ref, increase } of series) {
        const risen = increase?.reduce((sum, one) => sum + one, 0) ?? 0
        const reading = risen > 0 ? source.read(labelsOf(ref)) : undefined
        if (reading) into.add(source, reading, risen, (nowMs - startMs) / 1_000)
        if (turn.due()) await turn.give()
      }
    }
  }

  /** OpenTelemetry's names hold dots where Prometheus has underscores. */
  const labelsOf =
    (ref: SeriesRef): LabelReader =>
    (name) =>
      catalog.labelOf(ref, name) ??
      (name.includes('.') ? catalog.labelOf(ref, name.replaceAll('.', '_')) : '') ??
      ''

  async function learn(tenant: TenantId): Promise<void> {
    const turn = new Turn(clock)
    const tenantGraph = deps.of(tenant)
    const found = await seriesOf(tenant, turn)
    if (found.length === 0) return
    const resolve = resolver(tenantGraph, clock.now())
    const connections = new Connections((one) => resolve(one))
    for (const one of found) await learnFrom(tenant, one, connections, turn)
    const nowMs = clock.now()
    const isKnown = (from: EntityId, to: EntityId): boolean => tenantGraph.graph.hasEdge(from, to, 'CALLS')
    for (const { origin, source, target, ends, figures } of connections.settled(isKnown)) {
      if (turn.due()) await turn.give()
      if (!tenantGraph.addEntity(source, {}, nowMs, true) || !tenantGraph.addEntity(target, {}, nowMs, true))
        continue
      const edge = tenantGraph.addEdge(source, target, 'CALLS', origin, nowMs, ends)
      if (!edge) continue
      edges.inc({ origin })
      if (!(edge.rate instanceof CallRate)) edge.rate = new CallRate()
      ;(edge.rate as CallRate).tell(figures, nowMs)
    }
    if (connections.unresolved > 0) unclear.inc({ reason: 'address' }, connections.unresolved)
    if (connections.undirected > 0) unclear.inc({ reason: 'direction' }, connections.undirected)
  }

  async function learnAll(): Promise<void> {
    for (const tenant of deps.tenants) {
      try {
        await learn(tenant)
      } catch (error) {
        log.warn({ tenant, error: messageOf(error) }, 'edges could not be learned from metrics')
      }
    }
  }

  return {
    learnAll,
    /** A round that is still under way is not joined by another. */
    start: () =>
      clock.every(config.metrics_seconds * 1_000, () => {
        if (config.metrics_series_max > 0)
          running ??= learnAll().finally(() => {
            running = undefined
          })
      }),
    idle: async () => void (await running),
  }
}

const is = (name: string) => ({ name, op: '!=', value: '' }) as const

/**
 * Whom an end of a connection means: a service that is known by one of its names, or behind its address; else a service of its first name,
 * or a host outside. Undefined for an address nobody knows.
 */
function resolver({ graph, pairing }: TenantGraph, nowMs: number): (one: End) => EntityId | undefined {
  const byAddress = new Map<string, EntityId>()
  for (const { id, labels } of graph.entities()) if (labels.ip) byAddress.set(labels.ip, id)
  return ({ names, namespace, cluster, address, port, host }) => {
    for (const name of names)
      for (const full of [name, `${cluster}/${namespace}/${name}`]) {
        const id = entityId('service', full)
        if (graph.has(id)) return id
      }
    const first = names[0]
    if (first !== undefined) return entityId('service', first)
    if (host !== '') return entityId('external', host)
    const answering = pairing.addresses.resolve(`${address}:${port}`, nowMs)
    if (answering !== undefined) return entityId('service', answering)
    const behind = byAddress.get(address)
    if (behind === undefined || entityKind(behind) !== 'pod') return behind
    const services = graph.dependents(behind).filter((id) => entityKind(id) === 'service')
    return services.length === 1 ? services[0] : behind
  }
}
