import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { machine } from './machine.ts'
import { startReceiver } from './receiver.ts'

/**
 * A query over simulated clusters, some of them slow, broken or lying: what healthy ones lose by them. The real program asks over HTTP
 * on the loopback. First with the healthy ones alone, then with all: at first sight, and once breakers are open.
 *   node bench/federation.ts [--clusters 100] [--bad 20] [--latency 50] [--series 20] [--rounds 20]
 */
const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '100' },
    bad: { type: 'string', default: '20' },
    latency: { type: 'string', default: '50' },
    series: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '20' },
  },
})
const [count, bad, latencyMs, series, rounds] = [
  values.clusters,
  values.bad,
  values.latency,
  values.series,
  values.rounds,
].map(Number) as [number, number, number, number, number]
type Result = { status: string; query_time_ms: number; cluster_id: string }
type Answer = {
  results: Result[]
  missing: { cluster_id: string; reason: string }[]
  total_query_time_ms: number
}

const folder = mkdtempSync(join(tmpdir(), 'federation-'))
const worker = new Worker(new URL('./spokes.ts', import.meta.url), {
  workerData: { count, bad, latencyMs, series },
})
const ports = await new Promise<number[]>((resolve) => worker.once('message', resolve))
const ids = ports.map((_, i) => `spoke-${String(i).padStart(3, '0')}`)
const healthy = ids.slice(0, count - bad)
mkdirSync(join(folder, 'data', 'clusters'), { recursive: true })
writeFileSync(
  join(folder, 'data', 'clusters', 'spokes.yml'),
  JSON.stringify({
    clusters: ids.map((name, i) => ({ name, prometheus: { url: `http://127.0.0.1:${ports[i]}` } })),
  }),
)
const server = await startReceiver('aiops', join(folder, 'data'), ['federation.cache_points=0'])
if (typeof server === 'string') throw new Error(server)
const { origin } = new URL(server.url)
try {
  const alone = await asked('healthy ones alone', healthy, rounds)
  const first = await asked('all, at first sight', ids, 1)
  const later = await asked('all, breakers open', ids, rounds)
  const ratio = (one: number): number => Math.round((one / alone.healthy_ms.p99 - 1) * 1_000) / 10
  console.log(
    JSON.stringify(
      {
        ...{ machine: machine(), clusters: count, bad, latency_ms: latencyMs, series_each: series },
        rounds: [alone, first, later],
        healthy_p99_change_percent: {
          first: ratio(first.healthy_ms.p99),
          later: ratio(later.healthy_ms.p99),
        },
      },
      null,
      2,
    ),
  )
} finally {
  await server.stop()
  await worker.terminate()
  rmSync(folder, { recursive: true })
}

/** The same question again and again; each bad cluster must be named, and no healthy one. */
async function asked(what: string, clusters: readonly string[], times: number) {
  const healthyMs: number[] = []
  const totalMs: number[] = []
  let unnamed = 0
  let wronged = 0
  for (let round = 0; round < times; round += 1) {
    const { results, missing, total_query_time_ms } = await ask(clusters)
    totalMs.push(total_query_time_ms)
    const named = new Set(missing.map(({ cluster_id }) => cluster_id))
    for (const { cluster_id, query_time_ms } of results)
      if (healthy.includes(cluster_id)) healthyMs.push(query_time_ms)
    unnamed += clusters.filter((id) => !healthy.includes(id) && !named.has(id)).length
    wronged += healthy.filter((id) => named.has(id)).length
  }
  return { what, times, unnamed, wronged, healthy_ms: spread(healthyMs), total_ms: spread(totalMs) }
}

async function ask(clusters: readonly string[]): Promise<Answer> {
  const url = `${origin}/api/v1/metrics/query_range`
  const end = Math.floor(Date.now() / 60_000) * 60_000
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ query: 'up', cluster_ids: clusters, step: '1m' },
      ...{ start_time: new Date(end - 3_600_000).toISOString(), end_time: new Date(end).toISOString() },
    }),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

function spread(all: number[]): { p50: number; p99: number; max: number } {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}
