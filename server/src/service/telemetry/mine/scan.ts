import type { Rule } from './rule.ts'
import {
  calendarOf,
  classOf,
  delimiterBit,
  digitBit,
  hexBit,
  isMessageKey,
  isUnit,
  letterBit,
  spaceBit,
} from './word.ts'

/** A message as words that may be constant, and what stands before, between and after them, values as `<*>`. */
export type Scanned = { words: string[]; gaps: string[] }

export const value = '<*>'
/** Longer messages end in a value: what a reader could tell apart is told by then. */
export const charsMax = 4_096
export const wordsMax = 96
const pathMax = 2_048
const quotedMax = 512
const dot = 46
const colon = 58
const slash = 47
export const escapeCode = 27
const boundary = spaceBit | delimiterBit

/** Splits messages into words and gaps in one pass. Every look ahead is bounded, so the work is linear in the message. */
export class Scanner {
  readonly #without: ReadonlySet<Rule>
  readonly #known = new Map<string, number>()
  #text = ''
  #end = 0
  #words: string[] = []
  #gaps: string[] = []
  #gap = ''

  constructor(without: ReadonlySet<Rule> = new Set()) {
    this.#without = without
  }

  scan(text: string, from = 0): Scanned {
    this.#text = text
    this.#end = Math.min(text.length, from + charsMax)
    this.#words = []
    this.#gaps = []
    this.#gap = ''
    while (this.#end > from && classOf(text.charCodeAt(this.#end - 1)) & spaceBit) this.#end--
    let at = from
    while (at < this.#end && isBlank(text.charCodeAt(at))) at++
    while (at < this.#end && this.#words.length < wordsMax) at = this.#step(at)
    if (at < this.#end || text.length > from + charsMax) this.#value()
    this.#gaps.push(this.#gap)
    return { words: this.#words, gaps: this.#gaps }
  }

  #step(at: number): number {
    const text = this.#text
    const code = text.charCodeAt(at)
    const kind = classOf(code)
    if (kind & spaceBit) {
      if (code === escapeCode) return escapeEnd(text, at)
      if (!this.#gap.endsWith(' ')) this.#gap += ' '
      return at + 1
    }
    if (kind & delimiterBit) {
      this.#gap += text[at]
      const quoted = code === 34 && text.charCodeAt(at - 1) === 61 ? this.#quotedEnd(at + 1) : 0
      if (quoted === 0) return at + 1
      this.#value()
      return quoted
    }
    if (code === dot && text.charCodeAt(at + 1) === dot && text.charCodeAt(at + 2) !== slash)
      return this.#dots(at)
    const whole = this.#colonHexEnd(at, kind) || this.#pathEnd(at, code, kind)
    if (whole > 0) {
      this.#value()
      return whole
    }
    return this.#word(at)
  }

  /** Two dots or more lead the eye from a name to its value. */
  #dots(at: number): number {
    let end = at
    while (end < this.#end && this.#text.charCodeAt(end) === dot) end++
    this.#gap += this.#text.slice(at, end)
    return end
  }

  #quotedEnd(from: number): number {
    if (this.#without.has('quotedValue') || isMessageKey(this.#words.at(-1) ?? '')) return 0
    const end = this.#text.slice(from, from + quotedMax).indexOf('"')
    return end > 0 ? from + end : 0
  }

  /** Where three or more groups of one to four hexadecimal digits, each with a colon, end. */
  #colonHexEnd(at: number, kind: number): number {
    if ((kind & (digitBit | hexBit)) === 0 || this.#without.has('colonHex')) return 0
    let [end, groups, digits] = [at, 0, 0]
    for (; end < this.#end && end < at + 48; end++) {
      const code = this.#text.charCodeAt(end)
      if (classOf(code) & (digitBit | hexBit)) digits++
      else if (code === colon && digits <= 4) {
        groups++
        digits = 0
      } else break
      if (digits > 4) return 0
    }
    const open = end < this.#end && (classOf(this.#text.charCodeAt(end)) & letterBit) !== 0
    return groups >= 3 && !open ? end : 0
  }

  /** Paths of Unix and Windows, and URLs. */
  #pathEnd(at: number, code: number, kind: number): number {
    if (this.#without.has('path')) return 0
    const text = this.#text
    let start = at
    if (code === slash) start = at + 1
    else if (code === dot || code === 126) {
      start = text.startsWith('../', at) ? at + 3 : text.charCodeAt(at + 1) === slash ? at + 2 : 0
    } else if (kind & letterBit) {
      if (text.charCodeAt(at + 1) === colon && text.charCodeAt(at + 2) === 92) start = at + 3
      else {
        start = at
        while (start < at + 12 && (classOf(text.charCodeAt(start)) & (letterBit | digitBit)) !== 0) start++
        start = text.startsWith('://', start) ? start + 3 : 0
      }
    } else return 0
    if (start === 0 || start >= this.#end) return 0
    let end = start
    const limit = Math.min(this.#end, at + pathMax)
    while (end < limit && !(classOf(text.charCodeAt(end)) & spaceBit) && !'"\'`)]}>,'.includes(text[end]!))
      end++
    while (end > start && '.:;!?'.includes(text[end - 1]!)) end--
    return end > start ? end : 0
  }

  #word(from: number): number {
    const text = this.#text
    let [end, marks] = [from, 0]
    for (; end < this.#end; end++) {
      const code = text.charCodeAt(end)
      const kind = classOf(code)
      if (kind & boundary || (code === dot && text.charCodeAt(end + 1) === dot)) break
      marks |= code === 64 || code === 92 ? digitBit : kind
    }
    let [first, last] = [from, end]
    while (
      last > first &&
      '.?*#&~-'.includes(text[last - 1]!) &&
      !(text[last - 1] === '-' && last - first === 2)
    )
      last--
    while (first < last && '.*#&~^%-'.includes(text[first]!)) first++
    this.#gap += text.slice(from, first)
    if (first === last) {
      this.#gap += text.slice(last, end)
      return end
    }
    if (marks & digitBit) this.#value()
    else {
      const word = text.slice(first, last)
      if (!(marks & letterBit)) this.#gap += word
      else if (this.#isUnitHere(word)) this.#gap = this.#gap.trimEnd()
      else if (this.#isValue(word, end)) this.#value()
      else {
        this.#words.push(word)
        this.#gaps.push(this.#gap)
        this.#gap = ''
      }
    }
    if (last < end) this.#gap += text.slice(last, end)
    return end
  }

  #value(): void {
    if (!this.#gap.endsWith(value)) this.#gap += value
  }

  #isUnitHere(word: string): boolean {
    return (
      isUnit(word) &&
      !this.#without.has('unit') &&
      (this.#gap.endsWith(`${value} `) || this.#gap.endsWith(value))
    )
  }

  #isValue(word: string, end: number): boolean {
    const form = this.#formOf(word)
    if (form === 0) return false
    if (form & forms.always) return true
    // Before `=` it is the name of a value.
    if (form & forms.dotted && this.#words.length > 0 && this.#text[end] !== '=') return true
    return (form & forms.calendar) !== 0 && this.#numberFollows(end, (form & forms.month) === 0)
  }

  #formOf(word: string): number {
    const found = this.#known.get(word)
    if (found !== undefined) return found
    let form = 0
    const [dots, slashes] = [word.split('.').length - 1, word.split('/').length - 1]
    if (slashes > 1) form |= forms.always
    if (dots > 1 && !this.#without.has('dotted')) form |= forms.dotted
    const calendar = this.#without.has('calendar') ? 0 : calendarOf(word)
    if (calendar > 0) form |= calendar === 2 ? forms.calendar | forms.month : forms.calendar
    if (this.#known.size >= knownMax) this.#known.clear()
    this.#known.set(own(word), form)
    return form
  }

  /** After a day a month may come too. */
  #numberFollows(at: number, month: boolean): boolean {
    let next = at
    while (next < at + 3 && (this.#text[next] === ' ' || this.#text[next] === ',')) next++
    if (next === at) return false
    if (classOf(this.#text.charCodeAt(next)) & digitBit) return true
    return month && calendarOf(this.#text.slice(next, next + 3)) === 2
  }
}

/** A copy: a slice would keep its whole line in memory. */
export const own = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le')

/** White space that says nothing; an escape begins something. */
export const isBlank = (code: number): boolean => code !== escapeCode && (classOf(code) & spaceBit) !== 0

/** Behind a colour or other control sequence of a terminal (ECMA-48 CSI): ESC `[`, parameters, one last byte. */
export function escapeEnd(text: string, at: number): number {
  if (text.charCodeAt(at + 1) !== 91) return at + 1
  let end = at + 2
  while (end < at + 32 && text.charCodeAt(end) >= 0x20 && text.charCodeAt(end) < 0x40) end++
  return Math.min(end + 1, text.length)
}

const forms = { always: 1, dotted: 2, calendar: 4, month: 8 } as const
/** Forms are worked out once a word; a full memory begins anew. */
const knownMax = 8_192
