import { type Token, tokensOf } from './token.ts'

/** A part of a document under one heading: a range of its text. */
export type Passage = { heading: string; from: number; to: number }

/** About what a screen shows and an embedder takes in. */
const lengthMax = 1_200
const passagesMax = 2_000
const headingMax = 200

/** Markdown cut at its headings (ATX, CommonMark §4.2, not within fenced code), and long sections at paragraphs. The heading's own line is not in it. */
export function passagesOf(text: string): Passage[] {
  const passages: Passage[] = []
  let heading = ''
  let from = 0
  let fence = ''
  const end = (to: number): void => addSection(passages, text, heading, from, to)
  for (let at = 0; at < text.length && passages.length < passagesMax; ) {
    const next = text.indexOf('\n', at)
    const line = text.slice(at, Math.min(next < 0 ? text.length : next, at + 1_000))
    const after = next < 0 ? text.length : next + 1
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? ''
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = ''
    } else if (mark !== '') fence = mark.slice(0, 3)
    else {
      const title = headingOf(line)
      if (title !== undefined) {
        end(at)
        heading = title
        from = after
      }
    }
    at = after
  }
  end(text.length)
  return passages.slice(0, passagesMax)
}

/** The text of a heading's line; undefined for any other line. */
function headingOf(line: string): string | undefined {
  const open = /^ {0,3}#{1,6}(?=\s|$)/.exec(line)
  if (!open) return undefined
  const text = line.slice(open[0].length).trim()
  let end = text.length
  while (end > 0 && text[end - 1] === '#') end -= 1
  const closed = end < text.length && (end === 0 || /\s/.test(text[end - 1] ?? ''))
  return (closed ? text.slice(0, end).trimEnd() : text).slice(0, headingMax)
}

export const headingsOf = (text: string): string[] => [
  ...new Set(passagesOf(text).map(({ heading }) => heading)),
]

function addSection(passages: Passage[], text: string, heading: string, start: number, end: number): void {
  let from = start
  while (from < end && passages.length < passagesMax) {
    while (from < end && /\s/.test(text[from] ?? '')) from += 1
    if (from >= end) return
    const to = end - from <= lengthMax ? end : cutBefore(text, from, from + lengthMax)
    passages.push({ heading, from, to: trimmedEnd(text, from, to) })
    from = to
  }
}

/** At a paragraph's end in the second half of the range, else at a line's, else at a word's, else not within a character. */
function cutBefore(text: string, from: number, most: number): number {
  const least = from + lengthMax / 2
  for (const mark of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(mark, most)
    if (at >= least) return at + mark.length
  }
  const code = text.charCodeAt(most - 1)
  return code >= 0xd800 && code <= 0xdbff ? most - 1 : most
}

function trimmedEnd(text: string, from: number, to: number): number {
  let end = to
  while (end > from && /\s/.test(text[end - 1] ?? '')) end -= 1
  return end
}

export type Shown = Passage & { text: string; highlights: { from: number; to: number }[] }

/** How well a passage answers: each word of the question by how telling it is, once more for a second mention and less for each further. */
export function passageScore(
  tokens: readonly Token[],
  wanted: ReadonlyMap<string, number>,
  heading: readonly Token[],
): number {
  const counts = new Map<string, number>()
  for (const { term } of tokens) if (wanted.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1)
  for (const { term } of heading) if (wanted.has(term)) counts.set(term, (counts.get(term) ?? 0) + 2)
  let score = 0
  for (const [term, count] of counts) score += ((wanted.get(term) ?? 0) * count) / (count + 1.2)
  return score
}

export function shownPassage(text: string, passage: Passage, wanted: ReadonlyMap<string, number>): Shown {
  const shown = text.slice(passage.from, passage.to)
  return { ...passage, text: shown, highlights: highlightsOf(tokensOf(shown), wanted) }
}

/** Ranges of the words that were looked for; those that touch or overlap are one. */
function highlightsOf(
  tokens: readonly Token[],
  wanted: ReadonlyMap<string, number>,
): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  for (const { term, from, to } of tokens) {
    if (!wanted.has(term)) continue
    const last = ranges.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else ranges.push({ from, to })
  }
  return ranges
}
