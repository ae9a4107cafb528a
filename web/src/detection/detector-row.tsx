import type { DetectorView } from '@aiops/contract/model/detection'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { labelText, selectorOfSeries } from '../series/selector.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { formatCount, formatDuration, formatValue } from '../ui/format.ts'
import { sentenceCase } from '../ui/words.ts'

const tones: Record<DetectorView['state'], Tone> = {
  LEARNING: 'info',
  WATCHING: 'ok',
  ANOMALOUS: 'high',
  SILENT: 'outline',
  MAINTENANCE: 'outline',
}

export const DetectorRow = memo(function DetectorRow({
  view,
  height,
}: {
  view: DetectorView
  height: number
}) {
  const { series, state, expected, missing } = view
  const value = (one: number | null): string => formatValue(one, series.unit, series.name)
  return (
    <tr
      style={{ height }}
      className="overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[auto_1fr] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row"
    >
      <td className="md:pl-4">
        <Badge tone={tones[state]}>{sentenceCase(state)}</Badge>
      </td>
      <td className="min-w-0 max-md:order-last max-md:col-span-2 md:pr-4">
        <Link
          to="/explore"
          search={{ s: [selectorOfSeries(series)] }}
          data-row-link
          className="block truncate font-medium font-mono text-xs hover:underline max-md:py-1"
          title={series.name}
        >
          {series.name}
        </Link>
        <p className="truncate text-ink-mute text-xs" title={labelText(series.labels)}>
          {labelText(series.labels)}
        </p>
      </td>
      <td className="truncate text-xs tabular-nums max-md:order-last max-md:col-span-2 md:pr-4">
        {expected ? (
          <>
            {value(expected.low)} to {value(expected.high)}
            <p className="truncate text-ink-mute">
              now {value(view.last_value)}, at {view.bound_effective.toFixed(1)} deviations{whyOf(view)}
            </p>
          </>
        ) : (
          <span className="text-ink-mute">
            learns: {formatCount(missing.points)} points and {formatDuration(missing.seconds * 1_000)} to go
          </span>
        )}
      </td>
      <td className="@3xl:md:table-cell hidden truncate pr-4 text-xs">
        {sentenceCase(view.tier)}
        <p className="truncate text-ink-mute">
          {view.season ? `${view.season.period.toLowerCase()} season` : 'no season'}
        </p>
      </td>
      <td
        className="@4xl:md:table-cell hidden truncate pr-4 text-ink-soft text-xs"
        title={view.rules.join(', ')}
      >
        {view.rules[0] ?? 'defaults'}
        {view.rules.length > 1 && ` and ${view.rules.length - 1} more`}
      </td>
    </tr>
  )
})

/** Why its bound is another one than that of its rule. */
const whyOf = ({ budget_factor, correction_factor }: DetectorView): string =>
  [
    ...(correction_factor === 1 ? [] : [` · × ${correction_factor.toFixed(2)} by feedback`]),
    ...(budget_factor === 1 ? [] : [` · × ${budget_factor.toFixed(2)} by its budget`]),
  ].join('')
