import { plainLine } from '../plain-line.ts'

/** Characters of a sentence; a list of long names is cut here. */
const sentenceMax = 4_000
/** Characters of a word; names of Kubernetes have 253 at most. */
const wordMax = 300

/** What Markdown reads as a sign of its own within a word: brackets, emphasis, HTML, entities, escapes, addresses. */
const sign = new RegExp(
  [
    String.raw`[\[\]~]|.\*|\*.`,
    String.raw`<[\/a-z!?]`,
    '&(?:#|[a-z])',
    String.raw`\\(?:[^\p{L}\p{N}]|$)`,
    String.raw`(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])`,
    String.raw`:\/\/|www\.|@[^@]*\.|mailto:|xmpp:`,
  ].join('|'),
  'iu',
)
/** At the beginning of a line alone: heading, list, rule, quotation. */
const opening = /^(?:#{1,6}|[-+=]+|[*]|\d{1,9}[.)]|>.*)$/
/** What our readers take for a citation. */
const citation = /[[(](\s*[ec]\d+(?:\s*,\s*[ec]\d+)*\s*)[\])]/gi

/** `isMade`: shown as code by us. */
type Piece = { text: string; isCode: boolean; isMade?: boolean }

/**
 * A sentence in which names and texts of others stand, as Markdown that says no more than its words: code spans stay, and every other word
 * that would be a link, image, HTML, emphasis, heading, list or citation is shown as code. One line; applied twice it changes nothing more.
 */
export function inertSentence(text: string): string {
  const line = plainLine(text, sentenceMax).replace(citation, '{$1}').replace(/`{2,}/g, "'")
  const parts = line.split('`')
  // A sign without its pair opens nothing.
  if (parts.length % 2 === 0) parts.push(`${parts.splice(-2).join("'")}`)
  const pieces = parts.flatMap((part, at) =>
    at % 2 === 1 ? [{ text: part, isCode: true }] : wordsOf(part, at === 0),
  )
  return written(joined(pieces))
}

function wordsOf(part: string, isFirst: boolean): Piece[] {
  return part.split(' ').flatMap((whole, at) => {
    const word = plainLine(whole, wordMax)
    const space = at === 0 ? [] : [{ text: ' ', isCode: false }]
    if (isFirst && at === 0 && opening.test(word)) return [{ text: word, isCode: true, isMade: true }]
    if (!sign.test(word)) return [...space, { text: word, isCode: false }]
    const before = /^[("“]*/.exec(word)![0]
    const inner = word.slice(before.length)
    // A bracket that was opened within belongs to it.
    const behind = (inner.includes('(') ? /[.,;:!?"”]*$/ : /[.,;:!?)"”]*$/).exec(inner)![0]
    return [
      ...space,
      { text: before, isCode: false },
      { text: inner.slice(0, inner.length - behind.length), isCode: true, isMade: true },
      { text: behind, isCode: false },
    ]
  })
}

/** Words that follow one another are one code. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = []
  for (const piece of pieces) {
    if (piece.text === '') continue
    const before = all.at(-2)
    if (piece.isMade && before?.isMade && all.at(-1)?.text === ' ')
      all.splice(-2, 2, { ...piece, text: `${before.text} ${piece.text}` })
    else all.push(piece)
  }
  return all
}

const written = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ text, isCode }, at) =>
      // Two of its signs together would be another sign.
      isCode ? `${pieces[at - 1]?.isCode ? ' ' : ''}\`${text}\`` : text,
    )
    .join('')
