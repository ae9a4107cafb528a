import type { Fault } from '../../../../kernel/fault.ts'
import { parseError, type Token, type TokenKind, tokensOf } from './lexer.ts'

/** How deep a query may be nested: bounds the stack. */
const depthMax = 200

/** Stream selectors in one query. */
const selectionsMax = 100

/** Names of tokens as Loki's messages have them. */
const names: Readonly<Record<TokenKind, string>> = {
  identifier: 'IDENTIFIER',
  string: 'STRING',
  number: 'NUMBER',
  duration: 'DURATION',
  bytes: 'BYTES',
  range: 'RANGE',
  flag: 'PARSER_FLAG',
  sign: '',
  end: '$end',
}

/** The tokens of a query, read from left to right. */
export class Cursor {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  #selections = 0
  constructor(text: string) {
    this.text = text
    this.#tokens = tokensOf(text)
  }
  get token(): Token {
    return this.#tokens[this.#at]!
  }
  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!
  }
  advance(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#at += 1
    return token
  }
  isSign(...signs: readonly string[]): boolean {
    return this.token.kind === 'sign' && signs.includes(this.token.text)
  }
  isWord(...words: readonly string[]): boolean {
    return this.token.kind === 'identifier' && words.includes(this.token.text)
  }
  takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.#at += 1
    return true
  }
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.#at += 1
    return true
  }
  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(sign)
  }
  expect(kind: TokenKind): string {
    if (this.token.kind !== kind) throw this.unexpected(names[kind])
    return this.advance().text
  }
  unexpected(...expected: readonly string[]): Fault {
    const { kind, text, at } = this.token
    const found = kind === 'sign' ? text : (words[text] ?? names[kind])
    const wanted = expected.length > 0 ? `, expecting ${expected.join(' or ')}` : ''
    return this.wrong(`syntax error: unexpected ${found}${wanted}`, at)
  }
  wrong(what: string, at = this.token.at): Fault {
    return parseError(this.text, at, what)
  }
  /** Each selection reads the store anew. */
  countSelection(): void {
    this.#selections += 1
    if (this.#selections > selectionsMax)
      throw this.wrong(`the query selects lines more than ${selectionsMax} times; ask in several queries`)
  }
  nested<T>(parse: () => T): T {
    this.#depth += 1
    if (this.#depth > depthMax) throw this.wrong(`the expression is nested more than ${depthMax} deep`)
    try {
      return parse()
    } finally {
      this.#depth -= 1
    }
  }
}

/** Words that are tokens of their own. */
const words: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  by: 'by',
  without: 'without',
  and: 'and',
  or: 'or',
  unless: 'unless',
  bool: 'bool',
  on: 'on',
  ignoring: 'ignoring',
  offset: 'offset',
  unwrap: 'unwrap',
  json: 'json',
  logfmt: 'logfmt',
})
