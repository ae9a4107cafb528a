/** Characters of a question that are read; what is longer is cut. */
export const questionCharsMax = 4_000

/** Joiners, marks of direction, tags, variation selectors and other characters that show nothing and can hide text (UTS 39 §4). */
const invisible =
  /\p{Cf}|\p{Cc}|\p{Cs}|\p{Co}|\u034f|[\u115f\u1160\u3164\uffa0]|[\u17b4\u17b5]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]/gu
const quotes = new Map([
  ...['“', '”', '„', '‟', '«', '»', '″'].map((mark) => [mark, '"'] as const),
  ...['‘', '’', '‚', '‛', '′', '´'].map((mark) => [mark, "'"] as const),
  ...['‐', '‑', '‒', '–', '—', '−'].map((mark) => [mark, '-'] as const),
])

/** Makes one spelling of what looks alike, and leaves only what a person can see. Total: any string gives a string. */
export function normalise(text: string): string {
  // One character can become eighteen under NFKC, so it is cut before as well.
  const cut = text.length > 4 * questionCharsMax ? text.slice(0, 4 * questionCharsMax) : text
  const seen = cut
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/g, ' ')
    .replace(invisible, '')
    .replace(/[“”„‟«»″‘’‚‛′´‐‑‒–—−]/g, (mark) => quotes.get(mark) ?? mark)
    .replace(/\btl[;:,]\s?dr\b/gi, 'tldr')
    .replace(/\s+/g, ' ')
    .trim()
  return seen.length > questionCharsMax ? seen.slice(0, questionCharsMax).toWellFormed().trim() : seen
}
