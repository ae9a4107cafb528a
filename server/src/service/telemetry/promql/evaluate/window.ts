import type { SampleWindow, WindowFunction } from '../function/index.ts'
import { type Notes, NUMBER, type RawSeries, type StepSeries, type Steps } from '../value.ts'
import { putHistogram } from './column.ts'
import { label, metricName } from './label-set.ts'
import type { Moments } from './moment.ts'

export type Reach = { beforeMs: number; afterMs: number }
export type WindowPlan = {
  evaluate: WindowFunction
  moments: Moments
  steps: Steps
  rangeMs: number
  /** How far beyond its ends a window's samples are handed over, ms; nothing unless given. */
  reach?: Reach | undefined
  /** Scalar arguments as columns over steps, in order. */
  parameters: readonly Float64Array[]
  notes: Notes
}

const noTimes = new Float64Array(0)

/**
 * A function over the window (moment − range, moment] of each step; the series must be without stale markers. Writes into an empty series;
 * false where nothing came out. Both ends of the window only ever move on.
 */
export function evaluateWindows(raw: RawSeries, plan: WindowPlan, target: StepSeries): boolean {
  const { evaluate, moments, steps, rangeMs, notes } = plan
  const { beforeMs, afterMs } = plan.reach ?? { beforeMs: 0, afterMs: 0 }
  const { timesMs } = raw
  const histogramTimes = raw.histograms?.timesMs ?? noTimes
  const columns = plan.parameters
  const parameters: number[] = columns.map((column) => column[0] as number)
  const window: SampleWindow & { timeMs: number } = {
    series: raw,
    from: 0,
    to: 0,
    histogramFrom: 0,
    histogramTo: 0,
    startMs: 0,
    endMs: 0,
    rangeMs,
    metricName: label(raw.labels, metricName),
    timeMs: 0,
    resets: undefined,
  }
  const { values, kinds } = target
  let any = false
  for (let k = 0; k < moments.count; k += 1) {
    const endMs = moments.firstMs + k * moments.stepMs
    const startMs = endMs - rangeMs
    let { from, to } = window
    while (to < timesMs.length && (timesMs[to] as number) <= endMs + afterMs) to += 1
    while (from < to && (timesMs[from] as number) <= startMs - beforeMs) from += 1
    window.from = from
    window.to = to
    if (histogramTimes.length > 0)
      slideHistograms(window, histogramTimes, startMs - beforeMs, endMs + afterMs)
    if (from === to && window.histogramFrom === window.histogramTo) continue
    window.startMs = startMs
    window.endMs = endMs
    window.timeMs = steps.startMs + k * steps.stepMs
    for (let j = 0; j < columns.length; j += 1) parameters[j] = (columns[j] as Float64Array)[k] as number
    const result = evaluate(window, parameters, notes)
    if (result === undefined) continue
    any = true
    if (typeof result === 'number') {
      values[k] = result
      kinds[k] = NUMBER
    } else putHistogram(target, k, result)
  }
  return any
}

function slideHistograms(window: SampleWindow, times: Float64Array, startMs: number, endMs: number): void {
  let { histogramFrom: from, histogramTo: to } = window
  while (to < times.length && (times[to] as number) <= endMs) to += 1
  while (from < to && (times[from] as number) <= startMs) from += 1
  window.histogramFrom = from
  window.histogramTo = to
}
