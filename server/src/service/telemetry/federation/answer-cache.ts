import type { Clock } from '../../../kernel/clock.ts'

type Kept = { value: unknown; keptMs: number; untilMs: number; weight: number }

/** Answers of other clusters for a while, bounded by the weight of all together; the oldest go first. What is kept is never changed by who reads it. */
export class AnswerCache {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #weightMax: number
  readonly #kept = new Map<string, Kept>()
  #weight = 0
  constructor(clock: Pick<Clock, 'monotonic'>, weightMax: number) {
    this.#clock = clock
    this.#weightMax = weightMax
  }

  get(key: string): { value: unknown; ageMs: number } | undefined {
    const found = this.#kept.get(key)
    if (!found) return undefined
    const now = this.#clock.monotonic()
    if (now < found.untilMs) return { value: found.value, ageMs: now - found.keptMs }
    this.#drop(key, found)
    return undefined
  }

  put(key: string, value: unknown, ttlMs: number, weight: number): void {
    const before = this.#kept.get(key)
    if (before) this.#drop(key, before)
    if (ttlMs <= 0 || weight > this.#weightMax) return
    const now = this.#clock.monotonic()
    this.#kept.set(key, { value, keptMs: now, untilMs: now + ttlMs, weight })
    this.#weight += weight
    for (const [old, kept] of this.#kept) {
      if (this.#weight <= this.#weightMax) break
      this.#drop(old, kept)
    }
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#weight -= kept.weight
  }
}
