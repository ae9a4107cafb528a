import type { SloView } from '@aiops/contract/model/slo'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Badge } from '../ui/badge.tsx'
import { formatNumber, formatPercent } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { burnNow, goodText, indicatorText, stateLook } from './slo-look.ts'

/** A table row; on narrow screens a card. */
export const SloRow = memo(function SloRow({ view, height }: { view: SloView; height: number }) {
  const { slo, status } = view
  const look = stateLook[status.state]
  const burn = burnNow(status)
  const left = status.budget.left_ratio
  return (
    <tr
      style={{ height }}
      className="overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row"
    >
      <td className="md:pl-4">
        <Badge tone={look.tone} title={status.reason}>
          {look.word}
        </Badge>
      </td>
      <td className="min-w-0 max-md:order-last max-md:col-span-3 md:pr-4">
        <Link
          to="/slos/$id"
          params={{ id: slo.id }}
          data-row-link
          className="line-clamp-2 break-words font-medium hover:underline md:block md:truncate"
          title={slo.name}
        >
          {slo.name}
        </Link>
        <p className="truncate text-ink-mute text-xs" title={indicatorText(slo.indicator)}>
          {slo.service && `${slo.service} · `}
          {indicatorText(slo.indicator)}
        </p>
      </td>
      <td className="@3xl:md:table-cell hidden pr-4 text-right tabular-nums">
        {goodText(status.ratio)}
        <p className="text-ink-mute text-xs">
          of {slo.objective} % in {slo.window === 'CALENDAR_MONTH' ? 'the month' : slo.window}
        </p>
      </td>
      <td className="max-md:order-last max-md:col-span-3 md:pr-4">
        <p className="flex justify-between gap-2 text-xs tabular-nums">
          <span>{leftText(left)}</span>
          <span className="text-ink-mute" title="How fast the budget burns: 1 uses exactly all of it">
            {burn && `× ${formatNumber(burn.burn_rate)} over ${burn.window}`}
          </span>
        </p>
        <Meter share={left ?? 0} label="Error budget left" className={look.bar} />
      </td>
      <td className="@4xl:md:table-cell hidden whitespace-nowrap pr-4 text-ink-soft">
        {status.exhaustion?.at ? <Moment at={status.exhaustion.at} form="ago" /> : '–'}
      </td>
    </tr>
  )
})

const leftText = (left: number | null): string =>
  left === null
    ? 'nothing known yet'
    : left < 0
      ? `overspent by ${formatPercent(-left)}`
      : `${formatPercent(left)} left`
