import { Fault } from '../../../kernel/fault.ts'
import { type HclAttribute, hclBody } from '../../../kernel/hcl-body.ts'
import { type HclToken, hclFault, placesOf } from '../../../kernel/hcl-token.ts'
import type { Variable, VariableValue } from './variable.ts'

/** Lists and objects within one another. */
const depthMax = 32

/**
 * The variables of a `*.tfvars` file: constants, in the order of the file. Throws INVALID_REQUEST, with line and column, for what cannot be
 * read, and where a variable occurs twice: the engines refuse that file too, and which one to edit is nobody's to guess.
 */
export function readTfvars(text: string): Variable[] {
  const { body } = hclBody(text)
  const [block] = body.blocks
  if (block) throw hclFault(text, block.start, `a block "${block.type}" has no place in a file of variables`)
  const places = placesOf(text)
  const seen = new Map<string, Variable>()
  for (const attribute of body.attributes) {
    const before = seen.get(attribute.name)
    if (before)
      throw hclFault(text, attribute.start, `${attribute.name} was set before, in line ${before.line}`)
    seen.set(attribute.name, variableOf(text, attribute, places(attribute.start)))
  }
  return [...seen.values()]
}

/** As HCL writes it, on one line. */
export function hclLiteral(value: VariableValue): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(hclLiteral).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, one]) => `${quoted(name)} = ${hclLiteral(one)}`)
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Fault('INVALID_REQUEST', `${value} is no number that can be written.`)
  return String(value)
}

function quoted(text: string): string {
  if (!text.isWellFormed())
    throw new Fault('INVALID_REQUEST', 'A text holds half a character (a lone surrogate).')
  return `"${text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u2028\u2029\ufeff]/g, codeEscape)
    .replace(/[$%](?=\{)/g, '$&$&')}"`
}

const codeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

function variableOf(
  text: string,
  { name, value }: HclAttribute,
  place: { line: number; column: number },
): Variable {
  const reader: Reader = { text, tokens: value.filter(({ kind }) => kind !== 'COMMENT'), at: 0 }
  const read = constantOf(reader, 0)
  const rest = reader.tokens[reader.at]
  if (rest) throw hclFault(text, rest.start, `a constant was expected for ${name}, not an expression`)
  return { name, value: read, start: value[0]!.start, end: value.at(-1)!.end, ...place }
}

type Reader = { readonly text: string; readonly tokens: readonly HclToken[]; at: number }

function constantOf(reader: Reader, depth: number): VariableValue {
  const { text } = reader
  const token = next(reader)
  if (depth > depthMax) throw hclFault(text, token.start, `more than ${depthMax} levels within one another`)
  switch (token.kind) {
    case 'STRING':
      if (token.templates.length > 0) throw hclFault(text, token.start, 'a constant may not interpolate')
      return token.text
    case 'HEREDOC':
      if (token.templates.length > 0) throw hclFault(text, token.start, 'a constant may not interpolate')
      return text.startsWith('<<-', token.start) ? unindented(token.text) : token.text
    case 'NUMBER':
      return numberOf(text, token, 1)
    case 'IDENT':
      if (Object.hasOwn(words, token.text)) return words[token.text] as VariableValue
      break
    case 'PUNCTUATION':
      if (token.text === '-') return numberOf(text, next(reader), -1)
      if (token.text === '[') return listOf(reader, depth)
      if (token.text === '{') return objectOf(reader, depth)
  }
  throw hclFault(text, token.start, `a constant was expected, not ${JSON.stringify(token.text.slice(0, 40))}`)
}

const words: Readonly<Record<string, VariableValue>> = { true: true, false: false, null: null }

function numberOf(text: string, token: HclToken, sign: 1 | -1): number {
  const value = token.kind === 'NUMBER' ? Number(token.text) : Number.NaN
  if (!Number.isFinite(value)) throw hclFault(text, token.start, 'a number was expected')
  return value === 0 ? 0 : sign * value
}

function listOf(reader: Reader, depth: number): VariableValue[] {
  const values: VariableValue[] = []
  for (;;) {
    skipLines(reader)
    if (took(reader, ']')) return values
    values.push(constantOf(reader, depth + 1))
    skipLines(reader)
    if (took(reader, ',')) continue
    if (took(reader, ']')) return values
    throw hclFault(reader.text, next(reader).start, 'expected , or ]')
  }
}

function objectOf(reader: Reader, depth: number): Record<string, VariableValue> {
  const fields = new Map<string, VariableValue>()
  for (;;) {
    skipLines(reader)
    if (took(reader, '}')) return Object.fromEntries(fields)
    const key = next(reader)
    const isName = key.kind === 'IDENT' || (key.kind === 'STRING' && key.templates.length === 0)
    if (!isName) throw hclFault(reader.text, key.start, 'the name of a field was expected')
    if (!took(reader, '=') && !took(reader, ':'))
      throw hclFault(reader.text, next(reader).start, 'expected = or :')
    fields.set(key.text, constantOf(reader, depth + 1))
    const lines = skipLines(reader)
    if (took(reader, ',') || lines) continue
    if (took(reader, '}')) return Object.fromEntries(fields)
    throw hclFault(reader.text, next(reader).start, 'expected , or }')
  }
}

function skipLines(reader: Reader): boolean {
  const from = reader.at
  while (reader.tokens[reader.at]?.kind === 'NEWLINE') reader.at += 1
  return reader.at > from
}

function took(reader: Reader, text: string): boolean {
  const token = reader.tokens[reader.at]
  if (token?.kind !== 'PUNCTUATION' || token.text !== text) return false
  reader.at += 1
  return true
}

function next(reader: Reader): HclToken {
  const token = reader.tokens[reader.at]
  if (!token) {
    const last = reader.tokens.at(-1)
    throw hclFault(reader.text, last?.end ?? reader.text.length, 'a value was expected here')
  }
  reader.at += 1
  return token
}

/** `<<-`: without the white space that all lines that hold something begin with. */
function unindented(text: string): string {
  const lines = text.split('\n')
  const widths = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)![0].length)
  const width = widths.length === 0 ? 0 : Math.min(...widths)
  return lines.map((line) => line.slice(Math.min(width, /^[ \t]*/.exec(line)![0].length))).join('\n')
}
