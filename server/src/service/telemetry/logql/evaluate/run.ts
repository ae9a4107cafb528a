import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../../kernel/clock.ts'
import { Fault } from '../../../../kernel/fault.ts'
import { Turn } from '../../../../kernel/turn.ts'
import type { LogScan, LogStore } from '../../../../port/log-store.ts'
import type { LogSelection } from '../expression.ts'
import type { LogqlLimits, LogqlStats } from '../index.ts'
import { LogLine } from '../log-line.ts'
import { compilePipeline } from '../stage/index.ts'
import { lineConditions } from '../stage/line-filter.ts'

export const standardLimits: LogqlLimits = {
  ...{ entriesMax: 5_000, stepsMax: 11_000, seriesMax: 10_000, samplesMax: 10_000_000, timeoutMs: 60_000 },
}

/** One query on its way: what it may take, what it took, and the lines of its selections. */
export class QueryRun {
  readonly tenant: TenantId
  readonly limits: LogqlLimits
  readonly stats: LogqlStats = { lines: 0, bytes: 0, entries: 0, seconds: 0 }
  readonly turn: Turn
  readonly #store: LogStore
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #signal: AbortSignal | undefined
  constructor(
    deps: { logStore: LogStore; clock: Clock },
    tenant: TenantId,
    limits: LogqlLimits,
    signal?: AbortSignal,
  ) {
    this.tenant = tenant
    this.limits = limits
    this.turn = new Turn(deps.clock)
    this.#store = deps.logStore
    this.#clock = deps.clock
    this.#startedMs = deps.clock.monotonic()
    this.#signal = signal
  }

  /** Lines that pass a selection's pipeline; both times inclusive. `take` gives false to stop. */
  async eachLine(
    { matchers, stages }: LogSelection,
    { startMs, endMs, direction }: Pick<LogScan, 'startMs' | 'endMs' | 'direction'>,
    take: (line: LogLine) => boolean,
  ): Promise<void> {
    const pipeline = compilePipeline(stages)
    const scan: LogScan = {
      ...{ tenant: this.tenant, matchers, lines: lineConditions(stages), startMs, endMs, direction },
      ...(this.#signal ? { signal: this.#signal } : {}),
    }
    for await (const batch of this.#store.scan(scan)) {
      this.check()
      for (const record of batch) {
        this.stats.lines += 1
        this.stats.bytes += record.message.length
        const line = new LogLine(record)
        if (pipeline(line) && !take(line)) return
        if (this.turn.due()) {
          this.check()
          await this.turn.give()
        }
      }
    }
  }

  /** Throws where the time is up or the caller has gone. */
  check(): void {
    this.#signal?.throwIfAborted()
    if (this.#clock.monotonic() - this.#startedMs > this.limits.timeoutMs)
      throw new Fault(
        'QUERY_TIMEOUT',
        `the query was not answered within ${this.limits.timeoutMs / 1_000} s; narrow its time range or its selector`,
      )
  }
  finish(): LogqlStats {
    this.stats.seconds = (this.#clock.monotonic() - this.#startedMs) / 1_000
    return this.stats
  }
}
