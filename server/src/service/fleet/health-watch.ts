import type { ClusterType } from '@aiops/contract/model/cluster'
import type { Clock } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { Slots } from '../../kernel/slots.ts'
import type { FleetConfig } from './config.ts'
import { paceOf } from './health-table.ts'

export type HealthWatchDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  /** One check; `whole` false: only so much as tells whether anything answers. Resolves with whether anything did. */
  check(key: string, whole: boolean, signal: AbortSignal): Promise<boolean>
}

type Entry = {
  type: ClusterType
  dueMs: number
  cancel: () => void
  running: Promise<void> | undefined
  next: Promise<void> | undefined
  /** Checks in a row that nothing answered. */
  silent: number
}

const slowMs = 1_000

/**
 * Checks each cluster as often as its type says, at moments spread over the interval. A check that hangs gives its place to the next
 * after a second, so that nobody waits for it; of a cluster where nothing answers for long, one part is asked until it does.
 */
export class HealthWatch {
  readonly #deps: HealthWatchDeps
  readonly #config: FleetConfig
  readonly #slots: Slots
  readonly #entries = new Map<string, Entry>()
  readonly #late
  readonly #missed
  readonly #stop = new AbortController()

  constructor(deps: HealthWatchDeps, config: FleetConfig) {
    this.#deps = deps
    this.#config = config
    this.#slots = new Slots(deps.clock, {
      ...{ parallelMax: config.parallel_checks_max, slowMs, slowMax: config.slow_checks_max },
    })
    this.#late = deps.metrics.histogram(
      'aiops_cluster_check_late_seconds',
      'How long after it was due a health check began.',
      [],
      [0.01, 0.1, 0.5, 1, 2, 5, 15],
    )
    this.#missed = deps.metrics.counter(
      'aiops_cluster_checks_missed_total',
      'Health checks left out because the one before was still going on.',
    )
  }

  get size(): number {
    return this.#entries.size
  }

  /** `now`: the first check at once; otherwise at some moment of the interval. */
  add(key: string, type: ClusterType, now: boolean): void {
    this.remove(key)
    const { clock, random } = this.#deps
    const waitMs = now ? 0 : random.next() * paceOf[type].intervalMs
    const entry: Entry = {
      ...{ type, dueMs: clock.monotonic() + waitMs, cancel: () => {}, running: undefined },
      ...{ next: undefined, silent: 0 },
    }
    this.#entries.set(key, entry)
    this.#arm(key, entry)
  }

  /** Goes on as before where the type did. */
  setType(key: string, type: ClusterType): void {
    if (this.#entries.get(key)?.type !== type) this.add(key, type, false)
  }

  remove(key: string): void {
    this.#entries.get(key)?.cancel()
    this.#entries.delete(key)
  }

  /** A whole check that begins after this call; those who ask meanwhile share it. */
  checkNow(key: string): Promise<void> {
    const entry = this.#entries.get(key)
    if (!entry) return Promise.resolve()
    entry.next ??= (async () => {
      // The schedule may begin another in the meantime.
      do await entry.running
      while (entry.running)
      entry.next = undefined
      await this.#run(key, entry, true)
    })()
    return entry.next
  }

  /** Resolves when no check is under way. */
  async stop(): Promise<void> {
    this.#stop.abort()
    for (const entry of this.#entries.values()) entry.cancel()
    const running = [...this.#entries.values()].map(({ running }) => running)
    this.#entries.clear()
    await Promise.all(running)
  }

  #arm(key: string, entry: Entry): void {
    const waitMs = Math.max(0, entry.dueMs - this.#deps.clock.monotonic())
    entry.cancel = this.#deps.clock.after(waitMs, () => void this.#tick(key, entry))
  }

  async #tick(key: string, entry: Entry): Promise<void> {
    const { intervalMs } = paceOf[entry.type]
    const dueMs = entry.dueMs
    // From when it was due, not from now: checks do not drift. Those that were slept through are left out.
    const late = Math.max(0, this.#deps.clock.monotonic() - dueMs)
    entry.dueMs = dueMs + (1 + Math.floor(late / intervalMs)) * intervalMs
    this.#arm(key, entry)
    if (entry.running) this.#missed.inc()
    else await this.#run(key, entry, entry.silent < this.#config.breaker_failures, dueMs)
  }

  #run(key: string, entry: Entry, whole: boolean, dueMs?: number): Promise<void> {
    const { clock, log, check } = this.#deps
    entry.running = this.#slots
      .run(async () => {
        if (this.#entries.get(key) !== entry) return
        if (dueMs !== undefined) this.#late.observe(Math.max(0, clock.monotonic() - dueMs) / 1_000)
        const { signal } = this.#stop
        let answered = await check(key, whole, signal)
        if (answered && !whole) answered = await check(key, true, signal)
        entry.silent = answered ? 0 : entry.silent + 1
      }, this.#stop.signal)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted)
          log.error({ cluster: key, error: messageOf(error) }, 'a health check met a defect')
      })
      .finally(() => {
        entry.running = undefined
      })
    return entry.running
  }
}
