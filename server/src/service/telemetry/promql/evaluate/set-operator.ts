import type { Stepwise } from '../../../../kernel/stepwise.ts'
import type { Matching } from '../expression.ts'
import type { StepSeries } from '../value.ts'
import { hasValue } from './column.ts'
import { breathEvery, mergeSeries } from './merge.ts'
import { signatures } from './signature.ts'

/** `and`, `or`, `unless`: whole series come or go, step by step, by whether the other side has one with the same matching labels. */
export function* combineSets(
  operator: 'and' | 'or' | 'unless',
  left: StepSeries[],
  right: StepSeries[],
  matching: Matching,
  count: number,
): Stepwise<StepSeries[]> {
  const signatureOf = signatures(matching)
  if (operator === 'or') {
    const present = yield* presence(left, signatureOf, count)
    const others = yield* masked(right, (series) => mask(series, present, signatureOf, false))
    return yield* mergeSeries([...left, ...others])
  }
  const present = yield* presence(right, signatureOf, count)
  return yield* masked(left, (series) => mask(series, present, signatureOf, operator === 'and'))
}

function* masked(
  series: readonly StepSeries[],
  keeps: (series: StepSeries) => boolean,
): Stepwise<StepSeries[]> {
  const kept: StepSeries[] = []
  for (const [at, one] of series.entries()) {
    if (at % breathEvery === 0) yield
    if (keeps(one)) kept.push(one)
  }
  return kept
}

/** Where any series of a signature has a value. */
function* presence(
  vector: readonly StepSeries[],
  signatureOf: (series: StepSeries) => string,
  count: number,
): Stepwise<Map<string, Uint8Array>> {
  const present = new Map<string, Uint8Array>()
  for (const [at, series] of vector.entries()) {
    if (at % breathEvery === 0) yield
    const key = signatureOf(series)
    let steps = present.get(key)
    if (!steps) {
      steps = new Uint8Array(count)
      present.set(key, steps)
    }
    for (let k = 0; k < count; k += 1) if (series.kinds[k] !== 0) steps[k] = 1
  }
  return present
}

/** Keeps the steps at which the other side is (`wanted`) or is not there; false where none is left. */
function mask(
  series: StepSeries,
  present: Map<string, Uint8Array>,
  signatureOf: (series: StepSeries) => string,
  wanted: boolean,
): boolean {
  const steps = present.get(signatureOf(series))
  if (!steps) return !wanted && hasValue(series)
  const other = wanted ? 0 : 1
  for (let k = 0; k < steps.length; k += 1) if (steps[k] === other) series.kinds[k] = 0
  return hasValue(series)
}
