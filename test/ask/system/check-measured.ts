import type { Client } from '@aiops/contract/client'
import type { FactBook } from './fact-book.ts'
import { calls, errorRatio, gibibyte, mebibyte, minuteMs, serviceFacts } from './service-fact.ts'

type Asker = (query: string, minutesAgo?: number) => Promise<Map<string, number>>

/** Metrics, logs and traces. Values by the label that tells series apart. */
export async function measuredFacts(client: Client, factsAt: number, book: FactBook): Promise<void> {
  const ask: Asker = async (query, minutesAgo = 0) => {
    const time = new Date(factsAt - minutesAgo * minuteMs).toISOString()
    const { results } = await client.queryMetrics({ body: { query, time } })
    return new Map(
      results.flatMap(({ data }) =>
        data.map(({ metric, values }): [string, number] => [
          metric.service ?? metric.node ?? metric.group ?? '',
          Number(values[0]?.[1]),
        ]),
      ),
    )
  }
  await serviceMetrics(ask, book)
  await otherMetrics(ask, book)
  await logsAndTraces(client, factsAt, book)
}

const p95 = 'histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))'
const errors =
  'sum by (service) (rate(http_requests_total{status=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m]))'

async function serviceMetrics(ask: Asker, book: FactBook): Promise<void> {
  const now = {
    ...{ p95: await ask(p95), errors: await ask(errors) },
    rate: await ask('sum by (service) (rate(http_requests_total[5m]))'),
    cpu: await ask('process_cpu_usage_cores'),
    memory: await ask('process_resident_memory_bytes'),
  }
  const before = { p95: await ask(p95, 40), errors: await ask(errors, 40) }
  const memoryBefore = await ask('process_resident_memory_bytes', 40)
  for (const [service, fact] of Object.entries(serviceFacts)) {
    const { trouble, p95Ms } = fact
    if (p95Ms !== undefined) {
      book.number(`p95 of ${service} in ms now`, ms(now.p95.get(service)), trouble?.p95Ms ?? p95Ms, 0.1)
      book.number(`p95 of ${service} in ms 40 minutes ago`, ms(before.p95.get(service)), p95Ms, 0.1)
    }
    book.number(
      `error ratio of ${service} now`,
      now.errors.get(service),
      trouble?.errorRatio ?? errorRatio,
      0.05,
    )
    book.number(`error ratio of ${service} 40 minutes ago`, before.errors.get(service), errorRatio, 0.05)
    book.number(`requests per second of ${service}`, now.rate.get(service), fact.perSecond)
    book.number(`cores of ${service}`, now.cpu.get(service), fact.cpuCores)
    book.number(`memory of ${service} in MiB`, mib(now.memory.get(service)), fact.memoryMib)
  }
  book.number('memory of billing in MiB before its rollout', mib(memoryBefore.get('billing')), 380)
}

const ms = (seconds: number | undefined): number | undefined => seconds && seconds * 1_000
const mib = (bytes: number | undefined): number | undefined => bytes && bytes / mebibyte

async function otherMetrics(ask: Asker, book: FactBook): Promise<void> {
  book.number('connections used', (await ask('db_pool_connections_used')).get('billing'), 20)
  book.number('connections used before', (await ask('db_pool_connections_used', 30)).get('billing'), 6)
  book.number('connections at most', (await ask('db_pool_connections_max')).get('billing'), 20)
  book.number('lag of notify', (await ask('events_bus_consumer_lag')).get('notify'), 120)
  const cpu = await ask('node_cpu_utilization_ratio')
  for (const [node, ratio] of [
    ['worker-1', 0.62],
    ['worker-2', 0.71],
    ['worker-3', 0.35],
  ] as const)
    book.number(`CPU of ${node}`, cpu.get(node), ratio)
  book.is('CPU of worker-4', cpu.get('worker-4'), undefined)
  const memory = await ask('node_memory_utilization_ratio')
  for (const [node, ratio] of [
    ['worker-1', 0.55],
    ['worker-2', 0.81],
    ['worker-3', 0.47],
  ] as const)
    book.number(`memory of ${node}`, memory.get(node), ratio)
  const disk = (await ask('node_filesystem_avail_bytes{mountpoint="/var"}')).get('worker-3')
  const before = (await ask('node_filesystem_avail_bytes{mountpoint="/var"}', 119)).get('worker-3')
  book.number('GiB free on worker-3', disk && disk / gibibyte, 6, 0.05)
  book.number('GiB free on worker-3 two hours ago', before && before / gibibyte, 40, 0.02)
  const predicted = (await ask('predict_linear(node_filesystem_avail_bytes{node="worker-3"}[1h], 1800)')).get(
    'worker-3',
  )
  book.holds(
    'the disk of worker-3 is full within half an hour, if it goes on',
    (predicted ?? 1) < 0,
    predicted,
  )
}

async function logsAndTraces(client: Client, factsAt: number, book: FactBook): Promise<void> {
  const at = (minutes: number): string => new Date(factsAt - minutes * minuteMs).toISOString()
  const count = async (contains: string, from: number, to: number): Promise<number> => {
    const query = { service_name: 'billing', contains, start: at(from), end: at(to), limit: 5_000 }
    return (await client.searchLogs({ query })).logs.length
  }
  book.number(
    'lines on the pool in the last 20 minutes',
    await count('connection pool exhausted', 20, 0),
    1_200,
    0.02,
  )
  book.is('lines on the pool before minus 26 minutes', await count('connection pool exhausted', 120, 26.1), 0)
  book.holds('there are ordinary lines beside them', (await count('charge accepted order=', 20, 0)) > 100, '')
  const query = { service_name: 'billing', errors_only: 'true', start: at(26), end: at(0) }
  const { traces } = await client.searchTraces({ query })
  const [trace] = traces
  const spans = trace ? (await client.getTrace({ params: { trace_id: trace.trace_id } })).spans : []
  const failed = spans.find(
    ({ operation_name, status }) => operation_name === 'SELECT accounts' && status === 'ERROR',
  )
  book.is('the service of the failed span SELECT accounts', failed?.service_name, 'billing')
  const { edges, entities } = await client.getTopology({})
  for (const [source, target] of calls) {
    const id = target.includes('/') ? target : `service/${target}`
    const is = edges.some(
      (edge) => edge.source === `service/${source}` && edge.target === id && edge.type === 'CALLS',
    )
    book.holds(`${source} calls ${target}`, is, undefined)
  }
  const others = edges.filter(({ type }) => type === 'CALLS').length - calls.length
  book.is('calls that the page does not name', others, 0)
  for (const [service, { team }] of Object.entries(serviceFacts))
    book.is(`team of ${service}`, entities.find(({ id }) => id === `service/${service}`)?.labels.team, team)
}
