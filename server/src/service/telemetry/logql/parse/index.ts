/** LogQL's text to an expression: lexer, then recursive descent, binary operators by precedence. */

import { RE2JS } from 're2js'
import { messageOf } from '../../../../kernel/fault.ts'
import type { BinaryOperator, Grouping, Matching } from '../../promql/expression.ts'
import {
  type Expression,
  type MetricExpression,
  type VectorFunction,
  vectorFunctions,
} from '../expression.ts'
import { Cursor } from './cursor.ts'
import {
  isRangeFunction,
  parseGrouping,
  parseNames,
  parseNumber,
  parseRangeAggregation,
  parseSelection,
} from './range.ts'

/** From loose to close; `^` alone binds to the right. */
const precedences: readonly (readonly string[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '>', '>=', '<', '<='],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
]
const comparisons = precedences[2]!
const setOperators = ['and', 'or', 'unless']

/** Throws INVALID_LOGQL, with the place, in Loki's words. */
export function parseLogql(text: string): Expression {
  const cursor = new Cursor(text)
  const expression = parseBinary(cursor, 0)
  if (cursor.token.kind !== 'end') throw cursor.unexpected()
  return expression
}

export { parseError, queryLengthMax } from './lexer.ts'

function parseBinary(cursor: Cursor, least: number): Expression {
  let left = cursor.nested(() => parsePrimary(cursor))
  for (;;) {
    const { text, kind, at } = cursor.token
    const precedence =
      kind === 'sign' || kind === 'identifier'
        ? precedences.findIndex((operators) => operators.includes(text))
        : -1
    if (precedence < least || precedence < 0) return left
    cursor.advance()
    const operator = text as BinaryOperator
    const { bool, matching } = parseModifiers(cursor, operator)
    const right = cursor.nested(() => parseBinary(cursor, operator === '^' ? precedence : precedence + 1))
    left = {
      ...{ node: 'binary', operator, bool, matching },
      left: metric(cursor, left, operator, 'left', at),
      right: metric(cursor, right, operator, 'right', at),
    }
    if (setOperators.includes(operator))
      for (const [side, one] of [
        ['left', left.left],
        ['right', left.right],
      ] as const)
        if (one.node === 'number')
          throw cursor.wrong(
            `unexpected literal for ${side === 'left' ? 'left' : 'right'} leg of logical/set binary operation (${operator}): ${one.value}`,
            at,
          )
  }
}

function metric(
  cursor: Cursor,
  expression: Expression,
  operator: string,
  side: string,
  at: number,
): MetricExpression {
  if (expression.node !== 'log') return expression
  throw cursor.wrong(
    `unexpected type for ${side} leg of binary operation (${operator}): *syntax.PipelineExpr`,
    at,
  )
}

function parsePrimary(cursor: Cursor): Expression {
  const { kind, text } = cursor.token
  if (kind === 'number' || cursor.isSign('+', '-')) return { node: 'number', value: parseNumber(cursor) }
  if (cursor.isSign('{')) return parseSelection(cursor)
  if (cursor.takeSign('(')) {
    const inner = parseBinary(cursor, 0)
    cursor.expectSign(')')
    return inner
  }
  if (kind !== 'identifier') throw cursor.unexpected()
  if (isRangeFunction(text)) return parseRangeAggregation(cursor)
  if ((vectorFunctions as readonly string[]).includes(text)) return parseAggregation(cursor)
  if (text === 'label_replace') return parseLabelReplace(cursor)
  if (text === 'vector') {
    cursor.advance()
    cursor.expectSign('(')
    const value = parseNumber(cursor)
    cursor.expectSign(')')
    return { node: 'vector', value }
  }
  throw cursor.unexpected()
}

function parseAggregation(cursor: Cursor): Expression {
  const { text, at } = cursor.advance()
  const name = text as VectorFunction
  let grouping: Grouping | undefined = parseGrouping(cursor)
  cursor.expectSign('(')
  const ranks = name === 'topk' || name === 'bottomk'
  let parameter: number | undefined
  if (cursor.token.kind === 'number' && cursor.following.text === ',') {
    parameter = parseNumber(cursor)
    cursor.expectSign(',')
  }
  const inner = parseBinary(cursor, 0)
  cursor.expectSign(')')
  grouping ??= parseGrouping(cursor)
  if (inner.node === 'log') throw cursor.wrong(`syntax error: unexpected ), expecting RANGE`, at)
  if (ranks && parameter === undefined) throw cursor.wrong(`parameter required for operation ${name}`, at)
  if (ranks && !(Number(parameter) > 0))
    throw cursor.wrong(`invalid parameter (must be greater than 0) ${name}(${parameter})`, at)
  if (!ranks && parameter !== undefined)
    throw cursor.wrong(`unsupported parameter for operation ${name}(${parameter},`, at)
  if (grouping && name.startsWith('sort'))
    throw cursor.wrong(`sort and sort_desc doesn't allow grouping by or without`, at)
  return {
    ...{ node: 'aggregation', name, inner },
    ...(parameter === undefined ? {} : { parameter }),
    ...(grouping ? { grouping } : {}),
  }
}

function parseLabelReplace(cursor: Cursor): Expression {
  cursor.advance()
  cursor.expectSign('(')
  const inner = parseBinary(cursor, 0)
  if (inner.node === 'log') throw cursor.unexpected()
  const texts = [0, 1, 2, 3].map(() => {
    cursor.expectSign(',')
    const { at } = cursor.token
    return { text: cursor.expect('string'), at }
  })
  cursor.expectSign(')')
  const [destination, replacement, source, regex] = texts.map(({ text }) => text)
  try {
    RE2JS.compile(`^(?:${regex})$`, RE2JS.DOTALL)
  } catch (error) {
    throw cursor.wrong(`invalid regex in label_replace: ${messageOf(error)}`, texts[3]!.at)
  }
  return {
    ...{ node: 'label-replace', inner, destination: destination!, replacement: replacement! },
    ...{ source: source!, regex: regex! },
  }
}

function parseModifiers(cursor: Cursor, operator: BinaryOperator): { bool: boolean; matching: Matching } {
  const isSet = setOperators.includes(operator)
  const bool = cursor.isWord('bool')
  if (bool) {
    if (!comparisons.includes(operator)) throw cursor.unexpected()
    cursor.advance()
  }
  const matching: Matching = { card: isSet ? 'many-to-many' : 'one-to-one', include: [] }
  if (!cursor.isWord('on', 'ignoring')) return { bool, matching }
  const word = cursor.advance().text
  const names = parseNames(cursor)
  if (word === 'on') matching.on = names
  else matching.ignoring = names
  if (cursor.isWord('group_left', 'group_right')) {
    if (isSet) throw cursor.unexpected()
    matching.card = cursor.advance().text === 'group_left' ? 'many-to-one' : 'one-to-many'
    if (cursor.isSign('(')) matching.include = parseNames(cursor)
  }
  return { bool, matching }
}
