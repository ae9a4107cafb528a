import type { ClusterHealthPeriod } from '@aiops/contract/model/cluster'
import { messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { ClusterRepository, StoredPeriod, StoredStatus } from '../../port/cluster-repository.ts'

type Waiting = { id: string; status: StoredStatus; last_seen_at: string | null }

/** Waiting periods at most; beyond, the oldest are left out of the history, and it is said. */
const waitingMax = 50_000

/**
 * Health on its way to disk: equal checks become one period that grows. Written every few seconds, all clusters in one transaction, so a
 * crash loses so much of the history and nothing else.
 */
export class HealthJournal {
  readonly #repository: Pick<ClusterRepository, 'saveHealth'>
  readonly #log: Log
  readonly #current = new Map<string, StoredPeriod>()
  #periods = new Map<string, StoredPeriod>()
  #statuses = new Map<string, Waiting>()
  #writing: Promise<void> | undefined
  #failing = false
  constructor(repository: Pick<ClusterRepository, 'saveHealth'>, log: Log) {
    this.#repository = repository
    this.#log = log
  }

  note(id: string, status: StoredStatus, lastSeenAt: string | null): void {
    const at = status.checked_at
    if (at === null) return
    this.#statuses.set(id, { id, status, last_seen_at: lastSeenAt })
    const open = this.#current.get(id)
    const period: StoredPeriod =
      open && keyOf(open) === keyOf(status)
        ? { ...open, to: at, checks: open.checks + 1 }
        : { ...shownOf(status), cluster_id: id, from: at, to: at, checks: 1 }
    this.#current.set(id, period)
    this.#periods.set(JSON.stringify([id, period.from]), period)
    if (this.#periods.size > waitingMax) {
      const [oldest] = this.#periods.keys()
      if (oldest !== undefined) this.#periods.delete(oldest)
    }
  }

  forget(id: string): void {
    this.#current.delete(id)
    this.#statuses.delete(id)
    for (const [key, period] of this.#periods) if (period.cluster_id === id) this.#periods.delete(key)
  }

  /** What could not be written is written with the next. */
  async flush(): Promise<void> {
    await this.#writing
    if (this.#statuses.size === 0 && this.#periods.size === 0) return
    const [statuses, periods] = [this.#statuses, this.#periods]
    this.#statuses = new Map()
    this.#periods = new Map()
    this.#writing = this.#repository
      .saveHealth([...statuses.values()], [...periods.values()])
      .then(() => {
        this.#failing = false
      })
      .catch((error: unknown) => {
        this.#statuses = new Map([...statuses, ...this.#statuses])
        this.#periods = new Map([...periods, ...this.#periods])
        if (!this.#failing)
          this.#log.warn({ problem: messageOf(error) }, 'health of clusters could not be written')
        this.#failing = true
      })
    await this.#writing
  }
}

const shownOf = (status: StoredStatus): Omit<ClusterHealthPeriod, 'from' | 'to' | 'checks'> => ({
  state: status.state,
  health_score: status.health_score,
  connectivity: status.connectivity,
  api_server_healthy: status.api_server_healthy,
  prometheus_healthy: status.prometheus_healthy,
  tempo_healthy: status.tempo_healthy,
  loki_healthy: status.loki_healthy,
  last_error: status.last_error,
})

/** The words of an error may differ from check to check; what failed is what counts. */
const keyOf = (one: Omit<ClusterHealthPeriod, 'from' | 'to' | 'checks' | 'last_error'>): string =>
  JSON.stringify([
    ...[one.state, one.health_score, one.connectivity, one.api_server_healthy],
    ...[one.prometheus_healthy, one.tempo_healthy, one.loki_healthy],
  ])
