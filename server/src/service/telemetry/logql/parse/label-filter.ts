import type { Matcher } from '@aiops/contract/model/label'
import type { Comparison, LabelFilter } from '../expression.ts'
import { bytesOf, durationOf } from '../quantity.ts'
import type { Cursor } from './cursor.ts'
import { checked } from './selector.ts'

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '==',
  '==': '==',
  '!=': '!=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
}

/** Conditions on labels: `and`, a comma or nothing between them bind closer than `or`. */
export function parseLabelFilter(cursor: Cursor): LabelFilter {
  let left = all(cursor)
  while (cursor.takeWord('or')) left = { filter: 'or', left, right: all(cursor) }
  return left
}

function all(cursor: Cursor): LabelFilter {
  let left = one(cursor)
  for (;;) {
    if (cursor.takeWord('and') || cursor.takeSign(',')) left = { filter: 'and', left, right: one(cursor) }
    else if (continues(cursor)) left = { filter: 'and', left, right: one(cursor) }
    else return left
  }
}

const continues = (cursor: Cursor): boolean =>
  cursor.isSign('(') ||
  (cursor.token.kind === 'identifier' &&
    cursor.following.kind === 'sign' &&
    (Object.hasOwn(comparisons, cursor.following.text) || ['=~', '!~'].includes(cursor.following.text)))

function one(cursor: Cursor): LabelFilter {
  if (cursor.takeSign('(')) {
    const inner = cursor.nested(() => parseLabelFilter(cursor))
    cursor.expectSign(')')
    return inner
  }
  const name = cursor.expect('identifier')
  const { text: operator, at } = cursor.token
  if (!cursor.isSign('=~', '!~', ...Object.keys(comparisons)))
    throw cursor.unexpected('=', '!=', '=~', '!~', '>')
  cursor.advance()
  if (cursor.isWord('ip') && (operator === '=' || operator === '!=')) {
    cursor.advance()
    cursor.expectSign('(')
    const value = cursor.expect('string')
    cursor.expectSign(')')
    return { filter: 'ip', name, operator, value }
  }
  if (cursor.token.kind === 'string' && ['=', '!=', '=~', '!~'].includes(operator)) {
    const matcher: Matcher = { name, op: operator as Matcher['op'], value: cursor.advance().text }
    return { filter: 'matcher', matcher: checked(cursor, matcher, at) }
  }
  const comparison = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined
  if (!comparison) throw cursor.unexpected('STRING')
  return quantity(cursor, name, comparison)
}

function quantity(cursor: Cursor, name: string, operator: Comparison): LabelFilter {
  const sign = cursor.takeSign('-') ? '-' : cursor.takeSign('+') ? '' : ''
  const { kind, text } = cursor.token
  if (kind === 'number') {
    cursor.advance()
    return { filter: 'number', name, operator, value: Number(`${sign}${text}`), text: `${sign}${text}` }
  }
  if (kind === 'duration') {
    cursor.advance()
    const value = durationOf(`${sign}${text}`) ?? 0
    return { filter: 'duration', name, operator, value, text: `${sign}${text}` }
  }
  if (kind === 'bytes') {
    cursor.advance()
    return { filter: 'bytes', name, operator, value: bytesOf(text) ?? 0, text }
  }
  throw cursor.unexpected('BYTES', 'STRING', 'NUMBER', 'DURATION')
}
