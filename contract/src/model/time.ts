import { z } from 'zod'

/** ISO 8601 with zone, UTC preferred. Milliseconds are the finest resolution the platform keeps. */
export const Time = z.iso.datetime({ offset: true })
export type Time = z.infer<typeof Time>

/** A length of time as Prometheus writes it: `30s`, `5m`, `1h30m`. */
export const Duration = z.string().regex(/^(\d+(ms|[smhdwy]))+$/, 'a duration such as 30s, 5m or 1h30m')
export type Duration = z.infer<typeof Duration>

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** Milliseconds in a `Duration`; NaN when the text is none. */
export function durationMs(text: string): number {
  if (!Duration.safeParse(text).success) return Number.NaN
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    sum += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return sum
}
