import { Labels } from '@aiops/contract/model/label'
import type { MetricSeries } from '@aiops/contract/model/query'
import { z } from 'zod'
import type { CoursePoint } from '../../catalogue/course.ts'
import { arrivalOf, pastErrorOf, trendOf } from '../../catalogue/forecast.ts'
import { evidenceMax, tool } from '../tool.ts'
import { ClusterIds, explorePage, Missing, Moment, missingOf, Step } from './form.ts'
import { seriesName } from './query-metrics.ts'
import { numberOf } from './series-summary.ts'

const input = z.object({
  query: z.string().min(1).max(8_192).describe('PromQL whose course is looked at.'),
  cluster_ids: ClusterIds,
  level: z.number().optional().describe('The value that it is to reach, for example 0 of free space.'),
  start_time: Moment.optional().describe('Two hours before the end unless given.'),
  end_time: Moment.optional(),
  step: Step.default('1m'),
})

const Forecast = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  labels: Labels,
  points: z.number().int(),
  last: z.number(),
  last_at: Moment,
  /** NONE: no trend, or too few points; `note` says which. */
  direction: z.enum(['RISING', 'FALLING', 'NONE']),
  change_per_hour: z.number(),
  change_per_hour_low: z.number(),
  change_per_hour_high: z.number(),
  /** Half the band in which nine of ten points lay around the line. */
  noise: z.number(),
  /** When the line reaches the level; null where it does not run there. */
  reaches_at: Moment.nullable(),
  reaches_in_seconds: z.number().nullable(),
  earliest_at: Moment.nullable(),
  /** Null where the slowest course that fits never gets there. */
  latest_at: Moment.nullable(),
  /** How the first two thirds foretold the last, and how "it stays" did; null with too few points. */
  past_error: z.object({ error: z.number(), naive_error: z.number(), points: z.number().int() }).nullable(),
  note: z.string(),
})
export type Forecast = z.infer<typeof Forecast>

const output = z.object({
  /** What reaches the level first comes first; what does not reach it last. */
  forecasts: z.array(Forecast),
  total: z.number().int(),
  level: z.number().nullable(),
  missing: z.array(Missing),
  start: Moment,
  at: Moment,
})

const hourMs = 3_600_000
/** Further ahead a line over two hours says nothing. */
const aheadMaxMs = 365 * 24 * hourMs

export const forecastMetric = tool({
  name: 'forecast_metric',
  title: 'Forecast a metric',
  description:
    'Where a PromQL query is heading: its robust trend over the last hours, and when it reaches a level (for example 0 bytes free) with the earliest and latest moment. It says where there is no trend, and how well the method would have foretold the last third of the data.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { query, cluster_ids, level, start_time, end_time, step }, scope) {
    const at = end_time ?? new Date(scope.nowMs).toISOString()
    const start = start_time ?? new Date(Date.parse(at) - 2 * hourMs).toISOString()
    const answer = await client.queryMetricsRange({
      body: {
        ...{ query, start_time: start, end_time: at, step },
        cluster_ids: cluster_ids.length > 0 ? cluster_ids : [...scope.clusterIds],
      },
    })
    const all = answer.results.flatMap((result) => result.data.map((data) => ({ result, data })))
    const forecasts = all
      .slice(0, evidenceMax)
      .flatMap(({ result, data }) => forecastOf(result, data, level))
      .sort((a, b) => (a.reaches_in_seconds ?? Infinity) - (b.reaches_in_seconds ?? Infinity))
    return { forecasts, total: all.length, level: level ?? null, missing: answer.missing, start, at }
  },
  evidence: ({ forecasts, level, start, at }, { query, cluster_ids }) =>
    forecasts.map((one) => ({
      ...{ type: 'FORECAST' as const, query, source: one.cluster_name, time: one.last_at, entity: null },
      sentence: sentenceOf(one, level),
      fields: fieldsOf(one, level),
      trust: 'TELEMETRY' as const,
      link: explorePage({
        ...{ tab: 'metrics', q: query, clusters: cluster_ids },
        ...{ from: Date.parse(start), to: Date.parse(at) },
      }),
    })),
  sentence: ({ total, forecasts, start, at }, { query }) =>
    `Looked at the course of \`${query}\` from ${start} to ${at}: ${total} series, ${forecasts.filter(({ direction }) => direction !== 'NONE').length} with a trend.`,
  missing: ({ missing }) => missingOf(missing),
})

function forecastOf(
  { cluster_id, cluster_name }: { cluster_id: string; cluster_name: string },
  { metric, values }: MetricSeries,
  level: number | undefined,
): Forecast[] {
  const points = values.flatMap(([seconds, text]): CoursePoint[] => {
    const value = numberOf(text)
    return Number.isFinite(value) ? [[seconds * 1_000, value]] : []
  })
  const last = points.at(-1)
  if (!last) return []
  const trend = trendOf(points)
  const found = level === undefined ? undefined : arrivalOf(trend, level, last[0])
  const arrival = found && found.atMs - last[0] <= aheadMaxMs ? found : undefined
  const past = pastErrorOf(points)
  return [
    {
      ...{ cluster_id, cluster_name, labels: metric, points: points.length },
      ...{ last: last[1], last_at: iso(last[0]), direction: trend.direction },
      change_per_hour: trend.slope * hourMs,
      change_per_hour_low: trend.slopeLow * hourMs,
      change_per_hour_high: trend.slopeHigh * hourMs,
      noise: trend.noise,
      reaches_at: arrival ? iso(arrival.atMs) : null,
      reaches_in_seconds: arrival ? Math.round((arrival.atMs - last[0]) / 1_000) : null,
      earliest_at: arrival ? iso(arrival.earliestMs) : null,
      latest_at:
        arrival?.latestMs === undefined || arrival.latestMs - last[0] > aheadMaxMs
          ? null
          : iso(arrival.latestMs),
      past_error: past ? { error: past.error, naive_error: past.naive, points: past.points } : null,
      note: trend.note,
    },
  ]
}

function sentenceOf(one: Forecast, level: number | null): string {
  const name = seriesName(one.labels)
  if (one.direction === 'NONE') return `${name} has no trend. ${one.note}`
  const way = one.direction === 'RISING' ? 'rises' : 'falls'
  return one.reaches_at === null
    ? `${name} ${way} by ${Math.abs(one.change_per_hour)} an hour${level === null ? '' : `, not towards ${level}`}.`
    : `${name} ${way} by ${Math.abs(one.change_per_hour)} an hour and reaches ${level} at ${one.reaches_at}.`
}

const fieldsOf = (one: Forecast, level: number | null) => ({
  ...{ last: one.last, direction: one.direction, change_per_hour: one.change_per_hour, level },
  ...{ change_per_hour_low: one.change_per_hour_low, change_per_hour_high: one.change_per_hour_high },
  ...{ reaches_at: one.reaches_at, reaches_in_seconds: one.reaches_in_seconds },
  ...{ earliest_at: one.earliest_at, latest_at: one.latest_at, points: one.points },
  ...(one.past_error
    ? { past_error: one.past_error.error, past_error_if_steady: one.past_error.naive_error }
    : {}),
  ...Object.fromEntries(Object.entries(one.labels).map(([key, value]) => [`label_${key}`, value])),
})

const iso = (ms: number): string => new Date(Math.round(ms)).toISOString()
