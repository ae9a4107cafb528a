import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'

/** Reports told in the log; more are counted only, so that a rotten disk does not flood it. */
const reportsMax = 100

export type DamagedKind =
  | 'log-entry'
  | 'series'
  | 'chunk'
  | 'head'
  | 'block'
  | 'rollup'
  | 'object'
  | 'exemplar'

/** Data whose checksum does not fit: skipped, counted, reported; the rest stays readable. */
export class Damage {
  readonly #log: Log
  readonly #counter
  #reports = 0
  constructor(metrics: Metrics, log: Log) {
    this.#log = log
    this.#counter = metrics.counter(
      'aiops_store_damaged_total',
      'Stored pieces that failed their checksum and were skipped.',
      ['kind'],
    )
  }
  get count(): number {
    return this.#reports
  }
  report(kind: DamagedKind, fields: Record<string, unknown>): void {
    this.#counter.inc({ kind })
    this.#reports += 1
    if (this.#reports <= reportsMax)
      this.#log.error({ kind, ...fields }, 'A stored piece of telemetry is damaged and was skipped')
  }
}
