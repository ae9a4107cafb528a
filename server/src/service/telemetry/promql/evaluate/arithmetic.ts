import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { BinaryOperator } from '../expression.ts'
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  equalHistograms,
  scaleHistogram,
  subtractHistograms,
  trimHistogram,
} from '../histogram/index.ts'
import type { Notes } from '../value.ts'

/** Operators that work on single samples; sets (`and`, `or`, `unless`) do not. */
export type ElementOperator = Exclude<BinaryOperator, 'and' | 'or' | 'unless'>
export type Operand = number | NativeHistogram

export const isComparison = (operator: BinaryOperator): boolean =>
  operator === '==' ||
  operator === '!=' ||
  operator === '>' ||
  operator === '<' ||
  operator === '>=' ||
  operator === '<='

/** Whether the answer is something else than the left operand, so that its metric name no longer fits. */
export const changesMeaning = (operator: BinaryOperator): boolean =>
  operator === '+' ||
  operator === '-' ||
  operator === '*' ||
  operator === '/' ||
  operator === '%' ||
  operator === '^' ||
  operator === 'atan2'

/** Numbers by arithmetic or comparison; comparisons give 1 or 0. IEEE 754; powers as C99's `pow` (Annex F.9.4.4). */
export function calculate(operator: ElementOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '^':
      return power(a, b)
    case 'atan2':
      return Math.atan2(a, b)
    default:
      return compare(operator, a, b) ? 1 : 0
  }
}

export function compare(operator: ElementOperator, a: number, b: number): boolean {
  switch (operator) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '>':
      return a > b
    case '<':
      return a < b
    case '>=':
      return a >= b
    case '<=':
      return a <= b
    default:
      return false
  }
}

/** What an operator makes of two samples at least one of which is a histogram; undefined where it makes nothing, which is noted. */
export function combineElements(
  operator: ElementOperator,
  a: Operand,
  b: Operand,
  notes: Notes,
): { value: Operand; keep: boolean } | undefined {
  const result = combineKnown(operator, a, b, notes)
  if (result === 'INCOMPATIBLE') {
    const [left, right] = [typeName(a), typeName(b)]
    notes.info(
      `incompatible sample types encountered for binary operator "${operator}": ${left} ${operator} ${right}`,
    )
    return undefined
  }
  return result
}

function combineKnown(
  operator: ElementOperator,
  a: Operand,
  b: Operand,
  notes: Notes,
): { value: Operand; keep: boolean } | 'INCOMPATIBLE' | undefined {
  if (typeof a === 'number') {
    if (typeof b === 'number' || operator !== '*') return 'INCOMPATIBLE'
    return { value: compactHistogram(scaleHistogram(b, a)), keep: true }
  }
  if (typeof b === 'number') {
    if (operator === '*') return { value: compactHistogram(scaleHistogram(a, b)), keep: true }
    if (operator === '/') return { value: compactHistogram(divideHistogram(a, b)), keep: true }
    if (operator === '</' || operator === '>/')
      return { value: trimHistogram(a, b, operator === '</' ? 'upper' : 'lower'), keep: true }
    return 'INCOMPATIBLE'
  }
  if (operator === '==' || operator === '!=')
    return { value: a, keep: equalHistograms(a, b) === (operator === '==') }
  if (operator === '+' || operator === '-') return addOrSubtract(operator, a, b, notes)
  return 'INCOMPATIBLE'
}

function addOrSubtract(
  operator: '+' | '-',
  a: NativeHistogram,
  b: NativeHistogram,
  notes: Notes,
): { value: Operand; keep: boolean } | undefined {
  const result = operator === '+' ? addHistograms(a, b) : subtractHistograms(a, b)
  if (!result) {
    notes.warn(`incompatible bucket layout encountered for binary operator ${operator}`)
    return undefined
  }
  const name = operator === '+' ? 'addition' : 'subtraction'
  if (result.collision) notes.warn(`conflicting counter resets during histogram ${name}`)
  if (result.reconciled) notes.info(`mismatched custom buckets were reconciled during ${name}`)
  const value = operator === '+' ? result.histogram : { ...result.histogram, reset: 'GAUGE' as const }
  return { value: compactHistogram(value), keep: true }
}

const typeName = (operand: Operand): string => (typeof operand === 'number' ? 'float' : 'histogram')

/** JavaScript says NaN where C99, and Go, say 1. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1
  if (base === -1 && (exponent === Number.POSITIVE_INFINITY || exponent === Number.NEGATIVE_INFINITY))
    return 1
  return base ** exponent
}
