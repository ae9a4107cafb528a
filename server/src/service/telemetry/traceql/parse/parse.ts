import type {
  Attribute,
  Comparison,
  Field,
  Intrinsic,
  MetricName,
  MetricStage,
  SeriesStage,
  TraceqlQuery,
} from '../expression.ts'
import { metricNames } from '../expression.ts'
import { readField, readFieldName, readStatic } from './field.ts'
import { isNumeric, typeOf } from './field-type.ts'
import { bracketed, readPipeline } from './pipeline.ts'
import { TokenReader } from './token-reader.ts'

const withField = /^(min|max|avg|sum|quantile|histogram)_over_time$/
const comparisons = ['=', '!=', '<', '<=', '>', '>=']
const quantilesMax = 20
const groupsMax = 10

/** A whole query. Throws INVALID_TRACEQL with the place. */
export function parseTraceql(text: string): TraceqlQuery {
  const reader = new TokenReader(text)
  if (reader.peek().kind === 'end') throw reader.unexpected('a selector, such as { status = error }')
  const isMetric = (): boolean =>
    reader.is('(', 1) && (metricNames.includes(reader.peek().text as MetricName) || reader.is('compare'))
  const pipeline = readPipeline(reader, isMetric)
  const metric = reader.take('|') ? readMetric(reader) : undefined
  readHints(reader)
  if (reader.peek().kind !== 'end') throw reader.unexpected(metric ? 'the end' : '| or the end')
  return metric ? { pipeline, metric } : { pipeline }
}

/** One condition by itself, as it stands in braces. */
export function parseCondition(text: string): Field {
  const reader = new TokenReader(text)
  const field = readField(reader)
  if (reader.peek().kind !== 'end') throw reader.unexpected('the end')
  return field
}

/** The name of an attribute or intrinsic by itself. */
export function parseFieldName(text: string): Attribute | Intrinsic {
  const reader = new TokenReader(text)
  const field = readFieldName(reader)
  if (reader.peek().kind !== 'end') throw reader.unexpected('the end')
  return field
}

function readMetric(reader: TokenReader): MetricStage {
  const { from, text } = reader.next()
  if (text === 'compare') throw reader.fault(from, 'compare() is not answered here')
  const name = text as MetricName
  reader.expect('(')
  const field = withField.test(name) ? readFieldName(reader) : undefined
  if (field && !isNumeric(typeOf(field)))
    throw reader.fault(field.place.from, `${name}() is for numbers, and this is a ${typeOf(field)}`)
  const quantiles: number[] = []
  while (name === 'quantile_over_time' && reader.take(',')) quantiles.push(readNumber(reader, 0, 1))
  if (name === 'quantile_over_time' && (quantiles.length === 0 || quantiles.length > quantilesMax))
    throw reader.fault(from, `quantile_over_time() wants 1 to ${quantilesMax} quantiles, such as .99`)
  reader.expect(')')
  const by = reader.take('by') ? bracketed(reader, () => readFieldName(reader)) : []
  if (by.length > groupsMax) throw reader.fault(from, `by() takes at most ${groupsMax} attributes`)
  const place = reader.place(from)
  return { name, ...(field ? { field } : {}), quantiles, by, after: readSeriesStages(reader), place }
}

function readSeriesStages(reader: TokenReader): SeriesStage[] {
  const stages: SeriesStage[] = []
  for (;;) {
    const { text, kind, from } = reader.peek()
    if (kind === 'symbol' && comparisons.includes(text)) {
      const operator = reader.next().text as Comparison
      stages.push({ node: 'limit', operator, value: readNumber(reader) })
    } else if (reader.is('|') && (reader.is('topk', 1) || reader.is('bottomk', 1))) {
      reader.next()
      const name = reader.next().text as 'topk' | 'bottomk'
      reader.expect('(')
      const count = readNumber(reader, 1, 1_000)
      if (!Number.isInteger(count)) throw reader.fault(from, `${name}() wants a whole number`)
      reader.expect(')')
      stages.push({ node: 'rank', name, count })
    } else return stages
  }
}

/** Written `.99` too, which begins like an attribute. */
function readNumber(
  reader: TokenReader,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): number {
  const negative = reader.take('-')
  const token = reader.peek()
  let value: number | undefined
  if (token.kind === 'attribute' && /^[0-9]+$/.test(token.text) && token.scopes[0] === '.')
    value = Number(`0.${reader.next().text}`)
  else {
    const found = readStatic(reader)
    if (found?.type === 'number') value = Number(found.value)
    // Durations of series are in seconds.
    if (found?.type === 'duration') value = Number(found.value) / 1e9
  }
  if (value === undefined) throw reader.unexpected('a number')
  if (negative) value = -value
  if (value < least || value > most)
    throw reader.fault(token.from, `a number from ${least} to ${most} is wanted here`)
  return value
}

/** `with (name=value, …)`: what they ask of Tempo's stores means nothing here, so they change nothing. */
function readHints(reader: TokenReader): void {
  if (!reader.take('with')) return
  bracketed(reader, () => {
    if (reader.next().kind !== 'word') throw reader.unexpected('the name of a hint')
    reader.expect('=')
    if (!readStatic(reader)) throw reader.unexpected('a value')
  })
}
