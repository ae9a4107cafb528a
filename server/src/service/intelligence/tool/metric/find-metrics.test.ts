import { describe, expect, test } from 'vitest'
import { findMetrics } from './find-metrics.ts'
import { clientOf, metricAnswer, queryCluster, seriesOf, suiteScope } from './metric-client.suite.ts'

const names = ['http_requests_total', 'db_pool_connections_used', 'up']
const local = (series: Parameters<typeof seriesOf>[], asked: string[][] = []) => ({
  listLabelValues: async () => ({ values: names }),
  listLabels: async () => ({ labels: ['service', 'status', 'instance'] }),
  listSeries: async ({ query }: { query: { match: string[]; limit: number } }) => {
    asked.push(query.match)
    const all = series.map((one) => seriesOf(...one))
    return { series: all, total: all.length }
  },
  listQueryClusters: async () => ({ clusters: [queryCluster('local', ['METRICS'])], problems: [] }),
})
const run = (client: Parameters<typeof clientOf>[0], input: object, clusterIds: string[] = []) =>
  findMetrics.run(clientOf(client), findMetrics.input.parse(input), suiteScope(clusterIds))

describe('finding metrics', () => {
  test('of a thing asks for candidate names under labels that exist, never for all series', async () => {
    const asked: string[][] = []
    const client = local(
      [['http_requests_total', { service: 'cart', status: '200' }, { kind: 'COUNTER' }]],
      asked,
    )
    const found = await run(client, { aspects: ['ERRORS'], entity: 'service/cart' })
    expect(asked).toEqual([['{__name__=~"http_requests_total",service="cart"}']])
    expect(found.metrics[0]).toMatchObject({
      ...{ name: 'http_requests_total', kind: 'COUNTER', series: 1, labels: ['service', 'status'] },
      entity_matchers: [{ label: 'service', op: '=', value: 'cart' }],
    })
  })

  test('of a thing with very many series asks about each metric alone, so that none is lost', async () => {
    const asked: string[][] = []
    const one = seriesOf('http_requests_total', { service: 'cart', status: '200' }, { kind: 'COUNTER' })
    const client = {
      ...local([]),
      listSeries: async ({ query }: { query: { match: string[] } }) => {
        asked.push(query.match)
        return { series: [one], total: 9_000 }
      },
    }
    const found = await run(client, { aspects: ['ERRORS'], entity: 'service/cart' })
    expect(asked[1]).toEqual(['{__name__="http_requests_total",service="cart"}'])
    expect(found.metrics[0]).toMatchObject({ series: 9_000, entity_matchers: [{ label: 'service' }] })
  })

  test('a name with quotes in it stays a value', async () => {
    const asked: string[][] = []
    await run(local([], asked), { aspects: ['ERRORS'], entity: 'service/a"} or {x="' })
    expect(asked[0]?.[0]).toBe('{__name__=~"http_requests_total",service="a\\"} or {x=\\""}')
  })

  test('what nothing here measures is asked of other clusters, in one series of each metric', async () => {
    const queries: string[] = []
    const found = await run(
      {
        ...local([]),
        listSeries: async () => ({ series: [], total: 0 }),
        listQueryClusters: async () => ({
          clusters: [queryCluster('local', ['METRICS']), queryCluster('east', ['METRICS'])],
          problems: [],
        }),
        queryMetrics: async ({ body }: { body: { query: string; cluster_ids: string[] } }) => {
          queries.push(body.query)
          expect(body.cluster_ids).toEqual(['east'])
          const metric = { __name__: 'DCGM_FI_DEV_GPU_TEMP', Hostname: 'worker-2', gpu: '1' }
          const value = body.query.startsWith('count') ? '2' : '91'
          return metricAnswer([{ metric, values: [[1, value]] }], 'east')
        },
      },
      { aspects: ['TEMPERATURE'], entity: 'node/worker-2' },
    )
    expect(queries[0]).toMatch(/^topk by \(__name__\) \(1, /)
    expect(found.metrics[0]).toMatchObject({ name: 'DCGM_FI_DEV_GPU_TEMP', series: 2, cluster_ids: ['east'] })
    expect(found.metrics[0]?.entity_matchers[0]).toEqual({ label: 'Hostname', op: '=', value: 'worker-2' })
  })

  test('a cluster that cannot be asked is missing, with the reason', async () => {
    const client = {
      listQueryClusters: async () => ({
        clusters: [queryCluster('west', ['METRICS']), queryCluster('edge', [])],
        problems: [],
      }),
      queryMetrics: async () => {
        throw new Error('west could not be reached.')
      },
    }
    const found = await run(client, { aspects: ['CPU'], cluster_ids: ['west', 'edge'] })
    expect(found).toMatchObject({ metrics: [], known: null })
    expect(findMetrics.missing?.(found)).toEqual([
      { cluster: 'edge', reason: 'Nothing answers questions about the metrics of edge.' },
      { cluster: 'west', reason: 'west could not be reached.' },
    ])
  })
})
