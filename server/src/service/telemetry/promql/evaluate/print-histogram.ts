import { generalNumber } from '../../../../kernel/go-number.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { walkBuckets } from '../histogram/index.ts'

/** As Prometheus prints a histogram where it becomes a label's value. */
export function printHistogram(histogram: NativeHistogram): string {
  let text = `{count:${generalNumber(histogram.count)}, sum:${generalNumber(histogram.sum)}`
  walkBuckets(histogram, false, ({ lower, upper, count }) => {
    const open = lower < 0 ? '[' : '('
    const close = lower < 0 && upper <= 0 ? ')' : ']'
    if (count !== 0)
      text += `, ${open}${generalNumber(lower)},${generalNumber(upper)}${close}:${generalNumber(count)}`
    return undefined
  })
  return `${text}}`
}
