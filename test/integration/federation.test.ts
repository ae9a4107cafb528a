import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compressSync } from 'snappy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { field, labelBytes, sample } from '../../bench/write-request.ts'
import { type Server, startServer as startAiops, temporaryFolder } from '../journey/server.ts'
import { type DemoSeries, demoSeries } from './promql-demo.ts'
import { integration, type RealServer, startServer } from './real-server.ts'

type Series = { metric: Record<string, string>; values: [number, string][] }
type Answer = {
  partial: boolean
  missing: { cluster_id: string; status: string; reason: string }[]
  results: { cluster_id: string; status: string; data: Series[] }[]
  combined?: { data: Series[] }
  warnings: string[]
}
type Points = Map<string, Map<number, number>>

/** Two sorts of system as clusters, and one Prometheus that holds all of their series with a label `cluster`. */
integration('clusters of real servers', ['prometheus', 'victoria-metrics'], () => {
  const endMs = Math.floor(Date.now() / 60_000) * 60_000
  const range = { start: endMs - 1_800_000, end: endMs - 60_000, step: 60 }
  const names = ['east', 'west', 'north'] as const
  const folder = temporaryFolder('federation')
  const servers: Partial<Record<(typeof names)[number] | 'all', RealServer>> = {}
  let aiops: Server

  beforeAll(async () => {
    const whole: DemoSeries[] = []
    servers.all = await startPrometheus()
    for (const [i, name] of names.entries()) {
      const server = name === 'north' ? await startVictoria() : await startPrometheus()
      servers[name] = server
      // Each cluster has the series with values of its own, and an `up` of its own instances.
      const own = [...demoSeries(endMs, 400), ...upSeries(name, i + 1, endMs)].map((series) => ({
        ...series,
        values: series.values.map((value) => value * (1 + i / 4)),
      }))
      await write(server.origin, own)
      whole.push(...own.map((series) => ({ ...series, labels: { ...series.labels, cluster: name } })))
    }
    await write(servers.all.origin, whole)
    await fetch(`${servers.north?.origin}/internal/force_flush`)
    mkdirSync(join(folder.path, 'clusters'), { recursive: true })
    const clusters = names.map((name) => ({ name, prometheus: { url: servers[name]?.origin } }))
    writeFileSync(join(folder.path, 'clusters', 'real.yaml'), JSON.stringify({ clusters }))
    aiops = await startAiops(folder.path, [
      ...['ingest.host.enabled=false', 'federation.cache_points=0', 'federation.retry_delay=50ms'],
      ...['federation.breaker.failures=2', 'federation.breaker.recovery=1s'],
    ])
  }, 120_000)
  afterAll(async () => {
    await aiops?.stop()
    await Promise.all(Object.values(servers).map((server) => server.stop()))
    folder.remove()
  })

  const ask = async (
    query: string,
    aggregation: string,
    clusters: readonly string[] = names,
  ): Promise<{ status: number; answer: Answer }> => {
    const response = await fetch(`${aiops.url}/api/v1/metrics/query_range`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ query, aggregation, cluster_ids: clusters, step: `${range.step}s` },
        ...{ start_time: new Date(range.start).toISOString(), end_time: new Date(range.end).toISOString() },
      }),
    })
    return { status: response.status, answer: (await response.json()) as Answer }
  }
  /** What the one Prometheus that has everything says. */
  const reference = async (query: string): Promise<Points> => {
    const form = new URLSearchParams({
      ...{ query, step: String(range.step) },
      ...{ start: String(range.start / 1_000), end: String(range.end / 1_000) },
    })
    const response = await fetch(`${servers.all?.origin}/api/v1/query_range`, { method: 'POST', body: form })
    const body = (await response.json()) as { status: string; error?: string; data: { result: Series[] } }
    expect(body.error).toBe(undefined)
    return pointsOf(body.data.result)
  }

  test.each([
    'avg(up)',
    'count(up)',
    'sum by (cluster) (up)',
    'stddev(demo_memory_usage_bytes)',
    'quantile(0.5, demo_memory_usage_bytes)',
    'topk(2, sum by (cluster, instance) (demo_memory_usage_bytes))',
    'histogram_quantile(0.9, sum by (le) (rate(demo_api_request_duration_seconds_bucket[5m])))',
    'histogram_quantile(0.9, sum by (cluster, le) (rate(demo_api_request_duration_seconds_bucket[5m])))',
    'max by (type) (demo_memory_usage_bytes) - on (type) min by (type) (demo_memory_usage_bytes)',
    'count_values("value", demo_num_cpus)',
    'demo_disk_usage_bytes > on () group_left () avg(demo_disk_usage_bytes)',
  ])('GLOBAL answers %s as one Prometheus with all series does', async (query) => {
    const { status, answer } = await ask(query, 'GLOBAL')
    expect(answer).toMatchObject({ partial: false, missing: [] })
    expect(status).toBe(200)
    const wanted = await reference(query)
    expect(wanted.size).toBeGreaterThan(0)
    expectAlike(pointsOf(answer.combined?.data ?? []), wanted)
  })

  /** VictoriaMetrics reckons a rate from the sample before the window, without extrapolating; a cluster's answer is its own. */
  test.each([
    'topk(2, sum by (cluster, instance) (rate(demo_cpu_usage_seconds_total[5m])))',
    'sum(rate(demo_cpu_usage_seconds_total{mode!="idle"}[5m])) / sum(rate(demo_cpu_usage_seconds_total[5m]))',
    'avg(increase(demo_api_request_duration_seconds_count[10m]))',
  ])('GLOBAL answers %s over clusters of one sort as one Prometheus does', async (query) => {
    const { answer } = await ask(query, 'GLOBAL', ['east', 'west'])
    expect(answer.missing).toEqual([])
    const wanted = await reference(elsewhere(query))
    expectAlike(pointsOf(answer.combined?.data ?? []), wanted)
  })

  test('MERGE keeps each cluster apart, as each says it', async () => {
    const { answer } = await ask('demo_num_cpus', 'MERGE')
    expect(answer.results.map(({ cluster_id, status, data }) => [cluster_id, status, data.length])).toEqual(
      names.map((name) => [name, 'SUCCESS', 3]),
    )
    const everything = await reference('demo_num_cpus')
    const merged = answer.results.flatMap(({ cluster_id, data }) =>
      data.map(({ metric, values }) => ({ metric: { ...metric, cluster: cluster_id }, values })),
    )
    expectAlike(pointsOf(merged), everything)
  })

  test('SUM adds up series that differ in their cluster alone', async () => {
    const { answer } = await ask('demo_num_cpus', 'SUM')
    expectAlike(
      pointsOf(answer.combined?.data ?? []),
      await reference('sum without (cluster) (demo_num_cpus)'),
      ['__name__', 'cluster'],
    )
  })

  test('a cluster that dies is named, the others answer, and nothing of it is in the sum', async () => {
    await servers.west?.stop()
    const { status, answer } = await ask('sum by (cluster) (up)', 'GLOBAL')
    expect(status).toBe(206)
    expect(answer).toMatchObject({ partial: true, missing: [{ cluster_id: 'west' }] })
    expectAlike(
      pointsOf(answer.combined?.data ?? []),
      await reference('sum by (cluster) (up{cluster!="west"})'),
    )
    const average = await ask('avg(up)', 'GLOBAL')
    expect(average.answer.missing.map(({ cluster_id }) => cluster_id)).toEqual(['west'])
    expectAlike(pointsOf(average.answer.combined?.data ?? []), await reference('avg(up{cluster!="west"})'))
  })
})

const startPrometheus = (): Promise<RealServer> =>
  startServer({
    program: 'prometheus',
    readyPath: '/-/ready',
    args: (port, own) => {
      writeFileSync(join(own, 'prometheus.yml'), 'global: {}\n')
      return [
        `--config.file=${join(own, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(own, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
        '--log.level=error',
      ]
    },
  })

const startVictoria = (): Promise<RealServer> =>
  startServer({
    program: 'victoria-metrics',
    readyPath: '/health',
    args: (port, own) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(own, 'data')}`,
      ...['-retentionPeriod=100y', '-loggerLevel=ERROR', '-memory.allowedBytes=128MB'],
      // Of what is new an answer may leave out the latest; here all must be there.
      '-search.latencyOffset=0s',
    ],
  })

/** The same of all series but those of one cluster. */
const elsewhere = (query: string): string =>
  query
    .replaceAll('{mode', '{cluster!="north",mode')
    .replaceAll(/(_total|_count)\[/g, '$1{cluster!="north"}[')

/** A different number of instances each, some of them down. */
const upSeries = (name: string, instances: number, endMs: number): DemoSeries[] =>
  Array.from({ length: instances * 2 }, (_, i) => ({
    labels: { __name__: 'up', job: 'node', instance: `${name}-${i}` },
    timesMs: Array.from({ length: 130 }, (_, s) => endMs - (130 - s) * 15_000),
    values: Array.from({ length: 130 }, (_, s) => ((s + i) % 17 === 0 ? 0 : 1)),
  }))

async function write(origin: string, series: readonly DemoSeries[]): Promise<void> {
  const body = Buffer.concat(
    series.map(({ labels, timesMs, values }) => {
      const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
      const samples = timesMs.map((timeMs, i) => sample(timeMs, values[i]!))
      return field(0x0a, Buffer.concat([labelBytes(sorted), ...samples]))
    }),
  )
  const answer = await fetch(`${origin}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(compressSync(body) as Buffer),
  })
  expect([answer.status, await answer.text()]).toEqual([204, ''])
}

function pointsOf(series: readonly Series[]): Points {
  return new Map(
    series.map(({ metric, values }) => [
      JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
      new Map(values.map(([seconds, value]) => [seconds, Number(value)])),
    ]),
  )
}

/** The same series with the same points; values to eleven places, since sums of sums round otherwise. */
function expectAlike(own: Points, theirs: Points, without: readonly string[] = []): void {
  const bare = (points: Points): Points =>
    new Map(
      [...points].map(([key, values]) => [
        JSON.stringify((JSON.parse(key) as [string, string][]).filter(([name]) => !without.includes(name))),
        values,
      ]),
    )
  const [left, right] = [bare(own), bare(theirs)]
  expect([...left.keys()].sort()).toEqual([...right.keys()].sort())
  for (const [key, values] of right) {
    const found = left.get(key)!
    expect([...found.keys()], key).toEqual([...values.keys()])
    for (const [seconds, value] of values) {
      const got = found.get(seconds)!
      const same = Object.is(got, value) || Math.abs(got - value) <= Math.abs(value) * 1e-11
      expect(same, `${key} at ${seconds}: ${got}, not ${value}`).toBe(true)
    }
  }
}
