import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Quota } from '../../../kernel/quota.ts'
import type { LimitConfig } from '../config.ts'

/**
 * A token bucket that may go into debt: a request is let in while there is anything left, then paid for in full, so that its size
 * need not be known before and nothing is decoded of a request that is refused. 0 a second means no limit.
 */
class Bucket {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor(perSecond: number, burstSeconds: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#burst = perSecond * burstSeconds
    this.#tokens = this.#burst
    this.#atMs = nowMs
  }

  /** Seconds until something is let in; 0 for now. */
  waitSeconds(nowMs: number): number {
    if (this.#perSecond === 0) return 0
    this.#earn(nowMs)
    return this.#tokens > 0 ? 0 : Math.max(1, Math.ceil((1 - this.#tokens) / this.#perSecond))
  }

  pay(amount: number): void {
    if (this.#perSecond > 0) this.#tokens -= amount
  }

  quota(nowMs: number): Quota | undefined {
    if (this.#perSecond === 0) return undefined
    this.#earn(nowMs)
    return {
      limit: Math.floor(this.#burst),
      remaining: Math.max(0, Math.floor(this.#tokens)),
      resetSeconds: Math.ceil((this.#burst - this.#tokens) / this.#perSecond),
    }
  }

  #earn(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs / 1_000) * this.#perSecond)
    this.#atMs = nowMs
  }
}

/** How much a tenant may send a second; one that sends more is told to wait, and no other notices. */
export class TenantLimits {
  readonly #limits: (tenant: TenantId) => LimitConfig
  readonly #clock: Clock
  readonly #buckets = new Map<TenantId, { bytes: Bucket; items: Bucket }>()

  constructor(limits: (tenant: TenantId) => LimitConfig, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Throws RATE_LIMITED with the time to wait. Pays for the bytes. */
  admit(tenant: TenantId, sizeBytes: number): void {
    const { bytes, items } = this.#of(tenant)
    const nowMs = this.#clock.monotonic()
    const waitSeconds = Math.max(bytes.waitSeconds(nowMs), items.waitSeconds(nowMs))
    if (waitSeconds > 0) {
      const { bytes_per_second, items_per_second } = this.#limits(tenant)
      throw new Fault(
        'RATE_LIMITED',
        `The tenant ${tenant} sends more than its ${items_per_second || 'unlimited'} items or ${bytes_per_second || 'unlimited'} bytes a second.`,
        { retryAfterSeconds: waitSeconds },
      )
    }
    bytes.pay(sizeBytes)
  }

  /** Pays for samples, records or spans that were taken. */
  spend(tenant: TenantId, items: number): void {
    this.#of(tenant).items.pay(items)
  }

  /** Of samples, records and spans; undefined where they have no limit. */
  quota(tenant: TenantId): Quota | undefined {
    return this.#of(tenant).items.quota(this.#clock.monotonic())
  }

  /** As many buckets as tenants are configured: the gateway lets no other in. */
  #of(tenant: TenantId): { bytes: Bucket; items: Bucket } {
    const known = this.#buckets.get(tenant)
    if (known) return known
    const { bytes_per_second, items_per_second, burst_seconds } = this.#limits(tenant)
    const nowMs = this.#clock.monotonic()
    const made = {
      bytes: new Bucket(bytes_per_second, burst_seconds, nowMs),
      items: new Bucket(items_per_second, burst_seconds, nowMs),
    }
    this.#buckets.set(tenant, made)
    return made
  }
}
