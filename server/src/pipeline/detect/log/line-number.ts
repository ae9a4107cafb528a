/** Numbers of one line: `values` of the first `count`, in seconds or bytes where a unit says so; `units` by place in `numberUnits`. */
export type LineNumbers = { count: number; values: Float64Array; units: Uint8Array }

export const slotsMax = 6
export const numberUnits = ['', 's', 'By', '%'] as const

/** Units as programs write them, attached or after one space: what to multiply by, and which of `numberUnits`. */
const units: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ns', [1e-9, 1]],
  ['us', [1e-6, 1]],
  ['µs', [1e-6, 1]],
  ['ms', [1e-3, 1]],
  ['s', [1, 1]],
  ['sec', [1, 1]],
  ['B', [1, 2]],
  ['kB', [1e3, 2]],
  ['KB', [1e3, 2]],
  ['MB', [1e6, 2]],
  ['GB', [1e9, 2]],
  ['KiB', [2 ** 10, 2]],
  ['MiB', [2 ** 20, 2]],
  ['GiB', [2 ** 30, 2]],
  ['%', [1, 3]],
])
const unitMax = 3

/** What may stand before a number that is one: after anything else it is part of a name, a time, an address. */
const opens = bits(' =([{"\'\t')
const ends = bits(' ,;)]}"\'\t')

export const newLineNumbers = (): LineNumbers => ({
  count: 0,
  values: new Float64Array(slotsMax),
  units: new Uint8Array(slotsMax),
})

/** Reads the numbers of a line into `into`; at most `slotsMax` of them. Linear, without regular expressions. */
export function readNumbers(line: string, into: LineNumbers): void {
  into.count = 0
  const { length } = line
  let at = 0
  while (at < length && into.count < slotsMax) {
    if (!isDigit(line.charCodeAt(at)) || (at > 0 && !has(opens, line.charCodeAt(at - 1)))) {
      at += 1
      continue
    }
    at = readNumber(line, at, into)
  }
}

/** Where to go on. */
function readNumber(line: string, from: number, into: LineNumbers): number {
  let [value, at] = [0, from]
  for (; isDigit(line.charCodeAt(at)); at += 1) value = value * 10 + line.charCodeAt(at) - 48
  if (line.charCodeAt(at) === 46 && isDigit(line.charCodeAt(at + 1))) {
    at += 1
    for (let scale = 0.1; isDigit(line.charCodeAt(at)); at += 1, scale /= 10)
      value += scale * (line.charCodeAt(at) - 48)
  }
  if (at - from > 15) return at
  const attached = unitAt(line, at)
  const spaced = attached === undefined && line.charCodeAt(at) === 32 ? unitAt(line, at + 1) : undefined
  const unit = attached ?? spaced
  if (unit === undefined && !isEnd(line, at)) return at
  into.values[into.count] = value * (unit?.factor ?? 1)
  into.units[into.count] = unit?.unit ?? 0
  into.count += 1
  return unit?.end ?? at
}

function unitAt(line: string, at: number): { factor: number; unit: number; end: number } | undefined {
  let end = at
  while (end < at + unitMax + 1 && isUnitLetter(line.charCodeAt(end))) end += 1
  if (end === at || end > at + unitMax || !isEnd(line, end)) return undefined
  const found = units.get(line.slice(at, end))
  return found && { factor: found[0], unit: found[1], end }
}

/** At the end of a sentence a dot may follow. */
const isEnd = (line: string, at: number): boolean =>
  at >= line.length ||
  has(ends, line.charCodeAt(at)) ||
  ((line.charCodeAt(at) === 46 || line.charCodeAt(at) === 58) &&
    (at + 1 >= line.length || line.charCodeAt(at + 1) === 32))
const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isUnitLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 37 || code === 181

function bits(characters: string): Uint8Array {
  const table = new Uint8Array(128)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}
const has = (table: Uint8Array, code: number): boolean => code < 128 && table[code] === 1
