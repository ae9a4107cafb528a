import type { Expression, VectorSelector } from '../../service/telemetry/index.ts'

/** Every selector of an expression, in the order they are written. */
export function selectorsOf(expression: Expression): VectorSelector[] {
  switch (expression.node) {
    case 'vector':
      return [expression]
    case 'matrix':
      return [expression.vector]
    case 'subquery':
    case 'unary':
    case 'paren':
      return selectorsOf(expression.inner)
    case 'call':
      return expression.args.flatMap(selectorsOf)
    case 'aggregation':
      return [
        ...(expression.parameter ? selectorsOf(expression.parameter) : []),
        ...selectorsOf(expression.inner),
      ]
    case 'binary':
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)]
    default:
      return []
  }
}
