import { type ChartLine, valueAt } from './chart-data.ts'
import { formatValue } from './format.ts'

type ChartLegendProps = { lines: readonly ChartLine[]; at: number; from: number; to: number }

/** Names and values at the cursor, or the latest. A value older than a tenth of the range is not carried forward. */
export function ChartLegend({ lines, at, from, to }: ChartLegendProps) {
  const maxAgeMs = Math.max(15_000, (to - from) / 10)
  return (
    <ul className="mt-1 flex max-h-24 flex-wrap gap-x-4 gap-y-0.5 overflow-y-auto pl-2 text-xs">
      {lines.map((line, i) => (
        <li key={line.key} className={line.end ? 'sr-only' : 'flex min-w-0 items-center gap-1.5'}>
          <span
            aria-hidden
            className="h-0.5 w-3 shrink-0 rounded"
            style={{ background: `var(--series-${(i % 8) + 1})` }}
          />
          <span className="min-w-0 truncate text-ink-soft" title={line.label}>
            {line.label}
          </span>
          <span className="whitespace-nowrap font-medium">
            {formatValue(valueAt(line.points, at, maxAgeMs), line.unit, line.metric)}
          </span>
        </li>
      ))}
    </ul>
  )
}
