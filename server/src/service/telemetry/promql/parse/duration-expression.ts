import type { DurationExpression, DurationOperation, DurationOperator, NumberLiteral } from '../expression.ts'
import type { Cursor } from './cursor.ts'
import { durationMsMax, durationProblem, parseDuration } from './duration.ts'
import { parseNumber } from './number.ts'
import { quote } from './quoted.ts'

/** Arithmetic of durations and seconds, as ranges, steps and offsets take it. Grouped as Prometheus' grammar does. */

/** What a message says where something else stands than is expected. */
export type Wanted = { context: string; expected: string }
const duration = 'number, duration, step(), or range()'
export const wantedRange: Wanted = { context: 'subquery or range selector', expected: duration }
export const wantedStep: Wanted = {
  context: 'subquery selector',
  expected: 'number, duration, step(), range(), or "]"',
}
const wantedOffset: Wanted = { context: 'offset', expected: duration }

/** A sum, of which each number is in bounds. */
export function parseDurationExpression(cursor: Cursor, wanted: Wanted): DurationExpression {
  const { depth } = cursor
  cursor.enter()
  let left = product(cursor, wanted)
  for (;;) {
    const sign = cursor.sign('+') ?? cursor.sign('-')
    if (!sign) break
    cursor.enter()
    left = operation(sign.text as DurationOperator, left, product(cursor, wanted))
  }
  cursor.depth = depth
  return left
}

/** A signed literal, a function, or something in brackets: `a offset 5m ^ 2` is a power of `a`. */
export function parseOffset(cursor: Cursor): DurationExpression {
  const { from } = cursor.token
  const { following } = cursor
  const isSigned = cursor.isSign('-') || cursor.isSign('+')
  const twice = isSigned && (following.text === '-' || following.text === '+')
  if (twice || cursor.isSign('(')) return parseDurationExpression(cursor, wantedOffset)
  if (!isSigned) return primary(cursor, wantedOffset)
  const sign = cursor.take().text as '+' | '-'
  const value = literal(cursor) ?? primary(cursor, wantedOffset)
  return signed(cursor, sign, value, from)
}

/** Seconds of a literal, where it is one. */
export function literal(cursor: Cursor): NumberLiteral | undefined {
  const { kind, text, from, to } = cursor.token
  if (kind !== 'number' && kind !== 'duration') return undefined
  cursor.take()
  const span = { from, to }
  if (kind === 'number') {
    const value = parseNumber(text)
    if (value !== undefined && (Number.isFinite(value) || /^[in]/i.test(text)))
      return { node: 'number', value, span }
    const why = value === undefined ? 'invalid syntax' : 'value out of range'
    throw cursor.failure(from, `error parsing number: strconv.ParseFloat: parsing ${quote(text)}: ${why}`)
  }
  const ms = parseDuration(text)
  if (ms === undefined) throw cursor.failure(from, durationProblem(text))
  return { node: 'number', value: ms / 1_000, duration: true, span }
}

function product(cursor: Cursor, wanted: Wanted): DurationExpression {
  let left = factor(cursor, wanted)
  for (;;) {
    const sign = cursor.sign('*') ?? cursor.sign('/') ?? cursor.sign('%')
    if (!sign) return left
    cursor.enter()
    const right = factor(cursor, wanted)
    if (sign.text !== '*' && right.node === 'number' && right.value === 0)
      throw cursor.failure(sign.from, sign.text === '/' ? 'division by zero' : 'modulo by zero')
    left = operation(sign.text as DurationOperator, left, right)
  }
}

function factor(cursor: Cursor, wanted: Wanted): DurationExpression {
  cursor.enter()
  const { from } = cursor.token
  const sign = cursor.sign('-') ?? cursor.sign('+')
  if (sign) return signed(cursor, sign.text as '+' | '-', factor(cursor, wanted), from)
  const base = primary(cursor, wanted)
  return cursor.sign('^') ? operation('^', base, factor(cursor, wanted)) : base
}

function primary(cursor: Cursor, wanted: Wanted): DurationExpression {
  const { from } = cursor.token
  if (cursor.sign('(')) return inBrackets(cursor, from, wanted)
  const operator = cursor.word('step', 'range', 'min_of', 'max_of') as DurationOperator | undefined
  if (operator === undefined)
    return inBounds(cursor, literal(cursor) ?? cursor.unexpected(wanted.context, wanted.expected), from)
  cursor.expectSign('(', wanted.context, wanted.expected)
  const named = { node: 'duration', operator, wrapped: false } as const
  if (operator === 'step' || operator === 'range') {
    cursor.expectSign(')', wanted.context, wanted.expected)
    return { ...named, span: { from, to: cursor.end } }
  }
  const left = parseDurationExpression(cursor, wanted)
  cursor.expectSign(',', wanted.context, wanted.expected)
  const right = parseDurationExpression(cursor, wanted)
  cursor.expectSign(')', wanted.context, wanted.expected)
  return { ...named, left, right, span: { from, to: cursor.end } }
}

function inBrackets(cursor: Cursor, from: number, wanted: Wanted): DurationOperation {
  const inner = parseDurationExpression(cursor, wanted)
  cursor.expectSign(')', wanted.context, wanted.expected)
  const span = { from, to: cursor.end }
  if (inner.node === 'duration') return { ...inner, wrapped: true, span }
  return { node: 'duration', operator: '+', right: inner, wrapped: true, span }
}

function signed(
  cursor: Cursor,
  sign: '+' | '-',
  value: DurationExpression,
  from: number,
): DurationExpression {
  const span = { from, to: value.span.to }
  if (value.node === 'number')
    return inBounds(cursor, { ...value, value: sign === '-' ? -value.value : value.value, span }, from)
  return sign === '-' ? { node: 'duration', operator: '-', right: value, wrapped: false, span } : value
}

const operation = (
  operator: DurationOperator,
  left: DurationExpression,
  right: DurationExpression,
): DurationOperation => ({
  ...{ node: 'duration', operator, left, right, wrapped: false },
  span: { from: left.span.from, to: right.span.to },
})

function inBounds(cursor: Cursor, number: NumberLiteral, from: number): NumberLiteral {
  if (Math.abs(number.value) * 1_000 <= durationMsMax) return number
  throw cursor.failure(from, 'duration out of range')
}
