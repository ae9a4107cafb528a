import { createHash } from 'node:crypto'
import { escapeCode, escapeEnd, value } from './scan.ts'
import { classOf, spaceBit } from './word.ts'

/** Of a statement, the same in every run and on every machine: 48 bits of its template's SHA-256. */
export const eventIdOf = (template: string): string =>
  `E${createHash('sha256').update(template).digest('hex').slice(0, 12)}`

/** The least general gap that covers both: equal ends, a value between. */
export function mergeGap(a: string, b: string): string {
  if (a === b) return a
  const short = Math.min(a.length, b.length)
  let head = 0
  while (head < short && a[head] === b[head]) head++
  let tail = 0
  while (tail < short - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  // Never through the middle of a value.
  const start = whole(a.slice(0, head), a, b)
  const end = wholeEnd(a.slice(a.length - tail), a, b)
  return joinValues(`${start}${value}${end}`)
}

export function render(words: readonly (string | null)[], gaps: readonly string[]): string {
  let text = gaps[0] ?? ''
  for (let at = 0; at < words.length; at++) text += (words[at] ?? value) + (gaps[at + 1] ?? '')
  return joinValues(text).trim()
}

/** Whether a message is one of this template: `<*>` is any text, white space of any length one space. Linear. */
export function matchesTemplate(template: string, message: string): boolean {
  const text = plain(message)
  const parts = template.split(value)
  if (parts.length === 1) return text === template
  const [first, last] = [parts[0]!, parts.at(-1)!]
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** As templates are written: no terminal colours, single spaces, none at the ends. */
function plain(text: string): string {
  let out = ''
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === escapeCode) at = escapeEnd(text, at)
    else {
      if ((classOf(code) & spaceBit) === 0) out += text[at]
      else if (out !== '' && !out.endsWith(' ')) out += ' '
      at++
    }
  }
  return out.endsWith(' ') ? out.slice(0, -1) : out
}

/** Values side by side are one. */
function joinValues(text: string): string {
  let joined = text
  for (const pair of [`${value}${value}`, `${value} ${value}`])
    while (joined.includes(pair)) joined = joined.replaceAll(pair, value)
  return joined
}

const whole = (head: string, a: string, b: string): string => {
  const cut = head.lastIndexOf('<')
  return cut >= 0 && cut > head.length - value.length && (isValueAt(a, cut) || isValueAt(b, cut))
    ? head.slice(0, cut)
    : head
}
const wholeEnd = (tail: string, a: string, b: string): string => {
  const cut = tail.indexOf('>')
  const isValueEnd = (text: string): boolean => isValueAt(text, text.length - tail.length + cut - 2)
  return cut >= 0 && cut < value.length - 1 && (isValueEnd(a) || isValueEnd(b)) ? tail.slice(cut + 1) : tail
}
const isValueAt = (text: string, at: number): boolean => text.startsWith(value, at)
