import { interpolateHistograms } from '../function/extended-histogram.ts'
import { warning } from '../function/note.ts'
import { interpolate } from '../function/window-end.ts'
import { isCustom } from '../histogram/index.ts'
import type { Notes, RawSeries, StepSeries } from '../value.ts'
import { putHistogram, putNumber } from './column.ts'
import { label, metricName } from './label-set.ts'
import type { Moments } from './moment.ts'

const noTimes = new Float64Array(0)

/**
 * A `smoothed` selector: at each moment the value on the line between the samples around it, none further than `lookbackMs`; the last one
 * where none follows. The series must be without stale markers. Writes into an empty series; false where nothing came out.
 */
export function smooth(
  raw: RawSeries,
  moments: Moments,
  lookbackMs: number,
  target: StepSeries,
  notes: Notes,
): boolean {
  const numbers = new Around(raw.timesMs, lookbackMs)
  const histograms = new Around(raw.histograms?.timesMs ?? noTimes, lookbackMs)
  let any = false
  for (let k = 0; k < moments.count; k += 1) {
    const timeMs = moments.firstMs + k * moments.stepMs
    const hasNumbers = numbers.moveTo(timeMs)
    const hasHistograms = histograms.moveTo(timeMs)
    if (hasNumbers && hasHistograms) {
      notes.warn(warning.mixedFloatsHistograms(label(raw.labels, metricName)))
      continue
    }
    if (hasNumbers) smoothNumber(raw, numbers, timeMs, target, k)
    else if (hasHistograms) smoothHistogram(raw, histograms, timeMs, target, k, notes)
    if (target.kinds[k] !== 0) any = true
  }
  return any
}

/** Which samples of a column are around a moment; moments only ever move on. */
class Around {
  readonly #timesMs: Float64Array
  readonly #lookbackMs: number
  /** Samples in (moment − lookback, moment + lookback] are [from, to). */
  #from = 0
  #to = 0
  /** The first one at or after the moment. */
  next = 0
  constructor(timesMs: Float64Array, lookbackMs: number) {
    this.#timesMs = timesMs
    this.#lookbackMs = lookbackMs
  }
  /** Whether there is any. */
  moveTo(timeMs: number): boolean {
    const times = this.#timesMs
    while (this.#to < times.length && times[this.#to]! <= timeMs + this.#lookbackMs) this.#to += 1
    while (this.#from < this.#to && times[this.#from]! <= timeMs - this.#lookbackMs) this.#from += 1
    while (this.next < this.#to && times[this.next]! < timeMs) this.next += 1
    return this.#from < this.#to
  }
  get hasBefore(): boolean {
    return this.next > this.#from
  }
  get hasNext(): boolean {
    return this.next < this.#to
  }
}

function smoothNumber(
  { timesMs, values }: RawSeries,
  around: Around,
  timeMs: number,
  target: StepSeries,
  k: number,
): void {
  const { next, hasNext, hasBefore } = around
  if (hasNext && timesMs[next] === timeMs) putNumber(target, k, values[next]!)
  else if (!hasBefore) return
  else if (hasNext) putNumber(target, k, interpolate(timesMs, values, next - 1, timeMs, false))
  else putNumber(target, k, values[next - 1]!)
}

function smoothHistogram(
  raw: RawSeries,
  around: Around,
  timeMs: number,
  target: StepSeries,
  k: number,
  notes: Notes,
): void {
  const { timesMs, histograms } = raw.histograms!
  const { next, hasNext, hasBefore } = around
  if (hasNext && timesMs[next] === timeMs) {
    putHistogram(target, k, histograms[next]!)
    return
  }
  if (!hasBefore) return
  const before = histograms[next - 1]!
  if (!hasNext) {
    // A hint is about two samples that follow each other, not about a value.
    putHistogram(target, k, { ...before, reset: 'UNKNOWN' })
    return
  }
  const after = histograms[next]!
  if (isCustom(before) !== isCustom(after)) {
    notes.warn(warning.mixedSchemas(label(raw.labels, metricName)))
    return
  }
  const counter = before.reset !== 'GAUGE' || after.reset !== 'GAUGE'
  const [fromMs, toMs] = [timesMs[next - 1]!, timesMs[next]!]
  const drawn = interpolateHistograms(before, fromMs, after, toMs, timeMs, counter, notes)
  if (drawn) putHistogram(target, k, drawn)
}
