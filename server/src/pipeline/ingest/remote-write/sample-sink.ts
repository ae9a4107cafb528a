import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import type { Exemplar, HistogramSample, NativeHistogram, SeriesRef } from '../../../port/metric-store.ts'
import type { LabelLimits } from '../label-set.ts'
import { Rejections } from '../rejection.ts'
import { outOfTime, SampleColumns } from '../sample-columns.ts'

export type RemoteWriteLimits = {
  labels: LabelLimits
  samplesMax: number
  familiesMax: number
  knownSeriesMax: number
  knownBytesMax: number
  ageMsMax: number
  futureMsMax: number
}

/** Stands for "no number": of a series, a symbol, a run of bytes. */
export const NONE = -1

/** What one request gives, as it is read: what is out of time is left out and noted here, for samples of any sort. */
export class SampleSink {
  readonly columns: SampleColumns
  readonly histograms: HistogramSample[] = []
  readonly exemplars: Exemplar[] = []
  readonly rejections = new Rejections()
  readonly nowMs: number
  readonly #limits: RemoteWriteLimits
  readonly #earliestMs: number
  readonly #latestMs: number
  #lastRef: SeriesRef = NONE
  #lastMs = 0
  #lastLo = 0
  #lastHi = 0

  constructor(limits: RemoteWriteLimits, capacity: number, nowMs: number) {
    this.columns = new SampleColumns(capacity, limits.samplesMax)
    this.nowMs = nowMs
    this.#limits = limits
    this.#earliestMs = nowMs - limits.ageMsMax
    this.#latestMs = nowMs + limits.futureMsMax
  }

  isTimely(timeMs: number): boolean {
    return timeMs >= this.#earliestMs && timeMs <= this.#latestMs
  }

  /** A sample as words of its double. `ref` may be NONE where the time is not taken, here as in the others. */
  push(ref: SeriesRef, timeMs: number, lo: number, hi: number): void {
    if (!this.isTimely(timeMs)) {
      this.#refuse(timeMs)
      return
    }
    if (timeMs === this.#lastMs && ref === this.#lastRef) {
      // The same sample twice is one; two values for one moment contradict each other, and the first was there first.
      if (lo !== this.#lastLo || hi !== this.#lastHi) this.rejections.add(contradiction(timeMs))
      return
    }
    this.#lastRef = ref
    this.#lastMs = timeMs
    this.#lastLo = lo
    this.#lastHi = hi
    this.columns.push(ref, timeMs, lo, hi)
  }

  pushHistogram(ref: SeriesRef, timeMs: number, histogram: NativeHistogram): void {
    if (!this.isTimely(timeMs)) this.#refuse(timeMs)
    else if (this.#hasRoom(this.histograms.length)) this.histograms.push({ ref, timeMs, histogram })
  }

  pushExemplar(ref: SeriesRef, timeMs: number, value: number, labels: Labels): void {
    if (!this.isTimely(timeMs)) this.#refuse(timeMs)
    else if (this.#hasRoom(this.exemplars.length)) this.exemplars.push({ ref, timeMs, value, labels })
  }

  #refuse(timeMs: number): void {
    this.rejections.add(outOfTime(timeMs, this.#earliestMs, this.#limits))
  }

  #hasRoom(taken: number): true {
    if (taken < this.#limits.samplesMax) return true
    throw new Fault(
      'BODY_TOO_LARGE',
      `One request may hold ${this.#limits.samplesMax} histograms or exemplars; this one holds more. Send smaller requests.`,
    )
  }
}

const contradiction = (timeMs: number): Fault =>
  new Fault(
    'INVALID_SAMPLE',
    `A series has two different values for ${new Date(timeMs).toISOString()}; the first was kept.`,
  )
