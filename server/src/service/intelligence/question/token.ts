import { expand, lemma } from './lemma.ts'

/** WORD: letters only; NAME: looks like a name, kept whole; the others say what they are. */
export type TokenType =
  | 'WORD'
  | 'NAME'
  | 'NUMBER'
  | 'MEASURE'
  | 'CLOCK'
  | 'DATE'
  | 'QUOTED'
  | 'ADDRESS'
  | 'TRACE_ID'
  | 'INCIDENT'
  | 'MARK'

export type Token = {
  type: TokenType
  /** As it stands in the text; of quoted text what is inside. */
  text: string
  lower: string
  /** Folded; equal to `lower` for all but words. */
  lemma: string
  /** Place in the text, end exclusive. Words of one contraction share it. */
  start: number
  end: number
}

/** Tokens of one question that are looked at. */
export const tokensMax = 250

const shapes: readonly [TokenType, RegExp][] = [
  ['QUOTED', /"([^"]{1,300})"|`([^`]{1,300})`|(?<![\p{L}\p{N}])'([^']{1,300})'(?![\p{L}\p{N}])/uy],
  ['TRACE_ID', /(?:[0-9a-f]{32}|(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{16})(?![\w-])/iy],
  ['INCIDENT', /(?:INC|incident)[- #]?\d{1,9}(?![\w-])|#\d{1,9}(?![\w-])/iy],
  ['DATE', /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-])/iy],
  ['ADDRESS', /\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d{1,5})?(?![\w.])/y],
  [
    'CLOCK',
    /(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d)?(?: ?[ap]\.?m\b\.?)?(?![\w%]|[.:]\d)|(?:1[0-2]|0?[1-9]) ?[ap]m(?!\w)/iy,
  ],
  ['MEASURE', /\d{1,12}(?:[.,]\d{1,9})?(?:%|[a-zµ]{1,7}(?:\/s)?)(?![\p{L}\p{N}_]|[-/:@.][\p{L}\p{N}])/iuy],
  ['NUMBER', /\d{1,12}(?:[.,]\d{1,9}){0,3}(?![\p{L}\p{N}_]|[-/:@.][\p{L}\p{N}])/uy],
  ['WORD', /\p{L}[\p{L}\p{M}]*'\p{L}+(?![\p{L}\p{N}_-])/uy],
  // Joiners are no letters of a part, so that there is one way to match and no backtracking.
  ['NAME', /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:[-/:@.]{1,3}[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*)*/uy],
]

/** Cuts a normalised text into tokens; names, times and quotes stay whole. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length && tokens.length < tokensMax) {
    const found = shapeAt(text, at)
    if (found === undefined) {
      const mark = text[at]!
      if (mark === '?' || mark === '!' || mark === ',' || mark === ';' || mark === '.' || mark === '-') {
        tokens.push(token('MARK', mark, at, at + 1))
      }
      at += 1
      continue
    }
    push(tokens, found.type, found.text, at, at + found.length)
    at += found.length
    if (/^'s(?![\p{L}\p{N}])/iu.test(text.slice(at, at + 3))) at += 2
  }
  return tokens
}

function shapeAt(text: string, at: number): { type: TokenType; text: string; length: number } | undefined {
  for (const [type, shape] of shapes) {
    shape.lastIndex = at
    const match = shape.exec(text)
    if (match === null) continue
    const inside = type === 'QUOTED' ? (match[1] ?? match[2] ?? match[3] ?? '').trim() : match[0]
    return { type, text: inside, length: match[0].length }
  }
  return undefined
}

function push(tokens: Token[], type: TokenType, text: string, start: number, end: number): void {
  const isWord = type === 'WORD' || (type === 'NAME' && !/[-/:@._]/.test(text))
  if (!isWord) {
    tokens.push(token(type, text, start, end))
    return
  }
  const long = expand(text.toLowerCase())
  if (long !== undefined) {
    for (const word of long) tokens.push(token('WORD', word, start, end))
    return
  }
  const owner = /^(.+)'s$/i.exec(text)
  tokens.push(token('WORD', owner?.[1] ?? text, start, end))
}

const token = (type: TokenType, text: string, start: number, end: number): Token => {
  const lower = text.toLowerCase()
  return { type, text, lower, lemma: type === 'WORD' ? lemma(lower) : lower, start, end }
}

/** The words of a name that turned out to be none: `error-rate` is two words. */
export function wordsOf(name: Token): Token[] {
  const words: Token[] = []
  for (const part of name.text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const start = name.start + part.index
    words.push(token(/^\d+$/.test(part[0]) ? 'NUMBER' : 'WORD', part[0], start, start + part[0].length))
  }
  return words.length === 0 ? [{ ...name, type: 'WORD' }] : words
}
