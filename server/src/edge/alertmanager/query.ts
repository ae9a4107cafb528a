import type { Matcher } from '@aiops/contract/model/label'
import { Fault } from '../../kernel/fault.ts'
import { labelTest, parseMatcher, valueTest } from '../../kernel/matcher.ts'

/** There is one: correlation, which takes every alert. */
export const receiverName = 'aiops'
export const receivers = [{ name: receiverName, labels: {} }]

const matchersMax = 64

/** A boolean of the query, true unless said. Throws INVALID_REQUEST. */
export function flagOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  if (text === null || text === '' || /^(true|1|t)$/i.test(text)) return true
  if (/^(false|0|f)$/i.test(text)) return false
  throw new Fault(
    'INVALID_REQUEST',
    `${name} in query must be of type boolean: ${JSON.stringify(text.slice(0, 64))}`,
  )
}

/** Repeated matchers; all must fit. Throws INVALID_REQUEST. */
export function matchersOf(query: URLSearchParams, name: string): Matcher[] {
  const texts = query.getAll(name).filter((text) => text !== '')
  if (texts.length > matchersMax)
    throw new Fault('INVALID_REQUEST', `${name} may be given ${matchersMax} times`)
  return texts.map(parseMatcher)
}

/** Whether the query wants our receiver. Throws INVALID_REQUEST. */
export function receiverFits(query: URLSearchParams): boolean {
  const pattern = query.get('receiver')
  const named = !pattern || valueTest({ name: 'receiver', op: '=~', value: pattern })(receiverName)
  return named && labelTest(matchersOf(query, 'receiver_matchers'))({})
}
