import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { createHttpClient } from '../server/src/adapter/http/http-client.ts'
import { createClusterApi } from '../server/src/adapter/kubernetes/cluster-api.ts'
import { systemClock as clock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { systemRandom as random } from '../server/src/kernel/random.ts'
import { createClusterMemory } from '../server/src/service/kubernetes/memory/cluster-memory.ts'
import { MemoryConfig } from '../server/src/service/kubernetes/memory/config.ts'
import type { ObjectSink } from '../server/src/service/kubernetes/memory/sink.ts'
import { createClusterWatch } from '../server/src/service/kubernetes/watch/cluster-watch.ts'
import { KubernetesWatchConfig } from '../server/src/service/kubernetes/watch/config.ts'
import { MapSink } from '../test/simulation/map-sink.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * One process watches a cluster of 20,000 pods that changes 200 times a second, over sockets of loopback: CPU, memory, and how long its event
 * loop was held. `node bench/kubernetes-watch.ts [--pods 20000] [--changes 200] [--seconds 30] [--initial page|stream] [--sink memory|map]`.
 * The watcher runs in a process of its own, with the flags of the product's command. Of the changes 15 in 20 are a pod's status, 3 a node's lease, 2 a new event.
 */
const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '20000' },
    changes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    initial: { type: 'string', default: 'auto' },
    sink: { type: 'string', default: 'memory' },
    watcher: { type: 'string' },
  },
})
const podsPerNode = 80
type Told = { bytes: number; pods: string[]; changes: number }

/** As the command's first line has them. */
const flags = ['--max-semi-space-size=4', '--heap-growing-percent=60']
const allocator = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '131072',
}

async function serve(): Promise<void> {
  // The watcher's process has nothing of the server.
  const { createApiServer } = await import('../test/kubernetes/index.ts')
  const { fillServer } = await import('../test/kubernetes/cluster-example.ts')
  // The real server waits for who reads slowly where it sends what there is; this one holds it.
  const server = createApiServer({ clock, waitingBytesMax: 1 << 30 })
  fillServer(server, { nodes: Math.ceil(Number(values.pods) / podsPerNode), podsPerNode, nowMs: clock.now() })
  const names = server.list('Pod').map((pod) => pod.metadata as { name: string; namespace: string })
  const leases = server.list('Lease').map((lease) => lease.metadata as { name: string; namespace: string })
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)]!
  let made = 0
  const change = (): void => {
    made += 1
    const kind = made % 20 < 15 ? 'Pod' : made % 20 < 18 ? 'Lease' : 'Event'
    const { namespace, name } = pick(kind === 'Lease' ? leases : names)
    if (kind === 'Event') {
      const about = { kind: 'Pod', namespace, name }
      server.put('Event', {
        metadata: { namespace, name: `${name}.${made}` },
        ...{ involvedObject: about, reason: 'Unhealthy', type: 'Warning', count: 1 },
        message: `Readiness probe failed: HTTP probe failed with statuscode: ${500 + (made % 9)}`,
        lastTimestamp: new Date(clock.now()).toISOString(),
      })
      return
    }
    const object = structuredClone(server.get(kind, namespace, name)) as Record<
      string,
      Record<string, unknown>
    >
    if (kind === 'Lease') object.spec = { ...object.spec, renewTime: new Date(clock.now()).toISOString() }
    else {
      const [first] = (object.status?.containerStatuses ?? []) as { ready: boolean; restartCount: number }[]
      if (first) Object.assign(first, { ready: !first.ready, restartCount: first.restartCount + 1 })
    }
    server.put(kind, object)
  }
  const { url, close } = await server.listen()
  const child = fork(import.meta.filename, [...process.argv.slice(2), '--watcher', url], {
    execArgv: flags,
    env: { ...process.env, ...allocator },
  })
  let timer: NodeJS.Timeout | undefined
  child.on('message', (message) => {
    if (message === 'change') {
      const beganMs = clock.monotonic()
      // What is due by the clock, also where a timer comes late.
      timer = setInterval(() => {
        const due = ((clock.monotonic() - beganMs) / 1_000) * Number(values.changes)
        while (made < due) change()
      }, 10)
      return
    }
    clearInterval(timer)
    const pods = server.list('Pod').map(lineOf).sort()
    const bytes = JSON.stringify(server.get('Pod', names[0]!.namespace, names[0]!.name)).length
    child.send({ pods, bytes, changes: made } satisfies Told)
  })
  await new Promise((resolve) => child.once('exit', resolve))
  await close()
}

const lineOf = (object: unknown): string => {
  const { namespace, name, resourceVersion } = (object as { metadata: Record<string, string> }).metadata
  return `${namespace}/${name}@${resourceVersion}`
}

/** The longest times between two rounds of the event loop, in CPU time of this thread: other processes cannot make it longer. */
function holds(): { max(): number; over(ms: number): number; stop(): void; reset(): void } {
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  }
  let seen: number[] = []
  let last = cpuMs()
  const timer = setInterval(() => {
    const now = cpuMs()
    seen.push(now - last)
    last = now
  }, 1)
  return {
    max: () => Math.max(0, ...seen),
    over: (ms) => seen.filter((one) => one > ms).length,
    stop: () => clearInterval(timer),
    reset: () => {
      seen = []
    },
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576)
const round = (value: number): number => Math.round(value * 1_000) / 1_000

async function bench(url: string): Promise<void> {
  const http = createHttpClient({ clock }, { deny: [] })
  const api = createClusterApi(
    { http, streams: http, sockets: http, clock },
    { server: url, access: async () => ({ headers: {} }) },
  )
  const metrics = createMetrics()
  const memory = values.sink === 'memory' ? createClusterMemory({ clock }, MemoryConfig.parse({})) : undefined
  const map = new MapSink()
  const sink: ObjectSink = memory ?? map
  const config = KubernetesWatchConfig.parse({ initial_list: values.initial })
  const rssBefore = process.memoryUsage.rss()
  const watch = createClusterWatch(
    { clock, random, metrics, log: silentLog },
    config,
    { api, name: 'c' },
    sink,
  )
  let rssMax = 0
  const watching = setInterval(() => {
    rssMax = Math.max(rssMax, process.memoryUsage.rss())
  }, 100)

  const held = holds()
  let [cpu, beganMs] = [cpuSeconds(), performance.now()]
  await watch.start()
  while (watch.state().some(({ state }) => state === 'LISTING' || state === 'FAILING')) await clock.sleep(20)
  const first = {
    ...{ seconds: round((performance.now() - beganMs) / 1_000), cpu_seconds: round(cpuSeconds() - cpu) },
    ...{ rss_mb: megabytes(rssMax), hold_ms_max: round(held.max()), holds_over_10_ms: held.over(10) },
    objects: watch.state().reduce((sum, { objects }) => sum + objects, 0),
  }

  process.send?.('change')
  await clock.sleep(2_000)
  held.reset()
  ;[cpu, beganMs] = [cpuSeconds(), performance.now()]
  await clock.sleep(Number(values.seconds) * 1_000)
  const wall = (performance.now() - beganMs) / 1_000
  const steady = {
    ...{ seconds: round(wall), cores: round((cpuSeconds() - cpu) / wall) },
    ...{
      rss_mb: megabytes(process.memoryUsage.rss()),
      hold_ms_max: round(held.max()),
      holds_over_10_ms: held.over(10),
    },
  }
  const told = new Promise<Told>((resolve) => process.once('message', (message) => resolve(message as Told)))
  process.send?.('stop')
  const { pods, bytes, changes } = await told
  await clock.sleep(1_000)
  const kept = memory ? memory.view().list('Pod') : [...map.of('Pod').values()]
  const isSame = JSON.stringify(kept.map(lineOf).sort()) === JSON.stringify(pods)
  held.stop()
  clearInterval(watching)
  await watch.stop()
  http.close()
  process.disconnect()
  process.stdout.write(
    `${JSON.stringify({
      ...{ bench: 'kubernetes-watch', machine: machine(), initial: values.initial, sink: values.sink },
      ...{
        pods: pods.length,
        changes,
        bytes_of_a_pod: bytes,
        rss_mb_before: megabytes(rssBefore),
        first,
        steady,
      },
      ...{ rss_mb_max: megabytes(rssMax), memory: memory?.state(), same_as_server: isSame },
    })}\n`,
  )
}

await (values.watcher === undefined ? serve() : bench(values.watcher))
