import { editDistance } from '../../../question/edit-distance.ts'
import type { FactBook, Facts } from './fact-book.ts'
import type { Token } from './token.ts'
import { isOrdinary, nameableNouns } from './vocabulary.ts'

type WordToken = Extract<Token, { kind: 'word' }>
export type NameFault = 'UNKNOWN' | 'ELSEWHERE'

const kindNoun =
  /^(?:services?|pods?|nodes?|deployments?|statefulsets?|namespaces?|clusters?|databases?|workloads?|hosts?|containers?|queues?|apps?|applications?|functions?|team|runbook|alert)$/i

/**
 * Whether a word may stand in a sentence: an ordinary one, or a name that the facts under its citations hold. A name that the answer holds
 * elsewhere may stand only where nothing is said of it. Undefined: it may.
 */
export function nameFault(
  token: WordToken,
  text: string,
  book: FactBook,
  parts: readonly Facts[],
  assertsFact: boolean,
): NameFault | undefined {
  const word = token.text.toLowerCase().replace(/^[.:/]+(?=[^/])|[.:]+$/g, '')
  if (word.length < 2 || parts.some((part) => holdsWord(part, word))) return undefined
  if (parts.some(({ sources }) => sources.has(word))) return isSubject(token, text) ? 'ELSEWHERE' : undefined
  const isKnown = book.words.has(word) || book.names.has(word)
  if (token.plain && isOrdinary(word)) {
    if (!standsAsName(token, text, book.names.has(word))) return undefined
    if (book.questionWords.has(word) && !book.names.has(word)) return undefined
    return isKnown ? (assertsFact ? 'ELSEWHERE' : undefined) : nameableNouns.has(word) ? 'UNKNOWN' : undefined
  }
  if (!token.plain && isOrdinaryCompound(word)) return isKnown && assertsFact ? 'ELSEWHERE' : undefined
  if (isKnown) return assertsFact ? 'ELSEWHERE' : undefined
  if (book.questionWords.has(word)) return undefined
  if (token.plain && isPlural(word, parts)) return undefined
  return 'UNKNOWN'
}

/** What a sentence speaks of, rather than where. */
const isSubject = ({ text: word, at }: WordToken, text: string): boolean =>
  doesWord.test(/^\s+([\p{L}’'-]+)/u.exec(text.slice(at + word.length, at + word.length + 24))?.[1] ?? '') ||
  /\b(?:of|for)\s+$/i.test(text.slice(Math.max(0, at - 6), at))

function holdsWord({ words, text }: Facts, word: string): boolean {
  if (words.has(word)) return true
  // A path, an image or a query is quoted in part; a plain word is not found within another.
  return /[./:@_-]/.test(word) && word.length >= 4 && bounded(text, word)
}

function bounded(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\d]/u.test(text[at - 1] ?? ' ') && !/[\p{L}\d]/u.test(text[at + word.length] ?? ' '))
      return true
  }
  return false
}

const isPlural = (word: string, parts: readonly Facts[]): boolean =>
  word.endsWith('s') && parts.some(({ words }) => words.has(word.slice(0, -1)))

/** "memory-related", "long-running": words joined, none of which is a name; "order-service" is one. */
function isOrdinaryCompound(word: string): boolean {
  if (!/^[a-z’']+(?:[-/][a-z’']+)+$/.test(word)) return /^(?:e\.g|i\.e|etc|vs|utc|cpu|gpu)\.?$/.test(word)
  const parts = word.split(/[-/]/)
  const last = parts.at(-1) ?? ''
  if (
    kindNoun.test(last) ||
    /^(?:db|api|worker|cache|server|gateway|proxy|bus|broker|job|svc|app|web|agent|operator|controller|canary|prod|east|west|north|south)$/.test(
      last,
    )
  )
    return false
  return parts.every((part) => part.length > 1 && isOrdinary(part) && !nameableNouns.has(part))
}

/** Where the name of a thing stands: beside what it is, before what it does. */
function standsAsName({ text: word, at }: WordToken, text: string, isName: boolean): boolean {
  const before = /([\p{L}’'-]+)\s+$/u.exec(text.slice(Math.max(0, at - 40), at))?.[1] ?? ''
  const behind = text.slice(at + word.length, at + word.length + 24)
  const next = /^['’]?s?\s+([\p{L}’'-]+)/u.exec(behind)?.[1] ?? ''
  const quoted = /[`"“'«]$/.test(text.slice(0, at))
  const isNameable = isName || nameableNouns.has(word.toLowerCase())
  if (!isNameable) return false
  if (
    quoted ||
    kindNoun.test(before) ||
    (kindNoun.test(next) && !/^(?:a|an|any|each|every|no)$/i.test(before))
  )
    return true
  if (!isName) return startsClause(text, at) && doesWord.test(next)
  if (/^['’]s/.test(behind) || doesWord.test(next))
    return !/^(?:the|a|an|its|their|this|that|error|request|p\d\d)$/i.test(before)
  return (
    /^(?:of|on|in|for|from|by|to|with|and|or|at|between|calls?|than)$/i.test(before) &&
    !/^\s+[\p{L}]/u.test(behind.replace(/^\s+(?:is|was|has|and|or|at|to|from|in|on)\b/, ''))
  )
}
const startsClause = (text: string, at: number): boolean =>
  /(?:^|[.,;:!?*-]\s*|\b(?:and|but|while|the)\s+)$/i.test(text.slice(Math.max(0, at - 12), at))
const doesWord =
  /^(?:is|are|was|were|has|have|had|isn['’]t|fails?|failed|runs?|ran|calls?|called|needs?|depends?|restarts?|restarted|answers?|answered|shows?|stays?|follows?|uses?|used|crash\w*|serves?|served|reached|went|rose|fell|cannot|does|looks?|became|remains?|waits?)$/i

/** A name that somebody may have meant. */
export function nearest(word: string, names: ReadonlySet<string>): string | undefined {
  for (const name of names) if (word.length > 3 && editDistance(word, name, 2) <= 2) return name
  return undefined
}
