import type { Matcher } from '@aiops/contract/model/label'
import { goFixed } from './evaluate/go-number.ts'
import type {
  Aggregation,
  At,
  Binary,
  Expression,
  Grouping,
  MatrixSelector,
  Subquery,
  VectorSelector,
} from './expression.ts'
import { printDuration } from './parse/duration.ts'
import { quote } from './parse/quoted.ts'

/** One line that parses to the same expression, as Prometheus prints it. */
export function printExpression(expression: Expression): string {
  switch (expression.node) {
    case 'number':
      return goFixed(expression.value)
    case 'string':
      return quote(expression.value)
    case 'vector':
      return printSelector(expression) + printShift(expression)
    case 'matrix':
      return printRange(expression)
    case 'subquery':
      return printExpression(expression.inner) + printSubqueryRange(expression)
    case 'call':
      return `${expression.name}(${expression.args.map(printExpression).join(', ')})`
    case 'aggregation': {
      const parameter = expression.parameter ? `${printExpression(expression.parameter)}, ` : ''
      return `${printAggregationHead(expression)}(${parameter}${printExpression(expression.inner)})`
    }
    case 'binary':
      return `${printExpression(expression.left)} ${printOperator(expression)} ${printExpression(expression.right)}`
    case 'unary':
      return expression.operator + printExpression(expression.inner)
    case 'paren':
      return `(${printExpression(expression.inner)})`
    case 'given':
      return `given(${quote(expression.key)})`
  }
}

export function printAggregationHead({ name, grouping }: Aggregation): string {
  if (!grouping) return name
  const list = printGrouping(grouping)
  return list === '' ? name : `${name} ${list} `
}

/** The operator with all that says how series match. */
export function printOperator({ operator, bool, matching }: Binary): string {
  let text: string = operator
  if (bool) text += ' bool'
  const { card, on, ignoring, include, fillLeft, fillRight } = matching
  const grouped = card === 'many-to-one' || card === 'one-to-many'
  if (on) text += ` on (${on.map(printLabelName).join(', ')})`
  else if (grouped || (ignoring && ignoring.length > 0))
    text += ` ignoring (${(ignoring ?? []).map(printLabelName).join(', ')})`
  if (grouped)
    text += ` group_${card === 'many-to-one' ? 'left' : 'right'} (${include.map(printLabelName).join(', ')})`
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight)) return `${text} fill (${goFixed(fillLeft)})`
  if (fillLeft !== undefined) text += ` fill_left (${goFixed(fillLeft)})`
  if (fillRight !== undefined) text += ` fill_right (${goFixed(fillRight)})`
  return text
}

export const printSubqueryRange = (subquery: Subquery): string =>
  `[${printDuration(subquery.rangeMs)}:${subquery.stepMs === 0 ? '' : printDuration(subquery.stepMs)}]${printShift(subquery)}`

/** `name{a="b",c!="d"}` without time; matchers by their text. */
export function printSelector({ name, matchers }: VectorSelector): string {
  const own = (matcher: Matcher): boolean =>
    matcher.name === '__name__' && matcher.op === '=' && matcher.value === name && name !== ''
  const conditions = matchers.filter((matcher) => !own(matcher)).map(printMatcher)
  if (conditions.length === 0) return name === '' ? '{}' : name
  return `${name}{${conditions.sort().join(',')}}`
}

function printRange({ vector, rangeMs }: MatrixSelector): string {
  return `${printSelector(vector)}[${printDuration(rangeMs)}]${printShift(vector)}`
}

function printShift({ at, offsetMs }: { at?: At; offsetMs: number }): string {
  let text = ''
  if (typeof at === 'string') text += ` @ ${at}()`
  else if (at !== undefined) text += ` @ ${(at.timeMs / 1_000).toFixed(3)}`
  if (offsetMs !== 0) text += ` offset ${printDuration(offsetMs)}`
  return text
}

/** `by ()` groups as no grouping does and is left out; `without ()` drops the name and stays. */
function printGrouping(grouping: Grouping): string {
  if ('without' in grouping) return `without (${grouping.without.map(printLabelName).join(', ')})`
  return grouping.by.length === 0 ? '' : `by (${grouping.by.map(printLabelName).join(', ')})`
}

const printMatcher = ({ name, op, value }: Matcher): string => `${printLabelName(name)}${op}${quote(value)}`
const printLabelName = (name: string): string => (/^[a-zA-Z_]\w*$/.test(name) ? name : quote(name))
