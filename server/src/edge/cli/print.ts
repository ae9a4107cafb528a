import { probabilityText } from '@aiops/contract/model/probability'
import type { Severity } from '@aiops/contract/model/severity'

const colour = process.stdout.isTTY === true && !process.env.NO_COLOR
/** The colours we use ourselves; no other terminal command is ever let through. */
const codes = [0, 1, 2, 31, 32, 33, 36] as const
const esc = '\u001b'
const paint =
  (code: (typeof codes)[number]) =>
  (text: string): string =>
    colour ? `${esc}[${code}m${text}${esc}[0m` : text
export const bold = paint(1)
export const dim = paint(2)
export const green = paint(32)
const bySeverity: Record<Severity, (text: string) => string> = {
  CRITICAL: paint(31),
  HIGH: paint(31),
  MEDIUM: paint(33),
  LOW: paint(36),
  INFO: paint(2),
}
export const severity = (value: Severity): string => bySeverity[value](value)

/** C1 control characters are commands to some terminals, and JSON leaves them as they are. */
export const printJson = (value: unknown): void =>
  void process.stdout.write(
    `${JSON.stringify(value, null, 2).replace(unsafeInJson, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`,
  )
/** For people: times in whole seconds are said without milliseconds. */
export const print = (line = ''): void => printAsIs(inSeconds(line))
/** Words that others wrote, such as lines of a log. */
export const printAsIs = (line: string): void => void process.stdout.write(`${printable(line, colour)}\n`)
const inSeconds = (text: string): string => text.replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z/g, '$1Z')

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what these find.
const unsafeInJson = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
/** Controls but the newline, and the characters that turn the direction of writing around, which can show a line as another one. */
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
const ours = new RegExp(`(${esc}\\[(?:${codes.join('|')})m)`)
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: control characters are what these find.

/** Text from outside may hold terminal commands: all become U+FFFD, but for our own colour codes where `colours`. */
export function printable(text: string, colours: boolean): string {
  if (!colours) return text.replace(unsafe, '\ufffd')
  return text
    .split(ours)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(unsafe, '\ufffd')))
    .join('')
}

/** Columns padded to their widest cell, each row one line; the last cell is left as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const lines = rows.map((row) => row.map((cell) => inSeconds(cell).replaceAll('\n', ' ')))
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((row) => widthOf(row[column] ?? ''))),
  )
  return lines.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell))))
      .join('  '),
  )
}

/** Colour codes take no room; a character outside the basic plane is one character. */
const widthOf = (text: string): number => [...text.replaceAll(new RegExp(ours, 'g'), '')].length

/** 93 s as `1m33s`. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return `${s}s`
  if (s < 3_600) return `${Math.floor(s / 60)}m${s % 60}s`
  if (s < 172_800) return `${Math.floor(s / 3_600)}h${Math.floor((s % 3_600) / 60)}m`
  return `${Math.floor(s / 86_400)}d${Math.floor((s % 86_400) / 3_600)}h`
}

/** In whole per cent; never all or nothing where it is not exactly that. */
export const percent = probabilityText
