import { Fault } from '../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { ExponentialSide, MetricPoint } from './metric-point.ts'

/** Schemas that native histograms have (https://prometheus.io/docs/specs/native_histograms/#schema). */
const SCHEMA_MIN = -4
const SCHEMA_MAX = 8
/** Scales that OpenTelemetry's data model defines. */
const SCALE_MAX = 20
/** Exponents of two between the smallest and the largest double. */
const LOG2_MIN = -1_075
const LOG2_MAX = 1_024

type Side = NativeHistogram['positive']
type Bucket = readonly [index: number, count: number]

/**
 * An exponential histogram as a native one. Scale and schema mean the same: buckets that grow by 2^(2^-s). OpenTelemetry's bucket i
 * begins at b^i, Prometheus' ends there, so indexes move by one. Finer scales than 8 are merged down, two buckets to one a step,
 * and so is a point with more than `bucketsMax` non-empty buckets. Scales below -4 have no schema: nothing could be told apart
 * with them. Throws INVALID_SAMPLE.
 */
export function nativeHistogram(point: MetricPoint, bucketsMax: number): NativeHistogram {
  const { scale, zeroCount } = point
  if (scale < SCHEMA_MIN || scale > SCALE_MAX) {
    throw new Fault(
      'INVALID_SAMPLE',
      `An exponential histogram has scale ${scale}; from ${SCHEMA_MIN} to ${SCALE_MAX} are taken.`,
    )
  }
  const positive = bucketsOf(point.positive, scale)
  const negative = bucketsOf(point.negative, scale)
  let schema = Math.min(scale, SCHEMA_MAX)
  while (
    schema > SCHEMA_MIN &&
    distinct(positive, scale - schema) + distinct(negative, scale - schema) > bucketsMax
  )
    schema -= 1
  const observed = zeroCount + total(positive) + total(negative)
  return {
    schema,
    // Observations of NaN are in no bucket, so that there may be more; fewer would be a contradiction.
    count: Math.max(point.count, observed),
    sum: point.sum ?? Number.NaN,
    zeroThreshold: point.zeroThreshold > 0 && Number.isFinite(point.zeroThreshold) ? point.zeroThreshold : 0,
    zeroCount,
    positive: merged(positive, scale - schema),
    negative: merged(negative, scale - schema),
    reset: 'UNKNOWN',
  }
}

/** Non-empty buckets by ascending index. */
function bucketsOf({ offset, counts }: ExponentialSide, scale: number): Bucket[] {
  const buckets: Bucket[] = []
  const width = 2 ** -scale
  for (let at = 0; at < counts.length; at += 1) {
    const count = counts[at]!
    if (count === 0) continue
    const index = offset + at
    if (index * width >= LOG2_MAX || (index + 1) * width <= LOG2_MIN) {
      throw new Fault(
        'INVALID_SAMPLE',
        `An exponential histogram has a bucket ${index} at scale ${scale}, beyond the numbers that there are.`,
      )
    }
    buckets.push([index, count])
  }
  return buckets
}

/** Two neighbours become one a step: i and i + 1 for even i, an arithmetic shift. */
function distinct(buckets: readonly Bucket[], steps: number): number {
  let count = 0
  let last = Number.NaN
  for (const [index] of buckets) {
    const to = index >> steps
    if (to !== last) count += 1
    last = to
  }
  return count
}

function merged(buckets: readonly Bucket[], steps: number): Side {
  const size = distinct(buckets, steps)
  const side = { indexes: new Int32Array(size), counts: new Float64Array(size) }
  let at = -1
  let last = Number.NaN
  for (const [index, count] of buckets) {
    const to = index >> steps
    if (to !== last) at += 1
    last = to
    side.indexes[at] = to + 1
    side.counts[at]! += count
  }
  return side
}

const total = (buckets: readonly Bucket[]): number => buckets.reduce((sum, [, count]) => sum + count, 0)
