import { parseFailure } from './failure.ts'
import { scanNumber } from './number.ts'
import { escapeProblem, quote } from './quoted.ts'

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
  /** What cannot be read on; `text` says why. It is an error of the query only once the parser gets there. */
  | 'failure'
/** `plain`: a name even where it has the text of a keyword. */
export type Token = { kind: TokenKind; text: string; from: number; to: number; plain?: true }

/** Longest query, characters. */
const queryLengthMax = 100_000

/** The words and signs of a query, comments and space left out, `end` or `failure` last. Throws INVALID_PROMQL for one that is too long. */
export function lex(text: string): Token[] {
  if (text.length > queryLengthMax)
    throw parseFailure(text, queryLengthMax, `the query is longer than ${queryLengthMax} characters`)
  const lexer = new Lexer(text)
  return lexer.tokens()
}

/** For messages, as Prometheus describes what it did not expect. */
export function describeToken(
  { kind, text, plain }: Token,
  keywords: ReadonlyMap<string, 'keyword' | 'aggregator'>,
): string {
  if (kind === 'end') return 'end of input'
  if ((kind === 'operator' && text !== '=') || text === '@') return `<op:${text}>`
  if (kind === 'punctuation' || kind === 'operator') return JSON.stringify(text)
  const isWord = kind === 'identifier' && !plain
  if (isWord && functionWord.test(text)) return JSON.stringify(text)
  const role = isWord ? keywords.get(text.toLowerCase()) : undefined
  if (role === 'aggregator') return `<aggr:${text}>`
  if (role === 'keyword') return /^(and|or|unless|atan2)$/i.test(text) ? `<op:${text}>` : `<${text}>`
  const shown =
    text.length > 10 && kind !== 'identifier' && kind !== 'metric identifier'
      ? `${quote([...text].slice(0, 10).join(''))}...`
      : quote(text)
  return `${kind} ${shown}`
}

/** Words that are functions of durations or moments first, and names where those cannot stand. */
const functionWord = /^(?:start|end|step|range|min_of|max_of)$/i

const space = /[ \t\r\n]*/y
const comment = /#[^\n]*/y
const word = /[a-zA-Z_:][\w:]*/y
const plainWord = /[a-zA-Z_]\w*/y
const beforeBracket = /(?:[ \t\r\n]|#[^\n]*)*\(/y
const letters = /[a-zA-Z_]+/y
const operator = /==|!=|<=|>=|<\/|>\/|[-+*/%^<>]/y
const matchOperator = /=~|!~|!=|=/y
const quotedText = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0
  #parens = 0
  #inBraces = false
  #inBrackets = false
  /** Within brackets, up to the first number, only what makes a duration may stand. */
  #isDuration = false
  /** Of the brackets: whether there was anything, and a colon. */
  #hasDuration = false
  #hasColon = false
  constructor(text: string) {
    this.#text = text
  }

  tokens(): Token[] {
    try {
      for (;;) {
        while (this.#skip(space) || (!this.#isDuration && this.#skip(comment)));
        if (this.#at >= this.#text.length) break
        this.#next()
      }
      this.#end()
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.#tokens.push({ kind: 'failure', text: error.message, from: error.at, to: error.at })
    }
    return this.#tokens
  }

  #end(): void {
    if (this.#inBraces) throw this.#fail('unexpected end of input inside braces')
    if (this.#isDuration) throw this.#fail('unexpected end of input in duration expression')
    if (this.#parens > 0) throw this.#fail('unclosed left parenthesis')
    if (this.#inBrackets) throw this.#fail('unclosed left bracket')
    this.#tokens.push({ kind: 'end', text: '', from: this.#at, to: this.#at })
  }

  #next(): void {
    const character = this.#text[this.#at] as string
    if (this.#inBraces) this.#insideBraces(character)
    else if (/\d/.test(character) || /^\.\d/.test(this.#text.slice(this.#at, this.#at + 2))) this.#number()
    else if (this.#isDuration && !/[a-zA-Z_()+\-*/%^,:\]]/.test(character))
      throw this.#fail(`unexpected character in duration expression: ${this.#shown(this.#at)}`)
    else if (character === '"' || character === "'" || character === '`') this.#string(character)
    else if (/[a-zA-Z_:]/.test(character)) this.#word(character)
    else if (!this.#take(operator, 'operator')) this.#sign(character)
  }

  #string(character: string): void {
    quotedText.lastIndex = this.#at
    const found = quotedText.exec(this.#text)?.[0]
    const problem = found === undefined || character === '`' ? undefined : escapeProblem(found)
    if (problem !== undefined) throw this.#fail(problem)
    if (this.#take(quotedText, 'string')) return
    throw this.#fail(character === '`' ? 'unterminated raw string' : 'unterminated quoted string')
  }

  #number(): void {
    const { end, kind } = scanNumber(this.#text, this.#at)
    const found = this.#text.slice(this.#at, end)
    if (kind === 'bad') throw this.#fail(`bad number or duration syntax: ${quote(found)}`)
    this.#push(kind, found)
    this.#isDuration = false
    this.#hasDuration = true
  }

  #word(character: string): void {
    if (this.#inBrackets) {
      if (character === ':') this.#colon()
      else this.#durationWord()
      return
    }
    word.lastIndex = this.#at
    const found = word.exec(this.#text)?.[0] as string
    if (/^(?:inf|nan)$/i.test(found)) this.#push('number', found)
    else if (found.includes(':')) this.#push('metric identifier', found)
    else this.#push('identifier', found, /^fill(?:_left|_right)?$/i.test(found) && !this.#isCalled(found))
  }

  /** Whether a bracket follows, over space and comments. */
  #isCalled(found: string): boolean {
    beforeBracket.lastIndex = this.#at + found.length
    return beforeBracket.test(this.#text)
  }

  #durationWord(): void {
    letters.lastIndex = this.#at
    const found = letters.exec(this.#text)?.[0] as string
    if (/^(?:step|range|min_of|max_of)$/i.test(found)) {
      this.#push('identifier', found)
      this.#hasDuration = true
    } else if (this.#isDuration)
      throw this.#fail(`unexpected character in duration expression: ${this.#shown(this.#at)}`)
    else throw this.#fail(`unexpected character: ${this.#shown(this.#at)}, expected ':'`)
  }

  #colon(): void {
    const after = this.#at + 1
    if (this.#isDuration && !this.#hasDuration)
      throw this.#fail('unexpected colon before duration in duration expression', after)
    if (this.#hasColon)
      throw this.#isDuration
        ? this.#fail('unexpected repeated colon in duration expression', after)
        : this.#fail("unexpected colon ':'")
    this.#push('punctuation', ':')
    this.#hasColon = true
  }

  #insideBraces(character: string): void {
    if (character === '"' || character === "'" || character === '`') {
      this.#string(character)
      return
    }
    if (this.#take(matchOperator, 'operator') || this.#take(plainWord, 'identifier', true)) return
    if (character === '}') this.#inBraces = false
    else if (character === '{') throw this.#fail(`unexpected left brace '{'`)
    else if (character === '!')
      throw this.#fail(`unexpected character after '!' inside braces: ${this.#shown(this.#at + 1)}`)
    else if (character !== ',')
      throw this.#fail(`unexpected character inside braces: ${this.#shown(this.#at)}`)
    this.#push('punctuation', character)
  }

  #sign(character: string): void {
    if (character === '=' || character === '!') {
      this.#halfOperator(character)
      return
    }
    if (!'(){}[],@'.includes(character)) throw this.#fail(`unexpected character: ${this.#shown(this.#at)}`)
    if (character === '(') this.#parens += 1
    if (character === ')') {
      this.#parens -= 1
      if (this.#parens < 0) throw this.#fail(`unexpected right parenthesis ')'`, this.#at + 1)
    }
    if (character === '}') throw this.#fail(`unexpected character: '}'`)
    if (character === '{') this.#inBraces = true
    if (character === '[') this.#openBracket()
    if (character === ']') {
      if (!this.#inBrackets) throw this.#fail(`unexpected right bracket ']'`)
      this.#inBrackets = false
      this.#isDuration = false
    }
    this.#push('punctuation', character)
  }

  #halfOperator(character: string): void {
    if (character === '!' || this.#text[this.#at + 1] === '~')
      throw this.#fail(`unexpected character after '${character}': ${this.#shown(this.#at + 1)}`)
    this.#push('punctuation', character)
  }

  #openBracket(): void {
    if (this.#inBrackets) throw this.#fail(`unexpected left bracket '['`)
    this.#inBrackets = true
    this.#isDuration = true
    this.#hasDuration = false
    this.#hasColon = false
  }

  /** As Go quotes a character. */
  #shown(at: number): string {
    const point = this.#text.codePointAt(at)
    if (point === undefined) return "'\ufffd'"
    if (point === 0x27) return "'\\''"
    const text = String.fromCodePoint(point)
    return `'${text === '"' ? text : quote(text).slice(1, -1)}'`
  }
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const length = pattern.exec(this.#text)?.[0].length ?? 0
    this.#at += length
    return length > 0
  }
  #take(pattern: RegExp, kind: TokenKind, plain = false): boolean {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return false
    this.#push(kind, found, plain)
    return true
  }
  #push(kind: TokenKind, text: string, plain = false): void {
    const token: Token = { kind, text, from: this.#at, to: this.#at + text.length }
    this.#tokens.push(plain ? { ...token, plain } : token)
    this.#at += text.length
  }
  #fail(why: string, at = this.#at): Unreadable {
    return new Unreadable(why, at)
  }
}

class Unreadable extends Error {
  readonly at: number
  constructor(why: string, at: number) {
    super(why)
    this.at = at
  }
}
