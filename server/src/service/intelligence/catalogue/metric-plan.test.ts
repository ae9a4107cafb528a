import { describe, expect, test } from 'vitest'
import type { MetricFact } from './metric-fact.ts'
import { plansOf, ranked } from './metric-plan.ts'

const fact = (name: string, more: Partial<MetricFact> = {}): MetricFact => ({
  ...{
    name,
    kind: 'GAUGE',
    unit: null,
    help: '',
    series: 1,
    labels: ['service'],
    example: {},
    cluster_ids: ['local'],
  },
  entity_matchers: [{ label: 'service', op: '=', value: 'cart' }],
  ...more,
})
const requests = fact('http_requests_total', {
  ...{ kind: 'COUNTER', labels: ['service', 'status'], example: { service: 'cart', status: '200' } },
})
const buckets = fact('http_request_duration_seconds_bucket', {
  kind: 'HISTOGRAM',
  labels: ['le', 'service'],
  unit: 's',
})

describe('a query for', () => {
  test('latency is a quantile of the histogram, of whatever quantile was asked', () => {
    const facts = [fact('http_request_duration_seconds:p95', { unit: 's' }), buckets]
    expect(plansOf(facts, { aspect: 'LATENCY', quantile: 0.99 })[0]).toMatchObject({
      what: 'p99 latency',
      unit: 's',
      promql:
        'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="cart"}[5m])))',
    })
  })

  test('latency falls back to what the platform derives, which knows one quantile alone', () => {
    const derived = fact('http.server.request.duration:p95', { unit: 's' })
    expect(plansOf([derived], { aspect: 'LATENCY' })[0]?.promql).toBe(
      'max ({"http.server.request.duration:p95", service="cart"})',
    )
    expect(plansOf([derived], { aspect: 'LATENCY', quantile: 0.5 })).toEqual([])
  })

  test('processor or memory rests on what is used, never on how much there is', () => {
    const sizes = [
      'aiops_node_cpu_cores',
      'aiops_node_memory_bytes',
      'machine_cpu_cores',
      'kube_pod_cpu_request_cores',
    ]
    for (const aspect of ['CPU', 'MEMORY'] as const)
      expect(
        plansOf(
          sizes.map((name) => fact(name)),
          { aspect },
        ),
      ).toEqual([])
    const used = fact('node_cpu_utilization_ratio')
    expect(plansOf([...sizes.map((name) => fact(name)), used], { aspect: 'CPU' })).toMatchObject([
      { metric: used.name },
    ])
  })

  test('errors is the share of answers with status 5xx, before the share that sampled spans show', () => {
    const [plan] = plansOf([fact('traces.span.error_ratio'), requests], { aspect: 'ERRORS' })
    expect(plan).toMatchObject({ metric: 'http_requests_total', unit: 'ratio', worse: 'MORE' })
    expect(plan?.promql).toContain('status=~"5..|5xx|5XX"')
    expect(plansOf([fact('traces.span.error_ratio')], { aspect: 'ERRORS' })[0]?.metric).toBe(
      'traces.span.error_ratio',
    )
  })

  test('traffic is the rate of a counter', () => {
    expect(plansOf([requests], { aspect: 'TRAFFIC' })[0]?.promql).toBe(
      'sum (rate(http_requests_total{service="cart"}[5m]))',
    )
  })

  test('disk is the share in use where the size is known, and what is left where that is asked', () => {
    const free = fact('node_filesystem_avail_bytes', { labels: ['mountpoint', 'node'], entity_matchers: [] })
    const size = fact('node_filesystem_size_bytes', { labels: ['mountpoint', 'node'], entity_matchers: [] })
    expect(plansOf([free, size], { aspect: 'DISK', groupBy: ['node'] })[0]).toMatchObject({
      unit: 'ratio',
      by: ['node', 'mountpoint'],
    })
    expect(plansOf([free, size], { aspect: 'DISK', wantsAmount: true })[0]).toMatchObject({
      unit: 'By',
      worse: 'LESS',
    })
  })

  test('CPU of a machine is what is not idle, of a container in cores without its pause container', () => {
    const machine = fact('node_cpu_seconds_total', {
      kind: 'COUNTER',
      labels: ['cpu', 'mode', 'instance'],
      entity_matchers: [],
    })
    expect(plansOf([machine], { aspect: 'CPU', groupBy: ['instance'] })[0]?.promql).toBe(
      '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
    )
    const container = fact('container_cpu_usage_seconds_total', {
      ...{ kind: 'COUNTER', labels: ['container', 'pod'], entity_matchers: [] },
    })
    expect(plansOf([container], { aspect: 'CPU', groupBy: ['pod'] })[0]).toMatchObject({
      promql: 'sum by (pod) (rate(container_cpu_usage_seconds_total{container!=""}[5m]))',
      unit: 'cores',
    })
  })

  test('a device stands for itself, in the unit that its exporter means', () => {
    const gpu = fact('DCGM_FI_DEV_GPU_TEMP', { labels: ['Hostname', 'gpu'], entity_matchers: [] })
    expect(plansOf([gpu], { aspect: 'TEMPERATURE' })[0]).toMatchObject({ unit: 'Cel', by: ['gpu'] })
  })

  test('a ranking keeps the query that it ranks', () => {
    const [plan] = plansOf([requests], { aspect: 'TRAFFIC', groupBy: ['service'] })
    expect(plan && ranked(plan, 3, 'MOST')).toBe(
      'topk(3, sum by (service) (rate(http_requests_total{service="cart"}[5m])))',
    )
  })

  test('nothing that tells of it is no query', () => {
    expect(plansOf([fact('uptime_seconds')], { aspect: 'LATENCY' })).toEqual([])
  })
})
