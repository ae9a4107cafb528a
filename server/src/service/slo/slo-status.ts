import { figureText } from '@aiops/contract/model/number-text'
import type { BurnAlert, Slo, SloBudget, SloStatus } from '@aiops/contract/model/slo'
import { isoTime } from '../../kernel/clock.ts'
import { burnAlertsOf, burnRatesOf, errorRatioOf, type Firing } from './burn.ts'
import { budgetRatioOf, minuteMs, type Span, spanOf } from './burn-policy.ts'
import { byBurnRate, horizonOf } from './exhaustion.ts'
import type { SlotBook } from './slot-book.ts'
import type { Tally } from './slot-ring.ts'

/** From here on a window counts as full. */
const fullCoverage = 0.99

export type Stand = {
  slo: Slo
  unit: 'EVENTS' | 'MINUTES'
  book: Pick<SlotBook, 'over' | 'newestMs'>
  firing: Firing
  /** Whole minute up to which events are counted. */
  endMs: number
  noDataMs: number
  /** Fields of the indicator without data. */
  missing: readonly string[]
}

/** How an objective stands at the end of a minute. */
export function statusOf(stand: Stand): SloStatus {
  const { slo, unit, book, endMs } = stand
  const span = spanOf(slo.window, endMs)
  const tally = book.over(span)
  const errorRatio = errorRatioOf(tally)
  const coverage = span.endMs > span.startMs ? Math.min(1, tally.knownMs / (endMs - span.startMs)) : 0
  const budget = budgetOf(slo, { unit, tally, span })
  const rates = burnRatesOf(slo, book, endMs)
  const alerts = burnAlertsOf(slo, rates, stand)
  const full = coverage >= fullCoverage
  const isSilent = tally.knownMs === 0 || endMs - book.newestMs > stand.noDataMs
  const state = isSilent || errorRatio === null ? 'NO_DATA' : stateOf(budget, alerts)
  return {
    ...{ state, evaluated_at: isoTime(endMs), ratio: errorRatio === null ? null : 1 - errorRatio },
    reason: reasonOf(stand, { tally, budget, alerts, state }),
    window: { start: isoTime(span.startMs), end: isoTime(span.endMs), coverage, full },
    events: { total: tally.total, bad: tally.bad },
    ...{ budget, burn_rates: rates, alerts },
    exhaustion: byBurnRate(rates, budget.left_ratio, { span, horizonMs: horizonOf(slo, span) }),
    notices: noticesOf(stand, { tally, coverage, full, alerts }),
  }
}

/** Of one that is not evaluated. */
export function idleStatus(slo: Slo, nowMs: number, reason: string): SloStatus {
  const span = spanOf(slo.window, nowMs)
  return {
    state: slo.enabled ? 'NO_DATA' : 'DISABLED',
    ...{ reason, evaluated_at: null, ratio: null },
    window: { start: isoTime(span.startMs), end: isoTime(span.endMs), coverage: 0, full: false },
    events: { total: 0, bad: 0 },
    budget: { unit: 'EVENTS', total: null, used: 0, left: null, used_ratio: null, left_ratio: null },
    ...{ burn_rates: [], alerts: [], exhaustion: null, notices: [] },
  }
}

function budgetOf(
  slo: Slo,
  { unit, tally, span }: { unit: 'EVENTS' | 'MINUTES'; tally: Tally; span: Span },
): SloBudget {
  const of = unit === 'MINUTES' ? span.lengthMs / minuteMs : tally.total
  const isKnown = tally.total > 0
  const total = budgetRatioOf(slo) * of
  const usedRatio = isKnown && total > 0 ? tally.bad / total : null
  return {
    ...{ unit, total: isKnown ? total : null, used: tally.bad, left: isKnown ? total - tally.bad : null },
    ...{ used_ratio: usedRatio, left_ratio: usedRatio === null ? null : 1 - usedRatio },
  }
}

function stateOf({ left_ratio: left }: SloBudget, alerts: readonly BurnAlert[]): SloStatus['state'] {
  if (left !== null && left <= 0) return 'EXHAUSTED'
  return alerts.some(({ firing }) => firing) ? 'BURNING' : 'OK'
}

function reasonOf(
  { slo, book, endMs, missing }: Stand,
  {
    tally,
    budget,
    alerts,
    state,
  }: { tally: Tally; budget: SloBudget; alerts: readonly BurnAlert[]; state: SloStatus['state'] },
): string {
  if (tally.knownMs === 0)
    return missing.length > 0
      ? `Nothing is known: ${missing.map((field) => `\`${field}\``).join(', ')} has no data.`
      : 'Nothing is known of its window yet.'
  if (tally.total === 0) return 'There were no events in its window.'
  if (state === 'NO_DATA')
    return `No data for ${Math.round((endMs - book.newestMs) / minuteMs)} minutes; before that, ${leftText(budget.left_ratio)}.`
  const unit = budget.unit === 'MINUTES' ? 'minutes' : 'events'
  const used = `${amount(budget.used)} of ${amount(budget.total ?? 0)} ${unit} that may be bad in ${nameOf(slo)} are used`
  if (state === 'EXHAUSTED') return `The budget is spent: ${used}.`
  const [first] = alerts.filter(({ firing }) => firing)
  if (first)
    return `The budget burns ${amount(first.long_burn_rate ?? 0)} times as fast as it may over ${first.long_window}; ${leftText(budget.left_ratio)}.`
  return `${percent(budget.left_ratio)} of the budget are left: ${used}.`
}

const nameOf = ({ window }: Slo): string => (window === 'CALENDAR_MONTH' ? 'the month' : window)

function noticesOf(
  { slo, missing, book, endMs, noDataMs }: Stand,
  {
    tally,
    coverage,
    full,
    alerts,
  }: { tally: Tally; coverage: number; full: boolean; alerts: readonly BurnAlert[] },
): string[] {
  const isSilent = missing.length > 0 && endMs - book.newestMs > noDataMs
  return [
    ...(isSilent ? missing.map((field) => `The query of \`${field}\` has no data.`) : []),
    ...(full || tally.knownMs === 0
      ? []
      : [`The window is not full: ${percent(coverage)} of it are known, and only of that it speaks.`]),
    ...(alerts.some(({ held_back }) => held_back !== null)
      ? [
          `Little traffic: an alert waits until its long window holds ${slo.alerting.minimum_events} events (\`alerting.minimum_events\`).`,
        ]
      : []),
  ]
}

export const amount = (value: number): string => figureText(value)

export const percent = (ratio: number | null): string =>
  ratio === null ? 'an unknown share' : `${amount(ratio * 100)} %`

/** Of the budget, as a part of a sentence. */
export function leftText(leftRatio: number | null): string {
  if (leftRatio === null) return 'nothing is known of what is left'
  return leftRatio > 0 ? `${percent(leftRatio)} of it are left` : `${percent(1 - leftRatio)} of it are used`
}
