import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { linesOf } from '../series/lines-of.ts'
import { type RangeStep, rangeSteps } from '../series/range.ts'
import { selectorOf } from '../series/selector.ts'
import { useSelectorRange } from '../series/use-range.ts'
import { Chart } from '../ui/chart.tsx'
import { Failure } from '../ui/failure.tsx'

const charts = [
  { metric: 'swen_service_cost', title: 'Cost, USD by the hour', unit: 'USD/h' },
  { metric: 'swen_service_latency', title: 'Latency', unit: 'ms' },
] as const

/** The course of what was told of a service at all its providers. */
export function ReadingHistory({ service }: { service: string }) {
  const [range, setRange] = useState<RangeStep>('1h')
  return (
    <section aria-label="History">
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h3 className="font-semibold">History</h3>
        <fieldset className="flex overflow-hidden rounded-md border border-line-strong">
          <legend className="sr-only">Time range</legend>
          {rangeSteps.map((step) => (
            <button
              key={step}
              type="button"
              aria-pressed={range === step}
              onClick={() => setRange(step)}
              className="h-7 border-line-strong border-r bg-surface px-2.5 text-ink-soft text-xs last:border-r-0 hover:bg-sunken focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
            >
              {step}
            </button>
          ))}
        </fieldset>
      </div>
      <div className="space-y-4">
        {charts.map((chart) => (
          <OneChart key={chart.metric} service={service} range={range} {...chart} />
        ))}
      </div>
    </section>
  )
}

type OneChartProps = { service: string; range: RangeStep } & (typeof charts)[number]

function OneChart({ service, range, metric, title, unit }: OneChartProps) {
  const selector = selectorOf([
    { name: '__name__', op: '=', value: metric },
    { name: 'service', op: '=', value: service },
  ])
  const selectors = useMemo(() => [selector], [selector])
  const span = useMemo(() => ({ duration: range }), [range])
  const { results, from, to, loading, error, retry } = useSelectorRange(selectors, span, true)
  const lines = useMemo(
    () =>
      linesOf(results).map((line, i) => ({
        ...line,
        unit,
        label: results[i]?.series.labels.provider ?? line.label,
      })),
    [results, unit],
  )
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline gap-2 text-xs">
        <span className="font-medium">{title}</span>
        <Link
          to="/explore"
          search={{ s: [selector], range }}
          title={selector}
          className="ml-auto text-accent hover:underline"
        >
          Open in Explore
        </Link>
      </figcaption>
      {error ? (
        <Failure error={error} onRetry={retry} />
      ) : (
        <Chart
          label={`${title} of ${service} over ${range}`}
          lines={lines}
          from={from}
          to={to}
          height={140}
          syncKey="reading"
          loading={loading}
          emptyText={`No points of ${metric} in this range.`}
        />
      )}
    </figure>
  )
}
