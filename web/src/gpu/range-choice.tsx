import { type HistoryRange, historyRanges } from './gpu-search.ts'

export function RangeChoice({
  range,
  onRange,
}: {
  range: HistoryRange
  onRange: (range: HistoryRange) => void
}) {
  return (
    <fieldset className="flex overflow-hidden rounded-md border border-line-strong">
      <legend className="sr-only">Time range</legend>
      {historyRanges.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={range === one}
          onClick={() => onRange(one)}
          className="h-7 border-line-strong border-r bg-surface px-2.5 text-ink-soft text-xs last:border-r-0 hover:bg-sunken focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
        >
          {one}
        </button>
      ))}
    </fieldset>
  )
}
