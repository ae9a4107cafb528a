import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react'
import type { ChartLevel, ChartLine, ChartMark, ChartSpot } from './chart-data.ts'
import { ChartLegend } from './chart-legend.tsx'
import { Skeleton } from './skeleton.tsx'

/** uPlot is loaded with the first chart, not with the page. */
const Plot = lazy(() => import('./plot.tsx').then((m) => ({ default: m.Plot })))

type ChartProps = {
  label: string
  lines: readonly ChartLine[]
  /** Unix milliseconds, the ends of the time axis. */
  from: number
  to: number
  height?: number
  marks?: readonly ChartMark[]
  spots?: readonly ChartSpot[]
  onSpot?: (spot: ChartSpot) => void
  /** A dashed horizontal line: what was usual. */
  baseline?: number | undefined
  /** Thresholds; the axis reaches to them. */
  levels?: readonly ChartLevel[]
  /** Charts with the same key share the cursor. */
  syncKey?: string
  onZoom?: (from: number, to: number) => void
  legend?: 'below' | 'none'
  loading?: boolean
  /** Shown in place of an empty plot. */
  emptyText?: ReactNode
}

const noMarks: readonly ChartMark[] = []
const noSpots: readonly ChartSpot[] = []
const noLevels: readonly ChartLevel[] = []

export function Chart({
  label,
  lines,
  from,
  to,
  height = 140,
  marks = noMarks,
  spots = noSpots,
  levels = noLevels,
  legend = 'below',
  loading = false,
  ...rest
}: ChartProps) {
  const [cursor, setCursor] = useState<number | null>(null)
  const onCursor = useCallback((at: number | null) => setCursor(at), [])
  const empty = useMemo(() => lines.every((line) => line.points.length === 0), [lines])
  if (loading) return <Skeleton className="w-full" />
  return (
    <div>
      <div className="relative" style={{ height }}>
        {empty ? (
          <p className="flex h-full items-center justify-center rounded-md bg-sunken px-4 text-center text-ink-mute">
            {rest.emptyText ?? 'No points in this range.'}
          </p>
        ) : (
          <Suspense fallback={<Skeleton className="h-full" />}>
            <Plot
              lines={lines}
              from={from}
              to={to}
              height={height}
              marks={marks}
              spots={spots}
              onSpot={rest.onSpot}
              baseline={rest.baseline}
              levels={levels}
              syncKey={rest.syncKey}
              label={label}
              onZoom={rest.onZoom}
              onCursor={onCursor}
            />
          </Suspense>
        )}
      </div>
      {legend === 'below' && !empty && <ChartLegend lines={lines} at={cursor ?? to} from={from} to={to} />}
    </div>
  )
}
