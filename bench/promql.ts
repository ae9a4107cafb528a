import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { compressSync } from 'snappy'
import { TelemetryStoreConfig } from '../server/src/adapter/sqlite/telemetry/config.ts'
import { openTelemetryStore } from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { createPromqlEngine } from '../server/src/service/telemetry/promql/engine.ts'
import { labelsKey } from '../server/src/service/telemetry/promql/evaluate/label-set.ts'
import { storeSource } from '../server/src/service/telemetry/promql/store-source.ts'
import type { QueryValue } from '../server/src/service/telemetry/promql/value.ts'
import { cpuSeconds, machine } from './machine.ts'
import { cpuOf, type Receiver, settled, startReceiver } from './receiver.ts'
import { field, type Labels, labelBytes, sample } from './write-request.ts'

// PromQL beside Prometheus over the same data: `node bench/promql.ts [--series 1000] [--hours 24] [--interval 15] [--rounds 5] [--only NAME] [--keep DIR]` prints one
// JSON object. `--interval 1.728` makes 1,000 series × 24 h the 50 million samples of the target. Ours runs in this process, answer as
// JSON text included; Prometheus answers over HTTP. `--keep` leaves the data to `aiops serve --data DIR/aiops`. Ratios above 1 say how much faster we are, by median time and by CPU seconds.

const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '1000' },
    hours: { type: 'string', default: '24' },
    interval: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '5' },
    alone: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    keep: { type: 'string', default: '' },
  },
})
const seriesCount = Number(flags.series)
const intervalMs = Number(flags.interval) * 1_000
const count = Math.floor((Number(flags.hours) * 3_600_000) / intervalMs)
const rounds = Number(flags.rounds)
/** Before ours is measured: Prometheus is compiled ahead, ours while it runs. */
const warmUps = 10
// Whole 5 minutes: dashboards align so, and only then rollups can stand in.
const endMs = Math.floor(Date.now() / 300_000) * 300_000
const startMs = endMs - count * intervalMs
/** Prometheus takes late samples of an hour at most: all series are written for this long, then on. */
const sliceLength = Math.max(1, Math.floor(2_400_000 / intervalMs))

const cpu = 'container_cpu_usage_seconds_total'
/** Of the dashboards of kubernetes-mixin: name, query, hours back, step in seconds. */
const queries: [string, string, number, number][] = [
  ['cpu_by_namespace', `sum by (namespace) (rate(${cpu}{container!=""}[5m]))`, 1, 15],
  ['cpu_of_pods', `sum by (pod) (rate(${cpu}{namespace="ns-3", container!=""}[5m]))`, 1, 15],
  ['memory_by_namespace', 'sum by (namespace) (container_memory_working_set_bytes{container!=""})', 1, 15],
  [
    'memory_share',
    'sum by (pod) (container_memory_working_set_bytes{namespace="ns-3"}) / sum by (pod) (container_memory_limit_bytes{namespace="ns-3"})',
    1,
    15,
  ],
  [
    'latency_p99',
    'histogram_quantile(0.99, sum by (le, namespace) (rate(http_request_duration_seconds_bucket[5m])))',
    1,
    15,
  ],
  ['request_rate', 'sum by (namespace) (irate(http_request_duration_seconds_bucket{le="+Inf"}[5m]))', 1, 15],
  ['top_pods', `topk(10, sum by (pod) (rate(${cpu}[5m])))`, 6, 60],
  ['restarts', `sum by (namespace) (increase(${cpu}[1h]))`, 24, 300],
  ['peak_memory', 'max by (namespace) (max_over_time(container_memory_working_set_bytes[10m]))', 6, 60],
  [
    'quota_join',
    'sum by (namespace, pod) (container_memory_working_set_bytes) * on (namespace, pod) group_left (node) kube_pod_info',
    1,
    15,
  ],
  ['sum_all_day', 'sum by (namespace) ({__name__=~".+"})', 24, 300],
  ['one_series_day', `${cpu}{pod="pod-7"}`, 24, 60],
]

const folder = flags.keep || mkdtempSync(join(tmpdir(), 'aiops-bench-promql-'))
mkdirSync(folder, { recursive: true })
const config = TelemetryStoreConfig.parse({ checkpoint_interval: '1h' })
const store = await openTelemetryStore({
  folder: join(folder, 'aiops'),
  clock: systemClock,
  log: silentLog,
  metrics: createMetrics(),
  config,
})
const peer = flags.alone ? 'left out' : await startReceiver('prometheus', join(folder, 'prometheus'), [])
try {
  const all = Array.from({ length: seriesCount }, (_, i) => labelsOf(i))
  await fill(all, peer)
  const results: Record<string, object> = {}
  for (const [name, query, hours, step] of queries)
    if (flags.only === '' || flags.only === name) results[name] = await compare(query, hours, step)
  const figures = { machine: machine(), series: seriesCount, samples: seriesCount * count, rounds, results }
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
} finally {
  if (typeof peer !== 'string') await peer.stop()
  await store.close()
  if (flags.keep === '') rmSync(folder, { recursive: true })
}

async function compare(query: string, hours: number, step: number): Promise<object> {
  const range = { startMs: Math.max(startMs, endMs - hours * 3_600_000), endMs, stepMs: step * 1_000 }
  const engine = createPromqlEngine()
  const source = storeSource(store.metricStore, 'default')
  for (let i = 0; i < warmUps; i += 1) await engine.range(query, range, { source })
  const ours = await measure(cpuSeconds, async () => {
    const { value } = await engine.range(query, range, { source })
    return JSON.stringify(value).length
  })
  const exact = await measure(cpuSeconds, async () => {
    const { value } = await engine.range(query, range, { source, exact: true })
    return JSON.stringify(value).length
  })
  if (typeof peer === 'string') return { ours, exact }
  const body = new URLSearchParams({
    query,
    start: `${range.startMs / 1_000}`,
    end: `${endMs / 1_000}`,
    step: `${step}`,
  })
  let text = ''
  const theirs = await measure(
    () => cpuOf(peer.pid).seconds,
    async () => {
      const answer = await fetch(`${new URL(peer.url).origin}/api/v1/query_range`, { method: 'POST', body })
      text = await answer.text()
      if (!answer.ok) throw new Error(`${query}: ${text.slice(0, 200)}`)
      return text.length
    },
  )
  const { value } = await engine.range(query, range, { source, exact: true })
  const ratio = (a: number, b: number): number => Math.round((b / a) * 100) / 100
  return {
    ours,
    exact,
    theirs,
    times_as_fast: ratio(ours.median_ms, theirs.median_ms),
    times_by_cpu: ratio(ours.cpu_ms, theirs.cpu_ms),
    points_that_differ: differences(value, JSON.parse(text)),
  }
}

type Theirs = { data: { result: { metric: Record<string, string>; values: [number, string][] }[] } }
/** Points of either answer that the other has not, or not within the last digits. */
function differences(ours: QueryValue, theirs: Theirs): number {
  const points = new Map<string, number>()
  for (const { labels, timesMs, values } of ours.type === 'matrix' ? ours.series : [])
    timesMs.forEach((timeMs, i) => {
      points.set(`${labelsKey(labels)}@${timeMs}`, values[i] as number)
    })
  let differing = 0
  for (const { metric, values } of theirs.data.result)
    for (const [time, text] of values) {
      const key = `${labelsKey(metric)}@${Math.round(time * 1_000)}`
      const own = points.get(key) ?? Number.NaN
      points.delete(key)
      const off = Math.abs(own - Number(text))
      if (!(off <= 1e-9 * Math.abs(own)) && !(Number.isNaN(own) && text === 'NaN')) differing += 1
    }
  return differing + points.size
}

/** `longest_hold_ms`: that the event loop of this process was held, the answer's JSON text included. */
type Figures = {
  median_ms: number
  p95_ms: number
  cpu_ms: number
  answer_bytes: number
  longest_hold_ms: number
}
async function measure(cpuNow: () => number, run: () => Promise<number>): Promise<Figures> {
  let bytes = await run()
  const times: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const before = cpuNow()
  for (let i = 0; i < rounds; i += 1) {
    const started = performance.now()
    bytes = await run()
    times.push(performance.now() - started)
  }
  delay.disable()
  const cpuMs = ((cpuNow() - before) * 1_000) / rounds
  times.sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((times[Math.ceil(times.length * share) - 1] as number) * 100) / 100
  const held = Math.round(delay.max / 1e4) / 100
  return {
    median_ms: at(0.5),
    p95_ms: at(0.95),
    cpu_ms: Math.round(cpuMs * 100) / 100,
    answer_bytes: bytes,
    longest_hold_ms: held,
  }
}

function labelsOf(i: number): Labels {
  const pod = Math.floor(i / 10)
  const own: [string, string][] = [
    ['cluster', 'bench'],
    ['container', `app-${pod % 7}`],
    ['job', 'kubelet'],
    ['namespace', `ns-${pod % 10}`],
    ['pod', `pod-${pod}`],
  ]
  const kind = i % 10
  const name = [
    'container_cpu_usage_seconds_total',
    'container_memory_working_set_bytes',
    'container_memory_limit_bytes',
    'kube_pod_info',
  ][kind]
  if (name === 'kube_pod_info') own.push(['node', `node-${pod % 20}`])
  if (name === undefined) own.push(['le', ['0.01', '0.05', '0.1', '0.5', '1', '+Inf'][kind - 4] as string])
  own.push(['__name__', name ?? 'http_request_duration_seconds_bucket'])
  return own.sort(([a], [b]) => (a < b ? -1 : 1))
}

function valueAt(i: number, nth: number): number {
  const kind = i % 10
  if (kind === 0) return Math.round(nth * 37 + ((nth * 7 + i) % 20)) / 10
  if (kind === 1) return 1e8 + ((nth * 7_919 + i * 104_729) % 50_000) * 4_096
  if (kind === 2) return 2 ** 30
  if (kind === 3) return 1
  return nth * (kind - 3) * 3 + ((nth + i) % 3)
}

async function fill(all: readonly Labels[], receiver: Receiver | string): Promise<void> {
  const { metricStore } = store
  const refs = all.map((labels) =>
    metricStore.catalog.intern('default', Object.fromEntries(labels), { kind: 'UNKNOWN' }),
  )
  const heads = all.map((labels) => labelBytes(labels))
  for (let from = 0; from < count; from += sliceLength) {
    const to = Math.min(count, from + sliceLength)
    for (let nth = from; nth < to; nth += 1) {
      const timesMs = new Float64Array(refs.length).fill(startMs + (nth + 1) * intervalMs)
      const values = Float64Array.from(refs, (_, i) => valueAt(i, nth))
      metricStore.append(
        { tenant: 'default', count: refs.length, series: Uint32Array.from(refs), timesMs, values },
        0,
      )
    }
    await metricStore.checkpoint()
    if (typeof receiver === 'string') continue
    for (let first = 0; first < refs.length; first += 200) await post(receiver, heads, first, from, to)
  }
  if (typeof receiver !== 'string') await settled(receiver.pid)
  // Rollups, as the hourly upkeep makes them.
  await store.maintain()
}

async function post(
  receiver: Receiver,
  heads: readonly Buffer[],
  first: number,
  from: number,
  to: number,
): Promise<void> {
  const body = heads.slice(first, first + 200).map((head, j) => {
    const samples: Buffer[] = []
    for (let nth = from; nth < to; nth += 1)
      samples.push(sample(Math.round(startMs + (nth + 1) * intervalMs), valueAt(first + j, nth)))
    return field(0x0a, Buffer.concat([head, ...samples]))
  })
  const answer = await fetch(receiver.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(compressSync(Buffer.concat(body))),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}
