import { Fault } from '../../../../kernel/fault.ts'

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'word'
  | 'field'
  | 'variable'
  | 'string'
  | 'number'
  | 'char'
  | 'pipe'
  | 'comma'
  | 'assign'
  | 'declare'
  | 'left'
  | 'right'
  | 'dot'
  | 'space'
export type Token = { kind: TokenKind; text: string }

/** Longest template, UTF-16 units; bounds everything made of it. */
const lengthMax = 65_536

const inner: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['pipe', /\|/y],
  ['comma', /,/y],
  ['left', /\(/y],
  ['right', /\)/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\.)+'/y],
  [
    'number',
    /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)/y,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
]

/** Tokens of a template in Go's `text/template`: text as it is, and between `{{` and `}}` words, white space kept where it separates. */
export function tokensOf(template: string): Token[] {
  if (template.length > lengthMax) throw malformed(`it is longer than ${lengthMax} characters`)
  const tokens: Token[] = []
  let at = 0
  let trimNext = false
  for (;;) {
    const open = template.indexOf('{{', at)
    let text = template.slice(at, open < 0 ? undefined : open)
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '')
    const trimsLeft = open >= 0 && /^-[ \t\r\n]/.test(template.slice(open + 2, open + 4))
    if (trimsLeft) text = text.replace(/[ \t\r\n]+$/, '')
    if (text !== '') tokens.push({ kind: 'text', text })
    if (open < 0) return tokens
    const read = readAction(template, open + 2 + (trimsLeft ? 1 : 0), tokens)
    at = read.at
    trimNext = read.trims
  }
}

function readAction(template: string, start: number, tokens: Token[]): { at: number; trims: boolean } {
  const comment = /\s*\/\*[\s\S]*?\*\//y
  comment.lastIndex = start
  if (comment.test(template)) {
    const end = /(\s-)?\}\}/y
    end.lastIndex = comment.lastIndex
    const found = end.exec(template)
    if (!found) throw malformed('comment ends before closing delimiter')
    return { at: end.lastIndex, trims: found[1] !== undefined }
  }
  tokens.push({ kind: 'open', text: '{{' })
  let at = start
  for (;;) {
    const close = /([ \t\r\n]+-)?\}\}/y
    close.lastIndex = at
    const found = close.exec(template)
    if (found) {
      tokens.push({ kind: 'close', text: '}}' })
      return { at: close.lastIndex, trims: found[1] !== undefined }
    }
    const token = tokenAt(template, at)
    tokens.push(token)
    at += token.text.length
  }
}

function tokenAt(template: string, at: number): Token {
  for (const [kind, pattern] of inner) {
    pattern.lastIndex = at
    const found = pattern.exec(template)
    if (found && found[0] !== '') return { kind, text: found[0] }
  }
  if (at >= template.length) throw malformed('unclosed action')
  if (template[at] === '"') throw malformed('unterminated quoted string')
  throw malformed(`unexpected ${JSON.stringify(template[at])} in operand`)
}

export const malformed = (why: string): Fault =>
  new Fault('INVALID_REQUEST', `the template is malformed: ${why}`)
