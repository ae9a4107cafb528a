import type { Command, Node, Operand, Pipe, Template } from './node.ts'
import { quotedText } from './quote.ts'
import { malformed, type Token, type TokenKind, tokensOf } from './token.ts'
import { Int, type Value } from './value.ts'

const depthMax = 64

/** Parses Go's `text/template`. `functions` are the names that may be called, `variables` those that are declared. Throws INVALID_REQUEST. */
export function parseTemplate(
  text: string,
  functions: ReadonlySet<string>,
  variables: readonly string[],
): Template {
  return new Parser(tokensOf(text), functions, variables).template()
}

type List = { nodes: Node[]; end: 'end' | 'else' | 'eof' }

class Parser {
  readonly #tokens: readonly Token[]
  readonly #functions: ReadonlySet<string>
  readonly #variables: string[]
  readonly #defined = new Map<string, readonly Node[]>()
  #at = 0
  #depth = 0
  #ranges = 0

  constructor(tokens: readonly Token[], functions: ReadonlySet<string>, variables: readonly string[]) {
    this.#tokens = tokens
    this.#functions = functions
    this.#variables = ['$', ...variables]
  }

  template(): Template {
    const { nodes, end } = this.#list()
    if (end !== 'eof') throw malformed(`unexpected {{${end}}}`)
    return { nodes, defined: this.#defined }
  }

  #list(): List {
    const nodes: Node[] = []
    this.#depth += 1
    if (this.#depth > depthMax) throw malformed(`it is nested more than ${depthMax} deep`)
    for (;;) {
      const token = this.#tokens[this.#at]
      if (!token) return this.#listed(nodes, 'eof')
      this.#at += 1
      if (token.kind === 'text') {
        nodes.push({ node: 'text', text: token.text })
        continue
      }
      this.#space()
      const word = this.#peek('word') ? this.#tokens[this.#at]!.text : ''
      if (word === 'end') {
        this.#at += 1
        this.#close()
        return this.#listed(nodes, 'end')
      }
      if (word === 'else') {
        this.#at += 1
        return this.#listed(nodes, 'else')
      }
      const node = this.#action(word)
      if (node) nodes.push(node)
    }
  }

  #listed(nodes: Node[], end: List['end']): List {
    this.#depth -= 1
    return { nodes, end }
  }

  #action(word: string): Node | undefined {
    if (word === 'if' || word === 'with' || word === 'range') {
      this.#at += 1
      return this.#control(word)
    }
    if (word === 'break' || word === 'continue') {
      if (this.#ranges === 0) throw malformed(`{{${word}}} outside {{range}}`)
      this.#at += 1
      this.#close()
      return { node: word }
    }
    if (word === 'define' || word === 'block') return this.#define(word)
    if (word === 'template') {
      this.#at += 1
      const name = this.#name()
      this.#space()
      if (this.#peek('close')) {
        this.#close()
        return { node: 'template', name }
      }
      return { node: 'template', name, pipe: this.#pipe('close') }
    }
    return { node: 'action', pipe: this.#pipe('close') }
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const known = this.#variables.length
    const pipe = this.#pipe('close', kind === 'range')
    if (kind === 'range') this.#ranges += 1
    const body = this.#list()
    if (kind === 'range') this.#ranges -= 1
    let otherwise: readonly Node[] = []
    if (body.end === 'eof') throw malformed('unexpected EOF')
    if (body.end === 'else') otherwise = this.#else(kind)
    this.#variables.length = known
    return { node: kind, pipe, body: body.nodes, otherwise }
  }

  /** Behind `{{else`: `}}`, or another `if` or `with` that shares the one `{{end}}`. */
  #else(kind: 'if' | 'with' | 'range'): readonly Node[] {
    this.#space()
    const word = this.#peek('word') ? this.#tokens[this.#at]!.text : ''
    if ((word === 'if' || word === 'with') && word === kind) {
      this.#at += 1
      return [this.#control(word)]
    }
    this.#close()
    const { nodes, end } = this.#list()
    if (end !== 'end') throw malformed(end === 'else' ? 'expected end; found {{else}}' : 'unexpected EOF')
    return nodes
  }

  #define(word: 'define' | 'block'): Node | undefined {
    this.#at += 1
    const name = this.#name()
    this.#space()
    const pipe = word === 'block' ? this.#pipe('close') : undefined
    if (word === 'define') this.#close()
    const known = this.#variables.splice(1)
    const { nodes, end } = this.#list()
    this.#variables.splice(1, this.#variables.length, ...known)
    if (end !== 'end') throw malformed('unexpected EOF in template clause')
    this.#defined.set(name, nodes)
    return pipe ? { node: 'template', name, pipe } : undefined
  }

  #name(): string {
    this.#space()
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'string') throw malformed('a template is named by a quoted string')
    this.#at += 1
    return quotedText(token.text)
  }

  #pipe(end: 'close' | 'right', inRange = false): Pipe {
    const { names, declares } = this.#declaration(inRange)
    const commands: Command[] = []
    for (;;) {
      const command = this.#command()
      if (command.length === 0)
        throw malformed(commands.length === 0 ? 'missing value' : 'missing value for command')
      commands.push(command)
      this.#space()
      const token = this.#tokens[this.#at]
      this.#at += 1
      if (token?.kind === end) break
      if (token?.kind !== 'pipe') throw malformed(`unexpected ${JSON.stringify(token?.text ?? 'end')}`)
    }
    if (declares) this.#variables.push(...names)
    for (const [at, [first]] of commands.entries())
      if (at > 0 && first && ['literal', 'dot', 'nil'].includes(first.node))
        throw malformed(`non executable command in pipeline stage ${at + 1}`)
    return { names, declares, commands }
  }

  #declaration(inRange: boolean): { names: string[]; declares: boolean } {
    const start = this.#at
    const names: string[] = []
    for (;;) {
      this.#space()
      const token = this.#tokens[this.#at]
      if (token?.kind !== 'variable') break
      this.#at += 1
      names.push(token.text)
      this.#space()
      const next = this.#tokens[this.#at]
      if (next?.kind === 'declare' || next?.kind === 'assign') {
        this.#at += 1
        if (next.kind === 'assign') for (const name of names) this.#known(name)
        if (names.length > (inRange ? 2 : 1)) throw malformed('too many declarations')
        return { names, declares: next.kind === 'declare' }
      }
      if (next?.kind !== 'comma' || !inRange) break
      this.#at += 1
    }
    this.#at = start
    return { names: [], declares: false }
  }

  #command(): Operand[] {
    const operands: Operand[] = []
    for (;;) {
      const before = this.#at
      this.#space()
      if (operands.length > 0 && this.#at === before && !this.#ends())
        throw malformed(`unexpected ${JSON.stringify(this.#tokens[this.#at]?.text ?? 'end')} in operand`)
      if (this.#ends()) return operands
      operands.push(this.#operand())
    }
  }

  #ends(): boolean {
    const kind = this.#tokens[this.#at]?.kind
    return kind === undefined || kind === 'pipe' || kind === 'right' || kind === 'close'
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at]!
    this.#at += 1
    switch (token.kind) {
      case 'left': {
        const pipe = this.#pipe('right')
        return { node: 'pipe', pipe, fields: this.#fields() }
      }
      case 'dot':
        return { node: 'dot' }
      case 'field':
        return { node: 'field', fields: [token.text.slice(1), ...this.#fields()] }
      case 'variable':
        this.#known(token.text)
        return { node: 'variable', name: token.text, fields: this.#fields() }
      case 'string':
        return { node: 'literal', value: quotedText(token.text) }
      case 'char':
        return { node: 'literal', value: new Int(quotedText(token.text).codePointAt(0) ?? 0) }
      case 'number':
        return { node: 'literal', value: numberOf(token.text) }
      case 'word':
        return this.#word(token.text)
      default:
        throw malformed(`unexpected ${JSON.stringify(token.text)}`)
    }
  }

  #word(word: string): Operand {
    if (word === 'true' || word === 'false') return { node: 'literal', value: word === 'true' }
    if (word === 'nil') return { node: 'nil' }
    if (!this.#functions.has(word)) throw malformed(`function ${JSON.stringify(word)} not defined`)
    return { node: 'function', name: word }
  }

  #fields(): string[] {
    const fields: string[] = []
    for (; this.#peek('field'); this.#at += 1) fields.push(this.#tokens[this.#at]!.text.slice(1))
    return fields
  }

  #known(name: string): void {
    if (!this.#variables.includes(name)) throw malformed(`undefined variable ${JSON.stringify(name)}`)
  }

  #space(): void {
    while (this.#peek('space')) this.#at += 1
  }

  #peek(kind: TokenKind): boolean {
    return this.#tokens[this.#at]?.kind === kind
  }

  #close(): void {
    this.#space()
    if (!this.#peek('close'))
      throw malformed(`unexpected ${JSON.stringify(this.#tokens[this.#at]?.text ?? 'end')}`)
    this.#at += 1
  }
}

/** A constant is whole unless it is written otherwise. */
function numberOf(text: string): Value {
  const digits = text.replaceAll('_', '')
  const sign = digits.startsWith('-') ? -1 : 1
  const bare = digits.replace(/^[+-]/, '')
  const octal = /^0[0-7]+$/.test(bare) ? `0o${bare.slice(1)}` : bare
  const value = sign * Number(octal)
  if (Number.isNaN(value)) throw malformed(`bad number syntax: ${JSON.stringify(text)}`)
  return /[.eE]/.test(bare) && !/^0[xX]/.test(bare) ? value : new Int(value)
}
