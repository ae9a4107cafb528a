import type { Sender } from '@aiops/contract/model/sender'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../kernel/clock.ts'

export type Items = Sender['taken']
export type SignalKey = keyof Items

const SECONDS = 10
const signals = ['samples', 'logs', 'spans', 'alerts'] as const
const none = (): Items => ({ samples: 0, logs: 0, spans: 0, alerts: 0 })

type Row = {
  taken: Items
  /** Ring of the items of each second; `second` is the newest in it. */
  ring: Items[]
  second: number
  lastMs: number | null
  refused: Map<string, number>
  lastRefusal: Sender['last_refusal']
}

/** Who sends what and how it goes, for people. As many rows as there are tenants and protocols. */
export class SenderTable {
  readonly #clock: Clock
  readonly #rows = new Map<TenantId, Map<string, Row>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  took(tenant: TenantId, protocol: string, signal: SignalKey, count: number): void {
    const row = this.#row(tenant, protocol)
    row.lastMs = this.#clock.now()
    row.taken[signal] += count
    this.#turn(row)
    row.ring[row.second % (SECONDS + 1)]![signal] += count
  }

  refused(
    tenant: TenantId,
    protocol: string,
    refusal: { code: string; message: string },
    count: number,
  ): void {
    const row = this.#row(tenant, protocol)
    row.refused.set(refusal.code, (row.refused.get(refusal.code) ?? 0) + count)
    const { code, message } = refusal
    row.lastRefusal = { code, message: message.slice(0, 500), at: isoTime(this.#clock.now()) }
  }

  of(tenant: TenantId): Sender[] {
    const rows = [...(this.#rows.get(tenant) ?? [])]
    return rows.map(([protocol, row]) => {
      this.#turn(row)
      const rate = none()
      for (const [at, items] of row.ring.entries())
        if (at !== row.second % (SECONDS + 1)) for (const name of signals) rate[name] += items[name] / SECONDS
      return {
        protocol,
        taken: { ...row.taken },
        per_second: rate,
        last_received_at: row.lastMs === null ? null : isoTime(row.lastMs),
        refused: [...row.refused].map(([code, count]) => ({ code, count })),
        last_refusal: row.lastRefusal,
      }
    })
  }

  /** Empties the seconds that passed since the newest one in the ring. */
  #turn(row: Row): void {
    const second = Math.floor(this.#clock.monotonic() / 1_000)
    for (let passed = Math.min(second - row.second, SECONDS + 1); passed > 0; passed -= 1)
      row.ring[(second - passed + 1) % (SECONDS + 1)] = none()
    row.second = second
  }

  #row(tenant: TenantId, protocol: string): Row {
    const rows = this.#rows.get(tenant) ?? new Map<string, Row>()
    this.#rows.set(tenant, rows)
    const known = rows.get(protocol)
    if (known) return known
    const made: Row = {
      taken: none(),
      ring: Array.from({ length: SECONDS + 1 }, none),
      second: Math.floor(this.#clock.monotonic() / 1_000),
      lastMs: null,
      refused: new Map(),
      lastRefusal: null,
    }
    rows.set(protocol, made)
    return made
  }
}
