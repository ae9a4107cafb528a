import { Fault } from '../../../../kernel/fault.ts'
import type { Extension } from '../expression.ts'
import { boundsOf, endsOf } from '../function/window-end.ts'
import type { RawSeries } from '../value.ts'
import type { Reach } from './window.ts'

/** How far `anchored` and `smoothed` look beyond a window. */
export function reachOf(extension: Extension | undefined, lookbackMs: number): Reach {
  return {
    beforeMs: extension ? lookbackMs : 0,
    afterMs: extension === 'smoothed' ? lookbackMs : 0,
  }
}

/** The samples in (startMs, endMs] with one at each end, as `anchored` or `smoothed` makes it; for who asks for the samples themselves. */
export function withEnds(raw: RawSeries, startMs: number, endMs: number, extension: Extension): RawSeries {
  if (raw.histograms)
    throw new Fault('QUERY_FAILED', `${extension} modifier is not supported with histograms`)
  const { labels, timesMs, values } = raw
  const smoothed = extension === 'smoothed'
  const window = { startMs, endMs }
  const bounds = timesMs.length > 0 ? boundsOf(timesMs, 0, timesMs.length, window, smoothed) : undefined
  if (bounds === undefined) return { labels, timesMs: new Float64Array(0), values: new Float64Array(0) }
  const [left, right] = endsOf(raw, 0, bounds, window, { smoothed, counter: false })
  const within = (_: number, i: number): boolean => timesMs[i]! > startMs && timesMs[i]! < endMs
  return {
    labels,
    timesMs: Float64Array.of(startMs, ...timesMs.filter(within), endMs),
    values: Float64Array.of(left, ...values.filter(within), right),
  }
}
