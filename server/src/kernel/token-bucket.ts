import type { Clock } from './clock.ts'

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
    const { perMinute, burst, keysMax } = this.#limits
    const nowMs = this.#clock.monotonic()
    const { tokens, atMs } = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs }
    const earned = Math.min(burst, tokens + ((nowMs - atMs) * perMinute) / 60_000)
    const left = earned >= 1 ? earned - 1 : earned
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: left, atMs: nowMs })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > keysMax && oldest !== undefined) this.#buckets.delete(oldest)
    return earned >= 1 ? 0 : Math.max(1, Math.ceil(((1 - earned) * 60) / perMinute))
  }
}
