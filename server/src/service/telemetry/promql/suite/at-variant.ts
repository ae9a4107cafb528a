import type { Expression } from '../expression.ts'
import { parsePromql } from '../parse/parse.ts'

/** Functions whose answer depends on the moment of evaluation even where their arguments do not. */
const momentary = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'end',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'range',
  'start',
  'start_timestamp',
  'step',
  'time',
  'timestamp',
  'year',
])

export type AtVariant = { query: string; timeMs: number }

/** The query with all its selectors fixed to a moment, to be asked at other moments: the answer must be the same. None where it need not. */
export function atVariants(query: string, timeMs: number): AtVariant[] {
  const ends: number[] = []
  const expression = parsePromql(query)
  if (!collectEnds(expression, ends)) return []
  let fixed = query
  for (const end of ends.toSorted((a, b) => b - a))
    fixed = `${fixed.slice(0, end)} @ ${(timeMs / 1_000).toFixed(3)}${fixed.slice(end)}`
  const moments =
    timeMs === 0 ? [-1_000, 0, 1_000] : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs]
  return moments.map((moment) => ({ query: fixed, timeMs: moment }))
}

/** Where selectors and subqueries without an `@` of their own end; what is inside a subquery follows it. False where a function forbids it. */
function collectEnds(expression: Expression, ends: number[]): boolean {
  switch (expression.node) {
    case 'vector':
      if (expression.at === undefined) ends.push(expression.span.to)
      return true
    case 'matrix':
      if (expression.vector.at === undefined) ends.push(expression.span.to)
      return true
    case 'subquery':
      if (expression.at === undefined) ends.push(expression.span.to)
      return collectEnds(expression.inner, [])
    case 'call':
      return !momentary.has(expression.name) && expression.args.every((arg) => collectEnds(arg, ends))
    case 'aggregation': {
      const { inner, parameter } = expression
      return collectEnds(inner, ends) && (parameter === undefined || collectEnds(parameter, ends))
    }
    case 'binary':
      return collectEnds(expression.left, ends) && collectEnds(expression.right, ends)
    case 'unary':
    case 'paren':
      return collectEnds(expression.inner, ends)
    default:
      return true
  }
}
