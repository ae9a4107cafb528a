import type {
  Breach,
  CapacityAdvice,
  CapacityKind,
  DaysTo,
  ForecastMethod,
  PredictionState,
} from '@aiops/contract/model/forecast'
import type { Tone } from '../ui/badge.tsx'
import { formatDuration, formatPercent, formatProbability } from '../ui/format.ts'

export const kindWords: Record<CapacityKind, string> = {
  DISK: 'Disk',
  INODES: 'Inodes',
  MEMORY: 'Memory',
  CPU: 'CPU',
  QUOTA: 'Quota',
  GPU_MEMORY: 'GPU memory',
  CERTIFICATE: 'Certificate',
  VOLUME: 'Volume',
}
export const adviceLook: Record<CapacityAdvice, { word: string; tone: Tone }> = {
  SCALE: { word: 'Scale now', tone: 'critical' },
  RENEW: { word: 'Renew', tone: 'high' },
  PROCURE: { word: 'Procure', tone: 'medium' },
  OK: { word: 'Enough', tone: 'ok' },
  UNKNOWN: { word: 'Not known', tone: 'outline' },
}
export const stateLook: Record<PredictionState, { word: string; tone: Tone; means: string }> = {
  OPEN: { word: 'Open', tone: 'info', means: 'It is not known yet.' },
  HIT: { word: 'Came true', tone: 'ok', means: 'The limit was reached when it was said.' },
  EARLY: { word: 'Came sooner', tone: 'medium', means: 'The limit was reached before it was said.' },
  MISS: { word: 'Did not come', tone: 'high', means: 'The limit was not reached by then.' },
  LOST: { word: 'Not known', tone: 'outline', means: 'No more values came.' },
}
const methodWords: Record<ForecastMethod, string> = {
  NAIVE: 'as it is now',
  SEASONAL_NAIVE: 'as a season ago',
  TREND: 'its trend',
  HOLT_WINTERS: 'Holt-Winters',
  DECOMPOSITION: 'season and trend',
  COMBINED: 'several methods together',
}
export const methodWord = (method: ForecastMethod | null): string =>
  method ? methodWords[method] : 'nothing'

const dayMs = 86_400_000
const days = (value: number): string => formatDuration(Math.max(0, value) * dayMs)

/** When it comes to that: `12 d (9 d to 20 d)`. */
export function daysText(to: DaysTo | null, horizonDays: number): string {
  if (to === null) return 'not known'
  if (to.p50 !== null && to.p50 <= 0) return 'reached'
  if (to.p50 === null)
    return to.p10 === null ? `not within ${days(horizonDays)}` : `${days(to.p10)} at the earliest`
  if (to.p10 === to.p50 && to.p90 === to.p50) return days(to.p50)
  const early = to.p10 === null ? '' : days(to.p10)
  return `${days(to.p50)} (${to.p90 === null ? `${early} at the earliest` : `${early} to ${days(to.p90)}`})`
}

/** Growth of a share of the whole: by the day, or by the hour where it would fill more than the whole in a day. */
export function trendText(perDay: number): string {
  const hourly = Math.abs(perDay) > 1
  const text = formatPercent(Math.abs(hourly ? perDay / 24 : perDay))
  return `${perDay >= 0 ? '+' : '−'}${text} of the whole ${hourly ? 'an hour' : 'a day'}`
}

/** Whether and when a limit is reached, in a sentence. */
export function breachText(breach: Breach, limit: string): string {
  const where = `${breach.direction === 'ABOVE' ? 'above' : 'below'} ${limit}`
  if (breach.already) return `It is ${where} now.`
  if (breach.probability === 0) return `It stays away from ${limit} within this time.`
  return `It comes ${where} with a probability of ${formatProbability(breach.probability)}.`
}
