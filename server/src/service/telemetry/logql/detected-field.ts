import type { DetectedField } from './index.ts'
import { LogLine } from './log-line.ts'
import { bytesOf, durationOf } from './quantity.ts'
import { jsonStage } from './stage/json.ts'
import { logfmtStage } from './stage/logfmt.ts'

const valuesMax = 1_000
type Tally = { values: Map<string, number>; parsers: Set<'json' | 'logfmt'> }

/** Structured metadata, and labels that a parser finds in lines: JSON where a line is an object, logfmt where it has pairs. */
export function detectFields(lines: readonly LogLine[]): DetectedField[] {
  const [json, logfmt] = [jsonStage([]), logfmtStage({ strict: false, keepEmpty: false, extractions: [] })]
  const fields = new Map<string, Tally>()
  const note = (name: string, value: string, parser?: 'json' | 'logfmt'): void => {
    const field = fields.get(name) ?? { values: new Map(), parsers: new Set() }
    fields.set(name, field)
    if (field.values.has(value) || field.values.size < valuesMax)
      field.values.set(value, (field.values.get(value) ?? 0) + 1)
    if (parser) field.parsers.add(parser)
  }
  for (const { record, line } of lines) {
    const parsed = new LogLine({ ...record, message: line })
    for (const [name, value] of parsed.metadata()) note(name, value)
    const parser = line.trimStart().startsWith('{') ? 'json' : 'logfmt'
    const stage = parser === 'json' ? json : logfmt
    stage(parsed)
    if (parsed.error !== '') continue
    for (const [name, value] of Object.entries(parsed.categories().parsed)) note(name, value, parser)
  }
  return [...fields]
    .map(([name, { values, parsers }]) => ({
      ...{ name, type: typeOf([...values.keys()]), cardinality: values.size },
      parsers: parsers.size > 0 ? [...parsers].sort() : null,
      values: [...values].sort(([, a], [, b]) => b - a).map(([value]) => value),
    }))
    .sort((a, b) => b.cardinality - a.cardinality || (a.name < b.name ? -1 : 1))
}

function typeOf(values: readonly string[]): DetectedField['type'] {
  const all = (test: (value: string) => boolean): boolean => values.length > 0 && values.every(test)
  if (all((value) => value === 'true' || value === 'false')) return 'boolean'
  if (all((value) => /^[+-]?\d+$/.test(value))) return 'int'
  if (all((value) => /^[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?$/.test(value))) return 'float'
  if (all((value) => durationOf(value, true) !== undefined)) return 'duration'
  if (all((value) => bytesOf(value) !== undefined)) return 'bytes'
  return 'string'
}
