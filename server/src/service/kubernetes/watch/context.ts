import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { KubernetesWatchConfig } from './config.ts'

/** What everything that watches one cluster has in common. */
export type WatchContext = {
  api: ClusterApi
  clock: Clock
  random: Random
  metrics: WatchMetrics
  settings: WatchSettings
  /** Runs a list once few enough are under way, of this cluster and of all. */
  lists<T>(list: () => Promise<T>, signal: AbortSignal): Promise<T>
  watchList: WatchListSupport
}

/** Those who read lists take turns in one round of the event loop, so each takes little. */
export const sliceMs = 2

export type WatchSettings = ReturnType<typeof watchSettings>
export const watchSettings = (config: KubernetesWatchConfig) => ({
  namespaces: config.namespaces,
  namespacesMax: config.namespaces_max,
  pageObjects: config.page_objects,
  watchTimeoutMs: durationMs(config.watch_timeout),
  silenceMs: durationMs(config.silence_max),
  relistMs: durationMs(config.relist_interval),
  deniedRetryMs: durationMs(config.denied_retry),
  usageMs: durationMs(config.usage_interval),
})

/** Which groups of a cluster's API have WatchList: an aggregated API server may be older than the rest. */
export class WatchListSupport {
  #isServed: boolean
  readonly #refused = new Set<string>()
  constructor(isServed: boolean) {
    this.#isServed = isServed
  }
  isServed(group: string): boolean {
    return this.#isServed && !this.#refused.has(group)
  }
  set(isServed: boolean): void {
    this.#isServed = isServed
    this.#refused.clear()
  }
  refused(group: string): void {
    this.#refused.add(group)
  }
}

/** WatchList is on by default in 1.32, and in part of what came after; where it is off the API server says so. */
export const hasWatchList = (version: { major: string; minor: string }): boolean =>
  Number.parseInt(version.major, 10) > 1 || Number.parseInt(version.minor, 10) >= 32

export type WatchMetrics = ReturnType<typeof watchMetrics>
export const watchMetrics = (metrics: Metrics) => ({
  events: metrics.counter(
    'aiops_kubernetes_watch_events_total',
    'Objects that API servers told of, by how: LISTED, ADDED, MODIFIED, DELETED, BOOKMARK, or REPEATED for what was known.',
    ['type'],
  ),
  malformed: metrics.counter(
    'aiops_kubernetes_watch_malformed_total',
    'Objects that were ignored because they are none of their kind.',
    ['kind'],
  ),
  lists: metrics.counter(
    'aiops_kubernetes_watch_lists_total',
    'Lists of a kind, by why: START, GONE (410), FAILURES in a row, PERIODIC.',
    ['reason'],
  ),
  failures: metrics.counter(
    'aiops_kubernetes_watch_failures_total',
    'Lists and watches that failed, by cluster.',
    ['cluster'],
  ),
  lastEvent: metrics.gauge(
    'aiops_kubernetes_watch_last_event_seconds',
    'Seconds since the API server last said anything of the watched kind that has been silent for longest.',
    ['cluster'],
  ),
  kinds: metrics.gauge('aiops_kubernetes_watch_kinds', 'Kinds of a cluster by how their watch goes.', [
    'cluster',
    'state',
  ]),
})
