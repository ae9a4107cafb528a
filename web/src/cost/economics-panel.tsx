import type { Decision } from '@aiops/contract/model/decision'
import { formatDuration } from '../ui/format.ts'
import { TableHead } from '../ui/table-head.tsx'
import { DecisionPart } from './decision-part.tsx'
import { signedHourlyText, signedUsdText, usdText } from './money-text.ts'

/** The money of it: what is saved, what the move costs and of what, when it has paid for itself. */
export function EconomicsPanel({ decision: { economics, action } }: { decision: Decision }) {
  if (!economics) return null
  const { saving_usd, saving_hourly_usd, migration_usd, migration_parts, horizon_hours, payback_hours } =
    economics
  const horizon = formatDuration(horizon_hours * 3_600_000)
  return (
    <DecisionPart
      title="Money"
      note={action === 'STAY' ? 'of the best move there would be; it stays' : '+ is saved, − is lost'}
    >
      <div className="overflow-x-auto">
        <table className="w-full min-w-[26rem]">
          <thead className="text-ink-mute text-xs">
            <tr>
              <TableHead>What</TableHead>
              <TableHead className="text-right">p10</TableHead>
              <TableHead className="text-right">p50</TableHead>
              <TableHead className="pr-0 text-right">p90</TableHead>
            </tr>
          </thead>
          <tbody className="[&_td]:whitespace-nowrap [&_td]:text-right [&_th]:pr-4 [&_th]:text-left [&_th]:font-normal">
            <tr className="border-t">
              <th scope="row" className="py-1.5">
                In {horizon}, migration paid
              </th>
              <td className="pr-4">{signedUsdText(saving_usd.p10)}</td>
              <td className="pr-4 font-semibold">{signedUsdText(saving_usd.p50)}</td>
              <td>{signedUsdText(saving_usd.p90)}</td>
            </tr>
            <tr className="border-t">
              <th scope="row" className="py-1.5">
                By the hour, once it has moved
              </th>
              <td className="pr-4">{signedHourlyText(saving_hourly_usd.p10)}</td>
              <td className="pr-4">{signedHourlyText(saving_hourly_usd.p50)}</td>
              <td>{signedHourlyText(saving_hourly_usd.p90)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <p className="mt-2">
        The move {action === 'STAY' ? 'would cost' : 'costs'}{' '}
        <span className="font-medium">{usdText(migration_usd)}</span>{' '}
        {payback_hours === null
          ? 'and is never paid back at the rates seen.'
          : `and is paid back in ${formatDuration(payback_hours * 3_600_000)}.`}
      </p>
      {migration_parts.length > 0 && (
        <ul className="mt-1 space-y-0.5 text-xs">
          {migration_parts.map(({ name, usd, source }) => (
            <li key={name} className="flex flex-wrap gap-x-2">
              <span className="w-16 shrink-0 text-right">{usdText(usd)}</span>
              <span>{name}</span>
              <span className="wrap-anywhere text-ink-mute">from {source}</span>
            </li>
          ))}
        </ul>
      )}
    </DecisionPart>
  )
}
