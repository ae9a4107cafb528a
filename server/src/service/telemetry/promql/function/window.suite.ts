import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { Notes } from '../value.ts'
import type { SampleWindow } from './function.ts'

/** A window over one series of numbers, `stepMs` apart, the last sample at `endMs`. */
export function windowOf(
  values: readonly number[],
  { stepMs = 15_000, endMs = 600_000, rangeMs = 300_000, metricName = 'requests_total' } = {},
): SampleWindow {
  const timesMs = Float64Array.from(values, (_, i) => endMs - (values.length - 1 - i) * stepMs)
  return {
    series: { labels: { __name__: metricName }, timesMs, values: Float64Array.from(values) },
    from: 0,
    to: values.length,
    histogramFrom: 0,
    histogramTo: 0,
    startMs: endMs - rangeMs,
    endMs,
    rangeMs,
    metricName,
  }
}

export function exponentialOf(
  counts: readonly number[],
  given: Partial<NativeHistogram> = {},
): NativeHistogram {
  return {
    schema: 0,
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: { indexes: Int32Array.from(counts.keys()), counts: Float64Array.from(counts) },
    negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
    reset: 'UNKNOWN',
    ...given,
  }
}

export class KeptNotes implements Notes {
  readonly warnings: string[] = []
  readonly infos: string[] = []
  warn(sentence: string): void {
    this.warnings.push(sentence)
  }
  info(sentence: string): void {
    this.infos.push(sentence)
  }
}
