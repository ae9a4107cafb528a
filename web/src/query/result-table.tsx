import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { counted } from '../ui/words.ts'
import { type ResultSeries, seriesName } from './result-line.ts'

const rowsFirst = 50

/** The newest value of every series, the greatest first. */
export function ResultTable({ found }: { found: readonly ResultSeries[] }) {
  const [all, setAll] = useState(false)
  const rows = found
    .map(({ cluster, series, query = '' }) => ({
      cluster,
      query,
      name: seriesName(series.metric),
      last: series.values.at(-1)?.[1],
    }))
    .sort((a, b) => Number(b.last ?? Number.NEGATIVE_INFINITY) - Number(a.last ?? Number.NEGATIVE_INFINITY))
  const several = new Set(found.map(({ cluster }) => cluster)).size > 1
  const shown = all ? rows : rows.slice(0, rowsFirst)
  return (
    <Panel title="Newest values" note={counted(rows.length, 'series', 'series')} bodyClassName="p-0">
      <ScrollRegion label="Table of newest values" className="max-h-[32rem] overflow-y-auto">
        <table className="w-full">
          <thead className="sticky top-0 bg-surface text-ink-mute text-xs">
            <tr>
              {several && (
                <th scope="col" className="px-4 py-2 text-left font-normal">
                  Cluster
                </th>
              )}
              <th scope="col" className="px-4 py-2 text-left font-normal">
                Series
              </th>
              <th scope="col" className="px-4 py-2 text-right font-normal">
                Value
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ cluster, query, name, last }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, rows keep their order
              <tr key={i} className="border-t">
                {several && <td className="whitespace-nowrap px-4 py-1.5">{cluster}</td>}
                <td className="wrap-anywhere px-4 py-1.5 font-mono text-xs">
                  {query !== '' && <span className="mr-2 font-semibold">{query}</span>}
                  {name}
                </td>
                <td className="whitespace-nowrap px-4 py-1.5 text-right font-mono text-xs">
                  {last ?? 'histogram'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {!all && rows.length > rowsFirst && (
        <Button look="quiet" size="small" className="m-2" onClick={() => setAll(true)}>
          Show all {rows.length}
        </Button>
      )}
    </Panel>
  )
}
