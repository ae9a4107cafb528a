import type { Matcher } from '@aiops/contract/model/label'
import { messageOf } from '../../../../kernel/fault.ts'
import { valueTest } from '../../../../kernel/matcher.ts'
import type { VectorSelector } from '../expression.ts'
import type { Cursor } from './cursor.ts'
import type { Token } from './lex.ts'
import { quote, unquote } from './quoted.ts'

/** `name{label="value", …}`; names that are no identifiers stand in quotes, the metric's among the labels. */
export function parseSelector(cursor: Cursor): VectorSelector {
  const { from } = cursor.token
  const name = cursor.isSign('{') ? '' : cursor.take().text
  const matchers: Matcher[] = name === '' ? [] : [{ name: '__name__', op: '=', value: name }]
  if (cursor.sign('{')) {
    while (!cursor.isSign('}')) {
      matchers.push(matcher(cursor))
      if (cursor.sign(',')) continue
      if (!cursor.isSign('}')) cursor.unexpected('label matching', '"," or "}"')
    }
    cursor.take()
  }
  return { node: 'vector', name, matchers, offsetMs: 0, span: { from, to: cursor.end } }
}

/** `(a, b, "c.d")`, a comma at the end allowed. */
export function parseLabelList(cursor: Cursor): string[] {
  cursor.expectSign('(', 'grouping opts', '"("')
  const names: string[] = []
  while (!cursor.isSign(')')) {
    const { kind, text, from } = cursor.token
    if (kind === 'string') {
      const name = quotedText(cursor)
      if (name === '' || !name.isWellFormed())
        throw cursor.failure(from, `invalid label name for grouping: ${quote(name)}`)
      names.push(name)
    } else if (kind === 'identifier') names.push(cursor.take().text)
    else if (kind === 'metric identifier')
      throw cursor.failure(from, `invalid label name for grouping: ${quote(text)}`)
    else cursor.unexpected('grouping opts', 'label')
    if (cursor.sign(',')) continue
    if (!cursor.isSign(')')) cursor.unexpected('grouping opts', '"," or ")"')
  }
  cursor.take()
  return names
}

function matcher(cursor: Cursor): Matcher {
  const start = cursor.token
  if (start.kind !== 'identifier' && start.kind !== 'string')
    cursor.unexpected('label matching', 'identifier or "}"')
  const quoted = start.kind === 'string'
  const name = quoted ? quotedText(cursor) : cursor.take().text
  const operator = cursor.token
  if (operator.kind !== 'operator') {
    if (quoted && (cursor.isSign(',') || cursor.isSign('}')))
      return { name: '__name__', op: '=', value: name }
    cursor.unexpected('label matching', quoted ? '"," or "}"' : 'label matching operator')
  }
  cursor.take()
  if (cursor.token.kind !== 'string') cursor.unexpected('label matching', 'string')
  const found: Matcher = { name, op: operator.text as Matcher['op'], value: quotedText(cursor) }
  if (operator.text.endsWith('~')) cursor.countPattern(start.from)
  checkPattern(found, start, cursor)
  return found
}

function checkPattern(found: Matcher, start: Token, cursor: Cursor): void {
  try {
    valueTest(found)
  } catch (error) {
    throw cursor.failure(start.from, messageOf(error))
  }
}

function quotedText(cursor: Cursor): string {
  const { text, from } = cursor.take()
  const value = unquote(text)
  if (value === undefined) throw cursor.failure(from, `error unquoting string ${quote(text)}: invalid syntax`)
  return value
}
