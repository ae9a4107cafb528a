import type { BurnRate, Slo, SloExhaustion } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { hourMs, type Span } from './burn-policy.ts'
import type { SloForecast } from './index.ts'

/** Below two days a course says nothing of days. */
const hoursMin = 48
const horizonHoursMax = 720
/** Hours without a value that are bridged by the one before. */
const gapHoursMax = 3

/** Until when it is looked ahead: a window from now, or to the end of the month. */
export const horizonOf = ({ window }: Pick<Slo, 'window'>, { startMs, endMs, lengthMs }: Span): number =>
  window === 'CALENDAR_MONTH' ? startMs + lengthMs : endMs + lengthMs

/**
 * At the burn rates of the last hours: what is left lasts `left · window / burn rate`. The middle is that of the longest window of at most
 * 6 h; a burn of 1 or less never ends a budget whose window moves on. Nothing that gets out of the window meanwhile is counted in.
 */
export function byBurnRate(
  rates: readonly BurnRate[],
  leftRatio: number | null,
  { span, horizonMs }: { span: Span; horizonMs: number },
): SloExhaustion | null {
  // What is spent has no time to come.
  if (leftRatio === null || leftRatio <= 0) return null
  const nowMs = span.endMs
  const known = rates.flatMap(({ window, burn_rate, coverage }) =>
    burn_rate === null || coverage < 0.5 ? [] : [{ lengthMs: durationMs(window), burnRate: burn_rate }],
  )
  const middle = known.findLast(({ lengthMs }) => lengthMs <= 6 * hourMs)
  if (!middle) return null
  const at = (burnRate: number): string | null => {
    const endsMs = burnRate > 1 ? nowMs + (leftRatio * span.lengthMs) / burnRate : Infinity
    return endsMs <= horizonMs ? isoTime(endsMs) : null
  }
  const burns = known.map(({ burnRate }) => burnRate)
  return {
    ...{ method: 'BURN_RATE', at: at(middle.burnRate), horizon: isoTime(horizonMs) },
    ...{ earliest: at(Math.max(...burns)), latest: at(Math.min(...burns)) },
  }
}

/** From the course of what was left, one value an hour up to now, NaN for none; null where it is too short or has holes. */
export function byForecast(
  course: readonly number[],
  forecast: SloForecast,
  { nowMs, horizonMs }: { nowMs: number; horizonMs: number },
): SloExhaustion | null {
  const values = lastUnbroken(course)
  const hours = Math.min(horizonHoursMax, Math.floor((horizonMs - nowMs) / hourMs))
  if (values.length < hoursMin || hours < 1) return null
  const bands = forecast(values, hourMs, hours)
  if (!bands) return null
  const { p10, p50, p90 } = bands
  const crossing = (quantile: ArrayLike<number>): string | null => {
    for (let i = 0; i < quantile.length; i += 1)
      if ((quantile[i] as number) <= 0) return isoTime(nowMs + (i + 1) * hourMs)
    return null
  }
  return {
    ...{ method: 'FORECAST', at: crossing(p50), earliest: crossing(p10), latest: crossing(p90) },
    horizon: isoTime(nowMs + hours * hourMs),
  }
}

function lastUnbroken(course: readonly number[]): number[] {
  const values: number[] = []
  let missing = 0
  for (const value of course) {
    missing = Number.isNaN(value) ? missing + 1 : 0
    if (missing > gapHoursMax) values.length = 0
    else if (!Number.isNaN(value)) values.push(value)
    else if (values.length > 0) values.push(values.at(-1) as number)
  }
  return values
}
