import type { BudgetStatus } from '@aiops/contract/model/budget'
import { bandLook } from './budget-draft.ts'
import { usdRangeText, usdText } from './money-text.ts'

/** Spent as a bar, the forecast as a bracket behind it, thresholds as ticks; the end is what is needed of limit, hard limit and forecast. */
export function BudgetMeter({ status }: { status: BudgetStatus }) {
  const { budget, spent_usd, forecast_usd, band } = status
  const { limit_monthly_usd: limit, hard_limit_monthly_usd: hard, thresholds } = budget
  const end = Math.max(limit, hard ?? 0, spent_usd ?? 0, forecast_usd?.p90 ?? 0) * 1.05
  const at = (amount: number): string => `${Math.min(100, (amount / end) * 100)}%`
  const ticks = [...thresholds.map((share) => share * limit), ...(hard === null ? [] : [hard])]
  const said = `${usdText(spent_usd)} spent${forecast_usd ? `, forecast ${usdRangeText(forecast_usd)}` : ''}`
  return (
    <div role="img" aria-label={said} className="relative h-6">
      <div className="absolute inset-x-0 top-2 h-2.5 rounded bg-sunken" />
      {forecast_usd && (
        <div
          title={`Forecast ${usdRangeText(forecast_usd)}`}
          className="absolute top-1 h-4.5 rounded border border-ink-mute/60 bg-ink-mute/15"
          style={{
            left: at(forecast_usd.p10),
            width: `max(3px, calc(${at(forecast_usd.p90)} - ${at(forecast_usd.p10)}))`,
          }}
        />
      )}
      {spent_usd !== null && (
        <div
          className={`absolute top-2 left-0 h-2.5 rounded ${bandLook[band].bar}`}
          style={{ width: at(spent_usd) }}
        />
      )}
      {ticks.map((tick) => (
        <span key={tick} className="absolute top-0.5 h-5.5 w-0.5 bg-ink-soft" style={{ left: at(tick) }} />
      ))}
    </div>
  )
}
