import { monthlyOf } from '@aiops/contract/model/money'
import type { PlanCost } from '@aiops/contract/model/plan'
import { hourlyText, monthlyText, signedHourlyText } from '../cost/money-text.ts'
import { costText } from './plan-text.ts'

/** What the plan does to the bill: what is known, what is not and why. */
export function PlanCostView({ cost }: { cost: PlanCost }) {
  const { hourly_delta_usd: whole, known, unknown, source } = cost
  const text = costText(cost)
  return (
    <div>
      <h3 className="mb-1 font-medium">
        {text === 'cost unknown' ? 'Cost unknown' : `Cost: ${text}`}
        {whole !== null && whole !== 0 && (
          <span className="font-normal text-ink-mute">, {monthlyText(monthlyOf(whole))} of 730 h</span>
        )}
      </h3>
      <p className="text-ink-mute text-xs">
        {source === null ? 'No price book was asked.' : `Prices of: ${source}.`}
      </p>
      {known.length > 0 && (
        <ul className="mt-1 space-y-0.5">
          {known.map(({ address, before_hourly_usd: before, after_hourly_usd: after, delta_hourly_usd }) => (
            <li key={address} className="flex flex-wrap gap-x-3">
              <code className="min-w-0 break-all font-mono text-xs">{address}</code>
              <span className="ml-auto whitespace-nowrap text-ink-soft">
                {before === null ? 'not there' : hourlyText(before)} →{' '}
                {after === null ? 'gone' : hourlyText(after)}{' '}
                <span className="text-ink">({signedHourlyText(delta_hourly_usd)})</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {unknown.length > 0 && (
        <ul className="mt-1 space-y-0.5">
          {unknown.map(({ address, reason }) => (
            <li key={address} className="break-words text-medium">
              Not known of <code className="break-all font-mono text-xs">{address}</code>: {reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
