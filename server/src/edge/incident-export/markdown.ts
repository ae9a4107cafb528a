import { inertSentence, plainMarkdown } from '../../service/intelligence/index.ts'

/** A sentence of facts and of others' words: no link, image, HTML, heading or list comes of it. One line. */
export const said = (text: string): string => inertSentence(text)

/** The same in a cell of a table. */
export const cell = (text: string): string => plainMarkdown(text) || ' '

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n')
}

export const list = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `- ${said(sentence)}`).join('\n')

/** `2026-03-01 10:00:05 UTC`: to the second, as people write. */
export const clockTime = (time: string): string =>
  `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** `1 h 5 min`, `42 s`: two units at most. */
export function span(seconds: number): string {
  const whole = Math.round(Math.max(0, seconds))
  const units = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const
  const first = units.findIndex(([count]) => count > 0)
  if (first < 0) return '0 s'
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
