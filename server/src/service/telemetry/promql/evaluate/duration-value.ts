import { Fault } from '../../../../kernel/fault.ts'
import type { DurationExpression, DurationOperation } from '../expression.ts'
import { durationMsMax } from '../parse/duration.ts'
import { printDurationExpression } from '../print.ts'

/** What a duration may refer to. */
type QueryTimes = { stepMs: number; rangeMs: number }

/** A worked-out duration, whole milliseconds. Throws INVALID_PROMQL where it is none, or not above 0 and must be. */
export function durationMs(expression: DurationOperation, query: QueryTimes, signed: boolean): number {
  const seconds = secondsOf(expression, query)
  if (!Number.isFinite(seconds)) throw refused('duration is NaN or infinite', expression)
  if (seconds <= 0 && !signed) throw refused('duration must be greater than 0', expression)
  if (Math.abs(seconds) * 1_000 > durationMsMax) throw refused('duration is out of range', expression)
  return Math.trunc(seconds * 1_000) + 0
}

function secondsOf(expression: DurationExpression, query: QueryTimes): number {
  if (expression.node === 'number') return expression.value
  const left = expression.left && secondsOf(expression.left, query)
  const right = expression.right ? secondsOf(expression.right, query) : 0
  const a = left ?? 0
  switch (expression.operator) {
    case 'step':
      return query.stepMs / 1_000
    case 'range':
      return query.rangeMs / 1_000
    case 'min_of':
      return Math.min(a, right)
    case 'max_of':
      return Math.max(a, right)
    case '+':
      return a + right
    case '-':
      return a - right
    case '*':
      return a * right
    case '/':
      if (right === 0) throw refused('division by zero', expression)
      return a / right
    case '%':
      if (right === 0) throw refused('modulo by zero', expression)
      return a % right
    case '^':
      return a ** right
  }
}

const refused = (why: string, expression: DurationOperation): Fault =>
  new Fault('INVALID_PROMQL', `${why}: ${printDurationExpression(expression)}`)
