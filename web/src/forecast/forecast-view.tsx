import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { SeriesForecast } from '@aiops/contract/model/forecast'
import type { Point } from '@aiops/contract/model/series'
import { SearchX } from 'lucide-react'
import { useMemo } from 'react'
import { labelText } from '../series/selector.ts'
import { Chart } from '../ui/chart.tsx'
import type { ChartLine } from '../ui/chart-data.ts'
import { Empty } from '../ui/empty.tsx'
import { formatDuration, formatNumber, formatPercent } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { breachText, methodWord } from './forecast-word.ts'

type Answer = OperationOutput<Api['createForecast']>

export function ForecastView({ answer, query }: { answer: Answer; query: string }) {
  const { forecasts, total, notices, step_seconds } = answer
  if (forecasts.length === 0)
    return (
      <Empty icon={SearchX} title="The query has no series">
        {query}
      </Empty>
    )
  return (
    <div className="space-y-4">
      {notices.map((notice) => (
        <p key={notice} className="rounded-md bg-medium-soft px-3 py-2">
          {notice}
        </p>
      ))}
      {forecasts.map((one) => (
        <SeriesPanel key={JSON.stringify(one.labels)} {...{ one }} stepSeconds={step_seconds} />
      ))}
      {total > forecasts.length && (
        <p className="text-ink-mute text-xs">
          {forecasts.length} of {total} series.
        </p>
      )}
    </div>
  )
}

function SeriesPanel({ one, stepSeconds }: { one: SeriesForecast; stepSeconds: number }) {
  const name = one.labels.__name__ ?? 'value'
  const title = labelText(one.labels) || name
  const lines = useMemo(() => linesOf(one, name), [one, name])
  const levels = useMemo(
    () => one.breaches.map(({ limit }) => ({ value: limit, label: 'limit', tone: 'critical' as const })),
    [one.breaches],
  )
  if (one.refused !== null)
    return (
      <Panel title={title}>
        <p className="break-words">{one.refused}</p>
      </Panel>
    )
  const from = Date.parse(one.history[0]?.time ?? one.points[0]?.time ?? '')
  const to = Date.parse(one.points.at(-1)?.time ?? '')
  const marks = [
    ...(one.last ? [{ at: Date.parse(one.last.time), label: 'now' }] : []),
    ...(one.trusted_until && Date.parse(one.trusted_until) < to
      ? [{ at: Date.parse(one.trusted_until), label: 'less to be trusted' }]
      : []),
  ]
  return (
    <Panel title={title} note={one.labels.__name__ && title !== name ? name : undefined}>
      <Chart label={`${title}, foretold`} {...{ lines, from, to, levels, marks }} height={220} />
      <ul className="mt-2 space-y-0.5">
        {one.breaches.map((breach) => (
          <li key={`${breach.direction} ${breach.limit}`} className="font-medium">
            {breachText(breach, formatNumber(breach.limit))}
          </li>
        ))}
        <li className="text-ink-soft">
          By {methodWord(one.method)}
          {one.season_seconds !== null &&
            `, which repeats every ${formatDuration(one.season_seconds * 1_000)}`}
          , in steps of {formatDuration(stepSeconds * 1_000)}.
        </li>
        {one.backtest && <li className="text-ink-mute text-xs">{backtestText(one.backtest)}</li>}
        {one.notes.map((note) => (
          <li key={note} className="break-words text-ink-mute text-xs">
            {note}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const backtestText = ({
  coverage,
  targets,
  error,
  naive_error,
}: NonNullable<SeriesForecast['backtest']>): string =>
  `In its own past ${coverage === null ? 'there was too little to say how often the band held' : `the band held ${formatPercent(coverage)} of ${targets} values (80 % is meant)`}; off by ${formatNumber(error)} in the mean, “as before” by ${formatNumber(naive_error)}.`

function linesOf(one: SeriesForecast, metric: string): ChartLine[] {
  const course = (key: 'p10' | 'p50' | 'p90'): Point[] =>
    one.points.map((point) => [Date.parse(point.time), point[key]] as Point)
  const history = one.history.map(({ time, value }) => [Date.parse(time), value] as Point)
  return [
    { key: 'history', label: 'measured', metric, points: history },
    { key: 'p50', label: 'foretold', metric, points: course('p50') },
    { key: 'p90', label: 'one in ten above', metric, points: course('p90'), end: 'HIGH' },
    { key: 'p10', label: 'one in ten below', metric, points: course('p10'), end: 'LOW' },
  ]
}
