import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { hasValue } from '../evaluate/column.ts'
import { setLabel } from '../evaluate/label-set.ts'
import type { Span } from '../expression.ts'
import { fractionOf, meanOf, quantileOf, varianceOf } from '../histogram/index.ts'
import type { Notes, StepSeries } from '../value.ts'
import { breathOf } from './breath.ts'
import { classicFraction, classicQuantile } from './classic-histogram.ts'
import { ForcedNotes } from './forced-note.ts'
import type { CallContext, WholeFunction } from './function.ts'
import { type HistogramAt, HistogramInput } from './histogram-input.ts'
import { info, warning } from './note.ts'
import { openMetricsText } from './number-text.ts'
import { vectorOf } from './sample.ts'
import { mapHistograms, mergeEqual, scalarsOf, seriesOf, textOf } from './step-series.ts'

/** A function of each native histogram by itself; numbers fall out. */
export const eachHistogram =
  (map: (histogram: NativeHistogram) => number): WholeFunction =>
  async ([vector], context) =>
    vectorOf(await mapHistograms(seriesOf(vector), breathOf(context), map))

export const histogramAvg = eachHistogram(meanOf)
export const histogramStdvar = eachHistogram(varianceOf)
export const histogramStddev = eachHistogram((histogram) => Math.sqrt(varianceOf(histogram)))

/** histogram_quantile(φ, v), over classic and native histograms. */
export const histogramQuantile: WholeFunction = async ([q, vector], context) => {
  const qs = scalarsOf(q)
  const [qAt, at] = [context.call.args[0]!.span, context.call.args[1]!.span]
  const input = await HistogramInput.open(seriesOf(vector), context, at)
  return vectorOf(await quantilesOf(input, qs, qAt, at, context))
}

/** histogram_quantiles(v, label, φ, …): several quantiles, told apart by a label. */
export const histogramQuantiles: WholeFunction = async ([vector, name, ...qs], context) => {
  const at = context.call.args[0]!.span
  const input = await HistogramInput.open(seriesOf(vector), context, at)
  const answers: StepSeries[] = []
  for (const [i, q] of qs.entries()) {
    const values = scalarsOf(q)
    const estimates = await quantilesOf(input, values, context.call.args[i + 2]!.span, at, context)
    for (const series of estimates) answers.push(...splitByQuantile(series, values, textOf(name)))
  }
  return vectorOf(await mergeEqual(answers, breathOf(context)))
}

/** Values that one φ of histogram_quantiles() may have over the steps: each makes a series of its own. */
const quantilesMax = 100

/** A series for each value of φ, with the steps at which φ has it. */
function splitByQuantile(series: StepSeries, qs: Float64Array, name: string): StepSeries[] {
  const distinct = new Set(qs)
  if (distinct.size > quantilesMax)
    throw new Fault(
      'QUERY_TOO_LARGE',
      `a quantile of histogram_quantiles() takes more than ${quantilesMax} values over the steps; give it fewer`,
    )
  return Array.from(distinct, (q) => ({
    ...series,
    labels: setLabel(series.labels, name, openMetricsText(q)),
    values: series.values.slice(),
    kinds: series.kinds.map((kind, step) => (Object.is(qs[step], q) || qs[step] === q ? kind : 0)),
  })).filter(hasValue)
}

/** histogram_fraction(lower, upper, v), over classic and native histograms. */
export const histogramFraction: WholeFunction = async ([lower, upper, vector], context) => {
  const { notes, call, steps } = context
  const [from, to] = [scalarsOf(lower), scalarsOf(upper)]
  const at = call.args[2]!.span
  const input = await HistogramInput.open(seriesOf(vector), context, at)
  const answers = await input.estimate(steps.count, ({ step, name, histogram, buckets }) => {
    if (histogram === undefined) return classicFraction(from[step]!, to[step]!, buckets)
    const { value, nan } = fractionOf(histogram, from[step]!, to[step]!)
    if (nan === 'excluded') notes.info(info.nanExcluded(name), at)
    return value
  })
  return vectorOf(answers)
}

async function quantilesOf(
  input: HistogramInput,
  qs: Float64Array,
  qAt: Span,
  at: Span,
  { notes, steps }: CallContext,
): Promise<StepSeries[]> {
  const told = new Set<number>()
  for (const q of qs)
    if (!(q >= 0 && q <= 1) && !told.has(q)) {
      told.add(q)
      notes.warn(warning.badQuantile(q), qAt)
    }
  const forced = new ForcedNotes()
  const answers = await input.estimate(steps.count, (given) => {
    const q = qs[given.step]!
    if (given.histogram !== undefined) return nativeQuantile(given, q, notes, at)
    const { value, forced: lifted } = classicQuantile(q, given.buckets)
    if (lifted !== undefined) forced.add(given.name, steps.startMs + given.step * steps.stepMs, lifted)
    return value
  })
  forced.tell(notes, at)
  return answers
}

function nativeQuantile(
  given: HistogramAt & { histogram: NativeHistogram },
  q: number,
  notes: Notes,
  at: Span,
): number {
  const { value, nan } = quantileOf(given.histogram, q)
  if (nan === 'result-nan') notes.info(info.nanResult(given.name), at)
  if (nan === 'skewed') notes.info(info.nanSkew(given.name), at)
  return value
}
