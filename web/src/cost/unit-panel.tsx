import { formatCount } from '../ui/format.ts'
import { QueryPanel } from '../ui/query-panel.tsx'
import { TableHead } from '../ui/table-head.tsx'
import type { SpendRange } from './cost-search.ts'
import { Amount } from './money.tsx'
import { useUnitCosts } from './use-cost.ts'

/** What a request costs, where both its cost and its requests are known. */
export function UnitPanel({ range }: { range: SpendRange }) {
  const query = useUnitCosts(range)
  return (
    <QueryPanel title="Unit costs" note={`by 1,000 requests, over ${range}`} query={query}>
      {({ units, notices }) => (
        <>
          {units.length === 0 ? (
            <p className="p-4 text-ink-mute">None: of no service are both its cost and its requests known.</p>
          ) : (
            <div className="max-h-96 overflow-auto">
              <table className="w-full">
                <thead className="text-ink-mute text-xs">
                  <tr>
                    <TableHead className="pl-4">Service</TableHead>
                    <TableHead className="text-right">By 1,000</TableHead>
                    <TableHead className="text-right">Cost</TableHead>
                    <TableHead className="text-right">Requests</TableHead>
                  </tr>
                </thead>
                <tbody>
                  {units
                    .toSorted((a, b) => b.thousand_requests_usd - a.thousand_requests_usd)
                    .map(({ service, usd, requests, thousand_requests_usd, source }) => (
                      <tr key={service} className="border-t">
                        <td className="py-1.5 pr-4 pl-4 font-medium" title={`Requests from ${source}`}>
                          {service}
                        </td>
                        <td className="whitespace-nowrap pr-4 text-right font-medium">
                          <Amount value={thousand_requests_usd} />
                        </td>
                        <td className="whitespace-nowrap pr-4 text-right text-ink-soft">
                          <Amount value={usd} />
                        </td>
                        <td className="whitespace-nowrap pr-4 text-right text-ink-soft">
                          {formatCount(requests)}
                        </td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          )}
          {notices.map((notice) => (
            <p key={notice} className="border-t px-4 py-2 text-ink-mute text-xs">
              {notice}
            </p>
          ))}
        </>
      )}
    </QueryPanel>
  )
}
