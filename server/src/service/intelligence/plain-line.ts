/** What steers a terminal or breaks a line. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/gu
/** What no reader sees, turns the reading direction or is no character: formats, fillers, halves of pairs. Without it a secret is whole again, and found. */
const unseen = /[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu
/** Marks that are piled on one letter until it covers its neighbours. */
const piled = /(\p{M}{3})\p{M}+/gu

/** Text that somebody's system wrote, as one line of visible characters: at most `max` of them. */
export function plainLine(text: string, max: number): string {
  const line = visible(text, max).replace(/\s+/g, ' ').trim()
  return cut(line, max)
}

/** The same with its line breaks: for values that are shown as they are, such as a stack trace. */
export const plainBlock = (text: string, max: number): string => cut(visible(text, max), max)

const visible = (text: string, max: number): string =>
  text
    // Nothing that is cut off is worth reading.
    .slice(0, max * 4)
    .replace(unseen, '')
    .replace(controls, (sign) => (sign === '\n' || sign === '\t' ? sign : ' '))
    .replace(piled, '$1')

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
