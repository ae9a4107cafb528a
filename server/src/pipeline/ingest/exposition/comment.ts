import { isUtf8 } from 'node:buffer'
import { type Family, noFamily, openMetricsTypes, textTypes, unitOf } from './family.ts'
import { type Dialect, ExpositionSyntax, isMetricName, quotedAt } from './series-key.ts'

const NEWLINE = 0x0a
const QUOTE = 0x22

/** What the lines between samples have said so far. */
export type CommentState = { family: Family; ended: boolean }

/**
 * One line that begins with `#`; returns where the next begins. In Prometheus' text, what is neither HELP nor TYPE is a remark; in
 * OpenMetrics nothing else than HELP, TYPE, UNIT and EOF may be there.
 */
export function readComment(
  bytes: Buffer,
  start: number,
  end: number,
  dialect: Dialect,
  state: CommentState,
): number {
  const found = bytes.indexOf(NEWLINE, start)
  const stop = found < 0 || found >= end ? end : found
  const strict = dialect === 'openmetrics'
  const line = (strict ? openMetricsLine : textLine).exec(bytes.toString('latin1', start, stop))
  if (!line) {
    if (strict) throw new ExpositionSyntax(start, 'only HELP, TYPE, UNIT and EOF may follow a #')
    return Math.min(stop + 1, end)
  }
  const [head, word] = line
  if (word === undefined) {
    if (stop + 1 < end) throw new ExpositionSyntax(stop + 1, 'there is more after # EOF')
    state.ended = true
    return end
  }
  const nameAt = start + head.length
  const { name, next } = nameOf(bytes, nameAt, stop)
  const rest = textAfter(bytes, next, stop, strict)
  if (state.family.name !== name) state.family = { ...noFamily, name }
  if (word === 'TYPE') {
    const type = (strict ? openMetricsTypes : textTypes).get(rest)
    if (!type) throw new ExpositionSyntax(next, `${JSON.stringify(rest.slice(0, 40))} is no metric type`)
    state.family = { ...state.family, type }
  } else if (word === 'UNIT') {
    if (rest !== '' && !name.endsWith(`_${rest}`))
      throw new ExpositionSyntax(next, `the unit is no suffix of the metric ${name.slice(0, 100)}`)
    state.family = { ...state.family, unit: unitOf(rest) }
  }
  return Math.min(stop + 1, end)
}

/** Up to the name: `# TYPE `. */
const textLine = /^#[ \t]+(HELP|TYPE)[ \t]+/
const openMetricsLine = /^# (?:(HELP|TYPE|UNIT) |EOF$)/

function nameOf(bytes: Buffer, start: number, stop: number): { name: string; next: number } {
  if (bytes[start] === QUOTE) {
    const { text, end } = quotedAt(bytes, start, stop)
    if (text === '') throw new ExpositionSyntax(start, 'the name of a metric is empty')
    return { name: text, next: end }
  }
  let next = start
  while (next < stop && bytes[next] !== 0x20 && bytes[next] !== 0x09) next += 1
  const name = bytes.toString('latin1', start, next)
  if (!isMetricName(name)) throw new ExpositionSyntax(start, 'a metric name is expected here')
  return { name, next }
}

function textAfter(bytes: Buffer, start: number, stop: number, strict: boolean): string {
  if (strict && bytes[start] !== 0x20)
    throw new ExpositionSyntax(start, 'a blank is expected behind the name')
  const raw = bytes.subarray(Math.min(start + 1, stop), stop)
  if (!isUtf8(raw)) throw new ExpositionSyntax(start, 'the text is not valid UTF-8')
  return strict ? raw.toString('utf8') : raw.toString('utf8').replace(/^[ \t]+/, '')
}
