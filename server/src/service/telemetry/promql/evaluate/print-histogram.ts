import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { walkBuckets } from '../histogram/index.ts'
import { goNumber } from './go-number.ts'

/** As Prometheus prints a histogram where it becomes a label's value. */
export function printHistogram(histogram: NativeHistogram): string {
  let text = `{count:${goNumber(histogram.count)}, sum:${goNumber(histogram.sum)}`
  walkBuckets(histogram, false, ({ lower, upper, count }) => {
    const open = lower < 0 ? '[' : '('
    const close = lower < 0 && upper <= 0 ? ')' : ']'
    if (count !== 0) text += `, ${open}${goNumber(lower)},${goNumber(upper)}${close}:${goNumber(count)}`
    return undefined
  })
  return `${text}}`
}
