import { stem } from './stem.ts'

/** A word as it is indexed, and where it stands in the text (UTF-16 code units). Several may stand at one place. */
export type Token = { term: string; from: number; to: number }

/** Longer words, such as encoded blobs, are no words that anybody looks for. */
const termLengthMax = 80

/** Words that dots, dashes, underscores, slashes, colons and @ hold together: `checkout-service`, `ORA-00600`, `http.server.duration`. */
const run = /[\p{L}\p{N}\p{M}]+(?:[-._/:@][\p{L}\p{N}\p{M}]+)*/gu
const joiner = /[-._/:@]/
const part = /[\p{L}\p{N}\p{M}]+/gu
/** `CrashLoopBackOff` → Crash, Loop, Back, Off; `HTTPServer2` → HTTP, Server2. Numbers stay with the letters before them: p95, k8s. */
const camel = /\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[\p{Ll}\p{M}]+\p{N}*/gu
const mixed = /\p{Ll}\p{N}*\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u

/**
 * The words of an operational text. A compound is told whole and in its parts, so that `checkout-service` is found by its name (a rare
 * word, which counts much) and by `checkout`; CamelCase likewise. Parts are stemmed, wholes are names and stay. Numbers and error codes stay.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const found of text.matchAll(run)) {
    const [whole] = found
    const from = found.index
    if (!joiner.test(whole)) {
      addPart(tokens, whole, from, false)
      continue
    }
    add(tokens, normal(whole), from, from + whole.length)
    for (const piece of whole.matchAll(part)) addPart(tokens, piece[0], from + piece.index, true)
  }
  return tokens
}

function addPart(tokens: Token[], piece: string, from: number, inside: boolean): void {
  // A single letter within a compound (`don.t`, `a/b`) says nothing by itself.
  if (inside && piece.length === 1 && !/\p{N}/u.test(piece)) return
  add(tokens, termOf(piece), from, from + piece.length)
  if (piece.length > termLengthMax || !mixed.test(piece)) return
  const humps = [...piece.matchAll(camel)].filter(([hump]) => hump.length > 1)
  if (humps.length < 2) return
  for (const hump of humps)
    add(tokens, termOf(hump[0]), from + hump.index, from + hump.index + hump[0].length)
}

function add(tokens: Token[], term: string, from: number, to: number): void {
  if (term.length > 0 && term.length <= termLengthMax) tokens.push({ term, from, to })
}

/** A word cut out of a text would keep the whole text in memory; V8 copies those under 13 characters by itself. */
export const apart = (word: string): string => (word.length < 13 ? word : Buffer.from(word).toString())

/** Words come again and again: what was made of the last ones is kept, and thrown away as a whole when it is many. */
const made = new Map<string, string>()
const madeMax = 50_000

function termOf(piece: string): string {
  if (piece.length > 32) return stem(normal(piece))
  let term = made.get(piece)
  if (term === undefined) {
    term = stem(normal(piece))
    if (made.size >= madeMax) made.clear()
    made.set(apart(piece), apart(term))
  }
  return term
}

/** Lower case, without accents, compatibility forms resolved (Unicode NFKD). */
const normal = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, the common case.
  /^[\u0000-\u007f]*$/.test(text)
    ? text.toLowerCase()
    : text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Words that are in every question and every text. Asked alone they are looked for all the same. */
const common = new Set(
  'a an and are as at be by can do does for from has have how i if in is it its my of on or our should that the their them then there these they this to was we what when where which who why will with you your'.split(
    ' ',
  ),
)

/** Words that one question is answered by; the rest of a longer one is not looked at. */
const queryTermsMax = 32

/** What to look for, each once, in the order of the question. */
export function queryTerms(question: string): string[] {
  const terms = [...new Set(tokensOf(question).map(({ term }) => term))]
  const telling = terms.filter((term) => !common.has(term))
  return (telling.length > 0 ? telling : terms).slice(0, queryTermsMax)
}
