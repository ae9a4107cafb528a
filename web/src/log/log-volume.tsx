import type { LogRecord } from '@aiops/contract/model/log'
import { localText, utcText } from '../ui/clock-text.ts'
import { formatCount } from '../ui/format.ts'
import { counted, sentenceCase } from '../ui/words.ts'
import { levelOrder, sum, type Volume } from './volume-bars.ts'

type Level = LogRecord['severity']

const colours: Record<Level, string> = {
  ...{ FATAL: 'var(--critical)', ERROR: 'var(--series-6)', WARN: 'var(--series-7)', INFO: 'var(--series-1)' },
  ...{ DEBUG: 'var(--series-5)', TRACE: 'var(--series-8)', UNSPECIFIED: 'var(--ink-mute)' },
}
const height = 72

/** How many lines there were over time, by level. A click on a bar looks into its window. */
export function LogVolume({
  volume,
  onChoose,
}: {
  volume: Volume
  onChoose: (from: number, to: number) => void
}) {
  const { bars, most, totals } = volume
  const first = bars[0]
  const last = bars.at(-1)
  if (!first || !last) return null
  const now = Date.now()
  const shown = levelOrder.filter((level) => totals.has(level))
  return (
    <figure className="space-y-1 px-3 py-2">
      <div className="flex items-end gap-px" style={{ height }}>
        {bars.map((bar) => (
          <button
            key={bar.from}
            type="button"
            disabled={bar.total === 0}
            title={titleOf(bar.from, bar.to, bar.counts)}
            aria-label={titleOf(bar.from, bar.to, bar.counts)}
            onClick={() => onChoose(bar.from, bar.to)}
            className="flex h-full min-w-0 flex-1 flex-col-reverse hover:bg-sunken focus-visible:-outline-offset-1"
          >
            {levelOrder.map((level) => {
              const count = bar.counts.get(level) ?? 0
              return count === 0 ? null : (
                <span
                  key={level}
                  aria-hidden
                  className="w-full shrink-0"
                  style={{ height: Math.max(1, (count / most) * height), background: colours[level] }}
                />
              )
            })}
          </button>
        ))}
      </div>
      <div className="flex justify-between border-t pt-0.5 text-ink-mute text-xs">
        <time dateTime={new Date(first.from).toISOString()} title={utcText(first.from)}>
          {localText(first.from, now)}
        </time>
        <time dateTime={new Date(last.to).toISOString()} title={utcText(last.to)}>
          {localText(last.to, now)}
        </time>
      </div>
      <figcaption className="flex flex-wrap gap-x-4 gap-y-1 text-ink-soft text-xs">
        <span>{counted(sum(totals), 'line')}</span>
        {shown.map((level) => (
          <span key={level} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2 rounded-sm" style={{ background: colours[level] }} />
            {word(level)} {formatCount(totals.get(level))}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

const word = (level: Level): string => (level === 'UNSPECIFIED' ? 'No level' : sentenceCase(level))

function titleOf(from: number, to: number, counts: ReadonlyMap<Level, number>): string {
  const now = Date.now()
  const levels = levelOrder
    .filter((level) => counts.has(level))
    .map((level) => `${word(level)} ${formatCount(counts.get(level))}`)
  return `${localText(from, now)} to ${localText(to, now)}: ${levels.join(', ') || 'no lines'}`
}
