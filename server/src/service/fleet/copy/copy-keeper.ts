import type { ClusterCopy } from '@aiops/contract/model/cluster'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import { Slots } from '../../../kernel/slots.ts'
import type { MetricBackend } from '../../../port/cluster-backend.ts'
import type { CredentialVault } from '../credential-vault.ts'
import type { Entry } from '../entry.ts'
import { paceOf } from '../health-table.ts'
import type { FleetDeps } from '../index.ts'
import { restingBecause } from '../query-view.ts'
import { reachOf } from '../reach.ts'
import { type CopyState, copyUpTo } from './cluster-copy.ts'
import type { CopyConfig } from './config.ts'

export type CopyKeeperDeps = Pick<
  FleetDeps,
  'clock' | 'random' | 'log' | 'metrics' | 'clusters' | 'connect' | 'storeCopy'
> & { entries: ReadonlyMap<string, Entry>; vault: CredentialVault }

type Copying = { state: CopyState; dueMs: number; running: boolean; problem: string }

const lookEveryMs = 1_000
const slowMs = 5_000

/**
 * Copies metrics of clusters that may be cut off, as often as they are checked. What was missed while one was away is fetched when it is
 * back, oldest first, and what cannot be had any more is said.
 */
export class CopyKeeper {
  readonly #deps: CopyKeeperDeps
  readonly #config: CopyConfig
  readonly #copies = new Map<string, Copying>()
  readonly #stored = new Map<string, CopyState>()
  readonly #slots: Slots
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #samples
  constructor(deps: CopyKeeperDeps, config: CopyConfig) {
    this.#deps = deps
    this.#config = config
    const parallelMax = config.parallel_max
    this.#slots = new Slots(deps.clock, { parallelMax, slowMs, slowMax: parallelMax })
    this.#samples = deps.metrics.counter(
      'aiops_cluster_copied_samples_total',
      'Samples copied from clusters that may be cut off.',
      ['verdict'],
    )
    deps.metrics.gauge(
      'aiops_cluster_copy_behind_seconds',
      'How far the copy of a cluster is behind.',
      ['cluster'],
      (gauge) => {
        gauge.reset()
        for (const [key, { state }] of this.#copies) {
          const entry = deps.entries.get(key)
          if (entry) gauge.set({ cluster: entry.record.name }, this.#behindMs(state) / 1_000)
        }
      },
    )
  }

  async start(): Promise<() => void> {
    for (const { cluster_id, body } of await this.#deps.clusters.copies())
      this.#stored.set(cluster_id, body as CopyState)
    return this.#deps.clock.every(lookEveryMs, () => this.#look())
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.allSettled(this.#running)
  }

  /** Said with an answer from the copy, while the cluster cannot be asked; undefined while it can, or where there is no copy. */
  insteadOf(entry: Entry, nowMs: number): string | undefined {
    const copying = this.#copies.get(entry.key)
    if (!copying || copying.state.samples === 0) return undefined
    const why = restingBecause(entry, 'metrics', nowMs)
    return why === undefined
      ? undefined
      : `Answered from what was copied until ${isoTime(copying.state.filledMs)}: ${why}`
  }

  stateOf(entry: Entry): ClusterCopy {
    const copying = this.#copies.get(entry.key)
    const why = this.#notCopied(entry)
    if (!copying || why !== undefined)
      return {
        ...{ state: 'OFF', message: why ?? 'It is copied from for the first time soon.', filled_until: null },
        ...{ behind_seconds: null, gaps: [], samples: 0, rejected: 0 },
      }
    const { state, problem, running } = copying
    const behindMs = this.#behindMs(state)
    const intervalMs = this.#intervalOf(entry)
    return {
      state: problem !== '' ? 'WAITING' : behindMs > 2 * intervalMs && running ? 'CATCHING_UP' : 'CURRENT',
      ...{ message: problem, filled_until: isoTime(state.filledMs), behind_seconds: behindMs / 1_000 },
      gaps: state.gaps.map(({ fromMs, toMs, reason }) => ({
        ...{ from: isoTime(fromMs), to: isoTime(toMs), reason },
      })),
      ...{ samples: state.samples, rejected: state.rejected },
    }
  }

  #look(): void {
    const nowMs = this.#deps.clock.now()
    for (const key of this.#copies.keys()) if (!this.#deps.entries.has(key)) this.#copies.delete(key)
    for (const [key, entry] of this.#deps.entries) {
      if (this.#notCopied(entry) !== undefined) continue
      const copying = this.#copies.get(key) ?? this.#begin(entry, nowMs)
      if (copying.running || nowMs < copying.dueMs) continue
      copying.dueMs = nowMs + this.#intervalOf(entry)
      copying.running = true
      const task = this.#copy(entry, copying).finally(() => {
        copying.running = false
        this.#running.delete(task)
      })
      this.#running.add(task)
    }
  }

  #begin(entry: Entry, nowMs: number): Copying {
    const intervalMs = this.#intervalOf(entry)
    const filledMs = nowMs - durationMs(this.#config.first)
    const state = this.#stored.get(entry.record.id) ?? {
      ...{ filledMs, gaps: [], samples: 0, rejected: 0, intervalMs: undefined, lastMs: undefined },
    }
    const copying = {
      ...{ state, running: false, problem: '' },
      dueMs: nowMs + this.#deps.random.next() * Math.min(intervalMs, 10_000),
    }
    this.#copies.set(entry.key, copying)
    return copying
  }

  async #copy(entry: Entry, copying: Copying): Promise<void> {
    const { clock, log, storeCopy } = this.#deps
    const { id, name, tenant_id } = entry.record
    const { signal } = this.#stop
    const before = { ...copying.state }
    try {
      await this.#slots.run(async () => {
        const backend = await this.#backendOf(entry)
        if (!backend) return
        await copyUpTo(clock.now() - durationMs(this.#config.settle), copying.state, {
          ...{ backend, name, config: this.#config, signal },
          store: (series) => storeCopy(tenant_id, series),
          keep: () => this.#deps.clusters.saveCopy(id, copying.state),
        })
      }, signal)
      if (copying.problem !== '') log.info({ cluster: name }, 'a cluster is copied from again')
      copying.problem = ''
    } catch (error) {
      if (signal.aborted) return
      if (!isFault(error)) throw error
      if (copying.problem === '')
        log.warn({ cluster: name, problem: messageOf(error) }, 'a cluster could not be copied from')
      copying.problem = messageOf(error)
    } finally {
      this.#samples.inc({ verdict: 'stored' }, copying.state.samples - before.samples)
      this.#samples.inc({ verdict: 'rejected' }, copying.state.rejected - before.rejected)
    }
  }

  /** The cluster itself: what queries go through answers from the copy while it is away, and a copy of that would hide what is missing. */
  async #backendOf(entry: Entry): Promise<MetricBackend | undefined> {
    return (await this.#deps.connect(reachOf(entry, this.#deps.vault))).metrics
  }

  #intervalOf({ record }: Entry): number {
    const { interval } = this.#config
    return interval === '' ? paceOf[record.cluster_type].intervalMs : durationMs(interval)
  }

  #behindMs({ filledMs }: CopyState): number {
    return Math.max(0, this.#deps.clock.now() - durationMs(this.#config.settle) - filledMs)
  }

  #notCopied({ record }: Entry): string | undefined {
    if (!this.#config.cluster_types.includes(record.cluster_type))
      return `Clusters of type ${record.cluster_type} are asked when somebody asks, and not copied (fleet.copy.cluster_types).`
    if (record.endpoints.prometheus_url === undefined) return 'It has no address of a Prometheus.'
    return undefined
  }
}
