import type { StoredSpan } from '../../port/trace-store.ts'
import { AddressBook, addressOf } from './address-book.ts'

/** One call as seen from its caller: who called whom, how long it took there, and whether it failed there. */
export type Call = { caller: string; callee: Callee; atMs: number; durationMs: number; failed: boolean }
export type Callee = { kind: 'service' | 'database'; name: string }

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
    const callee = this.#assumed(span, entry, nowMs)
    entry.assumed = callee?.name
    if (!this.#callers.has(key)) this.#callers.set(key, entry)
    return callee === undefined || callee.name === entry.service ? [] : [callOf(entry, callee)]
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
    if (caller.assumed === service || caller.service === service) return []
    return [callOf(caller, { kind: 'service', name: service })]
  }

  /** Who a call went to when its other end has not been seen: who answered there before, else what the span says. */
  #assumed(span: StoredSpan, entry: Waiting, nowMs: number): Callee | undefined {
    const system = span.attributes['db.system.name'] ?? span.attributes['db.system']
    if (system) {
      const database = span.attributes['db.namespace'] ?? span.attributes['db.name']
      return { kind: 'database', name: database ? `${system}/${database}` : system }
    }
    const answering = entry.address === undefined ? undefined : this.addresses.resolve(entry.address, nowMs)
    const name = answering ?? span.attributes['service.peer.name'] ?? span.attributes['peer.service']
    return name ? { kind: 'service', name } : undefined
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

const callOf = (caller: Waiting, callee: Callee): Call => ({
  caller: caller.service,
  callee,
  atMs: caller.atMs,
  durationMs: caller.durationMs,
  failed: caller.failed,
})
