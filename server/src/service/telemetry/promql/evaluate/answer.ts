import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import {
  type Evaluated,
  HISTOGRAM,
  type MatrixPoints,
  type QueryValue,
  type RawSeries,
  type StepSeries,
  type Steps,
  type VectorSample,
} from '../value.ts'
import { hasValue } from './column.ts'
import { compareLabels, noLabels, withoutName } from './label-set.ts'
import { mergeSeries } from './merge.ts'

/** An answer at one moment; vectors keep the order in which they were made. */
export function instantValue(answer: Evaluated, timeMs: number): QueryValue {
  if (answer.type === 'string') return { type: 'string', timeMs, value: answer.value }
  if (answer.type === 'scalar') return { type: 'scalar', timeMs, value: answer.values[0] as number }
  const samples = named(answer.series).map((series): VectorSample => {
    const histogram = series.kinds[0] === HISTOGRAM ? series.histograms?.[0] : undefined
    const sample = { labels: series.labels, timeMs, value: series.values[0] as number }
    return histogram ? { ...sample, histogram } : sample
  })
  return { type: 'vector', samples }
}

/** An answer over steps, series by labels. */
export function rangeValue(answer: Evaluated, steps: Steps): QueryValue {
  if (answer.type === 'string')
    throw new Fault(
      'INVALID_PROMQL',
      'invalid expression type "string" for range query, must be Scalar or instant Vector',
    )
  if (answer.type === 'scalar') {
    const kinds = new Uint8Array(steps.count).fill(1)
    const series = pointsOf({ labels: noLabels, dropName: false, values: answer.values, kinds }, steps)
    return { type: 'matrix', series: [series] }
  }
  const series = named(answer.series).sort((a, b) => compareLabels(a.labels, b.labels))
  return { type: 'matrix', series: series.map((one) => pointsOf(one, steps)) }
}

/** The samples of a range selector, in (endMs − rangeMs, endMs]. */
export function samplesValue(
  sources: readonly { raw: RawSeries; dropName: boolean }[],
  startMs: number,
  endMs: number,
): QueryValue {
  const series = sources.map(({ raw, dropName }): MatrixPoints => {
    const points: MatrixPoints = {
      labels: dropName ? withoutName(raw.labels) : raw.labels,
      timesMs: [],
      values: [],
      histograms: [],
    }
    raw.timesMs.forEach((timeMs, i) => {
      if (timeMs <= startMs || timeMs > endMs) return
      points.timesMs.push(timeMs)
      points.values.push(raw.values[i] as number)
    })
    raw.histograms?.histograms.forEach((histogram, i) => {
      const timeMs = raw.histograms?.timesMs[i] as number
      if (timeMs > startMs && timeMs <= endMs) points.histograms.push({ timeMs, histogram })
    })
    return points
  })
  const held = series.filter(({ timesMs, histograms }) => timesMs.length + histograms.length > 0)
  return { type: 'matrix', series: held.sort((a, b) => compareLabels(a.labels, b.labels)) }
}

/** Names that were to go are gone now; what then has the same labels becomes one series, or is refused. */
function named(series: readonly StepSeries[]): StepSeries[] {
  const last = series.filter(hasValue)
  for (const one of last) if (one.dropName) one.labels = withoutName(one.labels)
  return mergeSeries(last)
}

function pointsOf(series: StepSeries, steps: Steps): MatrixPoints {
  const points: MatrixPoints = { labels: series.labels, timesMs: [], values: [], histograms: [] }
  for (let k = 0; k < steps.count; k += 1) {
    const kind = series.kinds[k]
    if (kind === 0) continue
    const timeMs = steps.startMs + k * steps.stepMs
    if (kind === HISTOGRAM)
      points.histograms.push({ timeMs, histogram: series.histograms?.[k] as NativeHistogram })
    else {
      points.timesMs.push(timeMs)
      points.values.push(series.values[k] as number)
    }
  }
  return points
}
