import { traceqlFault } from './fault.ts'

export type Token = {
  kind: 'string' | 'number' | 'duration' | 'word' | 'attribute' | 'symbol' | 'end'
  /** The word or sign; of a string its content; of an attribute its name without scopes. */
  text: string
  /** Numbers; nanoseconds of a duration. */
  value: number
  /** Of an attribute: what stands before its name, such as `parent.` and `span.`; a single dot for no scope. */
  scopes: readonly string[]
  from: number
  to: number
}

export const queryLengthMax = 16_384
const tokensMax = 4_096

/** Longest first. */
const symbols = [
  ...['!>>', '!<<', '&>>', '&<<'],
  ...['&&', '||', '>>', '<<', '!=', '!~', '!>', '!<', '&>', '&<', '&~', '=~', '>=', '<='],
  ...['{', '}', '(', ')', ',', '|', '=', '<', '>', '~', '!', '+', '-', '*', '/', '%', '^', ':'],
]
const scopeNames = ['parent.', 'span.', 'resource.', 'event.', 'link.', 'instrumentation.']
/** An attribute's name ends at these and at white space; others, such as what is a sign elsewhere, are part of it. */
const attributeEnd = /[\s{}()=~!<>&|^,]/
const nanosOf: Readonly<Record<string, number>> = {
  ...{ ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 },
  ...{ d: 8.64e13, w: 6.048e14, y: 3.1536e16 },
}

/** The query as tokens, `end` last. Throws INVALID_TRACEQL. */
export function tokensOf(text: string): Token[] {
  if (text.length > queryLengthMax)
    throw traceqlFault(text, 0, `it is longer than ${queryLengthMax} characters`)
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1
    if (tokens.length >= tokensMax) throw traceqlFault(text, at, `it has more than ${tokensMax} parts`)
    if (at >= text.length) break
    const token = next(text, at)
    tokens.push(token)
    at = token.to
  }
  tokens.push({ kind: 'end', text: '', value: 0, scopes: [], from: text.length, to: text.length })
  return tokens
}

function next(text: string, from: number): Token {
  const first = text[from] ?? ''
  if (first === '"' || first === '`' || first === "'") {
    const { value, to } = quoted(text, from)
    return { kind: 'string', text: value, value: 0, scopes: [], from, to }
  }
  const scope = scopeAt(text, from)
  if (scope !== undefined) return attribute(text, from, scope)
  if (/[0-9]/.test(first)) return numeric(text, from)
  const word = sticky(/[A-Za-z_][A-Za-z0-9_]*/y, text, from)
  if (word !== undefined)
    return { kind: 'word', text: word, value: 0, scopes: [], from, to: from + word.length }
  const symbol = symbols.find((sign) => text.startsWith(sign, from))
  if (symbol === undefined)
    throw traceqlFault(
      text,
      from,
      `${JSON.stringify(String.fromCodePoint(text.codePointAt(from) ?? 0))} is not part of the language`,
    )
  return { kind: 'symbol', text: symbol, value: 0, scopes: [], from, to: from + symbol.length }
}

/** Where an attribute begins: `.name`, `span.name`; a dot before a digit begins one too, since numbers have a digit first. */
const scopeAt = (text: string, from: number): string | undefined =>
  text[from] === '.' ? '.' : scopeNames.find((name) => text.startsWith(name, from))

function attribute(text: string, from: number, first: string): Token {
  const scopes = [first]
  let at = from + first.length
  if (first === 'parent.') {
    const second = scopeNames.find((name) => name !== 'parent.' && text.startsWith(name, at))
    if (second !== undefined) {
      scopes.push(second)
      at += second.length
    }
  }
  let name = ''
  while (at < text.length && !attributeEnd.test(text[at] ?? '')) {
    if (text[at] === '"') {
      const { value, to } = quoted(text, at)
      name += value
      at = to
    } else {
      name += text[at]
      at += 1
    }
  }
  if (name === '') throw traceqlFault(text, at, 'the name of an attribute is missing')
  return { kind: 'attribute', text: name, value: 0, scopes, from, to: at }
}

function numeric(text: string, from: number): Token {
  const duration = sticky(/(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|μs|ms|[smhdwy]))+(?![A-Za-z0-9_.])/y, text, from)
  if (duration !== undefined) {
    let value = 0
    for (const [, count, unit] of duration.matchAll(/([0-9.]+)(ns|us|µs|μs|ms|[smhdwy])/g))
      value += Number(count) * (nanosOf[unit ?? ''] ?? 0)
    return { kind: 'duration', text: duration, value, scopes: [], from, to: from + duration.length }
  }
  const number = sticky(/[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z_])/y, text, from)
  if (number === undefined) throw traceqlFault(text, from, 'this is neither a number nor a duration')
  return { kind: 'number', text: number, value: Number(number), scopes: [], from, to: from + number.length }
}

/** Double quotes with Go's commonest escapes, backticks with none. */
function quoted(text: string, from: number): { value: string; to: number } {
  const quote = text[from]
  let value = ''
  for (let at = from + 1; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (sign === quote) return { value, to: at + 1 }
    if (sign !== '\\' || quote === '`') {
      value += sign
      continue
    }
    const escaped = sticky(/\\(?:[abfnrtv\\"']|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y, text, at)
    if (escaped === undefined)
      throw traceqlFault(text, at, 'this escape is none; a backslash itself is written twice')
    value += unescaped(escaped, text, at)
    at += escaped.length - 1
  }
  throw traceqlFault(text, from, 'this quote is not closed')
}

const plain: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
}
function unescaped(written: string, text: string, at: number): string {
  const sign = written[1] ?? ''
  if (!/[xuU]/.test(sign)) return plain[sign] ?? sign
  const point = Number.parseInt(written.slice(2), 16)
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
    throw traceqlFault(text, at, 'this escape names no character')
  return String.fromCodePoint(point)
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
