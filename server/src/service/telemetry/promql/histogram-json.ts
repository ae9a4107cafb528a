import { apiNumber } from '../../../kernel/go-number.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import { walkBuckets } from './histogram/index.ts'

/** Which ends of a bucket belong to it, as the API numbers them. */
const openLeft = 0
const openRight = 1
const closed = 3

/** A native histogram as the Prometheus API writes it: count, sum and the buckets that are not empty, by value. */
export function histogramJson(histogram: NativeHistogram): string {
  const buckets: string[] = []
  const isCustom = histogram.schema === -53
  walkBuckets(histogram, false, ({ lower, upper, count }) => {
    if (count !== 0) {
      const ends = isCustom
        ? lower === Number.NEGATIVE_INFINITY
          ? closed
          : openLeft
        : exponentialEnds(lower, upper)
      buckets.push(`[${ends},"${apiNumber(lower)}","${apiNumber(upper)}","${apiNumber(count)}"]`)
    }
    return undefined
  })
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`
  return `{"count":"${apiNumber(histogram.count)}","sum":"${apiNumber(histogram.sum)}"${list}}`
}

/** The zero bucket holds both its ends; others the one away from zero. */
function exponentialEnds(lower: number, upper: number): number {
  if (lower <= 0 && upper >= 0) return closed
  return lower < 0 ? openRight : openLeft
}
