/** Characters of a title that is made, without the ellipsis. */
const titleMax = 60

/** Of a conversation in which nothing was said yet. */
export const untitled = 'New conversation'

/** Controls, and characters that are not seen or turn the direction of text. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** Shown as a name: one line of visible characters. */
export const plainName = (text: string): string => text.replace(unseen, ' ').replace(/\s+/g, ' ').trim()

/** The first question in a line, cut at a word; the same for the same question. */
export function titleOf(question: string): string {
  const line = plainName(question).replace(/[\s.,;:!]+$/, '')
  if (line === '') return untitled
  const title = line[0]!.toUpperCase() + line.slice(1)
  if (title.length <= titleMax) return title
  const cut = title.slice(0, titleMax + 1)
  const space = cut.lastIndexOf(' ')
  // Half of a character that takes two units is left out.
  const end = space > titleMax / 2 ? space : titleMax
  return `${title
    .slice(0, end)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/[\s.,;:!]+$/, '')}…`
}
