import { Fault } from '../../../../kernel/fault.ts'
import { generalNumber } from '../../../../kernel/go-number.ts'
import { type Stepwise, sortedStepwise } from '../../../../kernel/stepwise.ts'
import type { Span } from '../expression.ts'
import { type Notes, NUMBER, type StepSeries } from '../value.ts'
import { copyStep, emptySeries } from './column.ts'
import { type GroupFold, noteHistograms } from './group-fold.ts'
import { hashShare } from './label-hash.ts'
import { breathEvery } from './merge.ts'

/** Whether any step asks for a series at all. Throws QUERY_FAILED for a number that is none. */
export function checkLimit(limits: Float64Array): boolean {
  if (!limits.some((limit) => limit >= 1 || Number.isNaN(limit))) return false
  for (const limit of limits) {
    if (Number.isNaN(limit)) throw new Fault('QUERY_FAILED', 'Parameter value is NaN')
    if (limit <= -(2 ** 63))
      throw new Fault('QUERY_FAILED', `Scalar value ${generalNumber(limit)} underflows int64`)
    if (limit >= 2 ** 63)
      throw new Fault('QUERY_FAILED', `Scalar value ${generalNumber(limit)} overflows int64`)
  }
  return true
}

export function checkRatio(ratios: Float64Array, notes: Notes, at: Span | undefined): boolean {
  if (ratios.every((ratio) => ratio === 0)) return false
  const [least, greatest] = [Math.min(...ratios), Math.max(...ratios)]
  if (Number.isNaN(least)) throw new Fault('QUERY_FAILED', 'Ratio value is NaN')
  const warn = (value: number, cap: number): void =>
    notes.warn(`ratio value should be between -1 and 1, got ${generalNumber(value)}, capping to ${cap}`, at)
  if (greatest > 1) warn(greatest, 1)
  if (least < -1) warn(least, -1)
  return true
}

/** The k greatest or least of a group at each step; ties as a heap of k leaves them. It keeps its series. */
export class RankGroup implements GroupFold {
  readonly #name: 'topk' | 'bottomk'
  readonly #limits: Float64Array
  readonly #notes: Notes
  readonly #at: Span | undefined
  readonly #members: StepSeries[] = []
  constructor(name: 'topk' | 'bottomk', limits: Float64Array, notes: Notes, at: Span | undefined) {
    this.#name = name
    this.#limits = limits
    this.#notes = notes
    this.#at = at
  }
  add(series: StepSeries): boolean {
    noteHistograms(series, this.#name, this.#notes, this.#at)
    this.#members.push(series)
    return true
  }
  *finish(): Stepwise<StepSeries[]> {
    const count = this.#limits.length
    const sign = this.#name === 'topk' ? 1 : -1
    // Insertion order is rank order: an instant query answers in it.
    const results = new Map<number, StepSeries>()
    const heap = new RankHeap()
    for (let k = 0; k < count; k += 1) {
      const limit = Math.trunc(this.#limits[k] as number)
      if (limit < 1) continue
      heap.clear()
      for (let i = 0; i < this.#members.length; i += 1) {
        const member = this.#members[i] as StepSeries
        if (member.kinds[k] === NUMBER) heap.offer(i, (member.values[k] as number) * sign, limit)
        if (i % breathEvery === 0) yield
      }
      for (const [at, index] of (yield* heap.descending()).entries()) {
        if (at % breathEvery === 0) yield
        const member = this.#members[index] as StepSeries
        let result = results.get(index)
        if (!result) {
          result = emptySeries(member.labels, count, member.dropName)
          results.set(index, result)
        }
        copyStep(member, result, k)
      }
    }
    return [...results.values()]
  }
}

/** The first k series of a group at each step, or those whose labels hash below a ratio, which are Prometheus' own choice. */
export class LimitGroup implements GroupFold {
  readonly #limits: Float64Array
  readonly #by: 'count' | 'ratio'
  readonly #taken: Float64Array
  readonly #results: StepSeries[] = []
  constructor(limits: Float64Array, by: 'count' | 'ratio') {
    this.#limits = limits
    this.#by = by
    this.#taken = new Float64Array(limits.length)
  }
  add(series: StepSeries): boolean {
    const share = this.#by === 'ratio' ? hashShare(series.labels) : 0
    const result = emptySeries(series.labels, this.#limits.length, series.dropName)
    let any = false
    for (let k = 0; k < this.#limits.length; k += 1) {
      if (series.kinds[k] === 0) continue
      const limit = this.#limits[k] as number
      if (this.#by === 'ratio') {
        const capped = Math.max(-1, Math.min(1, limit))
        const fits = capped >= 0 ? share < capped : share >= 1 + capped
        if (limit === 0 || !fits) continue
      } else {
        if ((this.#taken[k] as number) >= Math.trunc(limit)) continue
        this.#taken[k] = (this.#taken[k] as number) + 1
      }
      copyStep(series, result, k)
      any = true
    }
    if (any) this.#results.push(result)
    return false
  }
  finish(): StepSeries[] {
    return this.#results
  }
}

/** A heap with its least on top; NaN is least of all. Same moves as Go's `container/heap`, so that ties fall alike. */
class RankHeap {
  readonly #indexes: number[] = []
  readonly #values: number[] = []
  clear(): void {
    this.#indexes.length = 0
    this.#values.length = 0
  }
  offer(index: number, value: number, limit: number): void {
    const size = this.#values.length
    if (size < limit) {
      this.#indexes.push(index)
      this.#values.push(value)
      this.#up(size)
      return
    }
    const least = this.#values[0] as number
    if (!(least < value || (Number.isNaN(least) && !Number.isNaN(value)))) return
    this.#indexes[0] = index
    this.#values[0] = value
    this.#down()
  }
  *descending(): Stepwise<number[]> {
    const order = this.#values.map((_, at) => at)
    const rank = (at: number): number => {
      const value = this.#values[at] as number
      return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value
    }
    const none = (at: number): number => (Number.isNaN(this.#values[at]) ? 1 : 0)
    const sorted = yield* sortedStepwise(
      order,
      (a, b) =>
        none(a) - none(b) ||
        (rank(b) > rank(a) ? 1 : rank(b) < rank(a) ? -1 : 0) ||
        (this.#indexes[a] as number) - (this.#indexes[b] as number),
    )
    return sorted.map((at) => this.#indexes[at] as number)
  }
  #less(a: number, b: number): boolean {
    const value = this.#values[a] as number
    return Number.isNaN(value) || value < (this.#values[b] as number)
  }
  #swap(a: number, b: number): void {
    const [index, value] = [this.#indexes[a] as number, this.#values[a] as number]
    this.#indexes[a] = this.#indexes[b] as number
    this.#values[a] = this.#values[b] as number
    this.#indexes[b] = index
    this.#values[b] = value
  }
  #up(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#less(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }
  #down(): void {
    for (let at = 0; ; ) {
      let child = 2 * at + 1
      if (child >= this.#values.length) return
      if (child + 1 < this.#values.length && this.#less(child + 1, child)) child += 1
      if (!this.#less(child, at)) return
      this.#swap(child, at)
      at = child
    }
  }
}
