import type { Matcher } from '@aiops/contract/model/label'
import { isFault } from '../../../../kernel/fault.ts'
import { valueTest } from '../../../../kernel/matcher.ts'
import type { Cursor } from './cursor.ts'

/** `{app="a", env=~"b.*"}`; some condition must need a value, so that a query never means every stream by mistake. */
export function parseMatchers(cursor: Cursor): Matcher[] {
  cursor.countSelection()
  const start = cursor.token.at
  cursor.expectSign('{')
  const matchers: Matcher[] = []
  while (!cursor.takeSign('}')) {
    matchers.push(parseMatcher(cursor))
    if (!cursor.takeSign(',') && !cursor.isSign('}')) throw cursor.unexpected('}', ',')
  }
  if (!matchers.some(needsValue))
    throw cursor.wrong(
      'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
      start,
    )
  return matchers
}

export function parseMatcher(cursor: Cursor): Matcher {
  const name = cursor.expect('identifier')
  const at = cursor.token.at
  if (!cursor.isSign('=', '!=', '=~', '!~')) throw cursor.unexpected('=', '!=', '=~', '!~')
  const op = cursor.advance().text as Matcher['op']
  return checked(cursor, { name, op, value: cursor.expect('string') }, at)
}

/** Throws where the pattern is none. */
export function checked(cursor: Cursor, matcher: Matcher, at: number): Matcher {
  try {
    valueTest(matcher)
    return matcher
  } catch (error) {
    throw isFault(error) ? cursor.wrong(error.message, at) : error
  }
}

const needsValue = (matcher: Matcher): boolean =>
  (matcher.op === '=' || matcher.op === '=~') && !valueTest(matcher)('')
