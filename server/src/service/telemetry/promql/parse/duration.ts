import { quote } from './quoted.ts'

/** Durations of PromQL: whole numbers with units, greatest first: `1d12h`, `5m30s`. A year has 365 days. */
const pattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const units = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** Longest duration, ms: what fits 63 bits of nanoseconds, about 292 years. */
export const durationMsMax = 9_223_372_036_854

/** Milliseconds; undefined for what is none or too long. */
export function parseDuration(text: string): number | undefined {
  const parts = pattern.exec(text)
  if (!parts || text === '') return undefined
  const ms = units.reduce((sum, [, unitMs], i) => sum + Number(parts[i + 1] ?? 0) * unitMs, 0)
  return ms <= durationMsMax ? ms : undefined
}

/** What is wrong with a text that is no duration. */
export function durationProblem(text: string): string {
  const unit = (text.match(/\D+/g) ?? []).find((one) => !units.some(([known]) => known === one))
  if (unit !== undefined && /^\d/.test(text)) return `unknown unit ${quote(unit)} in duration ${quote(text)}`
  return pattern.test(text) ? 'duration out of range' : `not a valid duration string: ${quote(text)}`
}

/** The shortest text that reads back the same; years and weeks only where nothing is left over, as Prometheus writes durations. */
export function printDuration(ms: number): string {
  if (ms === 0) return '0s'
  let [text, rest] = ['', Math.abs(ms)]
  for (const [unit, unitMs] of units) {
    const exact = unit === 'y' || unit === 'w'
    if (exact && rest % unitMs !== 0) continue
    const count = Math.floor(rest / unitMs)
    if (count === 0) continue
    text += `${count}${unit}`
    rest -= count * unitMs
  }
  return ms < 0 ? `-${text}` : text
}
