import type { ClusterCheck, ClusterTarget } from '@aiops/contract/model/cluster'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { isFault, messageOf } from '../../kernel/fault.ts'
import type { SerialExecutor } from '../../kernel/queue.ts'
import { accessTo, urlOf } from './access.ts'
import { openedApi } from './api-entry.ts'
import type { FleetConfig } from './config.ts'
import type { CredentialVault } from './credential-vault.ts'
import { discover } from './discovery/discover.ts'
import type { Entry, Publish } from './entry.ts'
import { afterCheck } from './health.ts'
import { HealthJournal } from './health-journal.ts'
import { paceOf, targets } from './health-table.ts'
import { HealthWatch } from './health-watch.ts'
import type { FleetDeps } from './index.ts'
import { probe } from './probe.ts'

export type ClusterHealthKeeperDeps = FleetDeps & {
  entries: ReadonlyMap<string, Entry>
  vault: CredentialVault
  publish: Publish
  writes: SerialExecutor
}

const flushEveryMs = 5_000
/** All questions of one discovery together. */
const discoveryTimeoutMs = 60_000
const upkeepEveryMs = 60_000
const pruneEveryMs = 3_600_000

/** Checks clusters on schedule, keeps what was found, tells of changes, and sees to versions and credentials from time to time. */
export class ClusterHealthKeeper {
  readonly #deps: ClusterHealthKeeperDeps
  readonly #config: FleetConfig
  readonly #watch: HealthWatch
  readonly #journal: HealthJournal
  readonly #checks
  #busy = false
  constructor(deps: ClusterHealthKeeperDeps, config: FleetConfig) {
    this.#deps = deps
    this.#config = config
    this.#journal = new HealthJournal(deps.clusters, deps.log)
    this.#watch = new HealthWatch(
      { ...deps, check: (key, whole, signal) => this.#check(key, whole, signal) },
      config,
    )
    this.#checks = deps.metrics.counter('aiops_cluster_checks_total', 'Health checks of clusters.', [
      'verdict',
    ])
    deps.metrics.gauge('aiops_clusters', 'Clusters by state.', ['state'], (gauge) => {
      gauge.reset()
      for (const { health } of deps.entries.values()) gauge.inc({ state: health.status.state })
    })
  }

  /** The result ends what goes on by itself. */
  start(): () => void {
    const { clock } = this.#deps
    const stops = [
      clock.every(flushEveryMs, () => void this.#journal.flush()),
      clock.every(upkeepEveryMs, () => void this.#upkeep()),
      clock.every(pruneEveryMs, () => void this.#prune()),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async stop(): Promise<void> {
    await this.#watch.stop()
    await this.#journal.flush()
  }

  add({ key, record }: Entry, now: boolean): void {
    this.#watch.add(key, record.cluster_type, now)
  }

  retype({ key, record }: Entry): void {
    this.#watch.setType(key, record.cluster_type)
  }

  remove({ key, record }: Entry): void {
    this.#watch.remove(key)
    this.#journal.forget(record.id)
  }

  checkNow({ key }: Entry): Promise<void> {
    return this.#watch.checkNow(key)
  }

  flush(): Promise<void> {
    return this.#journal.flush()
  }

  /** Throws DISCOVERY_FAILED; an API server that is not there is no failure of this. */
  async discoverNow(entry: Entry): Promise<void> {
    const { clock, publish, writes, clusters } = this.#deps
    const { record } = entry
    entry.discoverAfterMs = clock.monotonic() + durationMs(this.#config.discovery_interval)
    if (!entry.health.status.api_server_healthy) return
    const api = await openedApi(entry, this.#deps.vault, this.#deps.openApi)
    const found = await discover(api, record, AbortSignal.timeout(discoveryTimeoutMs))
    await writes.run(async () => {
      const before = JSON.stringify(entry.record.capabilities)
      const isNew = JSON.stringify(found.capabilities) !== before
      const { platform, platform_version } = entry.record
      if (!isNew && found.platform_version === platform_version && found.platform === platform) return
      const changed = { ...entry.record, ...found, updated_at: isoTime(clock.now()) }
      if (!entry.file) await clusters.update(changed)
      entry.record = changed
      if (isNew)
        publish(entry, 'CLUSTER_CAPABILITIES_CHANGED', {
          ...{ cluster_id: record.id, capabilities: found.capabilities },
        })
    })
  }

  /** Whether anything answered. */
  async #check(key: string, whole: boolean, signal: AbortSignal): Promise<boolean> {
    const { entries, clock, publish } = this.#deps
    const entry = entries.get(key)
    if (!entry) return true
    const checks = await this.#probes(entry, whole, signal)
    // What ends because we stop says nothing of the cluster.
    if (signal.aborted || entries.get(key) !== entry) return true
    const answered = checks.some(({ result }) => result === 'HEALTHY')
    if (answered && !whole) return true
    const nowMs = clock.now()
    const old = entry.health.status
    entry.health = afterCheck(entry.health, checks, nowMs)
    const { status } = entry.health
    const checked = checks.some(({ result }) => result !== 'NOT_CHECKED')
    this.#checks.inc({ verdict: checked ? status.state : 'NOT_CHECKED' })
    if (checked && status.state !== 'OFFLINE')
      entry.record = { ...entry.record, last_seen_at: isoTime(nowMs) }
    if (!entry.file) this.#journal.note(entry.record.id, status, entry.record.last_seen_at)
    if (status.state !== old.state)
      publish(entry, 'CLUSTER_STATUS_CHANGED', {
        ...{ cluster_id: entry.record.id, old_state: old.state, new_state: status.state },
        ...{
          health_score: status.health_score,
          reason: status.last_error ?? 'Everything that is checked answers.',
        },
      })
    if (status.api_server_healthy && clock.monotonic() >= entry.discoverAfterMs)
      void this.#discoverQuietly(entry)
    return answered || !checked
  }

  /** All parts at once and within one time, so that one that hangs delays none. Not whole: one of them, by turns. */
  async #probes(entry: Entry, whole: boolean, signal: AbortSignal): Promise<ClusterCheck[]> {
    const { timeoutMs } = paceOf[entry.record.cluster_type]
    const { intervalMs } = paceOf[entry.record.cluster_type]
    const askable = targets.filter((target) => this.#notAsked(entry, target) === undefined)
    const only = whole
      ? undefined
      : askable[Math.floor(this.#deps.clock.monotonic() / intervalMs) % askable.length]
    return Promise.all(
      targets.map(async (target): Promise<ClusterCheck> => {
        const left = this.#notAsked(entry, target)
        if (left !== undefined) return { target, result: 'NOT_CHECKED', message: left, time_ms: null }
        if (only !== undefined && target !== only)
          return { target, result: 'UNHEALTHY', message: notAskedNow, time_ms: null }
        const url = urlOf(entry.record, target)!
        const access = async () =>
          entry.file
            ? entry.file.access(target)
            : accessTo(await this.#deps.vault.open(entry), entry.record, target)
        const { refused: _, ...check } = await probe(
          { ...this.#deps, signal },
          { target, url, access },
          timeoutMs,
        )
        return check
      }),
    )
  }

  /** Why there is nothing to ask. */
  #notAsked(entry: Entry, target: ClusterTarget): string | undefined {
    if (urlOf(entry.record, target) === undefined) return ''
    if (target !== 'API_SERVER' || entry.file || entry.credential) return undefined
    return 'No credentials are stored for the API server, so it is not checked; upload a kubeconfig or a token.'
  }

  async #discoverQuietly(entry: Entry): Promise<void> {
    try {
      await this.discoverNow(entry)
    } catch (error) {
      this.#deps.log.warn(
        { cluster: entry.record.name, problem: messageOf(error) },
        'what a cluster can do could not be found out',
      )
    }
  }

  async #upkeep(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      const { entries, vault, publish } = this.#deps
      for (const key of await vault.renewExpiring(entries.values())) {
        const entry = entries.get(key)
        if (entry) publish(entry, 'CLUSTER_CREDENTIALS_UPDATED', { cluster_id: entry.record.id })
      }
    } finally {
      this.#busy = false
    }
  }

  async #prune(): Promise<void> {
    const { clusters, clock, log } = this.#deps
    try {
      await clusters.deleteHistory(clock.now() - durationMs(this.#config.history))
    } catch (error) {
      if (!isFault(error)) throw error
      log.warn({ problem: messageOf(error) }, 'old health of clusters could not be removed')
    }
  }
}

const notAskedNow = 'Nothing of the cluster answers; this is asked again when something does.'
