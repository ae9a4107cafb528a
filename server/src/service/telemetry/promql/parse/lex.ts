import { parseFailure } from './failure.ts'

export type TokenKind =
  | 'number'
  | 'duration'
  | 'string'
  | 'identifier'
  /** With a colon: no function, label or keyword. */
  | 'metric identifier'
  | 'operator'
  | 'punctuation'
  | 'end'
export type Token = { kind: TokenKind; text: string; from: number; to: number }

/** Longest query, characters. */
const queryLengthMax = 100_000

/** The words and signs of a query, comments and space left out, `end` last. Throws INVALID_PROMQL with the place. */
export function lex(text: string): Token[] {
  if (text.length > queryLengthMax)
    throw parseFailure(text, queryLengthMax, `the query is longer than ${queryLengthMax} characters`)
  const lexer = new Lexer(text)
  return lexer.tokens()
}

/** For messages, as Prometheus describes what it did not expect. */
export function describeToken(
  { kind, text }: Token,
  keywords: ReadonlyMap<string, 'keyword' | 'aggregator'>,
): string {
  if (kind === 'end') return 'end of input'
  if (kind === 'operator') return `<op:${text}>`
  if (kind === 'punctuation') return JSON.stringify(text)
  const role = kind === 'identifier' ? keywords.get(text.toLowerCase()) : undefined
  if (role === 'aggregator') return `<aggr:${text}>`
  if (role === 'keyword') return /^(and|or|unless|atan2)$/i.test(text) ? `<op:${text}>` : `<${text}>`
  const shown =
    text.length > 10 && kind !== 'identifier' && kind !== 'metric identifier'
      ? `${JSON.stringify([...text].slice(0, 10).join(''))}...`
      : JSON.stringify(text)
  return `${kind} ${shown}`
}

const space = /[ \t\r\n]*/y
const comment = /#[^\n]*/y
const durationOrNumber =
  /(?:\d+(?:ms|[ywdhms]))+(?![\w.])|0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*(?![\w.])|(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?(?![\w.])/y
const badNumber = /[\w.]+/y
const word = /[a-zA-Z_:][\w:]*/y
const plainWord = /[a-zA-Z_]\w*/y
const operator = /==|!=|<=|>=|<\/|>\/|[-+*/%^<>]/y
const matchOperator = /=~|!~|!=|=/y
const quotedText = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0
  #parens = 0
  /** Inside `{…}` or `[…]`, which do not nest. */
  #inside: '' | '{' | '[' = ''
  constructor(text: string) {
    this.#text = text
  }

  tokens(): Token[] {
    for (;;) {
      while (this.#skip(space) || this.#skip(comment));
      if (this.#at >= this.#text.length) break
      this.#next()
    }
    if (this.#inside === '{') throw this.#fail('unexpected end of input inside braces')
    if (this.#inside === '[') throw this.#fail('unexpected end of input in duration expression')
    if (this.#parens > 0) throw this.#fail('unclosed left parenthesis')
    this.#tokens.push({ kind: 'end', text: '', from: this.#at, to: this.#at })
    return this.#tokens
  }

  #next(): void {
    const character = this.#text[this.#at] as string
    if (character === '"' || character === "'" || character === '`') this.#string(character)
    else if (/[\d.]/.test(character) && this.#inside !== '{') this.#number()
    else if (/[a-zA-Z_:]/.test(character)) this.#word(character)
    else if (this.#inside === '{') this.#insideBraces(character)
    else if (!this.#take(operator, 'operator')) this.#sign(character)
  }

  #string(character: string): void {
    if (this.#take(quotedText, 'string')) return
    throw this.#fail(character === '`' ? 'unterminated raw string' : 'unterminated quoted string')
  }

  #number(): void {
    durationOrNumber.lastIndex = this.#at
    const found = durationOrNumber.exec(this.#text)?.[0]
    if (found === undefined) {
      badNumber.lastIndex = this.#at
      const bad = badNumber.exec(this.#text)?.[0] ?? ''
      if (bad === '.') throw this.#fail(`unexpected character: '.'`)
      throw this.#fail(`bad number or duration syntax: ${JSON.stringify(bad)}`)
    }
    this.#push(/^\d+[ywdhms]/.test(found) ? 'duration' : 'number', found)
  }

  #word(character: string): void {
    if (this.#inside !== '') {
      if (this.#take(plainWord, 'identifier')) return
      if (this.#inside === '{') throw this.#fail(`unexpected character inside braces: '${character}'`)
      this.#push('punctuation', ':')
      return
    }
    word.lastIndex = this.#at
    const found = word.exec(this.#text)?.[0] as string
    this.#push(found.includes(':') ? 'metric identifier' : 'identifier', found)
  }

  #insideBraces(character: string): void {
    if (this.#take(matchOperator, 'operator')) return
    if (character === '}') this.#inside = ''
    else if (character === '{') throw this.#fail(`unexpected left brace '{'`)
    else if (character === '!')
      throw this.#fail(`unexpected character after '!' inside braces: ${this.#shown(this.#at + 1)}`)
    else if (character !== ',')
      throw this.#fail(`unexpected character inside braces: ${this.#shown(this.#at)}`)
    this.#push('punctuation', character)
  }

  #sign(character: string): void {
    if (character === '=' || character === '!')
      throw this.#fail(
        character === '=' && this.#text[this.#at + 1] !== '~'
          ? 'unexpected "="'
          : `unexpected character after '${character}': ${this.#shown(this.#at + 1)}`,
      )
    if (!'(){}[],@'.includes(character)) throw this.#fail(`unexpected character: ${this.#shown(this.#at)}`)
    if (character === '(') this.#parens += 1
    if (character === ')') {
      this.#parens -= 1
      if (this.#parens < 0) throw this.#fail(`unexpected right parenthesis ')'`)
    }
    if (character === '}') throw this.#fail(`unexpected character: '}'`)
    if (character === '{') this.#inside = '{'
    if (character === '[') {
      if (this.#inside === '[') throw this.#fail(`unexpected left bracket '['`)
      this.#inside = '['
    }
    if (character === ']') {
      if (this.#inside !== '[') throw this.#fail(`unexpected right bracket ']'`)
      this.#inside = ''
    }
    this.#push('punctuation', character)
  }

  #shown(at: number): string {
    const point = this.#text.codePointAt(at)
    return point === undefined ? 'end of input' : `'${String.fromCodePoint(point)}'`
  }
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const length = pattern.exec(this.#text)?.[0].length ?? 0
    this.#at += length
    return length > 0
  }
  #take(pattern: RegExp, kind: TokenKind): boolean {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return false
    this.#push(kind, found)
    return true
  }
  #push(kind: TokenKind, text: string): void {
    this.#tokens.push({ kind, text, from: this.#at, to: this.#at + text.length })
    this.#at += text.length
  }
  #fail(why: string): Error {
    return parseFailure(this.#text, this.#at, why)
  }
}
