/** What an answer of the hub means for the request that it is about. */
export type Verdict = 'TAKEN' | 'LATER' | 'NEVER'

/**
 * LATER: the hub, or what stands in front of it, may take the same request another time. A wrong key (401, 403) is for a person to set
 * right, and nothing is thrown away for it; nor where there is nothing at the address (404, 405), but for alert mappings, which senders
 * name. A redirect is not followed: the address is wrong.
 */
export function verdictOf(status: number, path: string): Verdict {
  if (status >= 200 && status < 300) return 'TAKEN'
  if (status === 404) return path.startsWith('/api/v1/alerts/from/') ? 'NEVER' : 'LATER'
  return status < 400 || status >= 500 || later.has(status) ? 'LATER' : 'NEVER'
}

const later: ReadonlySet<number> = new Set([401, 403, 405, 407, 408, 421, 425, 429])

/** Seconds or a date (RFC 9110 §10.2.3), as milliseconds to wait; undefined where there is none. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1_000
  const atMs = Date.parse(text)
  return Number.isFinite(atMs) ? Math.max(0, atMs - nowMs) : undefined
}
