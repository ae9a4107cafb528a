import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { fillHostileData } from '../test/soak/hostile-data.ts'
import type { Hold } from './loop-hold.ts'
import { machine } from './machine.ts'
import { cpuOf, residentMbOf, startReceiver } from './receiver.ts'
import type { Load, Measured } from './sender.ts'

/**
 * What people ask all day, while telemetry streams in: each query a few times a second in turn, sent when it is due whether the one before
 * is answered or not, and timed from when it was due. The real program with windows, detection and all.
 *   node bench/query-load.ts [--rate 50000] [--series 50000] [--seconds 30] [--per-second 2] [--senders 4] [--profile]
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '50000' },
    series: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '30' },
    'per-second': { type: 'string', default: '2' },
    senders: { type: 'string', default: '4' },
    /** Where the event loop was held, by the main thread's profile; costs about a tenth. */
    profile: { type: 'boolean', default: false },
  },
})
const [rate, series, seconds, perSecond] = [
  values.rate,
  values.series,
  values.seconds,
  values['per-second'],
].map(Number) as [number, number, number, number]

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const holds = join(folder, 'holds')
writeFileSync(holds, '')
const preload = fileURLToPath(new URL('./loop-hold.ts', import.meta.url))
Object.assign(process.env, { LOOP_HOLD_FILE: holds, NODE_OPTIONS: `--import=${preload}` })
if (values.profile) process.env.LOOP_HOLD_PROFILE = '1'
const receiver = await startReceiver('aiops', join(folder, 'data'), [])
if (typeof receiver === 'string') throw new Error(receiver)
const { origin } = new URL(receiver.url)
const { metricsUrl } = receiver
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** A request for the `i`th time: path with its query. */
const queries: Record<string, (i: number) => string> = {
  'instant, one series': (i) =>
    promql('query', { query: `bench_value_${1 + (i % 49)}{zz_id="series-${idOf(i)}"}` }),
  'range of an hour, one series': (i) =>
    promql('query_range', { query: `bench_value_${1 + (i % 49)}{zz_id="series-${idOf(i)}"}`, ...lastHour() }),
  'sum by, 1,000 series': () => promql('query', { query: 'sum by (label_name_0) (bench_value_1)' }),
  'rate of a sum over an hour': () =>
    promql('query_range', { query: 'sum(rate(bench_requests_0_total[5m]))', ...lastHour() }),
  'label values': () => '/prometheus/api/v1/label/label_name_1/values',
  'log lines, 100': () =>
    `/loki/api/v1/query_range?${new URLSearchParams({ query: '{app="app-1"} |= "path=/cart"', limit: '100' })}`,
  'trace by id': (i) => `/tempo/api/traces/${((i % 500) + 1).toString(16).padStart(32, '0')}`,
  overview: () => '/api/v1/overview',
}
/** A series of that metric: `loadLabels` gives every fiftieth one name. */
const idOf = (i: number): number => 1 + (i % 49) + 50 * (i % Math.floor(series / 50 - 1))
const promql = (path: string, form: Record<string, string>): string =>
  `/prometheus/api/v1/${path}?${new URLSearchParams(form)}`
const lastHour = () => {
  const end = Math.floor(Date.now() / 15_000) * 15
  return { start: String(end - 3_600), end: String(end), step: '15' }
}

type Times = { ms: number[]; failed: number }
const times = new Map<string, Times>(Object.keys(queries).map((name) => [name, { ms: [], failed: 0 }]))

function ask(name: string, i: number, record: boolean): Promise<void> {
  const due = performance.now()
  const into = times.get(name)!
  return new Promise((resolve) => {
    const done = (ok: boolean): void => {
      if (record && ok) into.ms.push(performance.now() - due)
      if (record && !ok) into.failed += 1
      resolve()
    }
    request(origin + queries[name]!(i), { agent }, (answer) => {
      answer.resume().on('end', () => done(answer.statusCode === 200))
    })
      .on('error', () => done(false))
      .end()
  })
}

/** In turn, evenly spread over time; open loop. */
async function askAll(forSeconds: number, record: boolean): Promise<void> {
  const names = Object.keys(queries)
  const everyMs = 1_000 / (perSecond * names.length)
  const began = performance.now()
  const under: Promise<void>[] = []
  for (let i = 0; i * everyMs < forSeconds * 1_000; i += 1) {
    const waitMs = began + i * everyMs - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    under.push(ask(names[i % names.length]!, Math.floor(i / names.length), record))
  }
  await Promise.all(under)
}

async function lag(): Promise<{ p99_ms: number; max_ms: number }> {
  const text = await (await fetch(metricsUrl)).text()
  const of = (what: string): number =>
    Math.round(
      (Number(new RegExp(`^nodejs_eventloop_lag_${what}_seconds (\\S+)`, 'm').exec(text)?.[1]) * 1_000 - 10) *
        10,
    ) / 10
  return { p99_ms: of('p99'), max_ms: of('max') }
}

const before = machine()
try {
  await fillHostileData(origin, 0, 50_000, 500)
  const load: Load = {
    ...{ series, first: 0, labels: 10, perRequest: 2_000, senders: Number(values.senders), version: 1, rate },
    stepMs: Math.round((series / rate) * 1_000),
  }
  const steps = Math.ceil(((seconds + 10) * rate) / series)
  const worker = new Worker(new URL('./steady-sender.ts', import.meta.url), {
    workerData: { receiver: { url: receiver.url, pid: receiver.pid }, load, steps },
  })
  const messages: unknown[] = []
  const sent = new Promise<Measured>((resolve) =>
    worker.on('message', (message) => {
      messages.push(message)
      if (message !== 'created') resolve(message as Measured)
    }),
  )
  while (messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 200))
  await askAll(5, false)
  await lag()
  const from = readFileSync(holds).length
  const cpu = cpuOf(receiver.pid).seconds
  await askAll(seconds, true)
  const spent = cpuOf(receiver.pid).seconds - cpu
  const loop = await lag()
  const stalls = readFileSync(holds, 'utf8')
    .slice(from)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Hold)
  const { samples_per_second, refused, ack_ms } = await sent
  console.log(
    JSON.stringify(
      {
        ...{
          bench: 'query-load',
          before,
          after: machine().load_average,
          rate,
          series,
          seconds,
          per_second: perSecond,
        },
        ingest: { samples_per_second, refused, ack_ms },
        queries: Object.fromEntries(
          [...times].map(([name, { ms, failed }]) => [name, { n: ms.length, failed, ...spread(ms) }]),
        ),
        all: spread([...times.values()].flatMap(({ ms }) => ms)),
        event_loop_lag: loop,
        stalls_by_cpu_ms: {
          over_20: stalls.filter(({ cpuMs }) => cpuMs > 20).length,
          over_50: stalls.filter(({ cpuMs }) => cpuMs > 50).length,
          max: Math.round(Math.max(0, ...stalls.map(({ cpuMs }) => cpuMs))),
          ...(values.profile ? { worst: stalls.toSorted((a, b) => b.cpuMs - a.cpuMs).slice(0, 5) } : {}),
        },
        server_cpu_seconds: Math.round(spent * 100) / 100,
        rss_mb: residentMbOf(receiver.pid),
      },
      null,
      1,
    ),
  )
} finally {
  agent.destroy()
  await receiver.stop()
  rmSync(folder, { recursive: true, force: true })
}

function spread(all: readonly number[]): { p50: number; p95: number; p99: number; max: number } {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
