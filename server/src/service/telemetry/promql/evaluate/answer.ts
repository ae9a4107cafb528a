import { Fault } from '../../../../kernel/fault.ts'
import type { Stepwise } from '../../../../kernel/stepwise.ts'
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
import { noLabels, sortedByLabels, withoutMetadata } from './label-set.ts'
import { breathEvery, mergeSeries } from './merge.ts'

/** Points made into an answer in one step. */
const pointsPerStep = 10_000

/** An answer at one moment; vectors keep the order in which they were made. */
export function* instantValue(answer: Evaluated, timeMs: number): Stepwise<QueryValue> {
  if (answer.type === 'string') return { type: 'string', timeMs, value: answer.value }
  if (answer.type === 'scalar') return { type: 'scalar', timeMs, value: answer.values[0] as number }
  const samples: VectorSample[] = []
  for (const series of yield* named(answer.series)) {
    if (samples.length % breathEvery === 0) yield
    const histogram = series.kinds[0] === HISTOGRAM ? series.histograms?.[0] : undefined
    const sample = { labels: series.labels, timeMs, value: series.values[0] as number }
    samples.push(histogram ? { ...sample, histogram } : sample)
  }
  return { type: 'vector', samples }
}

/** An answer over steps, series by labels. */
export function* rangeValue(answer: Evaluated, steps: Steps): Stepwise<QueryValue> {
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
  const series: MatrixPoints[] = []
  let points = 0
  for (const one of yield* sortedByLabels(yield* named(answer.series))) {
    series.push(pointsOf(one, steps))
    points += steps.count
    if (points < pointsPerStep) continue
    points = 0
    yield
  }
  return { type: 'matrix', series }
}

/** The samples of a range selector, in (endMs − rangeMs, endMs]. */
export function* samplesValue(
  sources: readonly { raw: RawSeries; dropName: boolean }[],
  startMs: number,
  endMs: number,
): Stepwise<QueryValue> {
  const series = sources.map(({ raw, dropName }): MatrixPoints => {
    const points: MatrixPoints = {
      labels: dropName ? withoutMetadata(raw.labels) : raw.labels,
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
  return { type: 'matrix', series: yield* sortedByLabels(held) }
}

/** Names that were to go are gone now; what then has the same labels becomes one series, or is refused. */
function* named(series: readonly StepSeries[]): Stepwise<StepSeries[]> {
  const last: StepSeries[] = []
  for (const [at, one] of series.entries()) {
    if (at % breathEvery === 0) yield
    if (!hasValue(one)) continue
    if (one.dropName) one.labels = withoutMetadata(one.labels)
    last.push(one)
  }
  return yield* mergeSeries(last)
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
