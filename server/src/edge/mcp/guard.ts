import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Quota } from '../../kernel/quota.ts'
import { TokenBuckets } from '../../kernel/token-bucket.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { McpConfig } from './config.ts'

export type Guard = {
  /** Throws RATE_LIMITED. */
  pass(request: Request, caller: Caller, run: () => Promise<Response>): Promise<Response>
  quota(caller: Caller): Quota
}

/** Callers whose rate is remembered. */
const callersMax = 10_000

/** How often one caller may ask, and how much may be open at once. */
export function createGuard(
  { clock, metrics }: { clock: Clock; metrics: Metrics },
  config: McpConfig,
): Guard {
  const counted = requestCounter(metrics)
  const buckets = new TokenBuckets(clock, {
    perMinute: config.requests_per_minute,
    burst: Math.max(10, Math.ceil(config.requests_per_minute / 4)),
    keysMax: callersMax,
  })
  const open = new Map<string, number>()
  const quota = (caller: Caller): Quota => buckets.quota(keyOf(caller))
  const pass: Guard['pass'] = async (request, caller, run) => {
    const key = keyOf(caller)
    const waitSeconds = buckets.take(key)
    const atOnce = open.get(key) ?? 0
    if (waitSeconds > 0 || atOnce >= config.open_requests_max) {
      counted.inc({ outcome: 'refused' })
      throw new Fault(
        'RATE_LIMITED',
        waitSeconds > 0
          ? `${caller.actor} asks more than ${config.requests_per_minute} times a minute.`
          : `${caller.actor} has ${atOnce} requests open; close one first.`,
        { retryAfterSeconds: Math.max(1, waitSeconds) },
      )
    }
    open.set(key, atOnce + 1)
    const done = (): void => {
      const left = (open.get(key) ?? 1) - 1
      if (left > 0) open.set(key, left)
      else open.delete(key)
    }
    if (request.signal.aborted) done()
    else request.signal.addEventListener('abort', done, { once: true })
    counted.inc({ outcome: 'taken' })
    return run()
  }
  return { pass, quota }
}

const keyOf = ({ tenant, actor }: Caller): string => `${tenant}/${actor}`

const requestCounter = (metrics: Metrics) =>
  metrics.counter('aiops_mcp_requests_total', 'Requests of MCP hosts, by whether they were taken.', [
    'outcome',
  ])
