import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

export type RetryPolicy = {
  attemptsMax: number
  /** First wait; doubles each time up to `delayMsMax`, each with ±25 % jitter. */
  delayMs: number
  delayMsMax: number
  /** Whether this error is worth another attempt. */
  retriable: (error: unknown) => boolean
}

/** Exponential backoff with jitter and a bound. Rejects with the last error. */
export async function retry<T>(
  clock: Clock,
  random: Random,
  policy: RetryPolicy,
  task: (attempt: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task(attempt)
    } catch (error) {
      if (attempt >= policy.attemptsMax || !policy.retriable(error)) throw error
      const delayMs = Math.min(policy.delayMs * 2 ** (attempt - 1), policy.delayMsMax)
      await clock.sleep(delayMs * (0.75 + random.next() * 0.5), signal)
    }
  }
}
