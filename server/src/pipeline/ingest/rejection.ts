import { Fault } from '../../kernel/fault.ts'

/** What of a request was not taken, while the rest was: how many items, and why the first. Never throws for one bad item. */
export class Rejections {
  count = 0
  #first: Fault | undefined
  #codes = new Map<string, number>()

  add(fault: Fault, items = 1): void {
    this.count += items
    this.#first ??= fault
    this.#codes.set(fault.code, (this.#codes.get(fault.code) ?? 0) + items)
  }
  /** What else was left out of the same request; the first reason stays. */
  addAll(others: Rejections): void {
    this.count += others.count
    this.#first ??= others.#first
    for (const [code, items] of others.#codes) this.#codes.set(code, (this.#codes.get(code) ?? 0) + items)
  }
  /** Items by error code, for the metrics. */
  get byCode(): ReadonlyMap<string, number> {
    return this.#codes
  }
  /** One sentence on the first reason; empty when nothing was rejected. */
  get sentence(): string {
    return this.#first?.message ?? ''
  }
  /** The fault to answer with when a protocol knows no partial success. Undefined when nothing was rejected. */
  fault(accepted: number, noun: string): Fault | undefined {
    if (!this.#first) return undefined
    const rest =
      accepted === 0 ? 'Nothing else was in the request.' : `The other ${accepted} ${noun} were stored.`
    const message =
      this.count === 1
        ? this.#first.message
        : `${this.count} ${noun} were not taken, the first because: ${this.#first.message}`
    return new Fault(this.#first.code, accepted === 0 ? message : `${message} ${rest}`, {
      details: this.#first.details,
      retryAfterSeconds: this.#first.retryAfterSeconds,
    })
  }
}
