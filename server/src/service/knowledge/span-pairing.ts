import type { StoredSpan } from '../../port/trace-store.ts'
import { AddressBook, addressOf } from './address-book.ts'

/** One call as seen from its caller: who called whom, how long it took there, and whether it failed there. */
export type Call = {
  caller: string
  callee: Callee
  atMs: number
  durationMs: number
  failed: boolean
  /** It was told before, with fewer ends: not to be counted again. */
  again: boolean
}
/** `ends` is 2 where both spans were seen, 1 where its address or database says who it is, 0 where a name does that the caller gave. */
export type Callee = { kind: 'service' | 'database'; name: string; ends: 0 | 1 | 2 }

type Waiting = {
  seenMs: number
  service: string
  /** Caller's side only. */
  address: string | undefined
  atMs: number
  durationMs: number
  failed: boolean
  /** Whom the call was counted for before its other end came. */
  assumed: string | undefined
}

export type PairingLimits = { waitMs: number; spansMax: number }

/**
 * Finds calls in spans that come in any order and in different batches: a SERVER span whose parent is a CLIENT span of another
 * service is a call (OpenTelemetry trace semantics; PRODUCER and CONSUMER likewise). From each such pair the callee's address is
 * learned, so that a call which nobody answered still has a callee. Memory: at most `spansMax` spans on each side.
 */
export class SpanPairing {
  readonly addresses = new AddressBook()
  readonly #callers = new Map<string, Waiting>()
  readonly #callees = new Map<string, Waiting>()
  readonly #confirmed = new Map<string, Set<string>>()
  #confirmedUntilMs = 0
  readonly #limits: PairingLimits
  constructor(limits: PairingLimits) {
    this.#limits = limits
  }

  get waiting(): number {
    return this.#callers.size + this.#callees.size
  }

  /** The calls that this span completes or, when its callee is known by other means, already is. */
  add(span: StoredSpan, nowMs: number): Call[] {
    this.#expire(nowMs)
    if (span.service === '') return []
    if (span.kind === 'CLIENT' || span.kind === 'PRODUCER') return this.#caller(span, nowMs)
    if ((span.kind === 'SERVER' || span.kind === 'CONSUMER') && span.parentSpanId !== '')
      return this.#callee(span, nowMs)
    return []
  }

  #caller(span: StoredSpan, nowMs: number): Call[] {
    const key = `${span.traceId}/${span.spanId}`
    const entry = this.#entry(span, nowMs, addressOf(span.attributes))
    const answered = this.#callees.get(key)
    if (answered) {
      this.#callees.delete(key)
      return this.#pair(entry, answered.service, nowMs)
    }
    const assumed = this.#assumed(span, entry, nowMs)
    entry.assumed = assumed?.name
    if (!this.#callers.has(key)) this.#callers.set(key, entry)
    if (assumed === undefined || assumed.name === entry.service) return none
    return [callOf(entry, assumed, false)]
  }

  #callee(span: StoredSpan, nowMs: number): Call[] {
    const key = `${span.traceId}/${span.parentSpanId}`
    const caller = this.#callers.get(key)
    if (!caller) {
      this.#callees.set(key, this.#entry(span, nowMs, undefined))
      return []
    }
    this.#callers.delete(key)
    return this.#pair(caller, span.service, nowMs)
  }

  #pair(caller: Waiting, service: string, nowMs: number): Call[] {
    if (caller.address !== undefined) this.addresses.learn(caller.address, service, nowMs)
    if (caller.service === service) return none
    const again = caller.assumed === service
    if (again && !this.#confirms(caller.service, service, nowMs)) return none
    return [callOf(caller, { kind: 'service', name: service, ends: 2 }, again)]
  }

  /** Whether a call that is counted already is to be told again, once a minute for each pair. Bound: 20,000 callers with 1,000 callees each. */
  #confirms(caller: string, callee: string, nowMs: number): boolean {
    if (nowMs >= this.#confirmedUntilMs || this.#confirmed.size > pairsMax) {
      this.#confirmed.clear()
      this.#confirmedUntilMs = nowMs + confirmedMs
    }
    const callees = this.#confirmed.get(caller)
    if (!callees) this.#confirmed.set(caller, new Set([callee]))
    else if (callees.has(callee)) return false
    else if (callees.size < calleesMax) callees.add(callee)
    return true
  }

  /** Who a call went to when its other end has not been seen: who answered there before, else what the span says. */
  #assumed(span: StoredSpan, entry: Waiting, nowMs: number): Callee | undefined {
    const system = span.attributes['db.system.name'] ?? span.attributes['db.system']
    if (system) {
      const database = span.attributes['db.namespace'] ?? span.attributes['db.name']
      return { kind: 'database', name: database ? `${system}/${database}` : system, ends: 1 }
    }
    const answering = entry.address === undefined ? undefined : this.addresses.resolve(entry.address, nowMs)
    const name = answering ?? span.attributes['service.peer.name'] ?? span.attributes['peer.service']
    return name ? { kind: 'service', name, ends: answering ? 1 : 0 } : undefined
  }

  #entry(span: StoredSpan, nowMs: number, address: string | undefined): Waiting {
    return {
      seenMs: nowMs,
      service: span.service,
      address,
      atMs: Math.min(span.startMs, nowMs),
      durationMs: span.durationMs,
      failed: span.status === 'ERROR',
      assumed: undefined,
    }
  }

  /** Maps keep the order of insertion, so the oldest come first. */
  #expire(nowMs: number): void {
    for (const side of [this.#callers, this.#callees]) {
      for (const [key, entry] of side) {
        if (entry.seenMs > nowMs - this.#limits.waitMs && side.size < this.#limits.spansMax) break
        side.delete(key)
      }
    }
  }
}

const none: Call[] = []
const confirmedMs = 60_000
const [pairsMax, calleesMax] = [20_000, 1_000]

const callOf = (caller: Waiting, callee: Callee, again: boolean): Call => ({
  caller: caller.service,
  callee,
  atMs: caller.atMs,
  durationMs: caller.durationMs,
  failed: caller.failed,
  again,
})
