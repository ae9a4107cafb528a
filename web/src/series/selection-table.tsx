import type { Series, SeriesPoints } from '@aiops/contract/model/series'
import { Link } from '@tanstack/react-router'
import { SquareTerminal, X } from 'lucide-react'
import { promqlOf } from '../query/promql-of.ts'
import { Button, buttonStyle } from '../ui/button.tsx'
import { formatValue } from '../ui/format.ts'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import type { ExploreSearch } from './explore-search.ts'
import { selectorOfSeries } from './selector.ts'
import { summaryOf } from './series-summary.ts'

type SelectionTableProps = {
  selectors: readonly string[]
  results: readonly SeriesPoints[]
  onRemove: (selector: string) => void
}

/** The range in numbers. Rows without a selector of their own came by a wider one, which is removed as a whole. */
export function SelectionTable({ selectors, results, onRemove }: SelectionTableProps) {
  const alone = results.filter((one) => !selectors.includes(selectorOfSeries(one.series)))
  const rows = [
    ...selectors.map((selector) => ({
      selector,
      removable: true,
      of: results.find((one) => selectorOfSeries(one.series) === selector),
    })),
    ...alone.map((of) => ({ selector: selectorOfSeries(of.series), removable: false, of })),
  ]
  return (
    <ScrollRegion label="Table of chosen series">
      <table className="w-full min-w-[38rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <th scope="col" className="px-4 py-2 text-left font-normal">
              Series
            </th>
            {['Last', 'Mean', 'Min', 'Max'].map((name) => (
              <th key={name} scope="col" className="px-3 py-2 text-right font-normal">
                {name}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Query, remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ selector, removable, of }) => {
            const summary = summaryOf(of?.points ?? [])
            const text = (value: number | null): string =>
              formatValue(value, of?.series.unit, of?.series.name)
            return (
              <tr key={selector} className="border-t">
                <td className="wrap-anywhere px-4 py-1.5 font-mono text-xs">{selector}</td>
                {[summary.last, summary.mean, summary.min, summary.max].map((value, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: four fixed columns
                  <td key={i} className="whitespace-nowrap px-3 py-1.5 text-right">
                    {text(value)}
                  </td>
                ))}
                <td className="w-16 whitespace-nowrap pr-3 text-right">
                  {of && <QueryLink series={of.series} />}
                  {removable && (
                    <Button
                      look="quiet"
                      size="icon-small"
                      aria-label={`Remove ${selector}`}
                      title="Remove"
                      onClick={() => onRemove(selector)}
                    >
                      <X aria-hidden />
                    </Button>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

/** The series as a query, to go on from; the range is kept. */
function QueryLink({ series }: { series: Series }) {
  const query = promqlOf(series)
  return (
    <Link
      from="/explore"
      to="/explore"
      search={({ range, from, to }: ExploreSearch) => ({
        ...{ tab: 'metrics' as const, q: query },
        ...(range ? { range } : {}),
        ...(from !== undefined && to !== undefined ? { from, to } : {}),
      })}
      aria-label={`Query ${query}`}
      title="Query this"
      className={buttonStyle({ look: 'quiet', size: 'icon-small' })}
    >
      <SquareTerminal aria-hidden />
    </Link>
  )
}
