import { Link } from '@tanstack/react-router'
import { localText, utcText } from '../ui/clock-text.ts'
import { formatNumber } from '../ui/format.ts'
import { counted } from '../ui/words.ts'
import type { Exemplar } from './exemplar.ts'
import { seriesName } from './result-line.ts'

const named = 20

/** The points of the chart that lead to traces, in words: for those who cannot or do not want to hit a point. */
export function ExemplarList({ exemplars }: { exemplars: readonly Exemplar[] }) {
  if (exemplars.length === 0) return null
  const now = Date.now()
  return (
    <details className="mt-2 text-xs">
      <summary className="text-ink-soft">
        {counted(exemplars.length, 'exemplar')}: measured values with the trace they came from, diamonds in
        the chart
      </summary>
      <ul className="mt-1 max-h-48 overflow-y-auto">
        {exemplars.slice(0, named).map(({ at, value, traceId, series }) => (
          <li key={`${traceId} ${at} ${value}`} className="flex flex-wrap gap-x-3">
            <time dateTime={new Date(at).toISOString()} title={utcText(at)} className="text-ink-mute">
              {localText(at, now)}
            </time>
            <span>{formatNumber(value)}</span>
            <Link
              to="/explore"
              search={{ tab: 'traces', trace: traceId }}
              className="font-mono text-accent hover:underline"
            >
              {traceId.slice(0, 8)}…
            </Link>
            <span className="wrap-anywhere font-mono text-ink-mute">{seriesName(series)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
