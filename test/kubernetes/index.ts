/** A Kubernetes API server in memory that keeps the real one's promises, and breaks them where it is told to. */
import type { Clock } from '../../server/src/kernel/clock.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { HttpClient, HttpStreams } from '../../server/src/port/http-client.ts'
import type { AccessRule, Authentication } from './access.ts'
import { Discovery, gitVersion } from './discovery.ts'
import type { ExecScript } from './exec.ts'
import { type FaultSwitch, noFaults } from './fault-switch.ts'
import { type ApiAnswer, type ApiRequest, createHandler } from './handler.ts'
import { inProcess } from './in-process.ts'
import { type Listening, listen } from './loopback.ts'
import { PodLogs } from './pod-log.ts'
import { PodMetrics } from './pod-metrics.ts'
import { apiVersionOf, type CustomType, Registry, type Served } from './resource.ts'
import { Store } from './store.ts'
import { Watches } from './watches.ts'
import { Writer } from './write.ts'

export type { AccessRule, Authentication, CustomType, ExecScript, FaultSwitch, Listening }

export type ApiServerOptions = {
  clock?: Clock
  /** Of all chance: faults, names, watch ends. */
  seed?: number
  /** Kinds that it does not serve. */
  without?: readonly string[]
  /** That it says it is of. */
  gitVersion?: string
  authentication?: Authentication
  /** Who may do what; all may where it is left out. */
  access?: AccessRule
  exec?: ExecScript
  /** Changes that are kept for watches, beyond which it compacts. */
  historyMax?: number
  bookmarkMs?: number
  /** Unread bytes at which a watch is cut off. */
  waitingBytesMax?: number
  /** From this size answers are compressed for who accepts it; the real server's 128 KiB. */
  gzipBytesMin?: number
  /** A deleted pod on a node ends after so long. */
  terminationMs?: number
}

/** One request as it was asked. `query` with its question mark, or ''. */
export type Asked = { method: string; path: string; query: string }

const askedMax = 10_000

export function createApiServer(options: ApiServerOptions = {}) {
  const clock = options.clock ?? systemClock
  const random = seededRandom(options.seed ?? 1)
  const registry = new Registry(options.without ?? [])
  const faults: FaultSwitch = noFaults()
  const store = new Store({
    historyMax: options.historyMax ?? 100_000,
    firstVersion: 1_000 + Math.floor(random.next() * 1_000_000),
  })
  const watches = new Watches(
    { store, clock, random, faults },
    { bookmarkMs: options.bookmarkMs ?? 60_000, waitingBytesMax: options.waitingBytesMax ?? 64 << 20 },
  )
  const writer = new Writer({ store, registry, clock, random }, { terminationMs: options.terminationMs ?? 0 })
  const logs = new PodLogs()
  const metrics = new PodMetrics({ store, clock })
  const discovery = new Discovery(registry, () => metrics.state)
  const answer = createHandler(
    {
      ...{ store, registry, watches, writer, logs, metrics, discovery, faults, clock, random },
      gitVersion: options.gitVersion ?? gitVersion,
    },
    {
      authentication: options.authentication ?? {},
      access: options.access ?? (() => true),
      gzipBytesMin: options.gzipBytesMin ?? 128 << 10,
    },
  )
  const asked: Asked[] = []
  const handle = (request: ApiRequest): ApiAnswer | undefined => {
    const at = request.url.indexOf('?')
    const [path, query] = at < 0 ? [request.url, ''] : [request.url.slice(0, at), request.url.slice(at)]
    if (asked.length < askedMax) asked.push({ method: request.method, path, query })
    return answer(request)
  }
  const typeOf = (kind: string): Served => {
    const type = registry.kind(kind)
    if (!type) throw new Error(`The kind ${kind} is not served: register it first.`)
    return type
  }
  let script: ExecScript = options.exec ?? (({ command }) => ({ stdout: `${command.join(' ')}\n` }))

  return {
    faults,
    logs,
    metrics,
    watches,
    /** The first 10,000 requests since it was last emptied (`asked.length = 0`). */
    asked,
    /** A program's HTTP client, with this server behind it whatever the host of the URL. */
    http: inProcess({ clock, faults, handle }) satisfies HttpClient & HttpStreams,
    handle,
    /** `rv` of the present state. */
    get resourceVersion(): string {
      return String(store.version)
    },
    /** Creates or replaces, without any of the API's checks; what is answered has its metadata filled in. */
    put(kind: string, object: RawObject): RawObject {
      if (random.next() < faults.gapChance) store.skip(1 + Math.floor(random.next() * 50))
      const type = typeOf(kind)
      return withType(type, writer.put(type, object).object)
    },
    /** Takes it away at once, and nothing else. False where it was not there. */
    delete(kind: string, namespace: string, name: string): boolean {
      const isLost = random.next() < faults.lostDeleteChance
      return store.delete(typeOf(kind).storage, namespace, name, isLost) !== undefined
    },
    get(kind: string, namespace: string, name: string): RawObject | undefined {
      const type = typeOf(kind)
      const entry = store.get(type.storage, namespace, name)
      return entry && withType(type, entry.object)
    },
    /** In order of namespace and name. */
    list(kind: string): RawObject[] {
      const type = typeOf(kind)
      return store.list(type.storage).map(({ object }) => withType(type, object))
    },
    count: (kind: string): number => store.count(typeOf(kind).storage),
    register: (type: CustomType): void => registry.register(type),
    unregister: (plural: string): void => registry.unregister(plural),
    /** Forgets what happened up to now, or to a version: watches from before it, and pages of lists from before it, are gone. */
    compact(resourceVersion?: string): void {
      store.compact(resourceVersion === undefined ? undefined : Number(resourceVersion))
    },
    /**
     * Every connection breaks. Without `keepHistory` nothing from before can be watched; with `backTo` the state is an earlier one, as
     * where a backup of etcd was restored: versions are given a second time.
     */
    restart(how: { keepHistory?: boolean; backTo?: string } = {}): void {
      watches.breakAll()
      if (how.backTo !== undefined) store.rewind(Number(how.backTo))
      else if (!how.keepHistory) store.compact()
    },
    setExec(next: ExecScript): void {
      script = next
    },
    listen(how: { tls?: boolean; port?: number } = {}): Promise<Listening> {
      return listen({ clock, faults, handle, exec: () => script }, { tls: how.tls ?? false, ...how })
    },
  }
}

export type ApiServer = ReturnType<typeof createApiServer>

const withType = (type: Served, object: RawObject): RawObject => ({
  kind: type.kind,
  apiVersion: apiVersionOf(type),
  ...object,
})
