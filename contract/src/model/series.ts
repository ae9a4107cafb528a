import { z } from 'zod'
import { EntityId } from './entity.ts'
import { Labels } from './label.ts'
import { Time } from './time.ts'

export const SeriesKind = z.enum(['GAUGE', 'COUNTER', 'HISTOGRAM', 'SUMMARY', 'UNKNOWN'])
export type SeriesKind = z.infer<typeof SeriesKind>

/** A metric series as the API shows it. `id` is the series' number in the store that answered, opaque to clients. */
export const Series = z.object({
  id: z.number().int().nonnegative(),
  name: z.string(),
  labels: Labels,
  kind: SeriesKind,
  unit: z.string().optional(),
  entity: EntityId.optional(),
  /** The stream stage derived it from other series or spans; its name then ends in `:statistic`. */
  derived: z.boolean(),
})
export type Series = z.infer<typeof Series>

/** `[unix milliseconds, value]`, oldest first; null stands for a value JSON cannot hold (NaN, ±Inf, stale). */
export const Point = z.tuple([z.number(), z.number().nullable()])
export type Point = z.infer<typeof Point>

export const SeriesPoints = z.object({ series: Series, points: z.array(Point) })
export type SeriesPoints = z.infer<typeof SeriesPoints>

/** What a series did in one window. `rate` is per second, of counters alone; quantiles are those of a histogram's `_count`. */
export const Window = z.object({
  start: Time,
  end: Time,
  count: z.number().int(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  last: z.number(),
  rate: z.number().nullable(),
  quantiles: z
    .object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() })
    .optional(),
})
export type Window = z.infer<typeof Window>
