import type { Matcher } from '@aiops/contract/model/label'
import { Fault } from '../../kernel/fault.ts'

const token = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(=~|!~|!=|=|[{},])|([^\s{},=!~"'`]+))/y

/**
 * A Prometheus series selector: `name{label="value",other=~"a|b"}`, also `{"quoted.name", label="x"}` as Prometheus 3
 * writes UTF-8 names. Beyond Prometheus, dots need no quotes: `http.server.request.duration:p95{service.name="front"}`.
 */
export function parseSelector(text: string): Matcher[] {
  const tokens = tokensOf(text)
  const matchers: Matcher[] = []
  let at = 0
  const fail = (): never => {
    throw new Fault(
      'INVALID_REQUEST',
      `"${text.slice(0, 120)}" is not a series selector; write for example name{label="value"}.`,
    )
  }
  const first = tokens[at]
  if (first && first.kind !== 'sign') {
    matchers.push({ name: '__name__', op: '=', value: first.text })
    at += 1
  }
  if (at < tokens.length) {
    if (tokens[at]?.text !== '{' || tokens[at]?.kind !== 'sign') fail()
    at += 1
    while (!(tokens[at]?.kind === 'sign' && tokens[at]?.text === '}')) {
      const name = tokens[at] ?? fail()
      if (name.kind === 'sign') fail()
      const operator = tokens[at + 1]
      if (
        name.kind === 'string' &&
        operator?.kind === 'sign' &&
        (operator.text === ',' || operator.text === '}')
      ) {
        matchers.push({ name: '__name__', op: '=', value: name.text })
        at += 1
      } else {
        const value = tokens[at + 2]
        if (operator?.kind !== 'sign' || !isOperator(operator.text) || value?.kind !== 'string') return fail()
        matchers.push({ name: name.text, op: operator.text, value: value.text })
        at += 3
      }
      if (tokens[at]?.kind === 'sign' && tokens[at]?.text === ',') at += 1
      else if (!(tokens[at]?.kind === 'sign' && tokens[at]?.text === '}')) fail()
    }
    if (at !== tokens.length - 1) fail()
  }
  if (matchers.length === 0) fail()
  return matchers
}

const isOperator = (text: string): text is Matcher['op'] => ['=', '!=', '=~', '!~'].includes(text)

type Token = { kind: 'word' | 'string' | 'sign'; text: string }

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const source = text.trim()
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (!found)
      throw new Fault(
        'INVALID_REQUEST',
        `"${text.slice(0, 120)}" is not a series selector: it breaks off or has a stray character.`,
      )
    const [, quoted, sign, word] = found
    if (quoted !== undefined)
      tokens.push({
        kind: 'string',
        text: quoted.startsWith('`') ? quoted.slice(1, -1) : unescaped(quoted.slice(1, -1)),
      })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else tokens.push({ kind: 'word', text: word ?? '' })
  }
  return tokens
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c)
