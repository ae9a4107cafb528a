import type { BurnAlert, BurnRate, BurnRule, Slo } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { budgetRatioOf, rulesOf } from './burn-policy.ts'
import type { SlotBook } from './slot-book.ts'
import type { Tally } from './slot-ring.ts'

/** Null where there were no events. */
export const errorRatioOf = ({ total, bad }: Pick<Tally, 'total' | 'bad'>): number | null =>
  total > 0 ? bad / total : null

/** What the budget of an objective is burnt at, over each window that its rules look at, the shortest first. */
export function burnRatesOf(slo: Slo, book: Pick<SlotBook, 'over'>, endMs: number): BurnRate[] {
  const windows = new Set(
    rulesOf(slo).flatMap(({ long_window, short_window }) => [long_window, short_window]),
  )
  return [...windows]
    .sort((a, b) => durationMs(a) - durationMs(b))
    .map((window) => burnRateOf(slo, window, book, endMs))
}

export function burnRateOf(
  slo: Pick<Slo, 'objective'>,
  window: string,
  book: Pick<SlotBook, 'over'>,
  endMs: number,
): BurnRate {
  const lengthMs = durationMs(window)
  const tally = book.over({ startMs: endMs - lengthMs, endMs })
  const errorRatio = errorRatioOf(tally)
  return {
    window,
    burn_rate: errorRatio === null ? null : errorRatio / budgetRatioOf(slo),
    ...{ error_ratio: errorRatio, events: tally.total, coverage: Math.min(1, tally.knownMs / lengthMs) },
  }
}

/** Since when a rule fires, by `ruleKey`. */
export type Firing = ReadonlyMap<string, number>

export const ruleKey = ({ severity, burn_rate, long_window, short_window }: BurnRule): string =>
  `${severity} ${burn_rate} ${long_window} ${short_window}`

/**
 * A rule fires while both windows burn faster than it says: the long one means that it matters, the short one that it still goes on. Where the
 * short one knows nothing, one that fires goes on as long as the long one says so: that no data comes is no sign that it is over.
 */
export function burnAlertsOf(
  slo: Slo,
  rates: readonly BurnRate[],
  { firing, endMs, unit }: { firing: Firing; endMs: number; unit: 'EVENTS' | 'MINUTES' },
): BurnAlert[] {
  const byWindow = new Map(rates.map((rate) => [rate.window, rate]))
  return rulesOf(slo).map((rule) => {
    const long = byWindow.get(rule.long_window)
    const short = byWindow.get(rule.short_window)
    const isFast = (rate: BurnRate | undefined): boolean => (rate?.burn_rate ?? 0) > rule.burn_rate
    const sinceMs = firing.get(ruleKey(rule))
    const goesOn = short?.coverage === 0 ? sinceMs !== undefined : isFast(short)
    const burns = isFast(long) && goesOn
    const isLow = unit === 'EVENTS' && (long?.events ?? 0) < slo.alerting.minimum_events
    const isFiring = burns && !isLow
    return {
      ...rule,
      long_burn_rate: long?.burn_rate ?? null,
      short_burn_rate: short?.burn_rate ?? null,
      firing: isFiring,
      since: isFiring ? isoTime(sinceMs ?? endMs) : null,
      held_back: burns && isLow ? 'LOW_TRAFFIC' : null,
    }
  })
}
