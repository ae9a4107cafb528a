import { atOnce, type Stepwise } from '../../../../kernel/stepwise.ts'
import type { BinaryOperator, Matching } from '../expression.ts'
import { type Evaluated, HISTOGRAM, type Notes, NUMBER, type StepSeries, type Steps } from '../value.ts'
import {
  calculate,
  changesMeaning,
  combineElements,
  compare,
  type ElementOperator,
  isComparison,
  type Operand,
} from './arithmetic.ts'
import { hasValue, putHistogram } from './column.ts'
import { matchVectors } from './matching.ts'
import { combineSets } from './set-operator.ts'

export type BinarySpec = { operator: BinaryOperator; bool: boolean; matching: Matching }

/** Any two operands that the operator takes; throws QUERY_FAILED where series do not match one to one as they must. */
export function applyBinary(
  left: Evaluated,
  right: Evaluated,
  spec: BinarySpec,
  steps: Steps,
  notes: Notes,
): Evaluated {
  return atOnce(binaryStepwise(left, right, spec, steps, notes))
}

/** As `applyBinary`, giving way between series. */
export function* binaryStepwise(
  left: Evaluated,
  right: Evaluated,
  spec: BinarySpec,
  steps: Steps,
  notes: Notes,
): Stepwise<Evaluated> {
  if (left.type === 'string' || right.type === 'string') return { type: 'vector', series: [] }
  if (left.type === 'scalar' && right.type === 'scalar')
    return { type: 'scalar', values: scalarBinary(left.values, right.values, spec) }
  if (left.type === 'vector' && right.type === 'vector')
    return { type: 'vector', series: yield* vectorBinary(left.series, right.series, spec, steps, notes) }
  const [vector, scalar] = left.type === 'vector' ? [left, right] : [right, left]
  const [series, values] = [
    (vector as { series: StepSeries[] }).series,
    (scalar as { values: Float64Array }).values,
  ]
  const swapped = left.type === 'scalar'
  return {
    type: 'vector',
    series: series.filter((one) => vectorScalar(one, values, spec, swapped, notes)),
  }
}

export function scalarBinary(left: Float64Array, right: Float64Array, spec: BinarySpec): Float64Array {
  const operator = spec.operator as ElementOperator
  return left.map((value, k) => calculate(operator, value, right[k] as number))
}

function* vectorBinary(
  left: StepSeries[],
  right: StepSeries[],
  spec: BinarySpec,
  steps: Steps,
  notes: Notes,
): Stepwise<StepSeries[]> {
  const { operator, matching } = spec
  if (operator === 'and' || operator === 'or' || operator === 'unless')
    return yield* combineSets(operator, left, right, matching, steps.count)
  return yield* matchVectors(operator, spec.bool, left, right, matching, steps.count, notes)
}

/** One series against a number at each step, in place; false where nothing is left. `swapped`: the number stands on the left. */
export function vectorScalar(
  series: StepSeries,
  scalar: Float64Array,
  { operator, bool }: BinarySpec,
  swapped: boolean,
  notes: Notes,
): boolean {
  const { values, kinds } = series
  const element = operator as ElementOperator
  const comparison = isComparison(operator)
  if (bool || changesMeaning(operator)) series.dropName = true
  if (!series.histograms && !comparison && changesMeaning(operator)) {
    for (let k = 0; k < kinds.length; k += 1) {
      if (kinds[k] === 0) continue
      const [value, number] = [values[k] as number, scalar[k] as number]
      values[k] = swapped ? calculate(element, number, value) : calculate(element, value, number)
    }
    return true
  }
  for (let k = 0; k < kinds.length; k += 1) {
    if (kinds[k] === 0) continue
    const number = scalar[k] as number
    if (kinds[k] === NUMBER && comparison) {
      const value = values[k] as number
      const keep = swapped ? compare(element, number, value) : compare(element, value, number)
      if (bool) values[k] = keep ? 1 : 0
      else if (!keep) kinds[k] = 0
    } else combineStep(series, k, element, number, swapped, bool, notes)
  }
  return hasValue(series)
}

function combineStep(
  series: StepSeries,
  k: number,
  operator: ElementOperator,
  number: number,
  swapped: boolean,
  bool: boolean,
  notes: Notes,
): void {
  const own: Operand =
    series.kinds[k] === HISTOGRAM ? (series.histograms?.[k] as Operand) : (series.values[k] as number)
  if (typeof own === 'number' && changesMeaning(operator)) {
    series.values[k] = swapped ? calculate(operator, number, own) : calculate(operator, own, number)
    return
  }
  const result = swapped
    ? combineElements(operator, number, own, notes)
    : combineElements(operator, own, number, notes)
  if (!result || (!result.keep && !bool)) series.kinds[k] = 0
  else if (bool || typeof result.value === 'number') {
    series.kinds[k] = NUMBER
    series.values[k] = bool ? Number(result.keep) : (result.value as number)
  } else putHistogram(series, k, result.value)
}
