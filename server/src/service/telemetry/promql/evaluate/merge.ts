import { Fault } from '../../../../kernel/fault.ts'
import type { Stepwise } from '../../../../kernel/stepwise.ts'
import type { StepSeries } from '../value.ts'
import { copyStep } from './column.ts'
import { labelsKey } from './label-set.ts'

export const sameLabels = (): Fault =>
  new Fault('QUERY_FAILED', 'vector cannot contain metrics with the same labelset')

/** Series worked on in one step, about: their labels are what takes time. */
export const breathEvery = 128

/** Series with the same labels become one; throws QUERY_FAILED where two of them have a value at one step. */
export function* mergeSeries(series: StepSeries[]): Stepwise<StepSeries[]> {
  const known = new Map<string, StepSeries>()
  for (const [at, one] of series.entries()) {
    if (at % breathEvery === 0) yield
    const key = labelsKey(one.labels)
    const other = known.get(key)
    if (other) mergeInto(other, one)
    else known.set(key, one)
  }
  return known.size === series.length ? series : [...known.values()]
}

export function mergeInto(target: StepSeries, from: StepSeries): void {
  for (let k = 0; k < from.kinds.length; k += 1) {
    if (from.kinds[k] === 0) continue
    if (target.kinds[k] !== 0) throw sameLabels()
    copyStep(from, target, k)
  }
  if (from.dropName) target.dropName = true
}
