import type { Grouping } from '../../promql/expression.ts'
import {
  groupedRangeFunctions,
  type LabelFilter,
  type LogSelection,
  plainRangeFunctions,
  type RangeAggregation,
  type RangeFunction,
  type Unwrap,
  unwrapRangeFunctions,
} from '../expression.ts'
import { durationOf } from '../quantity.ts'
import type { Cursor } from './cursor.ts'
import { parseLabelFilter } from './label-filter.ts'
import { parseMatchers } from './selector.ts'
import { parseStage, startsStage } from './stage.ts'

export const isRangeFunction = (text: string): text is RangeFunction =>
  (plainRangeFunctions as readonly string[]).includes(text) ||
  (unwrapRangeFunctions as readonly string[]).includes(text)

/** What stands within the brackets of `rate(…)`: the pipeline may come before or after the range. */
type LogRange = { selection: LogSelection; unwrap?: Unwrap; rangeMs?: number; offsetMs: number }

export function parseRangeAggregation(cursor: Cursor): RangeAggregation {
  const { text: name, at } = cursor.advance() as { text: RangeFunction; at: number }
  cursor.expectSign('(')
  let parameter: number | undefined
  if (cursor.token.kind === 'number' || cursor.isSign('-', '+')) {
    parameter = parseNumber(cursor)
    cursor.expectSign(',')
  }
  const range = cursor.nested(() => parseLogRange(cursor))
  if (range.rangeMs === undefined) throw cursor.unexpected('RANGE')
  cursor.expectSign(')')
  const grouping = parseGrouping(cursor)
  const refused = refusal(name, parameter, grouping, range)
  if (refused) throw cursor.wrong(refused, at)
  return {
    ...{ node: 'range', name, selection: range.selection, rangeMs: range.rangeMs, offsetMs: range.offsetMs },
    ...(range.unwrap ? { unwrap: range.unwrap } : {}),
    ...(parameter === undefined ? {} : { parameter }),
    ...(grouping ? { grouping } : {}),
  }
}

export function parseSelection(cursor: Cursor): LogSelection {
  const selection: LogSelection = { node: 'log', matchers: parseMatchers(cursor), stages: [] }
  while (startsStage(cursor)) selection.stages.push(parseStage(cursor))
  return selection
}

/** `by (a, b)` or `without (a)`, if it is there. */
export function parseGrouping(cursor: Cursor): Grouping | undefined {
  if (!cursor.isWord('by', 'without')) return undefined
  const { text } = cursor.advance()
  const names = parseNames(cursor)
  return text === 'by' ? { by: names } : { without: names }
}

export function parseNames(cursor: Cursor): string[] {
  cursor.expectSign('(')
  const names: string[] = []
  while (!cursor.takeSign(')')) {
    names.push(cursor.expect('identifier'))
    if (!cursor.takeSign(',') && !cursor.isSign(')')) throw cursor.unexpected(',', ')')
  }
  return names
}

export function parseNumber(cursor: Cursor): number {
  const sign = cursor.takeSign('-') ? -1 : 1
  if (sign === 1) cursor.takeSign('+')
  return sign * Number(cursor.expect('number'))
}

function parseLogRange(cursor: Cursor): LogRange {
  let range: LogRange
  if (cursor.takeSign('(')) {
    range = cursor.nested(() => parseLogRange(cursor))
    cursor.expectSign(')')
  } else range = { selection: { node: 'log', matchers: parseMatchers(cursor), stages: [] }, offsetMs: 0 }
  for (;;) {
    if (cursor.token.kind === 'range' && range.rangeMs === undefined) takeRange(cursor, range)
    else if (cursor.isSign('|') && cursor.following.text === 'unwrap') takeUnwrap(cursor, range)
    else if (startsStage(cursor)) {
      if (!range.unwrap) range.selection.stages.push(parseStage(cursor))
      else range.unwrap.filters.push(parseUnwrapFilter(cursor))
    } else return range
  }
}

function takeRange(cursor: Cursor, range: LogRange): void {
  const { text, at } = cursor.advance()
  const rangeMs = durationOf(text)
  if (!rangeMs || rangeMs < 0) throw cursor.wrong(`not a valid duration string: ${JSON.stringify(text)}`, at)
  range.rangeMs = rangeMs
  if (!cursor.takeWord('offset')) return
  const sign = cursor.takeSign('-') ? -1 : 1
  range.offsetMs = sign * (durationOf(cursor.expect('duration')) ?? 0)
}

function takeUnwrap(cursor: Cursor, range: LogRange): void {
  if (range.unwrap) throw cursor.unexpected()
  cursor.advance()
  cursor.advance()
  const { text, at } = cursor.token
  cursor.expect('identifier')
  if (!cursor.takeSign('(')) {
    range.unwrap = { label: text, conversion: '', filters: [] }
    return
  }
  if (text !== 'duration' && text !== 'duration_seconds' && text !== 'bytes')
    throw cursor.wrong(
      `syntax error: unexpected IDENTIFIER, expecting bytes or duration or duration_seconds`,
      at,
    )
  range.unwrap = { label: cursor.expect('identifier'), conversion: text, filters: [] }
  cursor.expectSign(')')
}

function parseUnwrapFilter(cursor: Cursor): LabelFilter {
  cursor.expectSign('|')
  return parseLabelFilter(cursor)
}

function refusal(
  name: RangeFunction,
  parameter: number | undefined,
  grouping: Grouping | undefined,
  { unwrap }: LogRange,
): string | undefined {
  if (parameter === undefined && name === 'quantile_over_time')
    return `parameter required for operation ${name}`
  if (parameter !== undefined && name !== 'quantile_over_time')
    return `parameter ${parameter} not supported for operation ${name}`
  if (grouping && !groupedRangeFunctions.includes(name)) return `grouping not allowed for ${name} aggregation`
  if (unwrap && !(unwrapRangeFunctions as readonly string[]).includes(name))
    return `invalid aggregation ${name} with unwrap`
  if (!unwrap && !(plainRangeFunctions as readonly string[]).includes(name))
    return `invalid aggregation ${name} without unwrap`
  return undefined
}
