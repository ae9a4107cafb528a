import { Fault } from './fault.ts'

/**
 * Tokens of HCL's native syntax (github.com/hashicorp/hcl, hclsyntax/spec.md), with their places, so that what reads a file can say where,
 * and what writes it can leave every other byte alone. Strings and heredocs hold the tokens of what they interpolate. What the engines
 * might read differently (a heredoc marker beside spaces other than blanks and tabs before it) is refused rather than guessed.
 */
export type HclToken = {
  kind: 'IDENT' | 'NUMBER' | 'STRING' | 'HEREDOC' | 'PUNCTUATION' | 'NEWLINE' | 'COMMENT'
  /** Offsets in UTF-16 code units, end exclusive. */
  start: number
  end: number
  /** As written; of a STRING or HEREDOC only its literal text with escapes resolved. */
  text: string
  /** STRING and HEREDOC: what stands in `${…}` and `%{…}`, and where in `text`. */
  templates: readonly { at: number; tokens: readonly HclToken[] }[]
}

/** Characters of one file. */
const textLengthMax = 1_048_576
/** Interpolations and brackets within one another. */
const depthMax = 64

const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const punctuation = /\.\.\.|::|==|!=|<=|>=|&&|\|\||=>|[{}[\]()=<>!+\-*/%?:.,&|]/y
const space = /[ \t]+/y
const newline = /\r?\n/y
/** What Go's TrimSpace takes off and JavaScript's trim does not (U+0085), and the other way round (U+FEFF), and all that both take. */
const anySpace = /[\s\u0085\ufeff]+/g
const heredocStart = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy

/** Throws INVALID_REQUEST with the line and column of what cannot be read. */
export function hclTokens(text: string): HclToken[] {
  if (text.length > textLengthMax)
    throw new Fault('INVALID_REQUEST', `The file has more than ${textLengthMax} characters.`)
  const lexer: Lexer = { text, at: 0 }
  return tokensOf(lexer, 0, false)
}

/** The text of a template file, such as `templatefile` reads: literal text with what it interpolates. */
export function hclTemplate(text: string): HclToken {
  if (text.length > textLengthMax)
    throw new Fault('INVALID_REQUEST', `The file has more than ${textLengthMax} characters.`)
  const lexer: Lexer = { text, at: 0 }
  const parts: Parts = { literal: '', templates: [] }
  while (lexer.at < text.length) if (!interpolation(lexer, parts, 0)) take(lexer, parts, 1)
  return tokenOf('HEREDOC', 0, lexer, parts)
}

/** 1-based, as editors count. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
    lineStart = at + 1
  }
  return { line, column: offset - lineStart + 1 }
}

/** Places of offsets that never go back, in one pass over the text. */
export function placesOf(text: string): (offset: number) => { line: number; column: number } {
  let [line, lineStart, next] = [1, 0, text.indexOf('\n')]
  return (offset) => {
    while (next >= 0 && next < offset) {
      line += 1
      lineStart = next + 1
      next = text.indexOf('\n', lineStart)
    }
    return { line, column: offset - lineStart + 1 }
  }
}

export function hclFault(text: string, offset: number, what: string): Fault {
  const { line, column } = placeOf(text, offset)
  return new Fault('INVALID_REQUEST', `Line ${line}, column ${column}: ${what}.`)
}

type Lexer = { readonly text: string; at: number }
type Parts = { literal: string; templates: { at: number; tokens: HclToken[] }[] }

/** `inner`: up to the brace that closes an interpolation, which is taken too. */
function tokensOf(lexer: Lexer, depth: number, inner: boolean): HclToken[] {
  const { text } = lexer
  if (depth > depthMax) throw hclFault(text, lexer.at, `more than ${depthMax} levels within one another`)
  const tokens: HclToken[] = []
  const began = lexer.at
  let braces = 0
  while (lexer.at < text.length) {
    if (matched(lexer, space) !== undefined) continue
    const start = lexer.at
    const char = text[start]!
    if (inner && char === '}' && braces === 0) {
      lexer.at += 1
      return tokens
    }
    // `~}` trims the white space after an interpolation.
    if (inner && char === '~' && text[start + 1] === '}') {
      lexer.at += 1
      continue
    }
    if (char === '{') braces += 1
    if (char === '}') braces -= 1
    tokens.push(tokenAt(lexer, depth))
  }
  if (inner) throw hclFault(text, began, 'an interpolation that does not end')
  return tokens
}

function tokenAt(lexer: Lexer, depth: number): HclToken {
  const start = lexer.at
  const char = lexer.text[start]!
  if (matched(lexer, newline) !== undefined) return tokenOf('NEWLINE', start, lexer)
  if (char === '#' || lexer.text.startsWith('//', start) || lexer.text.startsWith('/*', start))
    return comment(lexer)
  if (char === '"') return quoted(lexer, depth)
  if (lexer.text.startsWith('<<', start)) return heredoc(lexer, depth)
  for (const [kind, pattern] of [
    ['IDENT', identifier],
    ['NUMBER', number],
    ['PUNCTUATION', punctuation],
  ] as const)
    if (matched(lexer, pattern) !== undefined) return tokenOf(kind, start, lexer)
  throw hclFault(lexer.text, start, `an unexpected ${JSON.stringify(char)}`)
}

function comment(lexer: Lexer): HclToken {
  const start = lexer.at
  const { text } = lexer
  if (text.startsWith('/*', start)) {
    const end = text.indexOf('*/', start + 2)
    if (end < 0) throw hclFault(text, start, 'a comment that does not end')
    lexer.at = end + 2
  } else {
    const end = text.indexOf('\n', start)
    lexer.at = end < 0 ? text.length : text[end - 1] === '\r' ? end - 1 : end
  }
  return tokenOf('COMMENT', start, lexer)
}

function quoted(lexer: Lexer, depth: number): HclToken {
  const start = lexer.at
  const { text } = lexer
  const parts: Parts = { literal: '', templates: [] }
  lexer.at += 1
  for (;;) {
    const char = text[lexer.at]
    if (char === undefined || char === '\n') throw hclFault(text, start, 'a string that does not end')
    if (char === '"') {
      lexer.at += 1
      return tokenOf('STRING', start, lexer, parts)
    }
    if (char === '\\') parts.literal += escaped(lexer)
    else if (!interpolation(lexer, parts, depth)) take(lexer, parts, 1)
  }
}

function heredoc(lexer: Lexer, depth: number): HclToken {
  const start = lexer.at
  const { text } = lexer
  const begin = matched(lexer, heredocStart)
  if (begin === undefined) throw hclFault(text, start, 'a heredoc without a marker')
  const marker = begin.replace(/^<<-?/, '').trim()
  const parts: Parts = { literal: '', templates: [] }
  for (;;) {
    const end = text.indexOf('\n', lexer.at)
    const line = text.slice(lexer.at, end < 0 ? text.length : end).replace(/\r$/, '')
    if (line.replaceAll(anySpace, '') === marker) {
      if (line.replace(/^[ \t]*/, '') !== marker)
        throw hclFault(text, lexer.at, 'spaces after the marker that ends a heredoc, or odd ones before it')
      lexer.at += line.length
      return tokenOf('HEREDOC', start, lexer, parts)
    }
    for (;;) {
      const char = text[lexer.at]
      if (char === undefined) throw hclFault(text, start, `a heredoc that does not end with ${marker}`)
      if (interpolation(lexer, parts, depth)) continue
      take(lexer, parts, 1)
      if (char === '\n') break
    }
  }
}

/** Takes `${…}` or `%{…}`; false, and nothing taken, where there is none. `$${` and `%%{` are text. */
function interpolation(lexer: Lexer, parts: Parts, depth: number): boolean {
  const { text, at } = lexer
  const char = text[at]
  if (char !== '$' && char !== '%') return false
  if (text[at + 1] === char && text[at + 2] === '{') {
    parts.literal += `${char}{`
    lexer.at += 3
    return true
  }
  if (text[at + 1] !== '{') return false
  lexer.at += text[at + 2] === '~' ? 3 : 2
  const tokens = tokensOf(lexer, depth + 1, true)
  parts.templates.push({ at: parts.literal.length, tokens })
  return true
}

function take(lexer: Lexer, parts: Parts, count: number): void {
  parts.literal += lexer.text.slice(lexer.at, lexer.at + count)
  lexer.at += count
}

const plainEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

function escaped(lexer: Lexer): string {
  const { text, at } = lexer
  const char = text[at + 1] ?? ''
  const plain = Object.hasOwn(plainEscapes, char) ? plainEscapes[char] : undefined
  if (plain !== undefined) {
    lexer.at += 2
    return plain
  }
  const digits = char === 'u' ? 4 : char === 'U' ? 8 : 0
  const code = text.slice(at + 2, at + 2 + digits)
  const point = Number.parseInt(code, 16)
  if (digits === 0 || code.length !== digits || !/^[0-9a-fA-F]+$/.test(code) || point > 0x10ffff)
    throw hclFault(text, at, 'an escape that is none')
  lexer.at += 2 + digits
  return String.fromCodePoint(point)
}

function matched(lexer: Lexer, pattern: RegExp): string | undefined {
  pattern.lastIndex = lexer.at
  const found = pattern.exec(lexer.text)?.[0]
  if (found !== undefined) lexer.at += found.length
  return found
}

const tokenOf = (
  kind: HclToken['kind'],
  start: number,
  { text, at: end }: Lexer,
  parts?: Parts,
): HclToken => ({
  ...{ kind, start, end },
  text: parts ? parts.literal : text.slice(start, end),
  templates: parts?.templates ?? [],
})
