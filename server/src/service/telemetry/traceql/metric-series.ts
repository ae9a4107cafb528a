import { Fault } from '../../../kernel/fault.ts'
import type { MetricName, MetricStage } from './expression.ts'
import { LogBuckets } from './log-buckets.ts'
import { type MetricSeries, rankAndLimit } from './series-stage.ts'

/** Buckets one query may hold. */
const bucketsMax = 2_000_000

type Group = {
  labels: MetricSeries['labels']
  counts: Float64Array
  /** Sum, least or greatest; unused where only counted. */
  values: Float64Array
  /** Per step, for quantiles. */
  spreads: (LogBuckets | undefined)[]
  /** Per step: exponent of two → count, for histograms. */
  powers: (Map<number, number> | undefined)[]
}

/** Folds spans into series over steps. Values of durations are seconds. */
export class SeriesFold {
  readonly #stage: MetricStage
  readonly #steps: number
  readonly #stepSeconds: number
  readonly #seriesMax: number
  readonly #groups = new Map<string, Group>()
  #buckets = 0
  constructor(stage: MetricStage, steps: number, stepSeconds: number, seriesMax: number) {
    this.#stage = stage
    this.#steps = steps
    this.#stepSeconds = stepSeconds
    this.#seriesMax = seriesMax
  }

  /** `value` is that of the stage's field; left out where there is none. Throws QUERY_TOO_LARGE. */
  add(step: number, groups: readonly string[], value = 0): void {
    const group = this.#group(groups)
    const count = group.counts[step] ?? 0
    group.counts[step] = count + 1
    const known = group.values[step] ?? 0
    switch (this.#stage.name) {
      case 'min_over_time':
        group.values[step] = count === 0 ? value : Math.min(known, value)
        return
      case 'max_over_time':
        group.values[step] = count === 0 ? value : Math.max(known, value)
        return
      case 'avg_over_time':
      case 'sum_over_time':
        group.values[step] = known + value
        return
      case 'quantile_over_time': {
        const spread = group.spreads[step] ?? new LogBuckets()
        group.spreads[step] = spread
        if (spread.add(value)) this.#opened()
        return
      }
      case 'histogram_over_time':
        this.#countPower(group, step, value <= 0 ? Number.NEGATIVE_INFINITY : Math.ceil(Math.log2(value)))
    }
  }

  series(): MetricSeries[] {
    const found = [...this.#groups.values()].flatMap((group) => this.#seriesOf(group))
    return rankAndLimit(found, this.#stage.after)
  }

  #seriesOf(group: Group): MetricSeries[] {
    const { name, quantiles } = this.#stage
    const { labels } = group
    if (name === 'quantile_over_time')
      return quantiles.map((quantile) => ({
        labels: [...labels, { name: 'p', value: quantile }],
        values: Array.from(group.counts, (_, step) => group.spreads[step]?.quantile(quantile) ?? null),
      }))
    if (name === 'histogram_over_time') {
      const powers = new Set(group.powers.flatMap((counts) => [...(counts?.keys() ?? [])]))
      return [...powers]
        .sort((a, b) => a - b)
        .map((power) => ({
          labels: [...labels, { name: '__bucket', value: 2 ** power }],
          values: Array.from(group.counts, (_, step) => group.powers[step]?.get(power) ?? 0),
        }))
    }
    const values = Array.from(group.counts, (count, step) =>
      this.#valueOf(name, count, group.values[step] ?? 0),
    )
    return [{ labels: labels.length > 0 ? labels : [{ name: '__name__', value: name }], values }]
  }

  #valueOf(name: MetricName, count: number, value: number): number | null {
    if (name === 'rate') return count / this.#stepSeconds
    if (name === 'count_over_time') return count
    if (count === 0) return null
    return name === 'avg_over_time' ? value / count : value
  }

  #group(values: readonly string[]): Group {
    const key = values.join('\0')
    const known = this.#groups.get(key)
    if (known) return known
    if (this.#groups.size >= this.#seriesMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `The query makes more than ${this.#seriesMax} series. Group by attributes of fewer values, or narrow the selector.`,
      )
    const group: Group = {
      labels: this.#stage.by.map((field, i) => ({ name: field.text, value: values[i] ?? '' })),
      counts: new Float64Array(this.#steps),
      values: new Float64Array(this.#steps),
      spreads: [],
      powers: [],
    }
    this.#groups.set(key, group)
    return group
  }

  #countPower(group: Group, step: number, power: number): void {
    const counts = group.powers[step] ?? new Map<number, number>()
    group.powers[step] = counts
    const count = counts.get(power)
    if (count === undefined) this.#opened()
    counts.set(power, (count ?? 0) + 1)
  }

  #opened(): void {
    if (++this.#buckets > bucketsMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `The query makes more than ${bucketsMax} buckets. Ask for longer steps or fewer groups.`,
      )
  }
}
