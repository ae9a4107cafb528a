import { parseFailure } from './failure.ts'
import { keywords } from './keyword.ts'
import { describeToken, lex, type Token } from './lex.ts'

/** How deep expressions may nest, operators in a row included: bounds recursion in the parser, the evaluator and the printers. */
const depthMax = 500

/** Regular expressions in one query. */
const patternsMax = 500

/** Walks the words of a query and says what it did not expect. */
export class Cursor {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0
  /** Levels of the tree that are open; whoever entered some sets it back. */
  depth = 0
  #patterns = 0
  constructor(text: string) {
    this.text = text
    this.#tokens = lex(text)
  }
  /** Throws INVALID_PROMQL where the text cannot be read on. */
  get token(): Token {
    const token = this.#tokens[this.#at] as Token
    if (token.kind === 'failure') throw this.failure(token.from, token.text)
    return token
  }
  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token
  }
  get ended(): boolean {
    return this.token.kind === 'end'
  }
  /** Where the last word taken ends. */
  get end(): number {
    return this.#at === 0 ? 0 : (this.#tokens[this.#at - 1] as Token).to
  }
  enter(): void {
    this.depth += 1
    if (this.depth > depthMax)
      throw this.failure(this.token.from, `the query nests deeper than ${depthMax} levels`)
  }
  /** Each regular expression is compiled, and may be tried on every value of its label. */
  countPattern(from: number): void {
    this.#patterns += 1
    if (this.#patterns > patternsMax)
      throw this.failure(from, `the query has more than ${patternsMax} regular expressions`)
  }
  take(): Token {
    const { token } = this
    if (token.kind !== 'end') this.#at += 1
    return token
  }
  /** Takes a sign if it stands here. */
  sign(text: string): Token | undefined {
    const { kind } = this.token
    return (kind === 'punctuation' || kind === 'operator') && this.token.text === text
      ? this.take()
      : undefined
  }
  /** Takes a plus or minus if one stands here. */
  signum(): 1 | -1 {
    if (this.sign('-')) return -1
    this.sign('+')
    return 1
  }
  isSign(text: string): boolean {
    const { kind } = this.token
    return (kind === 'punctuation' || kind === 'operator') && this.token.text === text
  }
  isWord(...words: string[]): boolean {
    return this.token.kind === 'identifier' && words.includes(this.token.text.toLowerCase())
  }
  /** Takes one of some words if it stands here; gives it in small letters. */
  word(...words: string[]): string | undefined {
    return this.isWord(...words) ? this.take().text.toLowerCase() : undefined
  }
  expectSign(text: string, context = '', expected = ''): Token {
    return this.sign(text) ?? this.unexpected(context, expected)
  }
  unexpected(context = '', expected = ''): never {
    const what = describeToken(this.token, keywords)
    throw this.failure(
      this.token.from,
      `unexpected ${what}${context && ` in ${context}`}${expected && `, expected ${expected}`}`,
    )
  }
  failure(from: number, why: string): Error {
    return parseFailure(this.text, from, why)
  }
}
