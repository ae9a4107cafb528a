import type { DetectionReplay, ReplayedAnomaly } from '@aiops/contract/model/detection'
import { formatCount, formatNumber } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'

const shownMax = 20

/** What other settings would have found in recorded points. */
export function ReplayResult({ replay }: { replay: DetectionReplay }) {
  const { current, changed, counts } = replay
  const rate = (value: number | null | undefined): string => formatNumber(value)
  return (
    <div role="status" className="space-y-2 rounded-md border p-3">
      <p>
        Over the last day {formatCount(counts.added)} more, {formatCount(counts.gone)} fewer,{' '}
        {formatCount(counts.altered)} otherwise and {formatCount(counts.same)} alike:{' '}
        {rate(changed?.episodes_per_series_day)} instead of {rate(current.episodes_per_series_day)} episodes a
        series and day, over {formatCount(current.series)} series.
      </p>
      {replay.left_out.map((sentence) => (
        <p key={sentence} className="text-medium text-xs">
          {sentence}
        </p>
      ))}
      <Found title="Would be told" some={replay.added} />
      <Found title="Would not be told any more" some={replay.gone} />
    </div>
  )
}

function Found({ title, some }: { title: string; some: readonly ReplayedAnomaly[] }) {
  if (some.length === 0) return null
  return (
    <section>
      <h3 className="font-medium text-ink-soft text-xs uppercase tracking-wide">{title}</h3>
      <ul>
        {some.slice(0, shownMax).map((one) => (
          <li
            key={`${one.series.id} ${one.detected_at}`}
            className="flex flex-wrap items-baseline gap-x-3 py-0.5"
          >
            <SeverityBadge severity={one.severity} />
            <span className="min-w-0 flex-1 basis-64 break-words">{one.sentence}</span>
            <span className="text-ink-mute text-xs">
              <Moment at={one.started_at} form="ago" />
            </span>
          </li>
        ))}
      </ul>
      {some.length > shownMax && <p className="text-ink-mute text-xs">and {some.length - shownMax} more</p>}
    </section>
  )
}
