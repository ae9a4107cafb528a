import { Fault } from '../../../../kernel/fault.ts'

/** One word of a command: a constant, a field of the data, a variable, a function, or a pipeline in brackets. */
export type Operand =
  | { operand: 'constant'; value: string | number | boolean | null; float?: true }
  /** `.a.b`; no names for the dot itself. `of`: whose field it is, else the dot's. */
  | { operand: 'field'; names: string[]; of?: Operand }
  | { operand: 'variable'; name: string; names: string[] }
  | { operand: 'function'; name: string }
  | { operand: 'pipeline'; pipeline: Pipeline }
export type Pipeline = { declares?: { names: string[]; assigns: boolean }; commands: Operand[][] }
export type Node =
  | { node: 'text'; text: string }
  | { node: 'action'; pipeline: Pipeline }
  | { node: 'if' | 'with' | 'range'; pipeline: Pipeline; body: Node[]; otherwise: Node[] }

const lengthMax = 65_536
const depthMax = 50

type Word = {
  kind: 'field' | 'variable' | 'identifier' | 'string' | 'number' | 'sign'
  text: string
  spaced: boolean
}
type Piece = { text: string } | { words: Word[] }

const wordPattern =
  /\s*(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`)|(\.[\p{L}_][\p{L}\p{N}_]*|\.(?![\d.]))|(\$[\p{L}\p{N}_]*)|([+-]?(?:0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|([\p{L}_][\p{L}\p{N}_]*)|(:=|[|(),=]))/uy

/** A template of Go's text/template (https://pkg.go.dev/text/template), without definitions of other templates. Throws INVALID_LOGQL. */
export function parseTemplate(text: string): Node[] {
  if (text.length > lengthMax) throw bad(`longer than ${lengthMax} characters`)
  const parser = new Parser(piecesOf(text))
  const { nodes, end } = parser.nodes(0)
  if (end !== '') throw bad(`unexpected {{${end}}}`)
  return nodes
}

const bad = (what: string): Fault => new Fault('INVALID_LOGQL', `invalid template: ${what}`)

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  let trimNext = false
  for (;;) {
    const open = text.indexOf('{{', at)
    let plain = text.slice(at, open < 0 ? text.length : open)
    if (trimNext) plain = plain.trimStart()
    if (open < 0) {
      if (plain !== '') pieces.push({ text: plain })
      return pieces
    }
    const trimmed = /^\{\{-\s/.test(text.slice(open, open + 4))
    if (trimmed) plain = plain.trimEnd()
    if (plain !== '') pieces.push({ text: plain })
    const inner = open + (trimmed ? 3 : 2)
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*(-?)\}\}/.exec(text.slice(inner))
    if (comment) {
      trimNext = comment[1] === '-'
      at = inner + comment[0].length
      continue
    }
    const { words, end, trim } = wordsOf(text, inner)
    pieces.push({ words })
    trimNext = trim
    at = end
  }
}

function wordsOf(text: string, start: number): { words: Word[]; end: number; trim: boolean } {
  const words: Word[] = []
  let at = start
  for (;;) {
    const close = /\s*(\s-)?\}\}/y
    close.lastIndex = at
    const closed = close.exec(text)
    if (closed) return { words, end: at + closed[0].length, trim: closed[1] !== undefined }
    wordPattern.lastIndex = at
    const found = wordPattern.exec(text)
    if (!found)
      throw bad(
        at >= text.length || !text.slice(at).trim()
          ? 'unclosed action'
          : `unexpected ${JSON.stringify(text.slice(at).trim()[0])} in operand`,
      )
    const [whole, string, field, variable, number, identifier, sign] = found
    const spaced = /^\s/.test(whole)
    if (string !== undefined) words.push({ kind: 'string', text: string, spaced })
    else if (field !== undefined) words.push({ kind: 'field', text: field, spaced })
    else if (variable !== undefined) words.push({ kind: 'variable', text: variable, spaced })
    else if (number !== undefined) words.push({ kind: 'number', text: number, spaced })
    else if (identifier !== undefined) words.push({ kind: 'identifier', text: identifier, spaced })
    else words.push({ kind: 'sign', text: sign!, spaced })
    at += whole.length
  }
}

class Parser {
  readonly #pieces: readonly Piece[]
  #at = 0
  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  /** Up to an `end` or `else` that belongs to whoever asked, or to the end of all. */
  nodes(depth: number): { nodes: Node[]; end: string; rest: Word[] } {
    if (depth > depthMax) throw bad(`nested more than ${depthMax} deep`)
    const nodes: Node[] = []
    while (this.#at < this.#pieces.length) {
      const piece = this.#pieces[this.#at++]!
      if ('text' in piece) {
        nodes.push({ node: 'text', text: piece.text })
        continue
      }
      const [first, ...rest] = piece.words
      const word = first?.kind === 'identifier' ? first.text : ''
      if (word === 'end' || word === 'else') return { nodes, end: word, rest }
      if (word === 'if' || word === 'with' || word === 'range') nodes.push(this.#block(word, rest, depth))
      else if (['define', 'block', 'template', 'break', 'continue'].includes(word))
        throw bad(`{{${word}}} is not supported`)
      else nodes.push({ node: 'action', pipeline: new Commands(piece.words).whole() })
    }
    return { nodes, end: '', rest: [] }
  }

  #block(node: 'if' | 'with' | 'range', words: Word[], depth: number): Node {
    const pipeline = new Commands(words).whole()
    const { nodes, end, rest } = this.nodes(depth + 1)
    if (end === '') throw bad('unexpected EOF')
    if (end === 'end') return { node, pipeline, body: nodes, otherwise: [] }
    const [next, ...more] = rest
    if (next?.kind === 'identifier' && (next.text === 'if' || next.text === 'with'))
      return { node, pipeline, body: nodes, otherwise: [this.#block(next.text, more, depth + 1)] }
    const otherwise = this.nodes(depth + 1)
    if (otherwise.end !== 'end')
      throw bad(otherwise.end === '' ? 'unexpected EOF' : `expected end; found {{${otherwise.end}}}`)
    return { node, pipeline, body: nodes, otherwise: otherwise.nodes }
  }
}

class Commands {
  readonly #words: readonly Word[]
  #at = 0
  constructor(words: readonly Word[]) {
    this.#words = words
  }

  whole(): Pipeline {
    const pipeline = this.#pipeline(0)
    if (this.#at < this.#words.length)
      throw bad(`unexpected ${JSON.stringify(this.#words[this.#at]!.text)} in command`)
    return pipeline
  }

  #pipeline(depth: number): Pipeline {
    if (depth > depthMax) throw bad(`nested more than ${depthMax} deep`)
    const declares = this.#declaration()
    const commands: Operand[][] = []
    do {
      const command: Operand[] = []
      for (let operand = this.#operand(depth); operand; operand = this.#operand(depth)) command.push(operand)
      if (command.length === 0) throw bad('missing value for command')
      commands.push(command)
    } while (this.#take('|'))
    return { ...(declares ? { declares } : {}), commands }
  }

  #declaration(): Pipeline['declares'] {
    const names: string[] = []
    let at = this.#at
    while (this.#words[at]?.kind === 'variable') {
      names.push(this.#words[at]!.text)
      const next = this.#words[at + 1]
      if (next?.text === ',' && names.length === 1) at += 2
      else if (next?.kind === 'sign' && (next.text === ':=' || next.text === '=')) {
        this.#at = at + 2
        return { names, assigns: next.text === '=' }
      } else return undefined
    }
    return undefined
  }

  #operand(depth: number): Operand | undefined {
    const word = this.#words[this.#at]
    if (!word) return undefined
    if (word.kind === 'sign' && word.text !== '(') return undefined
    this.#at += 1
    let operand: Operand
    if (word.text === '(' && word.kind === 'sign') {
      operand = { operand: 'pipeline', pipeline: this.#pipeline(depth + 1) }
      if (!this.#take(')')) throw bad('unclosed left paren')
    } else operand = simple(word)
    const names = this.#fields()
    if (names.length === 0) return operand
    if (operand.operand === 'field' || operand.operand === 'variable') operand.names.push(...names)
    else operand = { operand: 'field', names, of: operand }
    return operand
  }

  /** `.a.b` written on to what stands before. */
  #fields(): string[] {
    const names: string[] = []
    for (;;) {
      const word = this.#words[this.#at]
      if (word?.kind !== 'field' || word.spaced || word.text === '.') return names
      names.push(word.text.slice(1))
      this.#at += 1
    }
  }

  #take(sign: string): boolean {
    const word = this.#words[this.#at]
    if (word?.kind !== 'sign' || word.text !== sign) return false
    this.#at += 1
    return true
  }
}

function simple(word: Word): Operand {
  if (word.kind === 'field') return { operand: 'field', names: word.text === '.' ? [] : [word.text.slice(1)] }
  if (word.kind === 'variable') return { operand: 'variable', name: word.text, names: [] }
  if (word.kind === 'string') return { operand: 'constant', value: textOf(word.text) }
  if (word.kind === 'number') {
    const float = !/^[+-]?(0x|\d+$)/.test(word.text)
    return { operand: 'constant', value: Number(word.text), ...(float ? { float } : {}) }
  }
  if (word.text === 'true' || word.text === 'false')
    return { operand: 'constant', value: word.text === 'true' }
  if (word.text === 'nil') return { operand: 'constant', value: null }
  return { operand: 'function', name: word.text }
}

function textOf(quoted: string): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1)
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gs,
      (_, byte?: string, code?: string, sign?: string) =>
        sign === undefined
          ? String.fromCharCode(Number.parseInt(byte ?? code ?? '0', 16))
          : (escapes[sign] ?? sign),
    )
}
