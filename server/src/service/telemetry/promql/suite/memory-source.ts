import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import { labelTest } from '../../../../kernel/matcher.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { labelsKey } from '../evaluate/label-set.ts'
import { resetBetween } from '../histogram/index.ts'
import type { SampleSource, Selection } from '../index.ts'
import type { RawSeries } from '../value.ts'
import type { SequenceValue } from './series-definition.ts'

type Kept = { labels: Labels; points: Map<number, Exclude<SequenceValue, { kind: 'omitted' }>> }

/** Series written out by hand, held in memory: what test scripts and rule tests query. */
export class MemorySource implements SampleSource {
  readonly #series = new Map<string, Kept>()
  /** Columns of a series, made when it is first read and dropped when it changes. */
  readonly #columns = new Map<Kept, RawSeries>()

  /** Points at `startMs`, `startMs + stepMs`, …; a point at a moment that has one replaces it. */
  add(labels: Labels, values: readonly SequenceValue[], stepMs: number, startMs = 0): void {
    const key = labelsKey(labels)
    const kept = this.#series.get(key) ?? { labels, points: new Map() }
    values.forEach((value, i) => {
      if (value.kind !== 'omitted') kept.points.set(startMs + i * stepMs, value)
    })
    this.#series.set(key, kept)
    this.#columns.delete(kept)
  }

  clear(): void {
    this.#series.clear()
    this.#columns.clear()
  }

  async *select({ matchers, startMs, endMs, samplesMax }: Selection): AsyncIterable<RawSeries[]> {
    const fits = labelTest(matchers)
    const found: RawSeries[] = []
    let samples = 0
    for (const kept of this.#series.values()) {
      if (!fits(kept.labels)) continue
      const part = slice(this.#columnsOf(kept), startMs, endMs)
      const count = part.timesMs.length + (part.histograms?.timesMs.length ?? 0)
      if (count === 0) continue
      samples += count
      if (samples > samplesMax)
        throw new Fault('QUERY_TOO_LARGE', `The query reads more than ${samplesMax} samples: narrow it.`)
      found.push(part)
    }
    yield found
  }

  #columnsOf(kept: Kept): RawSeries {
    const known = this.#columns.get(kept)
    if (known !== undefined) return known
    const made = columnsOf(kept)
    this.#columns.set(kept, made)
    return made
  }
}

/** Prometheus' stale marker, a NaN whose bits count. */
const staleMarker = 0x7ff0000000000002n

/** Start timestamps stand in columns of their own, 0 where a sample has none. */
function columnsOf({ labels, points }: Kept): RawSeries {
  const sorted = [...points].toSorted(([a], [b]) => a - b)
  const times: number[] = []
  const starts: number[] = []
  const histogramTimes: number[] = []
  const histogramStarts: number[] = []
  const histograms: NativeHistogram[] = []
  const values = new Float64Array(sorted.length)
  const bits = new BigUint64Array(values.buffer)
  for (const [timeMs, point] of sorted) {
    if (point.kind === 'histogram') {
      histogramTimes.push(timeMs)
      histogramStarts.push(startOf(point, timeMs))
      histograms.push(point.histogram)
      continue
    }
    if (point.kind === 'stale') bits[times.length] = staleMarker
    else values[times.length] = point.value
    times.push(timeMs)
    starts.push(startOf(point, timeMs))
  }
  return {
    labels,
    timesMs: Float64Array.from(times),
    values: values.slice(0, times.length),
    startsMs: Float64Array.from(starts),
    ...(histograms.length > 0 && {
      histograms: {
        timesMs: Float64Array.from(histogramTimes),
        startsMs: Float64Array.from(histogramStarts),
        histograms: asStored(histograms, histogramTimes, times),
      },
    }),
  }
}

const startOf = (point: SequenceValue, timeMs: number): number =>
  'startOffsetMs' in point && point.startOffsetMs !== undefined ? timeMs + point.startOffsetMs : 0

/** With the reset hints that Prometheus' storage gives what it stored: no reset where it saw the sample before and no count fell, else unknown. */
function asStored(
  histograms: NativeHistogram[],
  timesMs: number[],
  numberTimesMs: number[],
): NativeHistogram[] {
  return histograms.map((histogram, i) => {
    if (histogram.reset === 'GAUGE' || histogram.reset === 'YES') return histogram
    const before = histograms[i - 1]
    const interrupted = numberTimesMs.some((timeMs) => timeMs > timesMs[i - 1]! && timeMs < timesMs[i]!)
    if (before === undefined || before.reset === 'GAUGE' || interrupted)
      return { ...histogram, reset: 'UNKNOWN' }
    const grown = !resetBetween(before, { ...histogram, reset: 'UNKNOWN' })
    const sameLayout = before.schema === histogram.schema && before.zeroThreshold === histogram.zeroThreshold
    return { ...histogram, reset: grown && sameLayout ? 'NO' : 'UNKNOWN' }
  })
}

function slice(series: RawSeries, startMs: number, endMs: number): RawSeries {
  const from = firstFrom(series.timesMs, startMs)
  const to = firstFrom(series.timesMs, endMs + 1)
  const numbers = {
    labels: series.labels,
    timesMs: series.timesMs.subarray(from, to),
    values: series.values.subarray(from, to),
    ...(series.startsMs && { startsMs: series.startsMs.subarray(from, to) }),
  }
  if (series.histograms === undefined) return numbers
  const { timesMs: times, startsMs, histograms } = series.histograms
  const first = firstFrom(times, startMs)
  const last = firstFrom(times, endMs + 1)
  if (first === last) return numbers
  return {
    ...numbers,
    histograms: {
      timesMs: times.subarray(first, last),
      ...(startsMs && { startsMs: startsMs.subarray(first, last) }),
      histograms: histograms.slice(first, last),
    },
  }
}

function firstFrom(timesMs: Float64Array, timeMs: number): number {
  let low = 0
  let high = timesMs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timesMs[middle]! < timeMs) low = middle + 1
    else high = middle
  }
  return low
}
