import { Fault, isFault } from '../../../kernel/fault.ts'
import type { Rejections } from '../rejection.ts'
import type { Attribute } from './attribute.ts'
import { type RecordLimits, type RecordOrigin, resourceOf } from './record.ts'

/** Where a reader puts log records or spans: a resource, a scope, then the records it sent. A record that cannot be taken is noted. */
export class RecordSink<Raw, Stored = unknown> {
  readonly records: Stored[] = []
  readonly #rejections: Rejections
  readonly #limits: RecordLimits
  readonly #store: (raw: Raw, origin: RecordOrigin) => Stored
  #origin: RecordOrigin

  constructor(
    limits: RecordLimits,
    rejections: Rejections,
    store: (raw: Raw, origin: RecordOrigin) => Stored,
  ) {
    this.#limits = limits
    this.#rejections = rejections
    this.#store = store
    this.#origin = resourceOf([], limits)
  }

  resource(attributes: readonly Attribute[]): void {
    this.#origin = resourceOf(attributes, this.#limits)
  }

  /** Of the records that follow; `attributes` as `scopeAttributes` makes them. */
  scope(attributes: readonly Attribute[]): void {
    this.#origin = { ...this.#origin, scope: attributes }
  }

  record(raw: Raw): void {
    if (this.records.length >= this.#limits.recordsMax) {
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${this.#limits.recordsMax} records; this one holds more. Send smaller requests.`,
      )
    }
    try {
      this.records.push(this.#store(raw, this.#origin))
    } catch (error) {
      if (!isFault(error)) throw error
      this.#rejections.add(error)
    }
  }
}
