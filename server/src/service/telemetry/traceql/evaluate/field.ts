import type { Field, FieldBinary, FieldOperator, Static } from '../expression.ts'
import { isArithmetic, typeOf } from '../parse/field-type.ts'
import { fullMatch } from './pattern.ts'
import type { TraceView } from './trace-view.ts'
import { type Getter, getterOf, type Value, type Values } from './value.ts'

export type Condition = (view: TraceView, span: number) => boolean

/** A condition on one span, compiled once for many. What a span does not have fits no comparison but that with nil. */
export function conditionOf(field: Field): Condition {
  const get = valuesGetter(field)
  return (view, span) => isTrue(first(get(view, span)))
}

/** A number of one span, or undefined where it has none. */
export function numberGetter(field: Field): (view: TraceView, span: number) => number | undefined {
  const get = valuesGetter(field)
  return (view, span) => {
    const number = numberOf(first(get(view, span)))
    return Number.isNaN(number) ? undefined : number
  }
}

export function valuesGetter(field: Field): Getter {
  switch (field.node) {
    case 'static':
      return () => field.value
    case 'attribute':
    case 'intrinsic':
      return getterOf(field)
    case 'unary': {
      const inner = valuesGetter(field.inner)
      if (field.operator === '!') return (view, span) => !isTrue(first(inner(view, span)))
      return (view, span) => -numberOf(first(inner(view, span)))
    }
    case 'binary':
      return binaryOf(field)
  }
}

function binaryOf({ operator, left, right }: FieldBinary): Getter {
  if (operator === '&&' || operator === '||') {
    const [a, b] = [conditionOf(left), conditionOf(right)]
    return operator === '&&'
      ? (view, span) => a(view, span) && b(view, span)
      : (view, span) => a(view, span) || b(view, span)
  }
  const [a, b] = [valuesGetter(left), valuesGetter(right)]
  if (isArithmetic(operator))
    return (view, span) =>
      calculated(operator, numberOf(first(a(view, span))), numberOf(first(b(view, span))))
  if (operator === '=~' || operator === '!~') return patternOf(operator, a, String((right as Static).value))
  if (typeOf(left) === 'nil' || typeOf(right) === 'nil') return nilOf(operator, a, b)
  const test = comparison(operator, typeOf(left), typeOf(right))
  return (view, span) => anyPair(a(view, span), b(view, span), test)
}

function patternOf(operator: '=~' | '!~', get: Getter, pattern: string): Getter {
  const fits = fullMatch(pattern)
  const wanted = operator === '=~'
  return (view, span) => {
    const value = get(view, span)
    const test = (one: Value): boolean => one !== null && fits(String(one)) === wanted
    return isList(value) ? value.some(test) : test(value)
  }
}

function nilOf(operator: FieldOperator, a: Getter, b: Getter): Getter {
  const isNil = (value: Values): boolean =>
    isList(value) ? value.every((one) => one === null) : value === null
  const wanted = operator === '='
  return (view, span) => (isNil(a(view, span)) && isNil(b(view, span))) === wanted
}

type Test = (a: Value, b: Value) => boolean

function anyPair(a: Values, b: Values, test: Test): boolean {
  if (isList(a)) return a.some((one) => anyPair(one, b, test))
  if (isList(b)) return b.some((one) => anyPair(a, one, test))
  return a !== null && b !== null && test(a, b)
}

/** Where one side is known to be a number, the other counts as one; two attributes are numbers where both read as such. */
function comparison(operator: FieldOperator, left: string, right: string): Test {
  const numeric = (type: string): boolean => type === 'number' || type === 'duration'
  const ordered = orderOf(operator)
  if (numeric(left) || numeric(right)) {
    return (a, b) => {
      const [x, y] = [numberOf(a), numberOf(b)]
      return !Number.isNaN(x) && !Number.isNaN(y) && ordered(x < y ? -1 : x > y ? 1 : 0)
    }
  }
  const mayBeNumbers = left === 'any' && right === 'any'
  return (a, b) => {
    if (mayBeNumbers) {
      const [x, y] = [numberOf(a), numberOf(b)]
      if (!Number.isNaN(x) && !Number.isNaN(y)) return ordered(x < y ? -1 : x > y ? 1 : 0)
    }
    const [x, y] = [String(a), String(b)]
    return ordered(x < y ? -1 : x > y ? 1 : 0)
  }
}

export function orderOf(operator: string): (sign: -1 | 0 | 1) => boolean {
  switch (operator) {
    case '=':
      return (sign) => sign === 0
    case '!=':
      return (sign) => sign !== 0
    case '<':
      return (sign) => sign < 0
    case '<=':
      return (sign) => sign <= 0
    case '>':
      return (sign) => sign > 0
    default:
      return (sign) => sign >= 0
  }
}

export function calculated(operator: string, a: number, b: number): number {
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
    default:
      return a ** b
  }
}

/** NaN for what reads as no number. */
export function numberOf(value: Value): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

const isTrue = (value: Value): boolean => value === true || value === 'true'
const isList = (value: Values): value is readonly Value[] => Array.isArray(value)
const first = (value: Values): Value => (isList(value) ? (value.find((one) => one !== null) ?? null) : value)
