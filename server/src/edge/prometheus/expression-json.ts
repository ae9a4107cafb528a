import { plainNumber } from '../../kernel/go-number.ts'
import {
  type At,
  type DurationExpression,
  type Expression,
  findFunction,
  type VectorSelector,
} from '../../service/telemetry/index.ts'

/** The tree of a query as `parse_query` answers it (prometheus, `web/api/v1/translate_ast.go`). */
export function expressionJson(expression: Expression): Record<string, unknown> {
  switch (expression.node) {
    case 'number':
      return { type: 'numberLiteral', val: plainNumber(expression.value) }
    case 'string':
      return { type: 'stringLiteral', val: expression.value }
    case 'vector':
      return { type: 'vectorSelector', ...selectorJson(expression) }
    case 'matrix':
      return {
        ...{ type: 'matrixSelector', range: expression.rangeMs },
        ...{ rangeExpr: durationJson(expression.rangeExpression), ...selectorJson(expression.vector) },
      }
    case 'subquery':
      return {
        ...{ type: 'subquery', expr: expressionJson(expression.inner) },
        ...{ range: expression.rangeMs, rangeExpr: durationJson(expression.rangeExpression) },
        ...{ step: expression.stepMs, stepExpr: durationJson(expression.stepExpression) },
        ...{ offset: expression.offsetMs, offsetExpr: durationJson(expression.offsetExpression) },
        ...atJson(expression.at),
      }
    case 'call':
      return { type: 'call', func: functionJson(expression.name), args: expression.args.map(expressionJson) }
    case 'paren':
      return { type: 'parenExpr', expr: expressionJson(expression.inner) }
    case 'unary':
      return { type: 'unaryExpr', op: expression.operator, expr: expressionJson(expression.inner) }
    case 'aggregation': {
      const { name, inner, parameter, grouping } = expression
      const isWithout = grouping !== undefined && 'without' in grouping
      const labels = grouping === undefined ? [] : 'without' in grouping ? grouping.without : grouping.by
      return {
        ...{ type: 'aggregation', op: name, expr: expressionJson(inner) },
        ...{ param: parameter ? expressionJson(parameter) : null, grouping: labels, without: isWithout },
      }
    }
    case 'binary':
      return binaryJson(expression)
    case 'given':
      return { type: 'placeholder' }
  }
}

function binaryJson({ operator, left, right, matching, bool }: Extract<Expression, { node: 'binary' }>) {
  const { card, on, ignoring, include, fillLeft = null, fillRight = null } = matching
  const between = isVector(left) && isVector(right)
  return {
    ...{ type: 'binaryExpr', op: operator, lhs: expressionJson(left), rhs: expressionJson(right), bool },
    matching: between
      ? {
          ...{ card, labels: on ?? ignoring ?? [], on: on !== undefined, include },
          fillValues: { lhs: fillLeft, rhs: fillRight },
        }
      : null,
  }
}

function functionJson(name: string) {
  const found = findFunction(name)
  return {
    name,
    argTypes: found?.args ?? [],
    variadic: found?.variadic ?? 0,
    returnType: found?.returns ?? 'none',
  }
}

/** Numbers and what is made of them alone have no series to match. */
function isVector(expression: Expression): boolean {
  switch (expression.node) {
    case 'number':
    case 'string':
      return false
    case 'paren':
    case 'unary':
      return isVector(expression.inner)
    case 'binary':
      return isVector(expression.left) || isVector(expression.right)
    case 'call':
      return !['scalar', 'time', 'pi'].includes(expression.name)
    default:
      return true
  }
}

/** What a duration is worked out from; where there is such, the number beside it is 0. */
function durationJson(expression: DurationExpression | undefined): Record<string, unknown> | null {
  if (expression === undefined) return null
  if (expression.node === 'number') {
    const { value, duration = false } = expression
    return { type: 'numberLiteral', val: plainNumber(value), duration }
  }
  const { operator: op, left, right, wrapped } = expression
  return { type: 'durationExpr', op, lhs: durationJson(left), rhs: durationJson(right), wrapped }
}

const selectorJson = ({ name, offsetMs, offsetExpression, matchers, at, extended }: VectorSelector) => ({
  ...{ name, offset: offsetMs, offsetExpr: durationJson(offsetExpression), ...atJson(at) },
  ...{ anchored: extended === 'anchored', smoothed: extended === 'smoothed' },
  matchers: matchers.map((matcher) => ({ name: matcher.name, value: matcher.value, type: matcher.op })),
})

function atJson(at: At | undefined) {
  if (at === undefined) return { timestamp: null, startOrEnd: null }
  return typeof at === 'string'
    ? { timestamp: null, startOrEnd: at }
    : { timestamp: at.timeMs, startOrEnd: null }
}
