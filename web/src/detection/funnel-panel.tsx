import type { DetectionFunnel } from '@aiops/contract/model/detection'
import { FigureList } from '../ui/figure-list.tsx'
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { useFunnel } from './use-detection.ts'

/** How far points came, tier by tier, and what that costs. */
export function FunnelPanel() {
  const query = useFunnel()
  return (
    <Panel
      title="How far points come"
      note={
        query.data && (
          <>
            since <Moment at={query.data.since} form="ago" />
          </>
        )
      }
    >
      <Loaded query={query} inset={false}>
        {(funnel) => (
          <div className="space-y-4">
            <FigureList label="Series" figures={figuresOf(funnel)} />
            <ul className="space-y-2">
              {funnel.tiers.map((tier) => (
                <li
                  key={tier.tier}
                  className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[8rem_minmax(0,1fr)_16rem]"
                >
                  <span className="font-medium">{sentenceCase(tier.tier)} tier</span>
                  <div className="min-w-0 self-center">
                    <Meter share={tier.share} label={`Share of points that the ${tier.tier} tier settled`} />
                  </div>
                  <span className="text-ink-soft text-xs">
                    {formatPercent(tier.share)} of points end here ·{' '}
                    {counted(tier.anomalies, 'anomaly', 'anomalies')} ·{' '}
                    {tier.cpu_ms === null ? 'cost not measured' : `${formatDuration(tier.cpu_ms)} of CPU`}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Loaded>
    </Panel>
  )
}

const figuresOf = ({ series, points, bytes_per_series, snapshot_at }: DetectionFunnel) => [
  {
    label: 'Series watched',
    value: formatCount(series.watched),
    note: `${formatCount(series.learning)} still learn`,
  },
  {
    label: 'Left out',
    value: formatCount(series.not_watched + series.refused),
    note: series.refused > 0 ? `${formatCount(series.refused)} of them for want of room` : 'by settings',
    ...(series.refused > 0 ? { tone: 'medium' as const } : {}),
  },
  { label: 'Points judged', value: formatNumber(points) },
  { label: 'Memory a series', value: formatBytes(bytes_per_series) },
  {
    label: 'Snapshot',
    value: snapshot_at ? <Moment at={snapshot_at} form="ago" /> : 'none yet',
    note: 'what a restart goes on from',
  },
]
