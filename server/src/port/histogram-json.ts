import { z } from 'zod'
import type { NativeHistogram } from './metric-store.ts'

/** Rules of a bucket's ends: 0 open left, 1 open right, 2 open both, 3 closed both. */
export const HistogramJson = z.object({
  count: z.string(),
  sum: z.string(),
  buckets: z
    .array(z.tuple([z.number(), z.string(), z.string(), z.string()]))
    .max(20_000)
    .optional(),
})
type Bucket = { left: number; right: number; count: number }

/**
 * A native histogram as the API tells it: bounds and counts of the buckets that are not empty. Its schema is found again from a bucket's
 * width (right / left = 2^(2^-schema)); bounds that fit none are custom ones. Whether counts began anew is not told.
 */
export function histogramOf(json: z.infer<typeof HistogramJson>): NativeHistogram {
  const buckets = (json.buckets ?? []).map(([rule, left, right, count]): Bucket & { rule: number } => ({
    ...{ rule, left: Number(left), right: Number(right), count: Number(count) },
  }))
  const zero = buckets.find(
    ({ rule, left, right }) => rule === 3 && left === -right && Number.isFinite(right),
  )
  const rest = buckets.filter((bucket) => bucket !== zero)
  const schema = schemaOf(rest)
  const head = { count: Number(json.count), sum: Number(json.sum), reset: 'UNKNOWN' as const }
  const zeros = { zeroThreshold: zero?.right ?? 0, zeroCount: zero?.count ?? 0 }
  if (schema === undefined) return { ...head, ...zeros, ...custom(rest) }
  const factor = 2 ** schema
  const side = (of: Bucket[], end: (bucket: Bucket) => number) => {
    const sorted = of.map((bucket) => ({
      index: Math.round(Math.log2(end(bucket)) * factor),
      count: bucket.count,
    }))
    sorted.sort((a, b) => a.index - b.index)
    return {
      indexes: Int32Array.from(sorted, ({ index }) => index),
      counts: Float64Array.from(sorted, ({ count }) => count),
    }
  }
  return {
    ...{ schema, ...head, ...zeros },
    positive: side(
      rest.filter(({ right }) => right > 0),
      ({ right }) => right,
    ),
    negative: side(
      rest.filter(({ right }) => right <= 0),
      ({ left }) => -left,
    ),
  }
}

function schemaOf(buckets: readonly Bucket[]): number | undefined {
  if (buckets.length === 0) return 0
  const schemas = buckets.map(({ left, right }) => {
    const ratio = right > 0 ? right / left : left / right
    const schema = Math.round(-Math.log2(Math.log2(ratio)))
    return Math.abs(2 ** (2 ** -schema) / ratio - 1) < 1e-9 ? schema : Number.NaN
  })
  const [first] = schemas
  return first !== undefined && first >= -4 && first <= 8 && schemas.every((one) => one === first)
    ? first
    : undefined
}

function custom(
  buckets: readonly Bucket[],
): Pick<NativeHistogram, 'schema' | 'positive' | 'negative' | 'bounds'> {
  const bounds = [...new Set(buckets.flatMap(({ left, right }) => [left, right]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const placed = buckets
    .map(({ right, count }) => ({ index: right === Infinity ? bounds.length : bounds.indexOf(right), count }))
    .sort((a, b) => a.index - b.index)
  return {
    schema: -53,
    bounds: Float64Array.from(bounds),
    positive: {
      indexes: Int32Array.from(placed, ({ index }) => index),
      counts: Float64Array.from(placed, ({ count }) => count),
    },
    negative: { indexes: new Int32Array(), counts: new Float64Array() },
  }
}
