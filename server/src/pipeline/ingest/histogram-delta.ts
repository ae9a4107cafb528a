import type { HistogramSample, NativeHistogram, SeriesRef } from '../../port/metric-store.ts'

/**
 * Native histograms whose counts are differences since the sample before, until `HistogramTotals` has made totals of them. Beside
 * the type, because nothing outside ingest ever sees one.
 */
const deltas = new WeakSet<NativeHistogram>()
export const markDelta = (histogram: NativeHistogram): NativeHistogram => {
  deltas.add(histogram)
  return histogram
}
export const isDelta = ({ histogram }: HistogramSample): boolean => deltas.has(histogram)

/** Series whose running total is kept, about 2 KB each; the one not added to for longest makes room and begins anew. */
const SERIES_MAX = 20_000
type Total = { timeMs: number; histogram: NativeHistogram }

/**
 * Differences to running totals, in the order in which requests became durable. The store tells no newest histogram, so the
 * totals live here: after a restart each series begins anew, which readers see as a reset, as they do when a sender restarts.
 */
export class HistogramTotals {
  readonly #totals = new Map<SeriesRef, Total>()
  readonly #seriesMax: number

  constructor(seriesMax = SERIES_MAX) {
    this.#seriesMax = seriesMax
  }

  /** The samples with totals for differences. One no newer than its series' total was sent again: left out, and counted. */
  accumulate(samples: readonly HistogramSample[]): {
    histograms: readonly HistogramSample[]
    repeated: number
  } {
    if (!samples.some(isDelta)) return { histograms: samples, repeated: 0 }
    const histograms: HistogramSample[] = []
    for (const sample of samples) {
      const total = isDelta(sample) ? this.#add(sample) : sample
      if (total) histograms.push(total)
    }
    return { histograms, repeated: samples.length - histograms.length }
  }

  #add({ ref, timeMs, histogram }: HistogramSample): HistogramSample | undefined {
    const before = this.#totals.get(ref)
    if (before && timeMs <= before.timeMs) return undefined
    const total: NativeHistogram = before
      ? { ...sumOf(before.histogram, histogram), reset: 'NO' }
      : { ...histogram, reset: 'YES' }
    this.#totals.delete(ref)
    this.#totals.set(ref, { timeMs, histogram: total })
    for (const oldest of this.#totals.keys()) {
      if (this.#totals.size <= this.#seriesMax) break
      this.#totals.delete(oldest)
    }
    return { ref, timeMs, histogram: total }
  }
}

/** Both in one, at the coarser schema and the wider zero bucket of the two. */
export function sumOf(a: NativeHistogram, b: NativeHistogram): NativeHistogram {
  const schema = Math.min(a.schema, b.schema)
  const zeroThreshold = Math.max(a.zeroThreshold, b.zeroThreshold)
  const positive = sidesOf(a, b, 'positive', schema, zeroThreshold)
  const negative = sidesOf(a, b, 'negative', schema, zeroThreshold)
  return {
    schema,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    zeroThreshold,
    zeroCount: a.zeroCount + b.zeroCount + positive.swallowed + negative.swallowed,
    positive: positive.side,
    negative: negative.side,
    reset: 'UNKNOWN',
  }
}

function sidesOf(
  a: NativeHistogram,
  b: NativeHistogram,
  name: 'positive' | 'negative',
  schema: number,
  zeroThreshold: number,
): { side: NativeHistogram['positive']; swallowed: number } {
  const counts = new Map<number, number>()
  let swallowed = 0
  for (const histogram of [a, b]) {
    const steps = histogram.schema - schema
    const grew = zeroThreshold > histogram.zeroThreshold
    const { indexes, counts: own } = histogram[name]
    for (let at = 0; at < indexes.length; at += 1) {
      // Prometheus' index ends the bucket: 1 and 2 become 1, 3 and 4 become 2.
      const index = ((indexes[at]! - 1) >> steps) + 1
      if (grew && 2 ** (index * 2 ** -schema) <= zeroThreshold) swallowed += own[at]!
      else counts.set(index, (counts.get(index) ?? 0) + own[at]!)
    }
  }
  const sorted = [...counts].sort(([x], [y]) => x - y)
  return {
    side: {
      indexes: Int32Array.from(sorted, ([index]) => index),
      counts: Float64Array.from(sorted, ([, count]) => count),
    },
    swallowed,
  }
}
