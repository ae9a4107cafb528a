import type { Matcher } from '@aiops/contract/model/label'
import { generalNumber, plainNumber } from '../../../kernel/go-number.ts'
import type {
  Aggregation,
  At,
  Binary,
  DurationExpression,
  DurationOperation,
  Expression,
  Grouping,
  MatrixSelector,
  NumberLiteral,
  Subquery,
  VectorSelector,
} from './expression.ts'
import { printDuration } from './parse/duration.ts'
import { quote } from './parse/quoted.ts'

/** One line that parses to the same expression, as Prometheus prints it. */
export function printExpression(expression: Expression): string {
  switch (expression.node) {
    case 'number':
      return printNumber(expression)
    case 'string':
      return quote(expression.value)
    case 'vector':
      return printSelector(expression) + printShift(expression, printExtension(expression))
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
  if (fillLeft !== undefined && fillLeft === fillRight) return `${text} fill (${generalNumber(fillLeft)})`
  if (fillLeft !== undefined) text += ` fill_left (${generalNumber(fillLeft)})`
  if (fillRight !== undefined) text += ` fill_right (${generalNumber(fillRight)})`
  return text
}

export const printSubqueryRange = (subquery: Subquery): string =>
  `[${printWidth(subquery.rangeMs, subquery.rangeExpression)}:${printStep(subquery)}]${printShift(subquery)}`

/** Arithmetic of a duration; a plus in front says nothing and is left out. */
export function printDurationExpression(expression: DurationExpression): string {
  if (expression.node === 'number') return printNumber(expression)
  const { operator, left, right, wrapped } = expression
  const [a, b] = [left && printDurationExpression(left), right ? printDurationExpression(right) : '']
  let text = `${a} ${operator} ${b}`
  if (operator === 'step' || operator === 'range') text = `${operator}()`
  else if (operator === 'min_of' || operator === 'max_of') text = `${operator}(${a}, ${b})`
  else if (a === undefined) text = operator === '-' ? `-${b}` : b
  return wrapped ? `(${text})` : text
}

/** `name{a="b",c!="d"}` without time; matchers by their text. */
export function printSelector({ name, matchers }: VectorSelector): string {
  const own = (matcher: Matcher): boolean =>
    matcher.name === '__name__' && matcher.op === '=' && matcher.value === name && name !== ''
  const conditions = matchers.filter((matcher) => !own(matcher)).map(printMatcher)
  if (conditions.length === 0) return name === '' ? '{}' : name
  return `${name}{${conditions.sort().join(',')}}`
}

function printRange({ vector, rangeMs, rangeExpression }: MatrixSelector): string {
  const range = printWidth(rangeMs, rangeExpression)
  return `${printSelector(vector)}[${range}]${printExtension(vector)}${printShift(vector)}`
}

const printWidth = (ms: number, expression: DurationOperation | undefined): string =>
  expression ? printDurationExpression(expression) : printDuration(ms)

function printStep({ stepMs, stepExpression }: Subquery): string {
  return stepMs === 0 && !stepExpression ? '' : printWidth(stepMs, stepExpression)
}

const printExtension = ({ extended }: VectorSelector): string => (extended ? ` ${extended}` : '')

function printShift(
  { at, offsetMs, offsetExpression }: { at?: At; offsetMs: number; offsetExpression?: DurationOperation },
  between = '',
): string {
  let text = ''
  if (typeof at === 'string') text += ` @ ${at}()`
  else if (at !== undefined) text += ` @ ${(at.timeMs / 1_000).toFixed(3)}`
  text += between
  if (offsetMs !== 0 || offsetExpression) text += ` offset ${printWidth(offsetMs, offsetExpression)}`
  return text
}

/** A duration stays one: `5m` is not `300`. */
const printNumber = ({ value, duration }: NumberLiteral): string =>
  duration ? printDuration(Math.round(value * 1_000)) : plainNumber(value)

/** `by ()` groups as no grouping does and is left out; `without ()` drops the name and stays. */
function printGrouping(grouping: Grouping): string {
  if ('without' in grouping) return `without (${grouping.without.map(printLabelName).join(', ')})`
  return grouping.by.length === 0 ? '' : `by (${grouping.by.map(printLabelName).join(', ')})`
}

const printMatcher = ({ name, op, value }: Matcher): string => `${printLabelName(name)}${op}${quote(value)}`
const printLabelName = (name: string): string => (/^[a-zA-Z_]\w*$/.test(name) ? name : quote(name))
