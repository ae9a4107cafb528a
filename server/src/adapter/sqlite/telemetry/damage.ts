import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'

/** Pieces remembered, so that one met again is not counted again. */
const knownMax = 10_000
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
  /** The file's own structure, where it was written to. */
  | 'file'

/** Data whose checksum does not fit: skipped, counted, reported; the rest stays readable. */
export class Damage {
  readonly #log: Log
  readonly #counter
  readonly #known = new Set<string>()
  #reports = 0
  constructor(metrics: Metrics, log: Log) {
    this.#log = log
    this.#counter = metrics.counter(
      'aiops_store_damaged_total',
      'Stored pieces that failed their checksum and were skipped.',
      ['kind'],
    )
  }
  /** Pieces, each counted once however often it is met. */
  get count(): number {
    return this.#reports
  }
  report(kind: DamagedKind, fields: Record<string, unknown>): void {
    const piece = JSON.stringify([kind, fields])
    if (this.#known.has(piece)) return
    if (this.#known.size < knownMax) this.#known.add(piece)
    this.#counter.inc({ kind })
    this.#reports += 1
    if (this.#reports <= reportsMax)
      this.#log.error({ kind, ...fields }, 'A stored piece of telemetry is damaged and was skipped')
  }
}

/** A column of bytes; none where damage made something else of it, which no checksum fits. */
export const bytesOf = (column: unknown): Uint8Array =>
  column instanceof Uint8Array ? column : new Uint8Array(0)
