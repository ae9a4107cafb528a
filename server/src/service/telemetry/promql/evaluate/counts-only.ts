import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { resetBetween } from '../histogram/index.ts'
import type { RawSeries } from '../value.ts'
import { isStaleHistogram } from './stale.ts'

const none: NativeHistogram['positive'] = { indexes: new Int32Array(0), counts: new Float64Array(0) }

/**
 * The series with histograms of count and sum alone, for expressions that look at nothing else. Whether a counter began anew is found here,
 * while there are buckets, and told by the hint, which Prometheus does in the same case: contradictions between series then show.
 */
export function countsOnly(series: RawSeries): RawSeries {
  if (!series.histograms) return series
  let last: NativeHistogram | undefined
  const histograms = series.histograms.histograms.map((histogram): NativeHistogram => {
    const { schema, count, sum } = histogram
    let { reset } = histogram
    if (!isStaleHistogram(histogram)) {
      if (reset === 'UNKNOWN' && last) reset = resetBetween(last, histogram) ? 'YES' : 'NO'
      last = histogram
    }
    return { schema, count, sum, zeroThreshold: 0, zeroCount: 0, positive: none, negative: none, reset }
  })
  return { ...series, histograms: { ...series.histograms, histograms } }
}
