import { plainNumber } from '../../../../kernel/go-number.ts'
import type { At, DurationOperation, Expression, Extension, Subquery, VectorSelector } from '../expression.ts'
import type { Cursor } from './cursor.ts'
import { literal, parseDurationExpression, parseOffset, type Wanted } from './duration-expression.ts'

/** Ranges, `offset`, `@`, `anchored` and `smoothed`: at which moments a selector looks, and how. */

/** Where it is more than a literal, `ms` is 0 and what it is to be worked out from stands beside it. */
export type Width = { ms: number; expression?: DurationOperation }

/** Width of a range or step of a subquery: a number above 0, or what will be one. */
export function parseWidth(cursor: Cursor, wanted: Wanted): Width {
  const { from } = cursor.token
  const expression = parseDurationExpression(cursor, wanted)
  if (expression.node === 'duration') return { ms: 0, expression }
  if (!(expression.value > 0)) throw cursor.failure(from, 'duration must be greater than 0')
  return { ms: Math.round(expression.value * 1_000) }
}

/** `offset` has been taken. */
export function applyOffset(cursor: Cursor, expression: Expression): Expression {
  const offset = parseOffset(cursor)
  return shifted(cursor, expression, 'offset', (selector) => {
    if (selector.offsetMs !== 0 || selector.offsetExpression)
      throw cursor.failure(expression.span.from, 'offset may not be set multiple times')
    const span = { from: selector.span.from, to: cursor.end }
    if (offset.node === 'duration') return { ...selector, offsetExpression: offset, span }
    return { ...selector, offsetMs: Math.round(offset.value * 1_000) + 0, span }
  })
}

/** The word has been taken. */
export function applyExtension(cursor: Cursor, expression: Expression, extended: Extension): Expression {
  const fail = (why: string): never => {
    throw cursor.failure(expression.span.from, why)
  }
  if (expression.node === 'subquery') return fail(`${extended} modifier is not supported for subqueries`)
  const selector = expression.node === 'matrix' ? expression.vector : expression
  if (selector.node !== 'vector') return fail(`${extended} modifier not implemented`)
  if (selector.extended !== undefined && selector.extended !== extended)
    return fail('anchored and smoothed modifiers cannot be used together')
  const vector = { ...selector, extended }
  return expression.node === 'matrix' ? { ...expression, vector } : vector
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
  const seconds = literal(cursor)?.value ?? cursor.unexpected('@', 'timestamp')
  const timeMs = Math.round(sign * seconds * 1_000)
  if (!(Math.abs(timeMs) < 2 ** 63))
    throw cursor.failure(
      expression.span.from,
      `timestamp out of bounds for @ modifier: ${plainNumber(sign * seconds, 6)}`,
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
