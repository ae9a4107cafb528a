import type { NativeHistogram } from '../../../../port/metric-store.ts'
import {
  addHistograms,
  compactHistogram,
  isCustom,
  reduceSchema,
  resetBetween,
  subtractHistograms,
} from '../histogram/index.ts'
import type { Notes, RawSeries } from '../value.ts'
import type { SampleWindow } from './function.ts'
import { info, warning } from './note.ts'
import { startedAnew } from './start-time.ts'

type HistogramColumn = NonNullable<RawSeries['histograms']>

/** What a histogram counted between the first and the last sample of a window, resets of a counter made good; a gauge. */
export function histogramIncrease(
  window: SampleWindow,
  notes: Notes,
  counter: boolean,
): NativeHistogram | undefined {
  const { histogramFrom: from, histogramTo: to, metricName } = window
  const column = window.series.histograms!
  const { histograms } = column
  const last = histograms[to - 1]!
  const first = firstOf(column, from, counter)
  if (counter) warnOfGauges(histograms, from, to, metricName, notes)
  const schema = sharedSchema(histograms, from, to, first, counter)
  if (schema === undefined) {
    notes.warn(warning.mixedSchemas(metricName))
    return undefined
  }
  const grown = noted(
    subtractHistograms(isCustom(last) ? last : reduceSchema(last, schema), first),
    'subtraction',
    notes,
  )
  if (grown === undefined) return undefined
  const whole = counter ? addLostToResets(grown, column, from, to, first, notes) : grown
  const gauges = histograms[from]!.reset === 'GAUGE' && last.reset === 'GAUGE'
  if (!counter && !gauges) notes.warn(warning.notGauge(metricName))
  return { ...compactHistogram(whole), reset: 'GAUGE' }
}

/** What was counted between the last two samples. */
export function histogramDifference(
  window: SampleWindow,
  notes: Notes,
  counter: boolean,
): NativeHistogram | undefined {
  const column = window.series.histograms!
  const { histograms } = column
  const before = histograms[window.histogramTo - 2]!
  const last = histograms[window.histogramTo - 1]!
  const gauges = Number(before.reset === 'GAUGE') + Number(last.reset === 'GAUGE')
  if (counter && gauges > 0) notes.warn(warning.notCounter(window.metricName))
  if (!counter && gauges < 2) notes.warn(warning.notGauge(window.metricName))
  if (counter && (startedAnew(column, window.histogramTo - 1) || resetBetween(before, last)))
    return { ...compactHistogram(last), reset: 'GAUGE' }
  if (isCustom(before) !== isCustom(last)) {
    notes.warn(warning.mixedSchemas(window.metricName))
    return undefined
  }
  const grown = noted(subtractHistograms(last, before), 'subtraction', notes)
  return grown && { ...compactHistogram(grown), reset: 'GAUGE' }
}

/** A reset right after the first sample makes that count for nothing, so that its buckets need not fit. */
function firstOf(column: HistogramColumn, from: number, counter: boolean): NativeHistogram {
  const { histograms } = column
  const first = histograms[from]!
  const second = histograms[from + 1]!
  if (!counter || !(startedAnew(column, from + 1) || resetBetween(first, second))) return first
  const none = { indexes: new Int32Array(0), counts: new Float64Array(0) }
  return {
    schema: second.schema,
    count: 0,
    sum: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: none,
    negative: none,
    ...(second.bounds && { bounds: second.bounds }),
    reset: 'UNKNOWN',
  }
}

function warnOfGauges(
  histograms: readonly NativeHistogram[],
  from: number,
  to: number,
  metricName: string,
  notes: Notes,
): void {
  for (let i = from; i < to; i++)
    if (histograms[i]!.reset === 'GAUGE') {
      notes.warn(warning.notCounter(metricName))
      return
    }
}

/** The lowest schema that counts; undefined where exponential and custom buckets are mixed. For a gauge only the ends matter. */
function sharedSchema(
  histograms: readonly NativeHistogram[],
  from: number,
  to: number,
  first: NativeHistogram,
  counter: boolean,
): number | undefined {
  const custom = isCustom(first)
  const last = histograms[to - 1]!
  if (isCustom(last) !== custom) return undefined
  let schema = Math.min(first.schema, last.schema)
  for (let i = from + 1; counter && i < to - 1; i++) {
    if (isCustom(histograms[i]!) !== custom) return undefined
    schema = Math.min(schema, histograms[i]!.schema)
  }
  return schema
}

function addLostToResets(
  grown: NativeHistogram,
  column: HistogramColumn,
  from: number,
  to: number,
  first: NativeHistogram,
  notes: Notes,
): NativeHistogram {
  const { histograms } = column
  let whole = grown
  let before = first
  for (let i = from + 1; i < to; i++) {
    if (startedAnew(column, i) || resetBetween(before, histograms[i]!))
      whole = noted(addHistograms(whole, before), 'addition', notes) ?? whole
    before = histograms[i]!
  }
  return whole
}

/** Contradicting reset hints are no news here: resets were looked at one by one. */
function noted(
  combined: ReturnType<typeof addHistograms>,
  operation: 'addition' | 'subtraction',
  notes: Notes,
): NativeHistogram | undefined {
  if (combined?.reconciled === true) notes.info(info.reconciled(operation))
  return combined?.histogram
}
