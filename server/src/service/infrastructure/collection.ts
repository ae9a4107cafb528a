import { durationMs } from '@aiops/contract/model/time'
import { isFault, messageOf } from '../../kernel/fault.ts'
import { Slots } from '../../kernel/slots.ts'
import { keyOf } from './cluster-key.ts'
import { ClusterQuestion } from './cluster-question.ts'
import { LinuxptpSource } from './cnf/linuxptp-source.ts'
import type { InfrastructureConfig } from './config.ts'
import { type Contribution, contributionsOf, merged } from './contribution.ts'
import { NvidiaSmiSource, type SmiProcesses, type SmiReading } from './gpu/nvidia-smi-source.ts'
import type { InfrastructureDeps, ObservedCluster, Sample } from './index.ts'
import { within } from './within.ts'

export type Collected = {
  timeMs: number
  samples: readonly Sample[]
  processes: SmiProcesses | undefined
  /** With the first reading: what is known of before. */
  before: readonly Sample[]
}

export type CollectionDeps = Pick<InfrastructureDeps, 'clock' | 'random' | 'metrics' | 'log' | 'clusters'> & {
  /** PromQL that answers with all of interest; each is asked by itself. */
  queries: readonly string[]
  /** PromQL of what should be known of the time before the first reading. */
  beforeQuery: string
  take(cluster: ObservedCluster, collected: Collected): Promise<void>
  /** A cluster that is not observed any more. */
  forget(key: string): void
}

type Entry = {
  cluster: ObservedCluster
  dueMs: number
  cancel: () => void
  running: Promise<void> | undefined
  /** Collections in a row that failed. */
  failures: number
  question: ClusterQuestion
  isFirst: boolean
  smi: NvidiaSmiSource
  linuxptp: LinuxptpSource
  contributions: Map<string, Contribution>
}

const slowMs = 1_000
const failuresMax = 6

/**
 * Asks every observed cluster, at moments spread over the interval. One that is slow gives its place to the next after a second, and is
 * called off in time; one that fails is asked half as often each time, down to once in `rest`.
 */
export class Collection {
  readonly #deps: CollectionDeps
  readonly #config: InfrastructureConfig
  readonly #intervalMs: number
  readonly #timeoutMs: number
  readonly #restMs: number
  readonly #entries = new Map<string, Entry>()
  readonly #slots: Slots
  readonly #stop = new AbortController()
  readonly #counts
  #cancelRefresh = (): void => {}
  #refreshing: Promise<void> | undefined

  constructor(deps: CollectionDeps, config: InfrastructureConfig) {
    this.#deps = deps
    this.#config = config
    this.#intervalMs = Math.max(1_000, durationMs(config.interval))
    this.#timeoutMs = durationMs(config.timeout)
    this.#restMs = durationMs(config.rest)
    this.#slots = new Slots(deps.clock, {
      ...{ parallelMax: config.parallel_max, slowMs, slowMax: config.slow_max },
    })
    const { metrics } = deps
    this.#counts = {
      readings: metrics.counter(
        'aiops_infrastructure_readings_total',
        'Readings of GPU and network function metrics of clusters, by outcome.',
        ['outcome'],
      ),
      samples: metrics.counter('aiops_infrastructure_samples_total', 'Samples in those readings.'),
      cut: metrics.counter(
        'aiops_infrastructure_samples_cut_total',
        'Samples beyond what a reading may have.',
      ),
      smiFailed: metrics.counter(
        'aiops_infrastructure_nvidia_smi_failed_total',
        'Times that nvidia-smi could not be run in a cluster.',
      ),
      missed: metrics.counter(
        'aiops_infrastructure_readings_missed_total',
        'Readings left out because the one before was still going on.',
      ),
    }
  }

  async start(): Promise<void> {
    await this.refresh()
    this.#cancelRefresh = this.#deps.clock.every(this.#intervalMs, () => void this.refresh())
  }

  async stop(): Promise<void> {
    this.#cancelRefresh()
    this.#stop.abort()
    for (const { cancel } of this.#entries.values()) cancel()
    await Promise.all([...this.#entries.values()].map(({ running }) => running))
    this.#entries.clear()
  }

  /** Looks which clusters there are. Asked again meanwhile, the same answer serves. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh()
      .catch((error: unknown) => {
        this.#deps.log.warn({ error: messageOf(error) }, 'clusters to observe could not be listed')
      })
      .finally(() => {
        this.#refreshing = undefined
      })
    return this.#refreshing
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** Collects now, whatever is due; for tests and for a person who waits. */
  async collectNow(key: string): Promise<void> {
    const entry = this.#entries.get(key)
    if (!entry) return
    await entry.running
    await this.#run(key, entry)
  }

  async #refresh(): Promise<void> {
    const clusters = await this.#deps.clusters()
    if (this.#stop.signal.aborted) return
    const there = new Set<string>()
    for (const cluster of clusters) {
      const key = keyOf(cluster)
      there.add(key)
      const entry = this.#entries.get(key)
      if (entry) {
        if (entry.cluster.api !== cluster.api) entry.smi = this.#smi()
        entry.cluster = cluster
      } else this.#add(key, cluster)
    }
    for (const [key, entry] of this.#entries) {
      if (there.has(key)) continue
      entry.cancel()
      this.#entries.delete(key)
      this.#deps.forget(key)
    }
  }

  #add(key: string, cluster: ObservedCluster): void {
    const { clock, random } = this.#deps
    const entry: Entry = {
      ...{ cluster, dueMs: clock.monotonic() + random.next() * this.#intervalMs, cancel: () => {} },
      ...{
        running: undefined,
        failures: 0,
        question: this.#question(),
        isFirst: true,
        smi: this.#smi(),
        linuxptp: new LinuxptpSource(clock, { nodesMax: this.#config.linuxptp_nodes_max }),
        contributions: new Map(),
      },
    }
    this.#entries.set(key, entry)
    this.#arm(key, entry)
  }

  #question(): ClusterQuestion {
    const limits = {
      ...{ timeoutMs: this.#timeoutMs, restMs: this.#restMs, samplesMax: this.#config.samples_max },
    }
    const cut = (samples: number): void => this.#counts.cut.inc(samples)
    return new ClusterQuestion(this.#deps.queries, this.#deps.clock, limits, cut)
  }

  #smi(): NvidiaSmiSource {
    const { clock } = this.#deps
    return new NvidiaSmiSource(clock, {
      timeoutMs: this.#timeoutMs,
      detailMs: durationMs(this.#config.nvidia_smi_detail),
      nodesMax: this.#config.nvidia_smi_nodes_max,
    })
  }

  #arm(key: string, entry: Entry): void {
    const waitMs = Math.max(0, entry.dueMs - this.#deps.clock.monotonic())
    entry.cancel = this.#deps.clock.after(waitMs, () => this.#tick(key, entry))
  }

  #tick(key: string, entry: Entry): void {
    if (this.#stop.signal.aborted || this.#entries.get(key) !== entry) return
    // From when it was due, so that readings do not drift; those that were slept through are left out.
    const late = Math.max(0, this.#deps.clock.monotonic() - entry.dueMs)
    const pauseMs = Math.min(
      this.#intervalMs * 2 ** Math.min(entry.failures, failuresMax),
      Math.max(this.#restMs, this.#intervalMs),
    )
    entry.dueMs += pauseMs * (1 + Math.floor(late / pauseMs))
    this.#arm(key, entry)
    if (entry.running) this.#counts.missed.inc()
    else void this.#run(key, entry)
  }

  #run(key: string, entry: Entry): Promise<void> {
    entry.running = this.#slots
      .run(async () => {
        if (this.#entries.get(key) === entry) await this.#collect(entry)
      }, this.#stop.signal)
      .then(
        () => {
          this.#counts.readings.inc({ outcome: 'taken' })
          if (entry.failures > 0) this.#recover(key, entry)
        },
        (error: unknown) => {
          entry.failures += 1
          this.#counts.readings.inc({ outcome: 'failed' })
          if (entry.failures === 3 && !this.#stop.signal.aborted)
            this.#deps.log.warn(
              { cluster: key, error: messageOf(error) },
              'a cluster does not tell of its GPUs and network functions',
            )
        },
      )
      .finally(() => {
        entry.running = undefined
      })
    return entry.running
  }

  /** It answers again: no need to wait for as long as its failures had earned it. */
  #recover(key: string, entry: Entry): void {
    entry.failures = 0
    if (this.#stop.signal.aborted || this.#entries.get(key) !== entry) return
    entry.cancel()
    entry.dueMs = this.#deps.clock.monotonic() + this.#intervalMs
    this.#arm(key, entry)
  }

  async #collect(entry: Entry): Promise<void> {
    const timeMs = this.#deps.clock.now()
    // All questions of one collection together; a backend that heeds no signal is left behind.
    const { cluster, contributions, question, failures } = entry
    const { metrics } = cluster
    const own = metrics
      ? await this.#within(2, (signal) => question.ask(metrics, timeMs, failures >= failuresMax, signal))
      : []
    const parted = contributionsOf(own, cluster, (name) => this.#named(cluster.tenant, name))
    for (const [key, samples] of parted.others)
      this.#entries.get(key)?.contributions.set(keyOf(cluster), { timeMs, samples })
    let samples: readonly Sample[] = merged(parted.own, contributions, timeMs - 3 * this.#intervalMs)
    // Nothing is asked and nobody else tells of it: that is no reading.
    if (!cluster.metrics && !cluster.api && contributions.size === 0) return
    const smi = await this.#smiOf(entry, samples)
    if (smi) samples = [...samples, ...smi.samples]
    const clocks = await this.#clocksOf(entry, samples)
    if (clocks.length > 0) samples = [...samples, ...clocks]
    this.#counts.samples.inc(samples.length)
    const before = entry.isFirst ? await this.#before(entry, timeMs) : []
    entry.isFirst = false
    await this.#deps.take(cluster, { timeMs, samples, processes: smi?.processes, before })
  }

  /** One that cannot answer this is begun with nothing. */
  async #before({ cluster: { metrics }, question }: Entry, timeMs: number): Promise<Sample[]> {
    if (!metrics || !question.hasAnswers) return []
    const { beforeQuery } = this.#deps
    try {
      return await this.#within(1, (signal) => question.askOnce(metrics, beforeQuery, timeMs, signal))
    } catch (error) {
      if (this.#stop.signal.aborted || !isFault(error)) throw error
      return []
    }
  }

  /** Commands take longer than questions; what the cluster's exporters said is not lost for them. */
  async #smiOf({ cluster, smi }: Entry, samples: readonly Sample[]): Promise<SmiReading | undefined> {
    const { api } = cluster
    if (!this.#config.nvidia_smi || !api) return undefined
    try {
      return await this.#within(4, (signal) => smi.collect(api, cluster.inventory(), samples, signal))
    } catch (error) {
      if (this.#stop.signal.aborted || !isFault(error)) throw error
      this.#counts.smiFailed.inc()
      return undefined
    }
  }

  /** As above, for logs of linuxptp. */
  async #clocksOf({ cluster, linuxptp }: Entry, samples: readonly Sample[]): Promise<Sample[]> {
    const { api } = cluster
    if (!this.#config.linuxptp_logs || !api) return []
    try {
      return await this.#within(4, (signal) => linuxptp.collect(api, cluster.inventory(), samples, signal))
    } catch (error) {
      if (this.#stop.signal.aborted || !isFault(error)) throw error
      return []
    }
  }

  #within<T>(timeouts: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return within(this.#deps.clock, timeouts * this.#timeoutMs, this.#stop.signal, work)
  }

  /** Key of the observed cluster of that name. */
  #named(tenant: string, name: string): string | undefined {
    for (const [key, { cluster }] of this.#entries)
      if (cluster.tenant === tenant && cluster.name === name) return key
    return undefined
  }
}
