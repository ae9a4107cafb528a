import { isBlank } from './scan.ts'
import { calendarOf, classOf, digitBit, isLevel, letterBit } from './word.ts'

/**
 * Where the message begins, learned from where in a line times, levels and the like keep standing: no format is
 * named. A field is what white space or `|` bounds; brackets hold one together.
 */
export type Layout = {
  /** Fields up to the last that is surely header. */
  fields: number
  /** Of those, where a time or level must stand; a line without is all message (a stack trace, a continuation). */
  anchors: readonly number[]
  /** What stands in the fields behind the last anchor; a line's header ends where it has something else. Null: anything. */
  behind: readonly (Kind | null)[]
  /** Also skipped: up to a field ending in a colon (the source), or up to a lone dash, within the next few fields. */
  tail: 'colon' | 'dash' | 'none'
}

export const noLayout: Layout = { fields: 0, anchors: [], behind: [], tail: 'none' }

type Kind = 'time' | 'level' | 'number' | 'bracket' | 'mark' | 'dash' | 'word'
/** `colon`: ends in one. `padded`: two spaces or more behind it. `bar`: `|` behind it. */
export type Field = {
  start: number
  end: number
  kind: Kind
  colon: boolean
  padded: boolean
  bar: boolean
}

/** Headers of more fields, or longer, are not known. */
const fieldsMax = 14
const charsMax = 512
const bracketMax = 256
const tailMax = 4
/** Shares of lines: most logs carry a few lines that are not theirs. */
const most = 0.9
const many = 0.8

export function fieldsOf(line: string): Field[] {
  const fields: Field[] = []
  const limit = Math.min(line.length, charsMax)
  let at = 0
  while (fields.length < fieldsMax) {
    while (at < limit && isBound(line.charCodeAt(at))) at++
    if (at >= limit) break
    const start = at
    const inside = line[at] === '[' ? bracketEnd(line, at) : 0
    if (inside > 0) at = inside
    while (at < limit && !isBound(line.charCodeAt(at))) at++
    fields.push(fieldOf(line, start, at, inside))
  }
  return fields
}

export function learnLayout(lines: readonly (readonly Field[])[]): Layout {
  const full = lines.filter((fields) => fields.length > 0)
  if (full.length === 0) return noLayout
  const share = (test: (fields: readonly Field[]) => boolean): number =>
    full.filter(test).length / full.length
  const has = (at: number, ...kinds: Kind[]): number =>
    share((fields) => fields[at] !== undefined && kinds.includes(fields[at].kind))
  const anchors: number[] = []
  for (let at = 0; at < fieldsMax; at++) if (has(at, 'time', 'level') >= most) anchors.push(at)
  const last = anchors.at(-1)
  if (last === undefined) return noLayout
  const behind = fieldsBehind(last + 1, share)
  const fields = last + 1 + behind.length
  const near = (few: number, test: (field: Field) => boolean): number =>
    share((line) => line.slice(fields, fields + few).some(test))
  const dash = near(tailMax, ({ kind }) => kind === 'dash') >= most
  const colon = near(2, ({ colon }) => colon) >= many
  return { fields, anchors, behind, tail: dash ? 'dash' : colon ? 'colon' : 'none' }
}

type Share = (test: (fields: readonly Field[]) => boolean) => number

/** Behind the last time or level: numbers (a process), brackets (a thread, a request), columns padded to one width. */
function fieldsBehind(from: number, share: Share): (Kind | null)[] {
  const behind: (Kind | null)[] = []
  for (let at = from; at < fieldsMax && at <= from + behind.length + 1; at++) {
    const isNext = at === from + behind.length
    const kind = (['number', 'bracket', 'mark'] as const).find(
      (each) => share((line) => line[at]?.kind === each) >= most,
    )
    // One word may stand before a bracket; before a number only where bars divide the line, or a message would begin so.
    const barred = share((line) => line[at - 1]?.bar === true) >= most
    if (kind && (isNext || kind === 'bracket' || barred)) {
      if (!isNext) behind.push(null)
      behind.push(kind)
    } else if (isNext && share((line) => line[at]?.padded === true) >= most) behind.push(null)
  }
  return behind
}

/** Where the message of this line begins. */
export function messageStart(line: string, layout: Layout): number {
  if (layout.fields === 0) return 0
  const fields = fieldsOf(line)
  for (const at of layout.anchors) {
    const kind = fields[at]?.kind
    if (kind !== 'time' && kind !== 'level') return 0
  }
  let count = layout.fields - layout.behind.length
  for (const kind of layout.behind) {
    if (kind !== null && fields[count]?.kind !== kind) break
    count++
  }
  let end = fields[Math.min(count, fields.length) - 1]?.end ?? 0
  const tail = fields.slice(count, count + tailMax)
  const last = tail.find((field) => (layout.tail === 'colon' ? field.colon : field.kind === layout.tail))
  if (last) end = last.end
  while (end < line.length && isBound(line.charCodeAt(end))) end++
  return end
}

const isBound = (code: number): boolean => code === 124 || isBlank(code)

/** Behind the bracket that closes the one here; 0 where none does. */
function bracketEnd(line: string, from: number): number {
  let depth = 0
  for (let at = from; at < Math.min(line.length, from + bracketMax); at++) {
    if (line[at] === '[') depth++
    else if (line[at] === ']' && --depth === 0) return at + 1
  }
  return 0
}

function fieldOf(line: string, start: number, end: number, inside: number): Field {
  const text = line.slice(start, end)
  const colon = text.endsWith(':') && text.length > 1
  const bar = line[end] === '|'
  const padded = line[end] === ' ' && line[end + 1] === ' '
  const bare = /^[([]?(.*?)[\])]?[:,;]?$/s.exec(text)?.[1] ?? text
  const kind = inside > 0 && bare.includes(' ') ? bracketKind(bare) : kindOf(bare)
  const isBracket = inside > 0 && kind !== 'time' && kind !== 'level'
  return { start, end, kind: isBracket ? 'bracket' : kind, colon, padded, bar }
}

function bracketKind(text: string): Kind {
  const kinds = text.split(/\s+/, 8).map(kindOf)
  return kinds.includes('time') && kinds.every((kind) => kind === 'time' || kind === 'number')
    ? 'time'
    : 'bracket'
}

function kindOf(text: string): Kind {
  if (text.length > 40) return 'word'
  if (text === '-' || text === '--') return 'dash'
  if (calendarOf(text) > 0) return 'time'
  if (isLevel(text)) return 'level'
  let [digits, letters, groups, dots, run] = [0, 0, 0, 0, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const kind = classOf(code)
    if (kind & digitBit) {
      digits++
      if (run++ === 0) groups++
      continue
    }
    run = 0
    // `T`, `Z` and `_` stand within times, and `+`, `-`, `:`, `,`, `/` and dots between their parts.
    if (code === 46) dots++
    else if (kind & letterBit && code !== 84 && code !== 90) letters++
    else if (!(kind & letterBit) && !'-:/,+_'.includes(text[at]!)) letters++
  }
  if (digits === 0) return letters === 0 || !hasLetter(text) ? 'mark' : 'word'
  if (letters > 0) return 'word'
  if (groups === 1) return isEpoch(text) ? 'time' : digits === text.length ? 'number' : 'word'
  // Four numbers between dots alone are an address.
  return dots === groups - 1 && groups === 4 ? 'word' : 'time'
}

const hasLetter = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (classOf(text.charCodeAt(at)) & letterBit) return true
  return false
}
/** Seconds, milliseconds, microseconds or nanoseconds since 1970, of the years 2001 to 2033. */
const isEpoch = (text: string): boolean =>
  text.startsWith('1') && [10, 13, 16, 19].includes(text.length) && !text.includes(':')
