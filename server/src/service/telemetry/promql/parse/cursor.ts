import { parseFailure } from './failure.ts'
import { keywords } from './keyword.ts'
import { describeToken, lex, type Token } from './lex.ts'

/** Walks the words of a query and says what it did not expect. */
export class Cursor {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0
  constructor(text: string) {
    this.text = text
    this.#tokens = lex(text)
  }
  get token(): Token {
    return this.#tokens[this.#at] as Token
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
