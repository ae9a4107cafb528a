import type { Clock } from './clock.ts'
import type { Quota } from './quota.ts'

export type TokenBucketLimits = {
  perMinute: number
  /** What may be taken at once. */
  burst: number
  /** Keys that are remembered; beyond, the one that was used longest ago starts afresh. */
  keysMax: number
}

/** A token bucket for each key. */
export class TokenBuckets {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #limits: TokenBucketLimits
  /** Least recently used first. */
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>()

  constructor(clock: Pick<Clock, 'monotonic'>, limits: TokenBucketLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Takes a token and answers 0, or takes none and answers the whole seconds until there is one. */
  take(key: string): number {
    const { perMinute, keysMax } = this.#limits
    const earned = this.#earned(key)
    const left = earned >= 1 ? earned - 1 : earned
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: left, atMs: this.#clock.monotonic() })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > keysMax && oldest !== undefined) this.#buckets.delete(oldest)
    return earned >= 1 ? 0 : Math.max(1, Math.ceil(((1 - earned) * 60) / perMinute))
  }

  /** What a key may take now; takes nothing. */
  quota(key: string): Quota {
    const { perMinute, burst } = this.#limits
    const earned = this.#earned(key)
    const resetSeconds = Math.ceil(((burst - earned) * 60) / perMinute)
    return { limit: burst, remaining: Math.floor(earned), resetSeconds }
  }

  #earned(key: string): number {
    const { perMinute, burst } = this.#limits
    const bucket = this.#buckets.get(key)
    if (!bucket) return burst
    return Math.min(burst, bucket.tokens + ((this.#clock.monotonic() - bucket.atMs) * perMinute) / 60_000)
  }
}
