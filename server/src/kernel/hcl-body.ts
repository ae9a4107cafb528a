import { type HclToken, hclFault, hclTokens } from './hcl-token.ts'

/** `name = value`; `value` without comments and line ends around it, at least one token. */
export type HclAttribute = { name: string; start: number; value: readonly HclToken[] }
export type HclBlock = { type: string; labels: readonly string[]; start: number; body: HclBody }
export type HclBody = { attributes: HclAttribute[]; blocks: HclBlock[] }

/** The structure of a file in HCL's native syntax; expressions stay tokens. Throws INVALID_REQUEST with line and column. */
export function hclBody(text: string): { body: HclBody; tokens: readonly HclToken[] } {
  const tokens = hclTokens(text)
  const reader: Reader = { text, tokens: tokens.filter(({ kind }) => kind !== 'COMMENT'), at: 0 }
  return { body: bodyOf(reader, 0), tokens }
}

/** All tokens, those inside of strings and heredocs too. */
export function* everyToken(tokens: readonly HclToken[]): Generator<readonly HclToken[]> {
  yield tokens
  for (const token of tokens) for (const template of token.templates) yield* everyToken(template.tokens)
}

/** Blocks within one another. */
const depthMax = 64

type Reader = { readonly text: string; readonly tokens: readonly HclToken[]; at: number }

function bodyOf(reader: Reader, depth: number): HclBody {
  const { text, tokens } = reader
  const body: HclBody = { attributes: [], blocks: [] }
  for (;;) {
    while (tokens[reader.at]?.kind === 'NEWLINE') reader.at += 1
    const token = tokens[reader.at]
    if (token === undefined) {
      if (depth > 0) throw hclFault(text, text.length, 'a block that does not end')
      return body
    }
    if (isPunctuation(token, '}') && depth > 0) return body
    if (token.kind !== 'IDENT') throw hclFault(text, token.start, 'a name was expected here')
    if (depth > depthMax) throw hclFault(text, token.start, `more than ${depthMax} blocks within one another`)
    reader.at += 1
    if (isPunctuation(tokens[reader.at], '=')) body.attributes.push(attributeOf(reader, token))
    else body.blocks.push(blockOf(reader, token, depth))
  }
}

function attributeOf(reader: Reader, name: HclToken): HclAttribute {
  const { text, tokens } = reader
  reader.at += 1
  const first = reader.at
  const open: string[] = []
  for (; reader.at < tokens.length; reader.at += 1) {
    const token = tokens[reader.at]!
    if (open.length === 0 && (token.kind === 'NEWLINE' || isPunctuation(token, '}'))) break
    if (token.kind !== 'PUNCTUATION') continue
    const closing = closings[token.text]
    if (closing) open.push(closing)
    else if (')]}'.includes(token.text) && open.pop() !== token.text)
      throw hclFault(text, token.start, `a ${token.text} that closes nothing`)
  }
  if (open.length > 0) throw hclFault(text, name.start, `the value of ${name.text} lacks a ${open.at(-1)}`)
  const value = tokens.slice(first, reader.at)
  if (value.length === 0) throw hclFault(text, name.start, `${name.text} has no value`)
  return { name: name.text, start: name.start, value }
}

function blockOf(reader: Reader, type: HclToken, depth: number): HclBlock {
  const { text, tokens } = reader
  const labels: string[] = []
  for (; ; reader.at += 1) {
    const token = tokens[reader.at]
    if (isPunctuation(token, '{')) break
    const isLabel = token?.kind === 'IDENT' || (token?.kind === 'STRING' && token.templates.length === 0)
    if (!token || !isLabel) throw hclFault(text, token?.start ?? text.length, 'expected = or {')
    labels.push(token.text)
  }
  reader.at += 1
  const body = bodyOf(reader, depth + 1)
  reader.at += 1
  return { type: type.text, labels, start: type.start, body }
}

const closings: Readonly<Record<string, string | undefined>> = { '(': ')', '[': ']', '{': '}' }

const isPunctuation = (token: HclToken | undefined, text: string): boolean =>
  token?.kind === 'PUNCTUATION' && token.text === text
