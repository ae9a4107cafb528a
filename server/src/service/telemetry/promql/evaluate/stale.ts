import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { RawSeries } from '../value.ts'

/** The NaN that says a series has ended: 0x7ff0000000000002 in Prometheus. Only its exact bits count; they live in typed arrays alone. */
const highWord = 0x7ff00000
const lowWord = 2

/** Whether a number of a column is a stale marker; ask for what is NaN alone. */
export function isStale(values: Float64Array, index: number): boolean {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2)
  return words[0] === lowWord && words[1] === highWord
}

const sumBits = new Float64Array(1)
const sumWords = new Uint32Array(sumBits.buffer)
/** A histogram's marker is its sum; a quiet bit may have been set on the way through an object. */
export function isStaleHistogram({ sum }: NativeHistogram): boolean {
  if (!Number.isNaN(sum)) return false
  sumBits[0] = sum
  return sumWords[0] === lowWord && ((sumWords[1] as number) | 0x80000) === (highWord | 0x80000)
}

/** The series without its markers; itself where it has none. */
export function withoutMarkers(series: RawSeries): RawSeries {
  const { values, timesMs, histograms } = series
  let stale = 0
  for (let i = 0; i < values.length; i += 1) if (Number.isNaN(values[i]) && isStale(values, i)) stale += 1
  const ended = histograms?.histograms.some(isStaleHistogram) ?? false
  if (stale === 0 && !ended) return series
  const kept = {
    timesMs: new Float64Array(values.length - stale),
    values: new Float64Array(values.length - stale),
  }
  for (let i = 0, at = 0; i < values.length; i += 1) {
    if (Number.isNaN(values[i]) && isStale(values, i)) continue
    kept.timesMs[at] = timesMs[i] as number
    kept.values[at++] = values[i] as number
  }
  const startsMs = series.startsMs?.filter((_, i) => !(Number.isNaN(values[i]) && isStale(values, i)))
  const numbers = { labels: series.labels, ...kept, ...(startsMs && { startsMs }) }
  if (!histograms) return numbers
  const live = histograms.histograms.map((histogram) => !isStaleHistogram(histogram))
  return {
    ...numbers,
    histograms: {
      timesMs: histograms.timesMs.filter((_, i) => live[i]),
      ...(histograms.startsMs && { startsMs: histograms.startsMs.filter((_, i) => live[i]) }),
      histograms: histograms.histograms.filter((_, i) => live[i]),
    },
  }
}
