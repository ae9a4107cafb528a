import type { Term } from './term.ts'

/**
 * A pattern over terms. `a b c` is a sequence; `a|b` either; `a?` may be missing; `..` up to six terms of any kind; `^` the beginning, give or
 * take politeness, `$` the end. `a & b & c` is a bag: each in a term of its own, in any order. `!a` in either: no term has it. ` | ` parts whole
 * patterns.
 */
export type Pattern = {
  readonly source: string
  readonly absent: readonly string[]
  readonly isBag: boolean
  readonly elements: readonly Element[]
}

type Element = {
  options: readonly string[]
  isOptional: boolean
  kind: 'TERM' | 'GAP' | 'START' | 'END'
}

const gapMax = 6

/** The patterns of one line. */
export const compile = (source: string): Pattern[] => source.split(' | ').map(one)

function one(source: string): Pattern {
  const isBag = source.includes('&')
  const pieces = source.split(/[\s&]+/).filter((piece) => piece !== '')
  const absent = pieces.filter((piece) => piece.startsWith('!')).flatMap((piece) => piece.slice(1).split('|'))
  const elements = pieces.filter((piece) => !piece.startsWith('!')).map(elementOf)
  return { source, absent, isBag, elements }
}

function elementOf(piece: string): Element {
  if (piece === '..') return { options: [], isOptional: false, kind: 'GAP' }
  if (piece === '^') return { options: [], isOptional: false, kind: 'START' }
  if (piece === '$') return { options: [], isOptional: false, kind: 'END' }
  const isOptional = piece.length > 1 && piece.endsWith('?')
  return { options: (isOptional ? piece.slice(0, -1) : piece).split('|'), isOptional, kind: 'TERM' }
}

/** `held`: all features of all terms, so that most patterns are decided without looking at one term. */
export function matches(pattern: Pattern, terms: readonly Term[], held: ReadonlySet<string>): boolean {
  for (const feature of pattern.absent) if (held.has(feature)) return false
  for (const element of pattern.elements) {
    if (element.kind === 'TERM' && !element.isOptional && !element.options.some((option) => held.has(option)))
      return false
  }
  if (pattern.isBag) return bagMatches(pattern.elements, terms, 0, new Set())
  for (let at = 0; at <= terms.length; at++) if (sequenceMatches(pattern.elements, 0, terms, at)) return true
  return false
}

/** How many terms the element takes here; 0 where it does not match. */
function taken(term: Term | undefined, one: Element): number {
  let most = 0
  if (term !== undefined)
    for (const option of one.options) most = Math.max(most, term.features.get(option) ?? 0)
  return most
}

function bagMatches(
  elements: readonly Element[],
  terms: readonly Term[],
  index: number,
  used: Set<number>,
): boolean {
  const one = elements[index]
  if (one === undefined) return true
  for (let at = 0; at < terms.length; at++) {
    if (used.has(at) || taken(terms[at], one) === 0) continue
    used.add(at)
    if (bagMatches(elements, terms, index + 1, used)) return true
    used.delete(at)
  }
  return one.isOptional && bagMatches(elements, terms, index + 1, used)
}

const politeness = new Set([
  '@PLEASE',
  '@GREETING',
  ',',
  'so',
  'and',
  'but',
  'then',
  'also',
  'the',
  'quick',
  'quickly',
  'question',
])

function sequenceMatches(
  elements: readonly Element[],
  index: number,
  terms: readonly Term[],
  at: number,
): boolean {
  const one = elements[index]
  if (one === undefined) return true
  if (one.kind === 'START') return opens(terms, at) && sequenceMatches(elements, index + 1, terms, at)
  if (one.kind === 'END') return closes(terms, at) && sequenceMatches(elements, index + 1, terms, at)
  if (one.kind === 'GAP') {
    for (let skip = 0; skip <= gapMax && at + skip <= terms.length; skip++) {
      if (sequenceMatches(elements, index + 1, terms, at + skip)) return true
    }
    return false
  }
  const length = taken(terms[at], one)
  if (length > 0 && sequenceMatches(elements, index + 1, terms, at + length)) return true
  return one.isOptional && sequenceMatches(elements, index + 1, terms, at)
}

const opens = (terms: readonly Term[], at: number): boolean =>
  terms.slice(0, at).every((term) => [...politeness].some((feature) => term.features.has(feature)))

const closing = new Set(['?', ',', '<TIME>', '@PLEASE', 'please'])
const closes = (terms: readonly Term[], at: number): boolean =>
  terms.slice(at).every((term) => [...closing].some((feature) => term.features.has(feature)))
