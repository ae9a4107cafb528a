import type { ReportChart } from '@aiops/contract/model/report'
import type { ChartLine, ChartMark } from '../ui/chart-data.ts'

/** Lines that are told apart by colour. */
const linesMax = 8

/** A report's chart as the app's charts take it: the stored points, never new ones. Times in unix milliseconds. */
export function chartOf(chart: ReportChart): {
  lines: ChartLine[]
  marks: ChartMark[]
  from: number
  to: number
  more: number
} {
  const times = chart.series.flatMap(({ points }) => [points[0]?.[0] ?? [], points.at(-1)?.[0] ?? []].flat())
  return {
    lines: chart.series.slice(0, linesMax).map(({ name, points }, i) => ({
      ...{ key: `${i} ${name}`, label: name, metric: '', points },
      ...(chart.unit === null ? {} : { unit: chart.unit }),
    })),
    marks: chart.marks.map(({ at, text }) => ({ at: Date.parse(at), label: text })),
    from: times.length === 0 ? 0 : Math.min(...times),
    to: times.length === 0 ? 0 : Math.max(...times),
    more: Math.max(0, chart.series.length - linesMax),
  }
}
