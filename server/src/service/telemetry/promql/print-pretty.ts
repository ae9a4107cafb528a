import type { Expression } from './expression.ts'
import { printAggregationHead, printExpression, printOperator, printSubqueryRange } from './print.ts'

/** Longest line that is left whole, characters. */
const lineLengthMax = 100

/** Broken into indented lines where one would be too long, as `promtool promql format` and `format_query` do. */
export function printPretty(expression: Expression): string {
  return pretty(expression, 0)
}

function pretty(expression: Expression, level: number): string {
  const line = printExpression(expression)
  const fits = new TextEncoder().encode(line).length <= lineLengthMax
  // Prometheus leaves a subquery that fits where the line begins.
  if (fits) return expression.node === 'subquery' ? line : indent(level) + line
  const start = indent(level)
  switch (expression.node) {
    case 'aggregation': {
      const parameter = expression.parameter ? `${pretty(expression.parameter, level + 1)},\n` : ''
      const inner = pretty(expression.inner, level + 1)
      return `${start}${printAggregationHead(expression)}(\n${parameter}${inner}\n${start})`
    }
    case 'binary': {
      const [left, right] = [pretty(expression.left, level + 1), pretty(expression.right, level + 1)]
      return `${left}\n${start}${printOperator(expression)}\n${right}`
    }
    case 'call': {
      const args = expression.args.map((arg) => pretty(arg, level + 1)).join(',\n')
      return `${start}${expression.name}(\n${args}\n${start})`
    }
    case 'paren':
      return `${start}(\n${pretty(expression.inner, level + 1)}\n${start})`
    case 'subquery':
      return pretty(expression.inner, level) + printSubqueryRange(expression)
    case 'unary':
      return start + expression.operator + pretty(expression.inner, level).trim()
    default:
      return start + line
  }
}

const indent = (level: number): string => '  '.repeat(level)
