import type { Breach, ForecastBacktest, ForecastMethod, SeriesForecast } from '@aiops/contract/model/forecast'
import type { Labels } from '@aiops/contract/model/label'
import { isoTime } from '../../kernel/clock.ts'
import { type BreachSteps, breachOf, type Limit } from './breach.ts'
import { lastKnown } from './course.ts'
import { type Bands, type Refusal, valuesMax } from './forecast-of.ts'
import type { Grid } from './grid.ts'

const dayMs = 86_400_000

/** What is told of one series. */
export function seriesForecastOf(
  labels: Labels,
  grid: Grid,
  found: Bands | Refusal,
  { limits, pointsMax }: { limits: readonly Limit[]; pointsMax: number },
): SeriesForecast {
  const last = lastKnown(grid)
  const history = thinned(grid.values.length, pointsMax).map((at) => ({
    time: isoTime(grid.startMs + at * grid.stepMs),
    value: Number.isFinite(grid.values[at]!) ? grid.values[at]! : null,
  }))
  const shown = { labels, history, last: last ? { time: isoTime(last.timeMs), value: last.value } : null }
  if (found.isRefused || !last)
    return {
      ...{ ...shown, refused: found.isRefused ? found.reason : 'There are no values.', method: null },
      ...{ members: [], season_seconds: null, trend_per_day: null, points: [], trusted_until: null },
      ...{ backtest: null, breaches: [], notes: [] },
    }
  const timeAt = (steps: number): string => isoTime(Math.round(last.timeMs + steps * grid.stepMs))
  const perDay = dayMs / grid.stepMs
  const { slope, low, high, isSignificant } = found.trend
  return {
    ...{ ...shown, refused: null, method: found.method },
    members: found.members.map(({ method, seasonSteps, weight }) => ({
      ...{ method, season_seconds: secondsOf(seasonSteps, grid), weight },
    })),
    season_seconds: secondsOf(found.seasonSteps, grid),
    trend_per_day: {
      mid: slope * perDay,
      low: low * perDay,
      high: high * perDay,
      significant: isSignificant,
    },
    points: thinned(found.p50.length, pointsMax).map((at) => ({
      ...{ time: timeAt(at + 1), p10: found.p10[at]!, p50: found.p50[at]!, p90: found.p90[at]! },
    })),
    trusted_until: timeAt(found.trustedSteps),
    backtest: backtestOf(found),
    breaches: limits.map((limit) => breachIn(found, limit, last.value, timeAt)),
    notes: notesOf(found),
  }
}

const secondsOf = (steps: number, { stepMs }: Grid): number | null =>
  steps > 0 ? (steps * stepMs) / 1_000 : null

export const backtestOf = ({ backtest }: Bands): ForecastBacktest => ({
  ...{ origins: backtest.origins, targets: backtest.targets, coverage: backtest.coverage },
  ...{ error: backtest.error, naive_error: backtest.naiveError },
})

export const isBeyond = (value: number, { value: limit, direction }: Limit): boolean =>
  direction === 'ABOVE' ? value >= limit : value <= limit

function breachIn(found: Bands, limit: Limit, last: number, timeAt: (steps: number) => string): Breach {
  const asked = { limit: limit.value, direction: limit.direction }
  if (isBeyond(last, limit))
    return { ...asked, probability: 1, already: true, p10: null, p50: null, p90: null }
  const steps: BreachSteps = breachOf(found.free, limit)
  const at = (step: number | null): string | null => (step === null ? null : timeAt(step))
  return {
    ...{ ...asked, probability: steps.probability, already: false },
    ...{ p10: at(steps.p10), p50: at(steps.p50), p90: at(steps.p90) },
  }
}

function notesOf(found: Bands): string[] {
  const notes: string[] = []
  if (found.p50.length > found.trustedSteps)
    notes.push('The far part lies beyond a quarter of the history: it can be trusted less.')
  if (found.isNaiveBetter)
    notes.push(`On its past nothing did better than ${methodWords[found.method]}, so that is used.`)
  if (found.backtest.coverage === null)
    notes.push('There is too little history to say how often the band was right.')
  if (found.counterResets > 0)
    notes.push(
      `Read as a counter: ${found.counterResets} ${found.counterResets === 1 ? 'restart' : 'restarts'} taken out.`,
    )
  if (found.leftOut > 0) notes.push(`Only the newest ${valuesMax} values were looked at.`)
  return notes
}

export const methodWords: Record<ForecastMethod, string> = {
  NAIVE: 'taking the last value',
  SEASONAL_NAIVE: 'taking the value of a season ago',
  TREND: 'level and trend',
  HOLT_WINTERS: 'Holt-Winters smoothing',
  DECOMPOSITION: 'season and drift',
  COMBINED: 'several methods together',
}

/** Places of at most so many of them, evenly spread, the last included. */
function thinned(count: number, max: number): number[] {
  if (count <= max) return Array.from({ length: count }, (_, i) => i)
  return Array.from({ length: max }, (_, i) => Math.round(((i + 1) * count) / max) - 1)
}
