import type { Matcher } from '@aiops/contract/model/label'
import { generalNumber } from '../../../kernel/go-number.ts'
import type { Grouping, Matching } from '../promql/expression.ts'
import type { Expression, LabelFilter, MetricExpression, Stage, Unwrap } from './expression.ts'
import { rangeText } from './quantity.ts'

/** What fits in so many characters stays on one line. */
const lineMax = 100

/** A query in its usual form; a longer one has its parts on lines of their own. */
export function formatLogql(expression: Expression): string {
  return pretty(expression, 0)
}

function pretty(node: Expression, depth: number): string {
  const space = '  '.repeat(depth)
  const flat = print(node)
  if (space.length + flat.length <= lineMax) return space + flat
  switch (node.node) {
    case 'log':
      return [
        space + selector(node.matchers),
        ...node.stages.map((stage) => `${space}  ${printStage(stage)}`),
      ].join('\n')
    case 'range': {
      const stages = node.selection.stages.map((stage) => `${space}    ${printStage(stage)}\n`).join('')
      const head = node.parameter === undefined ? '' : `${space}  ${number(node.parameter)},\n`
      return `${space}${node.name}(\n${head}${space}  ${selector(node.selection.matchers)}\n${stages}${space}  ${unwrapped(node.unwrap)}${rangeOf(node)}\n${space})${grouped(node.grouping)}`
    }
    case 'aggregation': {
      const head = node.parameter === undefined ? '' : `${space}  ${number(node.parameter)},\n`
      return `${space}${node.name}${grouped(node.grouping)}(\n${head}${pretty(node.inner, depth + 1)}\n${space})`
    }
    case 'binary':
      return `${pretty(node.left, depth + 1)}\n${space}${operatorOf(node)}\n${pretty(node.right, depth + 1)}`
    case 'label-replace':
      return `${space}label_replace(\n${pretty(node.inner, depth + 1)},\n${space}  ${replaceTexts(node)}\n${space})`
    default:
      return space + flat
  }
}

function print(node: Expression): string {
  switch (node.node) {
    case 'log':
      return [selector(node.matchers), ...node.stages.map(printStage)].join(' ')
    case 'number':
      return number(node.value)
    case 'vector':
      return `vector(${number(node.value)})`
    case 'range': {
      const head = node.parameter === undefined ? '' : `${number(node.parameter)}, `
      const log = print(node.selection)
      const tail = `${node.unwrap ? ` ${unwrapped(node.unwrap)}` : ''}`
      return `${node.name}(${head}${log}${tail}${node.selection.stages.length > 0 || node.unwrap ? ' ' : ''}${rangeOf(node)})${grouped(node.grouping)}`
    }
    case 'aggregation': {
      const head = node.parameter === undefined ? '' : `${number(node.parameter)}, `
      return `${node.name}${grouped(node.grouping)}(${head}${print(node.inner)})`
    }
    case 'label-replace':
      return `label_replace(${print(node.inner)}, ${replaceTexts(node)})`
    case 'binary':
      return `${operand(node.left)} ${operatorOf(node)} ${operand(node.right)}`
  }
}

const operand = (node: MetricExpression): string =>
  node.node === 'binary' ? `(${print(node)})` : print(node)
const number = (value: number): string => generalNumber(value)
const quoted = (text: string): string =>
  text.includes('"') && !text.includes('`') && !text.includes('\n') ? `\`${text}\`` : JSON.stringify(text)
const selector = (matchers: readonly Matcher[]): string => `{${matchers.map(matcher).join(', ')}}`
const matcher = ({ name, op, value }: Matcher): string => `${name}${op}${quoted(value)}`
const grouped = (grouping: Grouping | undefined): string => {
  if (!grouping) return ''
  return 'by' in grouping ? ` by (${grouping.by.join(', ')})` : ` without (${grouping.without.join(', ')})`
}
const rangeOf = ({ rangeMs, offsetMs }: { rangeMs: number; offsetMs: number }): string =>
  `[${rangeText(rangeMs)}]${offsetMs === 0 ? '' : ` offset ${rangeText(offsetMs)}`}`
const replaceTexts = (node: Extract<MetricExpression, { node: 'label-replace' }>): string =>
  [node.destination, node.replacement, node.source, node.regex].map(quoted).join(', ')

function unwrapped(unwrap: Unwrap | undefined): string {
  if (!unwrap) return ''
  const label = unwrap.conversion === '' ? unwrap.label : `${unwrap.conversion}(${unwrap.label})`
  return [`| unwrap ${label}`, ...unwrap.filters.map((filter) => `| ${labelFilter(filter)}`)].join(' ')
}

function operatorOf({
  operator,
  bool,
  matching,
}: {
  operator: string
  bool: boolean
  matching: Matching
}): string {
  const names = matching.on ?? matching.ignoring
  const sides = names ? ` ${matching.on ? 'on' : 'ignoring'} (${names.join(', ')})` : ''
  const group =
    matching.card === 'many-to-one' ? ' group_left' : matching.card === 'one-to-many' ? ' group_right' : ''
  const include = group !== '' && matching.include.length > 0 ? ` (${matching.include.join(', ')})` : ''
  return `${operator}${bool ? ' bool' : ''}${sides}${group}${include}`
}

function printStage(stage: Stage): string {
  switch (stage.stage) {
    case 'line-filter': {
      const conditions = stage.any.map(({ kind, value }) =>
        kind === 'ip' ? `ip(${quoted(value)})` : quoted(value),
      )
      return `${stage.operator} ${conditions.join(' or ')}`
    }
    case 'label-filter':
      return `| ${labelFilter(stage.filter)}`
    case 'json':
      return ['| json', extractions(stage.extractions)].filter(Boolean).join(' ')
    case 'logfmt': {
      const flags = [stage.strict ? '--strict' : '', stage.keepEmpty ? '--keep-empty' : '']
      return ['| logfmt', ...flags, extractions(stage.extractions)].filter(Boolean).join(' ')
    }
    case 'line-format':
      return `| line_format ${quoted(stage.text)}`
    case 'label-format':
      return `| label_format ${stage.formats.map(({ name, from, value }) => `${name}=${from === 'label' ? value : quoted(value)}`).join(', ')}`
    case 'drop':
    case 'keep':
      return `| ${stage.stage} ${stage.choices.map((choice) => (choice.matcher ? matcher(choice.matcher) : choice.name)).join(', ')}`
    case 'pattern':
    case 'regexp':
      return `| ${stage.stage} ${quoted(stage.text)}`
    case 'unpack':
    case 'decolorize':
      return `| ${stage.stage}`
  }
}

const extractions = (all: readonly { name: string; expression: string }[]): string =>
  all.map(({ name, expression }) => `${name}=${quoted(expression)}`).join(', ')

function labelFilter(filter: LabelFilter): string {
  switch (filter.filter) {
    case 'and':
    case 'or':
      return `( ${labelFilter(filter.left)} ${filter.filter} ${labelFilter(filter.right)} )`
    case 'matcher':
      return matcher(filter.matcher)
    case 'ip':
      return `${filter.name}${filter.operator}ip(${quoted(filter.value)})`
    default:
      return `${filter.name}${filter.operator === '==' ? '=' : filter.operator}${filter.text}`
  }
}
