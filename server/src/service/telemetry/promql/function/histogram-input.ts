import type { Labels } from '@aiops/contract/model/label'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { emptySeries, putNumber } from '../evaluate/column.ts'
import { dropLabels, label, labelsKey, metricName } from '../evaluate/label-set.ts'
import type { Span } from '../expression.ts'
import { HISTOGRAM, type Notes, NUMBER, type StepSeries } from '../value.ts'
import { type Breath, breathOf } from './breath.ts'
import type { ClassicBuckets } from './classic-histogram.ts'
import type { CallContext } from './function.ts'
import { warning } from './note.ts'
import { parseGoNumber } from './number-text.ts'
import { mergeEqual } from './step-series.ts'

type Part = { bound: number; series: StepSeries }
type ClassicGroup = { key: string; labels: Labels; parts: Part[] }

/** A histogram at one step, classic or native; the buckets may be changed and are not to be kept. */
export type HistogramAt = { labels: Labels; name: string; step: number } & (
  | { buckets: ClassicBuckets; histogram?: undefined }
  | { buckets?: undefined; histogram: NativeHistogram }
)

/** Series taken apart into native histograms and classic ones, the latter put together by their labels but `le`. */
export class HistogramInput {
  readonly #natives = new Map<string, StepSeries>()
  readonly #groups = new Map<string, ClassicGroup>()
  readonly #unusable: StepSeries[] = []
  readonly #notes: Notes
  readonly #at: Span
  readonly #breathe: Breath

  private constructor(context: CallContext, at: Span) {
    this.#notes = context.notes
    this.#at = at
    this.#breathe = breathOf(context)
  }

  /** `at` is where notes about the series point. */
  static async open(series: StepSeries[], context: CallContext, at: Span): Promise<HistogramInput> {
    const input = new HistogramInput(context, at)
    for (const one of series) {
      await input.#breathe()
      if (one.kinds.includes(HISTOGRAM)) input.#natives.set(labelsKey(one.labels), one)
      if (one.kinds.includes(NUMBER)) input.#addBucket(one)
    }
    return input
  }

  /** Estimates for each histogram at each step, as series without `le` and without a name in the end. */
  async estimate(steps: number, estimate: (given: HistogramAt) => number): Promise<StepSeries[]> {
    this.#warnOfUnusable()
    const answers: StepSeries[] = []
    for (const [key, series] of this.#natives) {
      await this.#breathe()
      answers.push(this.#estimateNative(key, series, steps, estimate))
    }
    for (const group of this.#groups.values()) {
      await this.#breathe()
      answers.push(this.#estimateClassic(group, steps, estimate))
    }
    return mergeEqual(
      answers.filter(({ kinds }) => kinds.includes(NUMBER)),
      this.#breathe,
    )
  }

  #addBucket(series: StepSeries): void {
    const bound = parseGoNumber(label(series.labels, 'le'))
    if (bound === undefined) {
      this.#unusable.push(series)
      return
    }
    const labels = dropLabels(series.labels, ['le'])
    const key = labelsKey(labels)
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, { key, labels, parts: [{ bound, series }] })
    else group.parts.push({ bound, series })
  }

  #warnOfUnusable(): void {
    const said = new Set<string>()
    for (const { labels } of this.#unusable) {
      const sentence = warning.badBucketLabel(label(labels, metricName), label(labels, 'le'))
      if (!said.has(sentence)) this.#notes.warn(sentence, this.#at)
      said.add(sentence)
    }
  }

  #estimateNative(
    key: string,
    series: StepSeries,
    steps: number,
    estimate: (given: HistogramAt) => number,
  ): StepSeries {
    const answer = emptySeries(series.labels, steps, true)
    const group = this.#groups.get(key)
    const name = label(series.labels, metricName)
    for (let step = 0; step < steps; step++) {
      if (series.kinds[step] !== HISTOGRAM) continue
      if (group?.parts.some((part) => part.series.kinds[step] === NUMBER))
        this.#notes.warn(warning.mixedClassicNative(name), this.#at)
      else
        putNumber(
          answer,
          step,
          estimate({ labels: series.labels, name, step, histogram: series.histograms![step]! }),
        )
    }
    return answer
  }

  #estimateClassic(group: ClassicGroup, steps: number, estimate: (given: HistogramAt) => number): StepSeries {
    const answer = emptySeries(group.labels, steps, true)
    const native = this.#natives.get(group.key)
    const name = label(group.labels, metricName)
    const buckets: ClassicBuckets = { bounds: [], counts: [] }
    for (let step = 0; step < steps; step++) {
      if (native?.kinds[step] === HISTOGRAM) continue
      buckets.bounds.length = 0
      buckets.counts.length = 0
      for (const { bound, series } of group.parts) {
        if (series.kinds[step] !== NUMBER) continue
        buckets.bounds.push(bound)
        buckets.counts.push(series.values[step]!)
      }
      if (buckets.bounds.length > 0)
        putNumber(answer, step, estimate({ labels: group.labels, name, step, buckets }))
    }
    return answer
  }
}
