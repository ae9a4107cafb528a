import type { SloView } from '@aiops/contract/model/slo'
import { type Figure, FigureList } from '../ui/figure-list.tsx'
import { formatDuration, formatNumber, formatPercent } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { burnNow, goodText } from './slo-look.ts'

/** How it stands, in five figures. */
export function SloFigures({ view: { slo, status } }: { view: SloView }) {
  const { budget, exhaustion, window } = status
  const burn = burnNow(status)
  const figures: Figure[] = [
    {
      label: 'Good so far',
      value: goodText(status.ratio),
      note: `promised ${slo.objective} %`,
      ...(status.ratio !== null && status.ratio * 100 < slo.objective ? { tone: 'critical' as const } : {}),
    },
    {
      label: 'Budget left',
      value: formatPercent(budget.left_ratio),
      note: `${amount(budget.left, budget.unit)} of ${amount(budget.total, budget.unit)}`,
      ...(budget.left_ratio !== null && budget.left_ratio <= 0 ? { tone: 'critical' as const } : {}),
    },
    {
      label: 'Burns now',
      value: burn ? `× ${formatNumber(burn.burn_rate)}` : '–',
      note: burn ? `over ${burn.window}; 1 uses exactly all of it` : 'nothing known of the last hours',
    },
    {
      label: 'Used up',
      value: exhaustion?.at ? (
        <Moment at={exhaustion.at} form="ago" />
      ) : status.state === 'EXHAUSTED' ? (
        'already'
      ) : (
        'not in sight'
      ),
      note: exhaustion ? (
        exhaustion.earliest ? (
          <>
            <Moment at={exhaustion.earliest} form="ago" /> at the earliest,{' '}
            {exhaustion.method === 'FORECAST' ? 'by its course' : 'as fast as it burns now'}
          </>
        ) : (
          <>
            until <Moment at={exhaustion.horizon} />
          </>
        )
      ) : undefined,
    },
    {
      label: 'Window',
      value: slo.window === 'CALENDAR_MONTH' ? 'This month' : slo.window,
      note: window.full
        ? 'all of it is known'
        : `${formatPercent(window.coverage)} known of ${formatDuration(Date.parse(window.end) - Date.parse(window.start))}`,
    },
  ]
  return <FigureList label="How it stands" figures={figures} />
}

const amount = (value: number | null, unit: 'EVENTS' | 'MINUTES'): string =>
  value === null
    ? 'not known'
    : unit === 'MINUTES'
      ? formatDuration(value * 60_000)
      : `${formatNumber(value)} events`
