import { Labels } from '@aiops/contract/model/label'
import type { MetricSeries } from '@aiops/contract/model/query'
import { z } from 'zod'
import { type CoursePoint, levelShift, medianOf } from '../../catalogue/course.ts'
import { nativeQuantiles } from '../../catalogue/native-quantile.ts'
import { Moment } from './form.ts'

/** What a series did in the time that was asked for; null where nothing of it is a number. */
export const SeriesSummary = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  labels: Labels,
  /** Points that are numbers; `skipped` are NaN or infinite. */
  points: z.number().int(),
  skipped: z.number().int(),
  last: z.number().nullable(),
  last_at: Moment.nullable(),
  first: z.number().nullable(),
  first_at: Moment.nullable(),
  min: z.number().nullable(),
  min_at: Moment.nullable(),
  max: z.number().nullable(),
  max_at: Moment.nullable(),
  mean: z.number().nullable(),
  median: z.number().nullable(),
  /** Last less first. */
  change: z.number().nullable(),
  /** The moment at which it went from one level to another, where it clearly did. */
  shift: z.object({ at: Moment, before: z.number(), after: z.number() }).nullable(),
  /** Of a native histogram's last point. */
  histogram: z
    .object({
      count: z.number(),
      sum: z.number(),
      p50: z.number().nullable(),
      p95: z.number().nullable(),
      p99: z.number().nullable(),
    })
    .optional(),
})
export type SeriesSummary = z.infer<typeof SeriesSummary>

/** Points that a shift is looked for in; of longer series every nth. */
const shiftPointsMax = 500

export function summaryOf(
  cluster: { cluster_id: string; cluster_name: string },
  { metric, values, histograms }: MetricSeries,
): SeriesSummary {
  const points = values.flatMap(([seconds, text]): CoursePoint[] => {
    const value = numberOf(text)
    return Number.isFinite(value) ? [[seconds * 1_000, value]] : []
  })
  const { cluster_id, cluster_name } = cluster
  return {
    ...{ cluster_id, cluster_name, labels: metric },
    ...{ points: points.length, skipped: values.length - points.length },
    ...extremes(points),
    shift: shiftOf(points),
    ...histogramOf(histograms),
  }
}

/** As Prometheus writes numbers. */
export const numberOf = (text: string): number =>
  text === '+Inf' || text === 'Inf'
    ? Number.POSITIVE_INFINITY
    : text === '-Inf'
      ? Number.NEGATIVE_INFINITY
      : Number(text)

function extremes(points: readonly CoursePoint[]) {
  const [first] = points
  const last = points.at(-1)
  if (!first || !last)
    return {
      ...{ last: null, last_at: null, first: null, first_at: null, min: null, min_at: null },
      ...{ max: null, max_at: null, mean: null, median: null, change: null },
    }
  let [min, max] = [first, first]
  let sum = 0
  for (const point of points) {
    if (point[1] < min[1]) min = point
    if (point[1] > max[1]) max = point
    sum += point[1]
  }
  return {
    ...{ last: last[1], last_at: iso(last[0]), first: first[1], first_at: iso(first[0]) },
    ...{ min: min[1], min_at: iso(min[0]), max: max[1], max_at: iso(max[0]) },
    ...{
      mean: sum / points.length,
      median: medianOf(points.map(([, value]) => value)),
      change: last[1] - first[1],
    },
  }
}

function shiftOf(points: readonly CoursePoint[]): SeriesSummary['shift'] {
  const every = Math.ceil(points.length / shiftPointsMax)
  const found = levelShift(every <= 1 ? points : points.filter((_, i) => i % every === 0))
  return found ? { at: iso(found.atMs), before: found.before, after: found.after } : null
}

function histogramOf(histograms: MetricSeries['histograms']): Pick<SeriesSummary, 'histogram'> {
  const last = histograms?.at(-1)
  const found = last ? nativeQuantiles(last[1], [0.5, 0.95, 0.99]) : undefined
  if (!found) return {}
  const [p50 = null, p95 = null, p99 = null] = found.values
  return { histogram: { count: found.count, sum: found.sum, p50, p95, p99 } }
}

const iso = (ms: number): string => new Date(Math.round(ms)).toISOString()
