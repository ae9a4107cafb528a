import type { At, Expression, Subquery, VectorSelector } from '../expression.ts'
import type { Cursor } from './cursor.ts'
import { durationMsMax, parseDuration } from './duration.ts'
import { parseNumber } from './number.ts'

/** Durations, `offset` and `@`: what moves the moments a selector looks at. */

/** A duration, a number of seconds, or arithmetic of them that needs nothing of the query; ms, above 0. */
export function rangeMs(cursor: Cursor): number {
  const from = cursor.token.from
  const ms = Math.round(sum(cursor) * 1_000)
  if (!(ms > 0)) throw cursor.failure(from, 'duration must be greater than 0')
  if (ms > durationMsMax) throw cursor.failure(from, 'duration out of range')
  return ms
}

/** `offset` has been taken. */
export function applyOffset(cursor: Cursor, expression: Expression): Expression {
  const from = cursor.token.from
  const ms = Math.round(signed(cursor) * 1_000)
  if (!(Math.abs(ms) <= durationMsMax)) throw cursor.failure(from, 'duration out of range')
  return shifted(cursor, expression, 'offset', (selector) => {
    if (selector.offsetMs !== 0)
      throw cursor.failure(expression.span.from, 'offset may not be set multiple times')
    return { ...selector, offsetMs: ms, span: { from: selector.span.from, to: cursor.end } }
  })
}

/** `@` has been taken. */
export function applyAt(cursor: Cursor, expression: Expression): Expression {
  const at = moment(cursor, expression)
  return shifted(cursor, expression, '@', (selector) => {
    if (selector.at !== undefined)
      throw cursor.failure(expression.span.from, '@ <timestamp> may not be set multiple times')
    return { ...selector, at, span: { from: selector.span.from, to: cursor.end } }
  })
}

function moment(cursor: Cursor, expression: Expression): At {
  const word = cursor.word('start', 'end')
  if (word !== undefined) {
    cursor.expectSign('(')
    cursor.expectSign(')')
    return word as 'start' | 'end'
  }
  const sign = cursor.signum()
  const seconds = number(cursor) ?? cursor.unexpected('@', 'timestamp')
  const timeMs = Math.round(sign * seconds * 1_000)
  if (!(Math.abs(timeMs) < 2 ** 63))
    throw cursor.failure(
      expression.span.from,
      `timestamp out of bounds for @ modifier: ${(sign * seconds).toFixed(6)}`,
    )
  return { timeMs: timeMs + 0 }
}

function shifted(
  cursor: Cursor,
  expression: Expression,
  modifier: string,
  shift: <S extends VectorSelector | Subquery>(selector: S) => S,
): Expression {
  if (expression.node === 'vector' || expression.node === 'subquery') return shift(expression)
  if (expression.node === 'matrix') {
    const vector = shift(expression.vector)
    return { ...expression, vector, span: vector.span }
  }
  throw cursor.failure(
    expression.span.from,
    `${modifier === '@' ? '@' : 'offset'} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
  )
}

/** A literal; seconds where it is a duration. */
export function number(cursor: Cursor): number | undefined {
  const { kind, text, from } = cursor.token
  if (kind === 'number') return parseNumber(cursor.take().text)
  if (kind === 'duration') {
    const ms = parseDuration(text)
    if (ms === undefined) throw cursor.failure(from, `bad number or duration syntax: ${JSON.stringify(text)}`)
    cursor.take()
    return ms / 1_000
  }
  const word = cursor.word('inf', 'nan')
  if (word === undefined) return undefined
  return word === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN
}

/** An offset is a signed literal or something in brackets: `a offset 5m ^ 2` is a power of `a`. */
function signed(cursor: Cursor): number {
  if (cursor.sign('-')) return -signed(cursor)
  if (cursor.sign('+')) return signed(cursor)
  return primary(cursor, 'offset')
}

function sum(cursor: Cursor): number {
  let value = product(cursor)
  for (;;) {
    if (cursor.sign('+')) value += product(cursor)
    else if (cursor.sign('-')) value -= product(cursor)
    else return value
  }
}

function product(cursor: Cursor): number {
  let value = factor(cursor)
  for (;;) {
    const { from } = cursor.token
    if (cursor.sign('*')) value *= factor(cursor)
    else if (cursor.sign('/')) {
      const by = factor(cursor)
      if (by === 0) throw cursor.failure(from, 'division by zero')
      value /= by
    } else if (cursor.sign('%')) {
      const by = factor(cursor)
      if (by === 0) throw cursor.failure(from, 'modulo by zero')
      value %= by
    } else return value
  }
}

function factor(cursor: Cursor): number {
  if (cursor.sign('-')) return -factor(cursor)
  if (cursor.sign('+')) return factor(cursor)
  const value = primary(cursor)
  return cursor.sign('^') ? value ** factor(cursor) : value
}

function primary(cursor: Cursor, context = 'subquery or range selector'): number {
  if (cursor.sign('(')) {
    const value = sum(cursor)
    cursor.expectSign(')')
    return value
  }
  if (cursor.isWord('step', 'range', 'min_of', 'max_of'))
    throw cursor.failure(
      cursor.token.from,
      `${cursor.token.text}() in a duration is not supported; write the duration out`,
    )
  return number(cursor) ?? cursor.unexpected(context, 'number, duration, step(), or range()')
}
