import type { Matcher } from '@aiops/contract/model/label'

/** A PromQL query as it is meant. Text is made of it in one place, where names and values are quoted. */
export type PromExpression =
  | { op: 'SELECT'; name: string; matchers: readonly Matcher[] }
  | { op: 'RATE'; name: string; matchers: readonly Matcher[]; window: string }
  | { op: 'AGGREGATE'; how: 'sum' | 'avg' | 'max' | 'min'; by: readonly string[]; of: PromExpression }
  | { op: 'QUANTILE'; quantile: number; of: PromExpression }
  | { op: 'DIVIDE'; left: PromExpression; right: PromExpression }
  /** The left side, and where it has nothing the right. */
  | { op: 'OR'; left: PromExpression; right: PromExpression }
  | { op: 'SCALE'; factor: number; of: PromExpression }
  | { op: 'REST_OF_ONE'; of: PromExpression }
  | { op: 'RANK'; order: 'topk' | 'bottomk'; count: number; of: PromExpression }

export function promqlText(expression: PromExpression): string {
  switch (expression.op) {
    case 'SELECT':
      return selectorText(expression.name, expression.matchers)
    case 'RATE':
      return `rate(${selectorText(expression.name, expression.matchers)}[${expression.window}])`
    case 'AGGREGATE': {
      const by = expression.by.length === 0 ? '' : ` by (${expression.by.map(labelText).join(', ')})`
      return `${expression.how}${by} (${promqlText(expression.of)})`
    }
    case 'QUANTILE':
      return `histogram_quantile(${expression.quantile}, ${promqlText(expression.of)})`
    case 'DIVIDE':
      return `${operand(expression.left)} / ${operand(expression.right)}`
    case 'OR':
      return `(${promqlText(expression.left)} or ${promqlText(expression.right)})`
    case 'SCALE':
      return `${operand(expression.of)} * ${expression.factor}`
    case 'REST_OF_ONE':
      return `1 - ${operand(expression.of)}`
    case 'RANK':
      return `${expression.order}(${expression.count}, ${promqlText(expression.of)})`
  }
}

/** Prometheus 3 writes names beyond its old alphabet in quotes, the metric's within the braces. */
export function selectorText(name: string, matchers: readonly Matcher[]): string {
  const conditions = matchers.map((one) => `${labelText(one.name)}${one.op}${quoted(one.value)}`)
  if (/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name))
    return conditions.length === 0 ? name : `${name}{${conditions.join(', ')}}`
  return `{${[quoted(name), ...conditions].join(', ')}}`
}

export const labelText = (name: string): string =>
  /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name)

/** A string of PromQL and LogQL; both escape as Go does. */
export const quoted = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\0/g, '')}"`

/** A text as a regular expression of RE2 that matches it alone. */
export const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const operand = (expression: PromExpression): string => {
  const text = promqlText(expression)
  return expression.op === 'DIVIDE' || expression.op === 'SCALE' || expression.op === 'REST_OF_ONE'
    ? `(${text})`
    : text
}
