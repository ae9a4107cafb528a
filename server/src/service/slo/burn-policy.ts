import type { BurnRule, Slo, SloInput, SloWindow } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'

export const minuteMs = 60_000
export const hourMs = 3_600_000
const dayMs = 86_400_000

/** What of all events may be bad; free of the binary rest of `1 - objective / 100`. */
export const budgetRatioOf = ({ objective }: Pick<Slo, 'objective'>): number =>
  Math.round((100 - objective) * 1e9) / 1e11

export type Span = { startMs: number; endMs: number; lengthMs: number }

/** The window that holds `nowMs`: rolling it ends there, of a calendar month (UTC) it is that month, whose rest is to come. */
export function spanOf(window: SloWindow, nowMs: number): Span {
  if (window !== 'CALENDAR_MONTH') {
    const lengthMs = durationMs(window)
    return { startMs: nowMs - lengthMs, endMs: nowMs, lengthMs }
  }
  // The last moment of a month belongs to it.
  const now = new Date(nowMs - 1)
  const startMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
  const lengthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - startMs
  return { startMs, endMs: nowMs, lengthMs }
}

/** The policy of Google's SRE workbook (chapter 5, "Alerting on SLOs") for 30 days: burning 2, 5, 10 and 10 % of the budget. */
const workbook = [
  { severity: 'PAGE', burn_rate: 14.4, long: 60, short: 5 },
  { severity: 'PAGE', burn_rate: 6, long: 360, short: 30 },
  { severity: 'TICKET', burn_rate: 3, long: 1_440, short: 120 },
  { severity: 'TICKET', burn_rate: 1, long: 4_320, short: 360 },
] as const

/** A shorter window than two slots is a matter of chance. */
const shortMinutesMin = 2

/**
 * The rules of an objective. Those of the workbook keep their burn rates, and their windows shrink and grow with that of the objective:
 * so an alert always stands for the same share of the budget, as in Pyrra, and never for a burn that the budget would outlast.
 */
export function rulesOf({ alerting, window }: Pick<SloInput, 'alerting' | 'window'>): BurnRule[] {
  if (!alerting.enabled) return []
  if (alerting.rules.length > 0) return alerting.rules
  const scale = window === 'CALENDAR_MONTH' ? 1 : durationMs(window) / (30 * dayMs)
  const text = (minutes: number): string =>
    durationText(Math.max(shortMinutesMin, Math.round(minutes * scale)))
  return workbook.map(({ severity, burn_rate, long, short }) => ({
    ...{ severity, burn_rate, long_window: text(long), short_window: text(short) },
  }))
}

export function durationText(minutes: number): string {
  const parts = [
    [1_440, 'd'],
    [60, 'h'],
    [1, 'm'],
  ] as const
  let left = minutes
  let text = ''
  for (const [size, unit] of parts) {
    if (left >= size) text += `${Math.floor(left / size)}${unit}`
    left %= size
  }
  return text || '0m'
}
