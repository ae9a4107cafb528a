import { Fault } from '../../../../kernel/fault.ts'
import { unquoted } from './quoted.ts'

export type TokenKind =
  | 'identifier'
  | 'string'
  | 'number'
  | 'duration'
  | 'bytes'
  | 'range'
  | 'sign'
  | 'flag'
  | 'end'
/** `text` of a string is what it stands for; `at` counts UTF-16 units. */
export type Token = { kind: TokenKind; text: string; at: number }

/** Longest query, characters; Loki's default is 5,120 bytes of many queries more modest. */
export const queryLengthMax = 131_072

const space = /(?:\s+|#[^\n]*)+/y
const word = /[\p{L}_][\p{L}\p{Nd}_:.]*/uy
// A label name has no dots and colons; `__error__` and keywords are words of this kind too.
const name = /[a-zA-Z_][a-zA-Z0-9_]*/y
const numeral = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y
const duration = /(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w|y))+(?![a-zA-Z0-9_])/y
const bytes = /(?:\d+(?:\.\d*)?|\.\d+)(?:[kKmMgGtTpPeE]i?)?[bB](?![a-zA-Z0-9_])/y
const range = /\[\s*([^\][]*?)\s*\]/y
const flag = /--[a-z-]+/y
const signs = [
  '|=',
  '|~',
  '|>',
  '!=',
  '!~',
  '!>',
  '=~',
  '==',
  '>=',
  '<=',
  '{',
  '}',
  '(',
  ')',
  ',',
  '|',
  '=',
  '>',
  '<',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
]

/** Throws INVALID_LOGQL with the place. */
export function tokensOf(text: string): Token[] {
  if (text.length > queryLengthMax)
    throw new Fault('INVALID_LOGQL', `parse error : query size longer than ${queryLengthMax} characters`)
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  for (;;) {
    at += match(space)?.[0].length ?? 0
    if (at >= text.length) break
    const token = tokenAt(text, at, match)
    tokens.push(token.token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

/** `parse error at line 1, col 5: …`, as Loki says it. */
export function parseError(text: string, at: number, what: string): Fault {
  const before = text.slice(0, at).split('\n')
  return new Fault(
    'INVALID_LOGQL',
    `parse error at line ${before.length}, col ${before.at(-1)!.length + 1}: ${what}`,
  )
}

function tokenAt(
  text: string,
  at: number,
  match: (pattern: RegExp) => RegExpExecArray | null,
): { token: Token; end: number } {
  const first = text[at]!
  const made = (kind: TokenKind, source: string, value = source) => ({
    token: { kind, text: value, at },
    end: at + source.length,
  })
  if (first === '"' || first === '`') {
    const { value, end } = unquoted(text, at, (what, place) => parseError(text, place, what))
    return { token: { kind: 'string', text: value, at }, end }
  }
  if (first === '[') {
    const found = match(range)
    if (!found) throw parseError(text, at, "missing closing ']' in duration")
    return made('range', found[0], found[1])
  }
  if (/[0-9.]/.test(first)) {
    for (const [kind, pattern] of [
      ['duration', duration],
      ['bytes', bytes],
      ['number', numeral],
    ] as const) {
      const found = match(pattern)
      if (found) return made(kind, found[0])
    }
  }
  const flagged = first === '-' ? match(flag) : null
  if (flagged) return made('flag', flagged[0])
  const named = match(name) ?? match(word)
  if (named) return made('identifier', named[0])
  const sign = signs.find((one) => text.startsWith(one, at))
  if (!sign) throw parseError(text, at, `syntax error: unexpected ${JSON.stringify(first)}`)
  return made('sign', sign)
}
