import type { BudgetStatus } from '@aiops/contract/model/budget'
import { usd } from '@aiops/contract/model/money'
import { Pencil, Trash2 } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { formatPercent } from '../ui/format.ts'
import { bandLook, selectorText } from './budget-draft.ts'
import { BudgetMeter } from './budget-meter.tsx'
import { Amount } from './money.tsx'
import { monthlyText, usdRangeText, usdText } from './money-text.ts'

type BudgetCardProps = { status: BudgetStatus; onEdit: () => void; onDelete: () => void }

export function BudgetCard({ status, onEdit, onDelete }: BudgetCardProps) {
  const { budget, spent_usd, forecast_usd, band, forecast_band, coverage, sources } = status
  const { name, selector, limit_monthly_usd: limit, hard_limit_monthly_usd: hard } = budget
  const unpriced = 'Nothing that it takes in has a price.'
  return (
    <li className="min-w-0 rounded-lg border bg-surface p-4">
      <div className="mb-3 flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="wrap-anywhere font-semibold text-base">{name}</h2>
          <p className="wrap-anywhere text-ink-mute text-xs">of {selectorText(selector)}</p>
        </div>
        <Badge tone={spent_usd === null ? 'outline' : bandLook[band].tone} title={bandLook[band].means}>
          {spent_usd === null ? 'not known' : bandLook[band].word}
        </Badge>
        <Button look="quiet" size="icon-small" aria-label={`Change ${name}`} onClick={onEdit}>
          <Pencil aria-hidden />
        </Button>
        <Button look="quiet" size="icon-small" aria-label={`Delete ${name}`} onClick={onDelete}>
          <Trash2 aria-hidden />
        </Button>
      </div>
      <p className="mb-1 flex flex-wrap items-baseline gap-x-2">
        <Amount value={spent_usd} why={unpriced} className="font-semibold text-lg" />
        <span className="text-ink-soft">
          spent of {monthlyText(limit)}
          {spent_usd !== null && ` (${formatPercent(spent_usd / limit)})`}
        </span>
      </p>
      <BudgetMeter status={status} />
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm [&_dt]:text-ink-mute">
        <dt>Forecast</dt>
        <dd>
          {forecast_usd === null ? (
            <span
              className="text-ink-mute"
              title="There is less than a day to go by, or nothing has a price."
            >
              not yet
            </span>
          ) : (
            <>
              {usdText(forecast_usd.p50)}, {usdRangeText(forecast_usd)} (p10 to p90){' '}
              {forecast_band !== null && forecast_band !== 'MONITOR' && (
                <Badge tone={bandLook[forecast_band].tone} title={bandLook[forecast_band].means}>
                  {bandLook[forecast_band].word}
                </Badge>
              )}
            </>
          )}
        </dd>
        {hard !== null && (
          <>
            <dt>Hard limit</dt>
            <dd>{monthlyText(hard)}</dd>
          </>
        )}
        <dt>Room left</dt>
        <dd>
          <Amount value={spent_usd === null ? null : usd(limit - spent_usd)} why={unpriced} />
        </dd>
        <dt>Known</dt>
        <dd className={`wrap-anywhere ${coverage < 0.5 ? 'text-medium' : ''}`}>
          {formatPercent(coverage)} of the month so far
          {sources.length > 0 && `, from ${sources.join(', ')}`}
        </dd>
      </dl>
    </li>
  )
}
