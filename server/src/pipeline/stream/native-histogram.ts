import type { NativeHistogram } from '../../port/metric-store.ts'

/** What a native histogram grew by. */
export type NativeIncrease = { count: number; sum: number; buckets: NativeBucket[] }
/** Observations in (lower, upper]; `log` where they are taken to lie evenly on a logarithmic scale. */
export type NativeBucket = { lower: number; upper: number; count: number; log: boolean }

type Side = NativeHistogram['positive']
const CUSTOM = -53

/**
 * What came between two samples of one series; all of `now` where the counts began anew: one fell, or the sender says so.
 * Undefined where the two cannot be compared: other custom bounds, another zero bucket.
 */
export function nativeIncrease(before: NativeHistogram, now: NativeHistogram): NativeIncrease | undefined {
  if (now.reset === 'YES' || now.count < before.count) return wholeOf(now)
  if (!comparable(before, now)) return undefined
  const schema = now.schema === CUSTOM ? CUSTOM : Math.min(before.schema, now.schema)
  const positive = grown(atSchema(before, 'positive', schema), atSchema(now, 'positive', schema))
  const negative = grown(atSchema(before, 'negative', schema), atSchema(now, 'negative', schema))
  const zeroCount = now.zeroCount - before.zeroCount
  if (!positive || !negative || zeroCount < 0) return wholeOf(now)
  return {
    count: now.count - before.count,
    sum: now.sum - before.sum,
    buckets: bucketsOf({ ...now, schema, zeroCount, positive, negative }),
  }
}

export const wholeOf = (histogram: NativeHistogram): NativeIncrease => ({
  count: histogram.count,
  sum: histogram.sum,
  buckets: bucketsOf(histogram),
})

/**
 * The q-quantile of buckets, in any order, of one or several histograms. Within an exponential bucket observations are taken to
 * be spread evenly on a logarithmic scale, else evenly (Prometheus, histogram_quantile on native histograms). NaN without any.
 */
export function nativeQuantile(q: number, buckets: readonly NativeBucket[]): number {
  const sorted = buckets.toSorted((a, b) => a.upper - b.upper)
  const total = sorted.reduce((sum, { count }) => sum + count, 0)
  if (!(total > 0)) return Number.NaN
  let rest = q * total
  for (const { lower, upper, count, log } of sorted) {
    if (rest > count) {
      rest -= count
      continue
    }
    const share = rest / count
    if (upper === Number.POSITIVE_INFINITY) return lower
    if (lower === Number.NEGATIVE_INFINITY) return upper
    if (!log) return lower + (upper - lower) * share
    return lower > 0 ? lower * (upper / lower) ** share : upper * (lower / upper) ** (1 - share)
  }
  return sorted.at(-1)?.upper ?? Number.NaN
}

function comparable(before: NativeHistogram, now: NativeHistogram): boolean {
  if (before.zeroThreshold !== now.zeroThreshold) return false
  if (before.schema !== CUSTOM && now.schema !== CUSTOM) return true
  const [a, b] = [before.bounds ?? [], now.bounds ?? []]
  return before.schema === now.schema && a.length === b.length && a.every((bound, i) => bound === b[i])
}

/** Two neighbours become one a step: 1 and 2 become 1, 3 and 4 become 2, since an index names its bucket's end. */
function atSchema(histogram: NativeHistogram, name: 'positive' | 'negative', schema: number): Side {
  const steps = histogram.schema - schema
  const side = histogram[name]
  if (steps === 0) return side
  const counts = new Map<number, number>()
  side.indexes.forEach((index, i) => {
    const to = ((index - 1) >> steps) + 1
    counts.set(to, (counts.get(to) ?? 0) + side.counts[i]!)
  })
  return { indexes: Int32Array.from(counts.keys()), counts: Float64Array.from(counts.values()) }
}

/** Undefined where a bucket fell. */
function grown(before: Side, now: Side): Side | undefined {
  const counts = Float64Array.from(now.counts)
  let at = 0
  for (let i = 0; i < before.indexes.length; i += 1) {
    while (at < now.indexes.length && now.indexes[at]! < before.indexes[i]!) at += 1
    if (now.indexes[at] !== before.indexes[i]) {
      if (before.counts[i]! > 0) return undefined
      continue
    }
    counts[at]! -= before.counts[i]!
    if (counts[at]! < 0) return undefined
  }
  return { indexes: now.indexes, counts }
}

function bucketsOf(histogram: NativeHistogram): NativeBucket[] {
  const { schema, bounds, positive, negative, zeroCount, zeroThreshold } = histogram
  const buckets: NativeBucket[] = []
  const log = schema !== CUSTOM
  const ends = (index: number): [number, number] =>
    log
      ? [2 ** ((index - 1) * 2 ** -schema), 2 ** (index * 2 ** -schema)]
      : [bounds?.[index - 1] ?? Math.min(0, bounds?.[0] ?? 0), bounds?.[index] ?? Number.POSITIVE_INFINITY]
  negative.indexes.forEach((index, i) => {
    const [lower, upper] = ends(index)
    if (negative.counts[i]! > 0)
      buckets.push({ lower: -upper, upper: -lower, count: negative.counts[i]!, log })
  })
  // Where nothing is negative, what is about zero is not either.
  const floor = negative.indexes.length > 0 ? -zeroThreshold : 0
  if (zeroCount > 0) buckets.push({ lower: floor, upper: zeroThreshold, count: zeroCount, log: false })
  positive.indexes.forEach((index, i) => {
    const [lower, upper] = ends(index)
    if (positive.counts[i]! > 0) buckets.push({ lower, upper, count: positive.counts[i]!, log })
  })
  return buckets
}
