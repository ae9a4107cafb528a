import { HandCoins } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { CalibrationPanel } from './calibration-panel.tsx'
import type { CostPartProps, CostSearchChange } from './cost-search.ts'
import { signedUsdText, usdRangeText } from './money-text.ts'
import { RightBadge } from './outcome-panel.tsx'
import { SavingBars, savingScale } from './saving-bars.tsx'
import { type Saving, useSavings } from './use-cost.ts'

/** What was promised and what came of it, and what the confidences were worth. */
export function SavingTab({ onChange }: CostPartProps) {
  const query = useSavings()
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
      <QueryPanel
        title="Predicted and realised"
        note={
          query.data &&
          (query.data.realised_total_usd === null
            ? 'nothing was measured yet'
            : `${signedUsdText(query.data.realised_total_usd)} realised in 90 days`)
        }
        query={query}
        rows={8}
      >
        {({ savings }) =>
          savings.length === 0 ? (
            <Empty icon={HandCoins} title="No move was carried out yet">
              Once one was, its saving is measured against what staying would have cost at the prices seen
              since.
            </Empty>
          ) : (
            <SavingTable savings={savings} onChange={onChange} />
          )
        }
      </QueryPanel>
      <CalibrationPanel />
    </div>
  )
}

function SavingTable({ savings, onChange }: { savings: readonly Saving[]; onChange: CostSearchChange }) {
  const scale = savingScale(savings)
  return (
    <div className="max-h-[max(22rem,calc(100dvh-18rem))] overflow-auto">
      <table className="w-full min-w-[40rem]">
        <thead className="sticky top-0 z-10 bg-surface text-ink-mute text-xs">
          <tr>
            <TableHead className="pl-4">Service</TableHead>
            <TableHead className="text-right">Predicted</TableHead>
            <TableHead className="text-right">Realised</TableHead>
            <TableHead className="w-44">
              <span title="Grey above: predicted. Green below: realised. The line is zero.">p10 to p90</span>
            </TableHead>
            <TableHead>So far</TableHead>
          </tr>
        </thead>
        <tbody>
          {savings.map((saving) => {
            const { decision_id, service, at, predicted_usd, realised_usd, measured_until, right } = saving
            return (
              <tr key={decision_id} className="border-t hover:bg-sunken/60">
                <td className="max-w-48 py-2 pr-4 pl-4">
                  <button
                    type="button"
                    aria-haspopup="dialog"
                    onClick={() => onChange({ decision: decision_id })}
                    className="block max-w-full truncate font-medium hover:underline"
                  >
                    {service}
                  </button>
                  <Moment at={at} form="ago" className="text-ink-mute text-xs" />
                </td>
                <td
                  className="whitespace-nowrap pr-4 text-right"
                  title={predicted_usd ? usdRangeText(predicted_usd) : 'Nothing was predicted.'}
                >
                  {signedUsdText(predicted_usd?.p50)}
                </td>
                <td
                  className="whitespace-nowrap pr-4 text-right font-medium"
                  title={realised_usd ? usdRangeText(realised_usd) : 'Not measured yet.'}
                >
                  {signedUsdText(realised_usd?.p50)}
                </td>
                <td className="pr-4">
                  <SavingBars saving={saving} scale={scale} />
                </td>
                <td className="pr-4">
                  <RightBadge right={right} />
                  {measured_until !== null && (
                    <p className="whitespace-nowrap text-ink-mute text-xs">
                      until <Moment at={measured_until} />
                    </p>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
