import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Client, createClient } from '@aiops/contract/client'
import type { SpokesAsk, SpokesTold } from './kubernetes-spokes.ts'
import type { Hold } from './loop-hold.ts'
import { machine } from './machine.ts'
import { cpuOf, residentMbOf, startReceiver } from './receiver.ts'

/**
 * The whole program watches clusters over TLS while they change: CPU, memory, how long the event loop is held, how long analyses take, what
 * people ask meanwhile, and how soon a change of a cluster's state is told over the WebSocket.
 *   node bench/kubernetes-server.ts [--pods 20000] [--changes 200] [--seconds 60] [--clusters 1] [--registered N] [--namespaces N]
 *     [--per-second 2] [--profile] [--set kubernetes.memory.bytes_max=67108864]
 */
const { values } = parseArgs({
  options: {
    /** Of each cluster. */
    pods: { type: 'string', default: '20000' },
    'pods-per-node': { type: 'string', default: '80' },
    clusters: { type: 'string', default: '1' },
    /** Clusters registered; further ones are other names of the same API servers, and of a type that is not watched. */
    registered: { type: 'string', default: '0' },
    /** 0: of 200 pods each. */
    namespaces: { type: 'string', default: '0' },
    changes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    /** Of each query. */
    'per-second': { type: 'string', default: '2' },
    /** Queries that go through all that is known of a cluster; none otherwise, since one alone is some of the CPU time. */
    heavy: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
})
const count = (name: 'pods' | 'pods-per-node' | 'clusters' | 'registered' | 'namespaces'): number =>
  Number(values[name])
const seconds = Number(values.seconds)

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const holdsFile = join(folder, 'holds')
writeFileSync(holdsFile, '')
const ask: SpokesAsk = {
  ...{ clusters: count('clusters'), podsPerNode: count('pods-per-node'), namespaces: count('namespaces') },
  nodes: Math.ceil(count('pods') / count('pods-per-node')),
  changes: Number(values.changes),
}
const spokes = fork(fileURLToPath(new URL('./kubernetes-spokes.ts', import.meta.url)), [JSON.stringify(ask)])
const told = await new Promise<SpokesTold>((resolve) =>
  spokes.once('message', (one) => resolve(one as SpokesTold)),
)

const preload = fileURLToPath(new URL('./loop-hold.ts', import.meta.url))
Object.assign(process.env, {
  ...{
    LOOP_HOLD_FILE: holdsFile,
    LOOP_HOLD_FROM_MS: '8',
    LOOP_HOLD_GC: '1',
    NODE_OPTIONS: `--import=${preload}`,
  },
  ...(values.profile ? { LOOP_HOLD_PROFILE: '1' } : {}),
})
const server = await startReceiver('aiops', join(folder, 'data'), values.set)
if (typeof server === 'string') throw new Error(server)
const { pid, metricsUrl } = server
const { origin } = new URL(server.url)
const agent = new Agent({ keepAlive: true, maxSockets: 32 })
/** By the cluster's number. */
const ids: string[] = []
const client: Client = createClient({ url: origin })
const times = new Map<string, Times>()

async function run(): Promise<void> {
  const before = machine()
  await sleep(10_000)
  const idleMb = residentMbOf(pid)
  let rssMax = 0
  const rss: number[] = []
  const watching = setInterval(() => {
    rss.push(residentMbOf(pid))
    rssMax = Math.max(rssMax, rss.at(-1)!)
  }, 250)
  const from = readFileSync(holdsFile).length
  const first = await begin()
  const list = { ...first, rss_mb_max: rssMax, ...holdsSince(from) }

  spokes.send('change')
  // Analyses of what is there have been made by then.
  await sleep(20_000)
  const quiet = await stretch(Math.min(30, seconds), () => sleep(Math.min(30, seconds) * 1_000), rss)
  const asked = await stretch(seconds, () => askAll(seconds), rss)
  const live = await stateChange()
  clearInterval(watching)
  const text = await (await fetch(metricsUrl)).text()
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0)
  const analyses = metric('aiops_kubernetes_analysis_seconds_count')
  console.log(
    JSON.stringify(
      {
        ...{
          bench: 'kubernetes-server',
          before,
          after: machine().load_average,
          ...ask,
          objects: told.objects,
        },
        ...{ idle_rss_mb: idleMb, first: list, quiet, asked, rss_mb_max: rssMax },
        analyses: {
          count: analyses,
          seconds_mean: round(metric('aiops_kubernetes_analysis_seconds_sum') / analyses),
        },
        heap_mb: round(metric('nodejs_heap_size_used_bytes') / 1_048_576),
        external_mb: round(metric('nodejs_external_memory_bytes') / 1_048_576),
        memory: (await watched(0)).memory,
        findings: (await client.listFindings({})).total,
        queries: figures(),
        state_change: live,
      },
      null,
      1,
    ),
  )
}

/** Registers them all and waits until what is in them is known. */
async function begin(): Promise<{ seconds: number; cpu_seconds: number }> {
  const [beganMs, cpu] = [performance.now(), cpuOf(pid).seconds]
  const registered = Math.max(count('registered'), ask.clusters)
  const all = Array.from({ length: registered }, (_, at) => at)
  await Promise.all(all.map((at) => register(at)))
  for (;;) {
    const left = await Promise.all(
      ids.slice(0, ask.clusters).map(async (_, at) => {
        const { watch, kinds } = await watched(at)
        return watch !== 'WATCHING' || kinds.some(({ state }) => state === 'LISTING')
      }),
    )
    if (!left.includes(true)) break
    await sleep(250)
  }
  return {
    seconds: round((performance.now() - beganMs) / 1_000),
    cpu_seconds: round(cpuOf(pid).seconds - cpu),
  }
}

async function register(at: number): Promise<void> {
  const { url, kubeconfig } = told.kubeconfigs[at % told.kubeconfigs.length]!
  const { id } = await client.createCluster({
    body: {
      ...{ name: `c-${String(at).padStart(4, '0')}`, api_server_url: url, platform: 'KUBERNETES' },
      cluster_type: at < ask.clusters ? 'SPOKE' : 'EDGE',
    },
  })
  ids[at] = id
  await client.putClusterCredentials({ params: { id }, body: { auth_type: 'KUBECONFIG', kubeconfig } })
}

const watched = (at: number) => client.getClusterOverview({ params: { id: ids[at]! } })

type Collection = { gcMs: number; major: boolean }
type Times = { ms: number[]; failed: number }

/** A request for the `i`th time: path with its query. */
function queries(): Record<string, (i: number) => string> {
  const of = (i: number): string => `/api/v1/clusters/${ids[i % ask.clusters]}`
  const pod = (i: number) => told.pods[(i * 37) % told.pods.length]!
  const light: Record<string, (i: number) => string> = {
    'pods, a page of 100': (i) => `${of(i)}/pods?page_size=100&page=${1 + (i % 20)}`,
    'pods of a namespace': (i) => `${of(i)}/pods?namespace=${pod(i).namespace}&page_size=100`,
    'pods with problems': (i) => `${of(i)}/pods?problems=true&page_size=100`,
    'pods by a part of the name': (i) => `${of(i)}/pods?search=${pod(i).name.slice(0, 12)}&page_size=100`,
    events: (i) => `${of(i)}/events?limit=200`,
    'events of a pod': (i) => `${of(i)}/events?kind=Pod&namespace=${pod(i).namespace}&name=${pod(i).name}`,
    changes: (i) => `${of(i)}/changes?limit=200`,
    'changes of an hour that are causes': (i) => `${of(i)}/changes?causes=true&limit=200`,
    'object with its history': (i) =>
      `/api/v1/clusters/${ids[0]}/objects/Pod/${pod(i).namespace}/${pod(i).name}`,
    findings: () => '/api/v1/findings?page_size=100',
    overview: (i) => `${of(i)}/overview`,
  }
  if (!values.heavy) return light
  return {
    ...light,
    nodes: (i) => `${of(i)}/nodes`,
    workloads: (i) => `${of(i)}/workloads?page_size=100`,
    'topology of a namespace': (i) => `${of(i)}/topology?namespace=${pod(i).namespace}`,
    'network of a namespace': (i) => `${of(i)}/network?namespace=${pod(i).namespace}`,
    diagnostics: (i) => `${of(i)}/diagnostics`,
  }
}

function askOne(name: string, path: string): Promise<void> {
  const due = performance.now()
  const into = times.get(name) ?? { ms: [], failed: 0 }
  times.set(name, into)
  return new Promise((resolve) => {
    const done = (ok: boolean): void => {
      if (ok) into.ms.push(performance.now() - due)
      else into.failed += 1
      resolve()
    }
    request(origin + path, { agent }, (answer) => {
      answer.resume().on('end', () => done(answer.statusCode === 200))
    })
      .on('error', () => done(false))
      .end()
  })
}

/** In turn, evenly spread over time, sent when they are due and timed from then: an open loop. */
async function askAll(forSeconds: number): Promise<void> {
  const all = Object.entries(queries())
  const everyMs = 1_000 / (Number(values['per-second']) * all.length)
  const began = performance.now()
  const under: Promise<void>[] = []
  for (let i = 0; i * everyMs < forSeconds * 1_000; i += 1) {
    const waitMs = began + i * everyMs - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const [name, path] = all[i % all.length]!
    under.push(askOne(name, path(Math.floor(i / all.length))))
  }
  await Promise.all(under)
}

const figures = () =>
  Object.fromEntries(
    [...times].map(([name, { ms, failed }]) => [name, { n: ms.length, failed, ...spread(ms) }]),
  )

async function stretch(forSeconds: number, work: () => Promise<void>, rss: number[]) {
  const [beganMs, cpu, from] = [performance.now(), cpuOf(pid).seconds, readFileSync(holdsFile).length]
  rss.length = 0
  await work()
  const wall = (performance.now() - beganMs) / 1_000
  return {
    seconds: round(Math.max(wall, forSeconds)),
    cores: round((cpuOf(pid).seconds - cpu) / wall),
    rss_mb: { p50: spread(rss).p50, max: spread(rss).max },
    ...holdsSince(from),
  }
}

/** By CPU time of the server's main thread: other programs cannot make it longer. */
function holdsSince(from: number) {
  const lines = readFileSync(holdsFile, 'utf8').slice(from).split('\n').filter(Boolean)
  const all = lines.map((line) => JSON.parse(line) as Hold | Collection)
  const holds = all.filter((one) => 'cpuMs' in one)
  const collections = all.filter((one) => 'gcMs' in one)
  const over = (ms: number): number => holds.filter(({ cpuMs }) => cpuMs > ms).length
  return {
    collections_over_8_ms: {
      count: collections.length,
      major: collections.filter(({ major }) => major).length,
      max_ms: round(Math.max(0, ...collections.map(({ gcMs }) => gcMs))),
    },
    holds_by_cpu_ms: {
      ...{ over_10: over(10), over_20: over(20), over_50: over(50) },
      max: round(Math.max(0, ...holds.map(({ cpuMs }) => cpuMs))),
      worst: holds.toSorted((a, b) => b.cpuMs - a.cpuMs).slice(0, values.profile ? 8 : 3),
    },
  }
}

/** The API server drops every connection; from the end of the check that saw it to the event on the WebSocket. */
async function stateChange(): Promise<{ after_check_ms: number } | string> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const subscription = { event_types: ['CLUSTER_STATUS_CHANGED'] }
  socket.send(JSON.stringify({ type: 'subscribe', subscription }))
  const seen = new Promise<{ checkedMs: number; seenMs: number } | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), 60_000).unref()
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string; event?: { timestamp: string } }
      if (message.type === 'event' && message.event)
        resolve({ checkedMs: Date.parse(message.event.timestamp), seenMs: Date.now() })
    })
  })
  await sleep(500)
  spokes.send('fail')
  const checking = setInterval(
    () => void client.refreshCluster({ params: { id: ids[0]! } }).catch(() => {}),
    2_000,
  )
  const found = await seen
  clearInterval(checking)
  socket.close()
  return found ? { after_check_ms: found.seenMs - found.checkedMs } : 'no change was told within a minute'
}

function spread(all: readonly number[]): { p50: number; p95: number; p99: number; max: number } {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

try {
  await run()
} finally {
  agent.destroy()
  spokes.disconnect()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
