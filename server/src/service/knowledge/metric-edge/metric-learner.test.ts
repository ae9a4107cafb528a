import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it } from 'vitest'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { KnowledgeConfig } from '../config.ts'
import { edgeView } from '../graph-view.ts'
import { noHistory } from '../history/history.ts'
import { TenantGraph } from '../tenant-graph.ts'
import { createMetricLearner } from './metric-learner.ts'

function openWorld(more: object = {}) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const config = KnowledgeConfig.parse(more)
  const base = { clock, metrics: createMetrics(), log: silentLog }
  const known = new TenantGraph('default', { ...base, history: noHistory }, config)
  const metricStore = new MemoryMetricStore()
  const learner = createMetricLearner({ ...base, metricStore, of: () => known, tenants: ['default'] }, config)
  let position = 0
  /** A counter that rises by so much a second over the last five minutes. */
  const counter = (labels: Labels, perSecond: number, kind: 'COUNTER' | 'GAUGE' = 'COUNTER'): void => {
    const ref = metricStore.catalog.intern('default', labels, { kind })
    const count = 31
    position += 1
    metricStore.append(
      {
        ...{ tenant: 'default', count, series: new Uint32Array(count).fill(ref) },
        timesMs: Float64Array.from({ length: count }, (_, i) => clock.now() - (count - 1 - i) * 10_000),
        values: Float64Array.from({ length: count }, (_, i) => 5 + i * 10 * perSecond),
      },
      position,
    )
  }
  const edges = () =>
    [...known.graph.edges()].map((edge) => edgeView(edge, clock.now(), known.graph.freshness, true))
  const names = (): string[] =>
    edges()
      .map(({ source, type, target }) => `${source} ${type} ${target}`)
      .sort()
  return { clock, known, learner, counter, edges, names }
}

const istio = (more: Labels): Labels => ({
  ...{ __name__: 'istio_requests_total', source_workload: 'cart-v1', source_canonical_service: 'cart' },
  ...{ source_workload_namespace: 'shop', destination_workload: 'pricing-v1', response_code: '200' },
  ...{ destination_canonical_service: 'pricing', destination_service: 'pricing.shop.svc.cluster.local' },
  ...{ destination_service_name: 'pricing', destination_service_namespace: 'shop', reporter: 'source' },
  ...more,
})

describe('edges from metrics', () => {
  it('of Istio have the rate of one side, errors and mean time, and both ends where both proxies told', async () => {
    const { learner, counter, edges } = openWorld()
    counter(istio({}), 9)
    counter(istio({ response_code: '503' }), 1)
    counter(istio({ reporter: 'destination' }), 9)
    counter(istio({ __name__: 'istio_request_duration_milliseconds_sum' }), 500)
    await learner.learnAll()
    const [edge] = edges()
    expect(edge).toMatchObject({
      source: 'service/cart',
      target: 'service/pricing',
      type: 'CALLS',
      origin: 'MESH',
    })
    expect(edge?.evidence).toMatchObject([{ origin: 'MESH', ends: 2 }])
    expect(edge?.calls_per_second).toBeCloseTo(10, 0)
    expect(edge?.error_ratio).toBeCloseTo(0.1, 2)
    expect(edge?.mean_ms).toBeCloseTo(50, 0)
  })

  it('of Istio name what is outside as such, and nobody for what is unknown', async () => {
    const { learner, counter, names } = openWorld()
    const nobody = { destination_workload: 'unknown', destination_canonical_service: 'unknown' }
    const outside = { destination_service_name: 'api.bank.example', destination_service: 'api.bank.example' }
    counter(istio({ ...nobody, ...outside }), 1)
    counter(
      istio({ ...nobody, destination_service_name: 'PassthroughCluster', destination_service: 'unknown' }),
      1,
    )
    counter(istio({ source_workload: 'unknown', source_canonical_service: 'unknown' }), 1)
    await learner.learnAll()
    expect(names()).toEqual(['service/cart CALLS external/api.bank.example'])
  })

  it('of Linkerd are read from the caller’s proxy', async () => {
    const { learner, counter, edges } = openWorld()
    const labels = {
      __name__: 'response_total',
      direction: 'outbound',
      deployment: 'web',
      namespace: 'emoji',
    }
    const target = { dst_deployment: 'voting', dst_namespace: 'emoji', dst_service: 'voting-svc' }
    counter({ ...labels, ...target, classification: 'success' }, 3)
    counter({ ...labels, ...target, classification: 'failure' }, 1)
    counter({ ...labels, ...target, direction: 'inbound', classification: 'success' }, 100)
    await learner.learnAll()
    expect(edges()).toMatchObject([{ source: 'service/web', target: 'service/voting-svc', origin: 'MESH' }])
    expect(edges()[0]?.calls_per_second).toBeCloseTo(4, 0)
    expect(edges()[0]?.error_ratio).toBeCloseTo(0.25, 2)
  })

  it('of Hubble go the way of the first packet, and answers make no call', async () => {
    const { learner, counter, names } = openWorld()
    const ends = { source: 'shop/cart', destination: 'shop/pricing' }
    const back = { source: 'shop/pricing', destination: 'shop/cart' }
    counter({ __name__: 'hubble_tcp_flags_total', flag: 'SYN', ...ends }, 1)
    counter({ __name__: 'hubble_tcp_flags_total', flag: 'SYN-ACK', ...back }, 1)
    for (const pair of [ends, back])
      counter({ __name__: 'hubble_flows_processed_total', verdict: 'FORWARDED', ...pair }, 9)
    counter({ __name__: 'hubble_tcp_flags_total', flag: 'SYN', source: 'world', destination: 'shop/cart' }, 1)
    await learner.learnAll()
    expect(names()).toEqual(['service/cart CALLS service/pricing'])
  })

  it('of flows have bytes, and go the way that a port, a known call or the lack of answers tells; else they are left out', async () => {
    const { learner, counter, edges, names, known } = openWorld()
    const flow = (from: string, to: string, more: Labels = {}): Labels => ({
      ...{ __name__: 'obi.network.flow.bytes', 'k8s.src.owner.name': from, 'k8s.dst.owner.name': to },
      ...more,
    })
    counter(flow('a', 'b', { 'src.port': '40000', 'dst.port': '8080' }), 100)
    counter(flow('b', 'a', { 'src.port': '8080', 'dst.port': '40000' }), 900)
    counter(flow('c', 'd'), 7)
    counter(flow('d', 'c'), 7)
    counter(flow('e', 'f'), 7)
    for (const id of ['service/g', 'service/h']) known.addEntity(id, {}, 0, true)
    known.addEdge('service/h', 'service/g', 'CALLS', 'SPANS', 0)
    counter(flow('g', 'h'), 7)
    counter(flow('h', 'g'), 7)
    await learner.learnAll()
    expect(names()).toEqual([
      'service/a CALLS service/b',
      'service/e CALLS service/f',
      'service/h CALLS service/g',
    ])
    expect(edges().find(({ source }) => source === 'service/a')?.bytes_per_second).toBeCloseTo(1_000, -2)
    expect(
      edges()
        .find(({ source }) => source === 'service/h')
        ?.evidence?.map(({ origin }) => origin),
    ).toEqual(['SPANS', 'FLOW'])
  })

  it('of NetFlow find who is behind an address, and leave out what nobody knows', async () => {
    const { learner, counter, names, known } = openWorld()
    known.addEntity('pod/cart-1', { ip: '10.0.0.5' }, 0, true)
    known.addEntity('service/cart', {}, 0, true)
    known.addEdge('service/cart', 'pod/cart-1', 'SELECTS', 'KUBERNETES', 0)
    known.pairing.addresses.learn('10.0.0.9:5432', 'ledger', 0)
    const flow = {
      __name__: 'netflow_bytes_total',
      src_addr: '10.0.0.5',
      dst_addr: '10.0.0.9',
      dst_port: '5432',
    }
    counter(flow, 10)
    counter({ ...flow, dst_addr: '192.0.2.7' }, 10)
    counter({ ...flow, __name__: 'netflow_bytes', dst_port: '99' }, 10, 'GAUGE')
    await learner.learnAll()
    expect(names()).toEqual(['service/cart CALLS service/ledger', 'service/cart SELECTS pod/cart-1'])
  })

  it('are no more seen once the counters rest, go after their time, and are bounded', async () => {
    const { learner, counter, clock, names, known } = openWorld({ metrics_series_max: 1 })
    counter(istio({}), 1)
    counter(istio({ destination_canonical_service: 'other', destination_service_name: 'other' }), 1)
    await learner.learnAll()
    expect(names()).toHaveLength(1)
    await clock.advance(1_800_000)
    await learner.learnAll()
    expect(known.graph.edgeCount).toBe(1)
    await clock.advance(1_801_000)
    for (const _ of known.graph.expire(clock.now(), 0, () => true)) expect(_).toBeUndefined()
    expect(known.graph.edgeCount).toBe(0)
  })
})
