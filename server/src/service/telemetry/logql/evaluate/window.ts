import type { Labels } from '@aiops/contract/model/label'
import { quantile } from '../../promql/evaluate/quantile-group.ts'
import { NUMBER, type StepSeries, type Steps } from '../../promql/value.ts'
import type { RangeFunction } from '../expression.ts'

/** Where windows lie: step k looks at (end − rangeMs, end] with end = startMs + k · stepMs − offsetMs. */
export type Windows = { steps: Steps; rangeMs: number; offsetMs: number }

/** Values of one series as they come, in any order, to one result a step. */
export interface WindowFold {
  add(timeMs: number, value: number): void
  finish(labels: Labels): StepSeries
  /** Values held. */
  readonly held: number
}

export function openFold(
  name: RangeFunction,
  unwrapped: boolean,
  parameter: number,
  windows: Windows,
): WindowFold {
  if (!unwrapped) return new CountFold(windows, name === 'rate' || name === 'bytes_rate')
  return new ColumnFold(windows, columnFunctions[name] ?? total, parameter)
}

/** Steps whose window holds the moment: [from, to). */
function stepsOf(timeMs: number, { steps, rangeMs, offsetMs }: Windows): readonly [number, number] {
  const from = timeMs + offsetMs - steps.startMs
  if (steps.stepMs === 0) return from <= 0 && from + rangeMs > 0 ? [0, 1] : [0, 0]
  return [
    Math.max(0, Math.ceil(from / steps.stepMs)),
    Math.min(steps.count, Math.ceil((from + rangeMs) / steps.stepMs)),
  ]
}

/** Sums of whole numbers by differences: two additions a value however many windows hold it, and exact. */
class CountFold implements WindowFold {
  readonly held = 0
  readonly #windows: Windows
  readonly #perSecond: boolean
  readonly #sums: Float64Array
  readonly #counts: Float64Array
  constructor(windows: Windows, perSecond: boolean) {
    this.#windows = windows
    this.#perSecond = perSecond
    this.#sums = new Float64Array(windows.steps.count + 1)
    this.#counts = new Float64Array(windows.steps.count + 1)
  }
  add(timeMs: number, value: number): void {
    const [from, to] = stepsOf(timeMs, this.#windows)
    if (from >= to) return
    this.#sums[from]! += value
    this.#sums[to]! -= value
    this.#counts[from]! += 1
    this.#counts[to]! -= 1
  }
  finish(labels: Labels): StepSeries {
    const { count } = this.#windows.steps
    const series = emptySeries(labels, count)
    const divisor = this.#perSecond ? this.#windows.rangeMs / 1_000 : 1
    let [sum, number] = [0, 0]
    for (let k = 0; k < count; k += 1) {
      sum += this.#sums[k]!
      number += this.#counts[k]!
      if (number > 0) put(series, k, sum / divisor)
    }
    return series
  }
}

/** Values of one window, in order of time. */
type Column = { times: Float64Array; values: Float64Array; rangeMs: number; endMs: number; parameter: number }
type ColumnFunction = (column: Column) => number | undefined

class ColumnFold implements WindowFold {
  readonly #windows: Windows
  readonly #run: ColumnFunction
  readonly #parameter: number
  readonly #times: number[] = []
  readonly #values: number[] = []
  constructor(windows: Windows, run: ColumnFunction, parameter: number) {
    this.#windows = windows
    this.#run = run
    this.#parameter = parameter
  }
  get held(): number {
    return this.#times.length
  }
  add(timeMs: number, value: number): void {
    this.#times.push(timeMs)
    this.#values.push(value)
  }
  finish(labels: Labels): StepSeries {
    const { steps, rangeMs, offsetMs } = this.#windows
    const order = this.#times.map((_, i) => i).sort((a, b) => this.#times[a]! - this.#times[b]!)
    const times = Float64Array.from(order, (i) => this.#times[i]!)
    const values = Float64Array.from(order, (i) => this.#values[i]!)
    const series = emptySeries(labels, steps.count)
    let [from, to] = [0, 0]
    for (let k = 0; k < steps.count; k += 1) {
      const endMs = steps.startMs + k * steps.stepMs - offsetMs
      while (to < times.length && times[to]! <= endMs) to += 1
      while (from < to && times[from]! <= endMs - rangeMs) from += 1
      if (from >= to) continue
      const window = { times: times.subarray(from, to), values: values.subarray(from, to) }
      const result = this.#run({ ...window, rangeMs, endMs, parameter: this.#parameter })
      if (result !== undefined) put(series, k, result)
    }
    return series
  }
}

const total: ColumnFunction = ({ values }) => values.reduce((sum, value) => sum + value, 0)

const columnFunctions: Partial<Record<RangeFunction, ColumnFunction>> = {
  rate: (column) => total(column)! / (column.rangeMs / 1_000),
  rate_counter: counterRate,
  avg_over_time: (column) => total(column)! / column.values.length,
  min_over_time: ({ values }) =>
    values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max_over_time: ({ values }) =>
    values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  stdvar_over_time: variance,
  stddev_over_time: (column) => Math.sqrt(variance(column)),
  quantile_over_time: ({ values, parameter }) => quantile(parameter, values.slice()),
  first_over_time: ({ values }) => values[0],
  last_over_time: ({ values }) => values.at(-1),
}

/** Welford's (Knuth, TAOCP 2, 4.2.2). */
function variance({ values }: Column): number {
  let [mean, sum] = [0, 0]
  for (let i = 0; i < values.length; i += 1) {
    const delta = values[i]! - mean
    mean += delta / (i + 1)
    sum += delta * (values[i]! - mean)
  }
  return sum / values.length
}

/** As Prometheus' `rate` over a counter: resets added up, extrapolated to the window where its ends are near. */
function counterRate({ times, values, rangeMs, endMs }: Column): number | undefined {
  if (times.length < 2) return undefined
  const [first, last] = [times[0]!, times.at(-1)!]
  let increase = values.at(-1)! - values[0]!
  for (let i = 1; i < values.length; i += 1) if (values[i]! < values[i - 1]!) increase += values[i - 1]!
  const sampled = last - first
  const average = sampled / (times.length - 1)
  let before = first - (endMs - rangeMs)
  const after = endMs - last
  if (increase > 0 && values[0]! >= 0) before = Math.min(before, sampled * (values[0]! / increase))
  const threshold = average * 1.1
  const whole =
    sampled + (before < threshold ? before : average / 2) + (after < threshold ? after : average / 2)
  return (increase * (whole / sampled)) / (rangeMs / 1_000)
}

export const emptySeries = (labels: Labels, count: number): StepSeries => ({
  ...{ labels, dropName: false },
  values: new Float64Array(count),
  kinds: new Uint8Array(count),
})

export function put(series: StepSeries, step: number, value: number): void {
  series.values[step] = value
  series.kinds[step] = NUMBER
}
