import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { Subquery } from '../expression.ts'
import { HISTOGRAM, NUMBER, type RawSeries, type StepSeries, type Steps } from '../value.ts'
import { lastMoment, momentsOf } from './moment.ts'

/** Steps of one subquery: one series of so many takes about 20 ms and 18 MB. */
const stepsMax = 2_000_000

/** When the inside of a subquery is evaluated: at multiples of its own step since 1970 that any of the outer windows holds. */
export function subquerySteps(subquery: Subquery, steps: Steps, defaultStepMs: number): Steps {
  const moments = momentsOf(subquery, steps)
  const stepMs = subquery.stepMs || defaultStepMs
  const earliestMs = moments.firstMs - subquery.rangeMs
  const startMs = (Math.floor(earliestMs / stepMs) + 1) * stepMs
  const count = Math.floor((lastMoment(moments) - startMs) / stepMs) + 1
  if (count > stepsMax)
    throw new Fault(
      'QUERY_TOO_LARGE',
      `a subquery would be evaluated ${count} times, over the limit of ${stepsMax}; give it a longer resolution or a shorter range`,
    )
  return { startMs, stepMs, count }
}

/** The inside's answer as if it had been stored. Reset hints say nothing any more: samples were left out or repeated. */
export function subqueryRaw(series: StepSeries, steps: Steps): RawSeries {
  const { kinds, values } = series
  const numbers = countOf(kinds, NUMBER)
  const raw = { labels: series.labels, timesMs: new Float64Array(numbers), values: new Float64Array(numbers) }
  const histogramCount = series.histograms ? countOf(kinds, HISTOGRAM) : 0
  const histogramTimes = new Float64Array(histogramCount)
  const histograms: NativeHistogram[] = []
  for (let k = 0, at = 0; k < kinds.length; k += 1) {
    const timeMs = steps.startMs + k * steps.stepMs
    if (kinds[k] === NUMBER) {
      raw.timesMs[at] = timeMs
      raw.values[at++] = values[k] as number
    } else if (kinds[k] === HISTOGRAM) {
      const histogram = series.histograms?.[k] as NativeHistogram
      histogramTimes[histograms.length] = timeMs
      const hinted = histogram.reset === 'YES' || histogram.reset === 'NO'
      histograms.push(hinted ? { ...histogram, reset: 'UNKNOWN' } : histogram)
    }
  }
  return histogramCount === 0 ? raw : { ...raw, histograms: { timesMs: histogramTimes, histograms } }
}

function countOf(kinds: Uint8Array, wanted: number): number {
  let count = 0
  for (const kind of kinds) if (kind === wanted) count += 1
  return count
}
