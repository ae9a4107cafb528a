import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@aiops/contract/client'
import { eachOf } from '../server/src/kernel/semaphore.ts'
import { serveClusterPrometheus } from '../test/ask/system/cluster-prometheus.ts'
import { type Played, playLoad, services } from './ask-load.ts'
import type { SpokesAsk, SpokesTold } from './kubernetes-spokes.ts'
import type { Hold } from './loop-hold.ts'
import { startReceiver } from './receiver.ts'

export type AskRigSizes = {
  /** Registered. */
  clusters: number
  /** Of them, watched: by default one process watches 50. The others are of a type that is not watched. */
  watched: number
  /** Of each watched one. */
  podsPerCluster: number
  /** Clusters that have a Prometheus of their own, with GPUs and a clock. */
  prometheuses: number
  changesPerSecond: number
}
export type AskRig = {
  url: string
  client: Client
  pid: number
  played: Played
  told: SpokesTold
  clusterNames: readonly string[]
  /** Where holds of the event loop are written by now. */
  mark(): number
  /** By the server's main thread's CPU time, ms, longest first. */
  holdsSince(mark: number): Hold[]
  stop(): Promise<void>
}

const nodesPerCluster = 5
const wantedMs = 240_000

/** The real program in a process of its own, with everything that is asked about: clusters, and two hours of telemetry. */
export async function startAskRig(
  sizes: AskRigSizes,
  settings: readonly string[] = [],
  profile = false,
): Promise<AskRig> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-ask-'))
  const holds = join(folder, 'holds')
  writeFileSync(holds, '')
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })]
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    const preload = fileURLToPath(new URL('./loop-hold.ts', import.meta.url))
    Object.assign(process.env, {
      ...{ LOOP_HOLD_FILE: holds, LOOP_HOLD_FROM_MS: '10', NODE_OPTIONS: `--import=${preload}` },
      ...(profile ? { LOOP_HOLD_PROFILE: '1' } : {}),
    })
    const server = await startReceiver('aiops', join(folder, 'data'), [
      ...[
        'detect.stale_after=1ms',
        'stream.span_interval=10s',
        'explain.settle=1s',
        'ingest.remote_write_age_max=3h',
      ],
      ...[`kubernetes.clusters_max=${sizes.watched}`, ...settings],
    ])
    delete process.env.NODE_OPTIONS
    if (typeof server === 'string') throw new Error(server)
    stops.push(() => server.stop())
    const url = new URL(server.url).origin
    const client = createClient({ url, timeoutMs: 60_000 })
    const prometheus = await serveClusterPrometheus()
    stops.push(() => prometheus.stop())
    const { told, change, end } = await startClusters(sizes)
    stops.push(end)
    const clusterNames = Array.from({ length: sizes.clusters }, (_, at) => `c-${String(at).padStart(3, '0')}`)
    await register(client, told, clusterNames, (at) => (at < sizes.prometheuses ? prometheus.url : undefined))
    await watched(client, sizes.watched)
    const played = await playLoad(url, client, clusterNames.slice(0, sizes.watched), nodesPerCluster)
    stops.push(() => played.stop())
    await noticed(client)
    change()
    return {
      ...{ url, client, pid: server.pid, played, told, clusterNames, stop },
      mark: () => readFileSync(holds).length,
      holdsSince: (mark) =>
        readFileSync(holds)
          .subarray(mark)
          .toString()
          .split('\n')
          .filter((line) => line.includes('cpuMs'))
          .map((line) => JSON.parse(line) as Hold)
          .sort((a, b) => b.cpuMs - a.cpuMs),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startClusters(sizes: AskRigSizes): Promise<{ told: SpokesTold; change(): void; end(): void }> {
  const asked: SpokesAsk = {
    ...{ clusters: sizes.watched, nodes: nodesPerCluster, namespaces: 2, changes: sizes.changesPerSecond },
    podsPerNode: Math.ceil(sizes.podsPerCluster / nodesPerCluster),
  }
  const script = fileURLToPath(new URL('./kubernetes-spokes.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(asked)])
  const told = await new Promise<SpokesTold>((resolve, reject) => {
    child.once('message', (one) => resolve(one as SpokesTold))
    child.once('exit', () => reject(new Error('the API servers ended')))
  })
  return { told, change: () => child.send('change'), end: () => child.disconnect() }
}

/** Further ones are other names of the same API servers. */
async function register(
  client: Client,
  told: SpokesTold,
  names: readonly string[],
  prometheusOf: (at: number) => string | undefined,
): Promise<void> {
  await eachOf([...names.entries()], 8, async ([at, name]) => {
    const { url, kubeconfig } = told.kubeconfigs[at % told.kubeconfigs.length]!
    const prometheus_url = prometheusOf(at)
    const { id } = await client.createCluster({
      body: {
        ...{ name, api_server_url: url, platform: 'KUBERNETES' },
        cluster_type: at < told.kubeconfigs.length ? 'SPOKE' : 'EDGE',
        ...(prometheus_url ? { endpoints: { prometheus_url } } : {}),
      },
    })
    await client.putClusterCredentials({ params: { id }, body: { auth_type: 'KUBECONFIG', kubeconfig } })
  })
}

/** Until what is in the clusters is known. */
async function watched(client: Client, count: number): Promise<void> {
  await until(async () => {
    const { items } = await client.listClusters({ query: { page: 1, page_size: 200 } })
    const states = await Promise.all(
      items.map(({ id }) => client.getClusterOverview({ params: { id } }).catch(() => undefined)),
    )
    const known = states.filter(
      (one) => one?.watch === 'WATCHING' && !one.kinds.some(({ state }) => state === 'LISTING'),
    ).length
    return known >= count || `${known} of ${count} clusters are watched`
  })
}

/** Until the services have been heard of and incidents are open. */
async function noticed(client: Client): Promise<void> {
  await until(async () => {
    const { entities } = await client.getTopology()
    const { incidents } = await client.listIncidents({ query: { status: ['OPEN'], limit: 200 } })
    const isHeardOf = entities.some(({ name }) => name === services.at(-1))
    return (isHeardOf && incidents.length > 5) || `${incidents.length} incidents are open`
  })
}

async function until(look: () => Promise<true | string>): Promise<void> {
  const endMs = performance.now() + wantedMs
  for (;;) {
    const found = await look()
    if (found === true) return
    if (performance.now() > endMs) throw new Error(found)
    await sleep(2_000)
  }
}
