import type { WatchedKind } from '@aiops/contract/model/kubernetes'
import type { Clock } from '../../../kernel/clock.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import { Semaphore } from '../../../kernel/semaphore.ts'
import type { Slots } from '../../../kernel/slots.ts'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { ObjectSink } from '../memory/sink.ts'
import { type Kind, kindNames } from '../object/kind.ts'
import type { KubernetesWatchConfig } from './config.ts'
import { hasWatchList, type WatchContext, WatchListSupport, watchMetrics, watchSettings } from './context.ts'
import { KindWatch } from './kind-watch.ts'
import { createUsagePoll } from './usage-poll.ts'

export type ClusterWatchDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  /** Lists under way in all clusters: what bounds memory and work where many begin at once. Left out: no bound but the cluster's own. */
  lists?: Slots
}
export interface ClusterWatch extends Lifecycle {
  /** By kind, in the order of the read set. */
  state(): WatchedKind[]
  /** Where only some namespaces may be read: which these are, of the setting or of what may be listed. */
  namespaces(): string[]
}

const gaugesMs = 5_000
const states = ['LISTING', 'WATCHING', 'FAILING', 'DENIED', 'ABSENT'] as const

/**
 * Keeps the sink as one cluster is: every kind of the read set, and what nodes and pods use. `start` resolves at once, `state` tells how far
 * it is; after `stop` nothing is said any more. A cluster that fails, lies or is slow costs bounded memory and disturbs no other.
 */
export function createClusterWatch(
  deps: ClusterWatchDeps,
  config: KubernetesWatchConfig,
  { api, name }: { api: ClusterApi; name: string },
  sink: ObjectSink,
  kinds: readonly Kind[] = kindNames,
): ClusterWatch {
  const { clock } = deps
  const abort = new AbortController()
  // A list keeps its place however long it takes: the place is what bounds memory.
  const own = new Semaphore(config.lists_parallel_max)
  const context: WatchContext = {
    ...{ api, clock, random: deps.random },
    metrics: watchMetrics(deps.metrics),
    settings: watchSettings(config),
    lists: (list, signal) => own.run(() => (deps.lists ? deps.lists.run(list, signal) : list()), signal),
    watchList: new WatchListSupport(config.initial_list === 'stream'),
  }
  const namespaces = (): string[] =>
    context.settings.namespaces.length > 0
      ? context.settings.namespaces
      : [...(watches.find(({ kind }) => kind === 'Namespace')?.keys() ?? [])]
          .map((key) => key.slice(1))
          .sort()
  const watches = kinds.map((kind) => new KindWatch(kind, { context, sink, cluster: name, namespaces }))
  const usage = createUsagePoll({ ...context, namespaces }, sink)
  let running: Promise<unknown> = Promise.resolve()
  let cancel = (): void => {}
  let failing = 0

  const tell = (): void => {
    const nowMs = clock.now()
    const found = watches.map((watch) => watch.state())
    for (const state of states)
      context.metrics.kinds.set({ cluster: name, state }, found.filter((one) => one.state === state).length)
    const words = watches.flatMap((watch) => watch.oldestWordMs() ?? [])
    const oldestMs = Math.min(nowMs, ...words)
    context.metrics.lastEvent.set({ cluster: name }, (nowMs - oldestMs) / 1_000)
    const failed = found.filter((one) => one.state === 'FAILING')
    if (failed.length > 0 && failing === 0)
      deps.log.warn(
        { cluster: name, kinds: failed.length, reason: failed[0]?.message },
        'watching a cluster fails',
      )
    if (failed.length === 0 && failing > 0) deps.log.info({ cluster: name }, 'watching a cluster goes on')
    failing = failed.length
  }
  async function run(): Promise<void> {
    if (config.initial_list === 'auto') {
      // Where it does not say its version, lists do.
      const version = await api.version(abort.signal).catch(() => undefined)
      context.watchList.set(version !== undefined && hasWatchList(version))
    }
    await Promise.all([...watches.map((watch) => watch.run(abort.signal)), usage.run(abort.signal)])
  }

  return {
    async start() {
      running = run()
      cancel = clock.every(gaugesMs, tell)
    },
    async stop() {
      cancel()
      abort.abort()
      await running
      context.metrics.lastEvent.remove({ cluster: name })
      for (const state of states) context.metrics.kinds.remove({ cluster: name, state })
    },
    state: () => watches.map((watch) => watch.state()),
    namespaces,
  }
}
