import type { PipelineStats } from '@aiops/contract/event'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useRates } from '../shell/live-provider.tsx'
import { formatCount, formatNumber } from '../ui/format.ts'
import { Sparkline } from '../ui/sparkline.tsx'

const signals: readonly {
  key: keyof PipelineStats
  label: string
  unit: string
  format: (n: number) => string
  /** Where what is counted is seen. */
  place: Pick<LinkProps, 'to' | 'search'>
}[] = [
  {
    ...{ key: 'samples_per_second', label: 'Metric samples', unit: '/s', format: formatNumber },
    place: { to: '/sources' },
  },
  {
    ...{ key: 'logs_per_second', label: 'Log records', unit: '/s', format: formatNumber },
    place: { to: '/explore', search: { tab: 'logs' } },
  },
  {
    ...{ key: 'spans_per_second', label: 'Spans', unit: '/s', format: formatNumber },
    place: { to: '/explore', search: { tab: 'traces' } },
  },
  {
    ...{ key: 'active_series', label: 'Active series', unit: '', format: formatCount },
    place: { to: '/explore' },
  },
  {
    ...{ key: 'active_anomalies', label: 'Active anomalies', unit: '', format: formatCount },
    place: { to: '/anomalies', search: { state: 'ACTIVE' } },
  },
]

/** What comes in right now, with the last two minutes as a line. */
export function SignalRates({ stats }: { stats: PipelineStats }) {
  const rates = useRates()
  return (
    <section
      aria-label="Live signal rates"
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line md:grid-cols-5"
    >
      {signals.map(({ key, label, unit, format, place }) => (
        <Link
          key={key}
          {...place}
          className="min-w-0 bg-surface px-4 py-3 last:col-span-2 hover:bg-sunken/60 focus-visible:-outline-offset-2 md:last:col-span-1"
        >
          <p className="truncate text-ink-mute text-xs">{label}</p>
          <p className="font-semibold text-xl">
            {format(stats[key])}
            {unit !== '' && <span className="ml-1 font-normal text-ink-mute text-sm">{unit}</span>}
          </p>
          <Sparkline values={rates.map((one) => one[key])} label={`${label}, last two minutes`} />
        </Link>
      ))}
    </section>
  )
}
