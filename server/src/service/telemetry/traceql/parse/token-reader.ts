import type { Fault } from '../../../../kernel/fault.ts'
import type { Place } from '../expression.ts'
import { traceqlFault } from './fault.ts'
import { type Token, tokensOf } from './lexer.ts'

/** Braces and brackets within one another; each costs some frames of the stack. */
const depthMax = 100

/** Goes through the tokens of a query, forward and, where a form can be told only later, back. */
export class TokenReader {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  constructor(text: string) {
    this.text = text
    this.#tokens = tokensOf(text)
  }

  get mark(): number {
    return this.#at
  }
  back(mark: number): void {
    this.#at = mark
  }
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }
  next(): Token {
    const token = this.peek()
    this.#at += 1
    return token
  }
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.text === text && (token.kind === 'symbol' || token.kind === 'word')
  }
  /** Takes this sign or word if it is next. */
  take(text: string): boolean {
    if (!this.is(text)) return false
    this.#at += 1
    return true
  }
  expect(text: string): Token {
    if (!this.is(text)) throw this.unexpected(`"${text}"`)
    return this.next()
  }
  place(from: number): Place {
    return { from, to: this.#tokens[this.#at - 1]?.to ?? from }
  }
  /** Runs what may be within itself. */
  nested<T>(read: () => T): T {
    if (++this.#depth > depthMax) throw this.fault(this.peek().from, `it is nested deeper than ${depthMax}`)
    const result = read()
    this.#depth -= 1
    return result
  }
  fault(at: number, why: string): Fault {
    return traceqlFault(this.text, at, why)
  }
  unexpected(expected: string): Fault {
    const token = this.peek()
    const found =
      token.kind === 'end' ? 'the end' : JSON.stringify(this.text.slice(token.from, token.to).slice(0, 60))
    return this.fault(token.from, `unexpected ${found}, expected ${expected}`)
  }
}
