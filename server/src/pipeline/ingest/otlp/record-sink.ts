import { Fault, isFault } from '../../../kernel/fault.ts'
import type { Rejections } from '../rejection.ts'
import type { Attribute } from './attribute.ts'
import { type RecordLimits, type RecordResource, resourceOf } from './record.ts'

/** Where a reader puts log records or spans: a resource, then the records it sent. A record that cannot be taken is noted. */
export class RecordSink<Raw, Stored = unknown> {
  readonly records: Stored[] = []
  readonly #rejections: Rejections
  readonly #limits: RecordLimits
  readonly #store: (raw: Raw, resource: RecordResource) => Stored
  #resource: RecordResource

  constructor(
    limits: RecordLimits,
    rejections: Rejections,
    store: (raw: Raw, resource: RecordResource) => Stored,
  ) {
    this.#limits = limits
    this.#rejections = rejections
    this.#store = store
    this.#resource = resourceOf([], limits)
  }

  resource(attributes: readonly Attribute[]): void {
    this.#resource = resourceOf(attributes, this.#limits)
  }

  record(raw: Raw): void {
    if (this.records.length >= this.#limits.recordsMax) {
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${this.#limits.recordsMax} records; this one holds more. Send smaller requests.`,
      )
    }
    try {
      this.records.push(this.#store(raw, this.#resource))
    } catch (error) {
      if (!isFault(error)) throw error
      this.#rejections.add(error)
    }
  }
}
