import type { SeriesPoints } from '@aiops/contract/model/series'
import { type ChartLine, seriesLabels } from '../ui/chart-data.ts'

/** What a chart draws of an answer. */
export function linesOf(results: readonly SeriesPoints[]): ChartLine[] {
  const labels = seriesLabels(results.map((one) => one.series))
  return results.map(({ series, points }, i) => ({
    key: String(series.id),
    label: labels[i] ?? series.name,
    unit: series.unit,
    metric: series.name,
    points,
  }))
}

export const pointCount = (lines: readonly ChartLine[]): number =>
  lines.reduce((sum, line) => sum + line.points.length, 0)
