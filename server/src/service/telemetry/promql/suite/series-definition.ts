import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { addHistograms, subtractHistograms } from '../histogram/index.ts'
import { Cursor } from '../parse/cursor.ts'
import { parseSelector } from '../parse/selector.ts'
import { parseHistogramLiteral } from './histogram-literal.ts'

/** One point of a series written out: nothing, a number, a stale marker or a histogram. */
export type SequenceValue =
  | { kind: 'omitted' }
  /** `startOffsetMs`: since when the sample counts, ms from its own moment on. */
  | { kind: 'number'; value: number; startOffsetMs?: number }
  | { kind: 'stale' }
  /** `resetGiven`: its reset hint was written and not assumed. */
  | { kind: 'histogram'; histogram: NativeHistogram; resetGiven: boolean; startOffsetMs?: number }
export type SeriesDefinition = { labels: Labels; values: SequenceValue[] }

/** Points one definition may expand to. */
const valuesMax = 1_000_000

/**
 * `metric{label="value"} 1 2+3x4 _ _x5 stale {{schema:0 sum:1 count:2 buckets:[1 1]}}x3`: a series and its points, as promtool's unit
 * tests write them (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series). Throws INVALID_REQUEST.
 */
export function parseSeriesDefinition(text: string): SeriesDefinition {
  const trimmed = text.trim()
  const end = metricEnd(trimmed)
  return { labels: parseMetric(trimmed.slice(0, end)), values: parseSequence(trimmed.slice(end)) }
}

/** `metric{label="value"}` alone. Throws INVALID_REQUEST. */
export function parseMetric(text: string): Labels {
  try {
    const cursor = new Cursor(text)
    const { matchers } = parseSelector(cursor)
    if (cursor.token.kind !== 'end' || matchers.some(({ op }) => op !== '=')) throw bad(text)
    return Object.fromEntries(matchers.map(({ name, value }) => [name, value]))
  } catch {
    throw bad(text)
  }
}

/** The points alone. Throws INVALID_REQUEST. */
export function parseSequence(text: string): SequenceValue[] {
  const values: SequenceValue[] = []
  let rest = text.trim()
  while (rest !== '') {
    const [item, length] = takeItem(rest)
    if (values.length + item.count > valuesMax)
      throw new Fault('INVALID_REQUEST', `A series expands to more than ${valuesMax} points: repeat fewer.`)
    for (let i = 0; i < item.count; i++) values.push(item.at(i))
    const after = rest.slice(length)
    if (after !== '' && !/^\s/.test(after)) throw badPoints(rest)
    rest = after.trim()
  }
  return values
}

type Item = { count: number; at(index: number): SequenceValue }

const blank = /^_(?:x(\d+))?/
const stale = /^stale(?:x(\d+))?/i
const number = String.raw`(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)`
const numeric = new RegExp(`^([+-]?${number})(?:([+-]${number})?x(\\d+))?`, 'i')
const histogram = /^\{\{(.*?)\}\}(?:(?:([+-])\{\{(.*?)\}\})?x(\d+))?/s

function takeItem(text: string): [Item, number] {
  const blanks = blank.exec(text)
  if (blanks) return [{ count: Number(blanks[1] ?? 1), at: () => ({ kind: 'omitted' }) }, blanks[0].length]
  const stales = stale.exec(text)
  if (stales) return [{ count: repeats(stales[1]), at: () => ({ kind: 'stale' }) }, stales[0].length]
  const numbers = numeric.exec(text)
  if (numbers) return [numberItem(numbers), numbers[0].length]
  const histograms = histogram.exec(text)
  if (histograms) return [histogramItem(histograms), histograms[0].length]
  throw badPoints(text)
}

/** `ax3` is a and three more of it. */
const repeats = (times: string | undefined): number => (times === undefined ? 1 : Number(times) + 1)

function numberItem([, first = '', step, times]: RegExpExecArray): Item {
  const from = parseNumber(first)
  const by = step === undefined ? 0 : parseNumber(step)
  // Added up one by one, as the reference does: its roundings are expected.
  const values: number[] = []
  const count = Math.min(repeats(times), valuesMax + 1)
  for (let i = 0, value = from; i < count; i++, value += by) values.push(value)
  return { count, at: (index) => ({ kind: 'number', value: values[index]! }) }
}

function histogramItem([, first = '', operator, step, times]: RegExpExecArray): Item {
  const from = parseHistogramLiteral(first)
  const count = Math.min(repeats(times), valuesMax + 1)
  if (step === undefined) return { count, at: () => ({ kind: 'histogram', ...from }) }
  const by = parseHistogramLiteral(step)
  const values = [from.histogram]
  for (let i = 1; i < count; i++) {
    const last = values.at(-1)!
    const next = operator === '+' ? addHistograms(last, by.histogram) : subtractHistograms(last, by.histogram)
    if (next === undefined || last.schema > by.histogram.schema)
      throw new Fault(
        'INVALID_REQUEST',
        'A histogram cannot be stepped by one with a lower schema: give both one schema.',
      )
    values.push(next.histogram)
  }
  const { resetGiven } = by
  return { count, at: (index) => ({ kind: 'histogram', histogram: values[index]!, resetGiven }) }
}

/** A number in Go's spelling: digits, exponent, `Inf`, `NaN`, signed. */
function parseNumber(text: string): number {
  const lower = text.toLowerCase()
  if (lower.endsWith('nan')) return Number.NaN
  if (lower.endsWith('inf'))
    return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}

/** The name and the braces behind it; quotes may hold braces. */
function metricEnd(text: string): number {
  const found = /^[a-zA-Z_:][\w:]*/.exec(text)?.[0].length ?? 0
  if (text[found] !== '{') return found
  const braces = /^\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^}"'`])*\}/s.exec(text.slice(found))
  if (braces === null) throw bad(text)
  return found + braces[0].length
}

const bad = (text: string): Fault =>
  new Fault('INVALID_REQUEST', `${shown(text)} is no series: write metric{label="value"} and its points.`)
const badPoints = (text: string): Fault =>
  new Fault('INVALID_REQUEST', `${shown(text)} is no point: write a number, a+bxn, _, stale or {{…}}.`)
const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
