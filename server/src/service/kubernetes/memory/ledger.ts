import type { Entry, Version } from './entry.ts'
import { Fifo } from './fifo.ts'

/** What the past of one namespace takes, and in which order it is forgotten. The namespace '' is the cluster as a whole. */
export class Ledger {
  readonly namespace: string
  /** Ended by a change of status alone: forgotten first. */
  readonly low = new Fifo<Version>()
  /** Ended by a rollout, a change of configuration or scale, a creation or a deletion. */
  readonly high = new Fifo<Version>()
  /** Events are a past of their own: those that are still there may be forgotten for room too. */
  readonly events = new Fifo<{ entry: Entry; atMs: number }>()
  /** What changed before may be forgotten, for room. */
  forgottenMs = 0
  readonly #sum: { bytes: number }
  #versionBytes = 0
  #logBytes = 0
  #usageBytes = 0
  /** `sum` is that of all ledgers. */
  constructor(namespace: string, sum: { bytes: number }) {
    this.namespace = namespace
    this.#sum = sum
  }
  get bytes(): number {
    return this.#versionBytes + this.#logBytes + this.#usageBytes
  }
  get versionBytes(): number {
    return this.#versionBytes
  }
  set versionBytes(bytes: number) {
    this.#sum.bytes += bytes - this.#versionBytes
    this.#versionBytes = bytes
  }
  get logBytes(): number {
    return this.#logBytes
  }
  set logBytes(bytes: number) {
    this.#sum.bytes += bytes - this.#logBytes
    this.#logBytes = bytes
  }
  get usageBytes(): number {
    return this.#usageBytes
  }
  set usageBytes(bytes: number) {
    this.#sum.bytes += bytes - this.#usageBytes
    this.#usageBytes = bytes
  }
  get versions(): number {
    return this.low.length + this.high.length
  }
}

export class Ledgers {
  readonly #ledgers = new Map<string, Ledger>()
  readonly #sum = { bytes: 0 }

  get bytes(): number {
    return this.#sum.bytes
  }
  of(namespace: string): Ledger {
    let ledger = this.#ledgers.get(namespace)
    if (!ledger) {
      ledger = new Ledger(namespace, this.#sum)
      this.#ledgers.set(namespace, ledger)
    }
    return ledger
  }
  all(): Iterable<Ledger> {
    return this.#ledgers.values()
  }
  find(namespace: string): Ledger | undefined {
    return this.#ledgers.get(namespace)
  }
  /** Those of namespaces of which nothing is remembered, and nothing is missing since `sinceMs`. */
  prune(sinceMs: number): void {
    for (const [namespace, ledger] of this.#ledgers) {
      if (ledger.bytes <= 0 && ledger.versions === 0 && ledger.events.length === 0) {
        if (ledger.forgottenMs <= sinceMs) this.#ledgers.delete(namespace)
      }
    }
  }
  /** The one whose past takes most, and what that of the next takes. */
  largest(): { ledger: Ledger; nextBytes: number } | undefined {
    let [largest, nextBytes]: [Ledger | undefined, number] = [undefined, 0]
    for (const ledger of this.#ledgers.values()) {
      if (!largest || ledger.bytes > largest.bytes) {
        nextBytes = largest?.bytes ?? 0
        largest = ledger
      } else if (ledger.bytes > nextBytes) nextBytes = ledger.bytes
    }
    return largest && { ledger: largest, nextBytes }
  }
}
