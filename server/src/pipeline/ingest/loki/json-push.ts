import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import { jsonText } from '../json-text.ts'
import { type LabelLimits, LabelSet } from '../label-set.ts'
import type { Attribute } from '../otlp/attribute.ts'
import { parseMoment } from '../plain/moment.ts'
import type { LineSink } from './line-sink.ts'
import { parseStreamLabels } from './stream-labels.ts'

type JsonObject = { readonly [name: string]: unknown }

/**
 * Loki's JSON push to the sink: `{streams: [{stream: {…}, values: [["ns", "line", {…}]]}]}`, and the older
 * `{streams: [{labels: "{…}", entries: [{ts, line}]}]}`. Throws INVALID_REQUEST where the shape is another.
 */
export function readJsonPush(body: unknown, sink: LineSink, limits: LabelLimits): void {
  const { streams } = objectOf(body, 'The body')
  for (const [at, item] of listOf(streams, 'streams').entries()) {
    const stream = objectOf(item, `streams[${at}]`)
    const older = stream.values === undefined && stream.entries !== undefined
    const lines = older
      ? listOf(stream.entries, `streams[${at}].entries`)
      : listOf(stream.values, `streams[${at}].values`)
    const refused = sink.stream(() => labelsOf(stream, `streams[${at}]`, limits))
    if (refused) sink.refuse(refused, lines.length)
    else if (older) for (const line of lines) readEntry(line, sink)
    else for (const line of lines) readValue(line, sink)
  }
}

function labelsOf(stream: JsonObject, path: string, limits: LabelLimits): Labels {
  if (typeof stream.labels === 'string') return parseStreamLabels(stream.labels, limits)
  const set = new LabelSet(limits)
  for (const [name, value] of Object.entries(objectOf(stream.stream, `${path}.stream`))) {
    if (typeof value !== 'string') throw wrong(`${path}.stream`, 'an object of strings')
    set.add(name, value)
  }
  return set.labels
}

function readValue(item: unknown, sink: LineSink): void {
  if (!Array.isArray(item) || typeof item[1] !== 'string') {
    sink.refuse(wrong('A value', '["nanoseconds", "line"] or ["nanoseconds", "line", {metadata}]'), 1)
    return
  }
  const metadata: unknown = item[2]
  if (metadata === undefined || metadata === null) {
    sink.line(millisOf(item[0]), wellFormed(item[1]))
    return
  }
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    sink.refuse(wrong('The structured metadata of a value', 'an object of strings'), 1)
    return
  }
  sink.line(millisOf(item[0]), wellFormed(item[1]), pairsOf(metadata))
}

function readEntry(item: unknown, sink: LineSink): void {
  const entry = typeof item === 'object' && item !== null ? (item as JsonObject) : {}
  const { ts = entry.timestamp, line } = entry
  if (typeof line !== 'string') {
    sink.refuse(wrong('An entry', '{"ts": …, "line": "…"}'), 1)
    return
  }
  const timeMs = typeof ts === 'string' && !digits.test(ts) ? parseMoment(ts) : millisOf(ts)
  sink.line(timeMs, wellFormed(line))
}

/** Metadata that is no text is kept as JSON, so that nothing a sender meant is lost. */
const pairsOf = (metadata: object): Attribute[] =>
  Object.entries(metadata).map(([key, value]) => ({
    key,
    value: jsonText(value),
  }))

const digits = /^\d{1,19}$/

/** Milliseconds of nanoseconds since 1970, written as a string or, with less precision, a number; NaN for anything else. */
function millisOf(value: unknown): number {
  if (typeof value === 'string' && digits.test(value))
    return value.length <= 6 ? 0 : Number(value.slice(0, -6))
  return typeof value === 'number' ? Math.floor(value / 1_000_000) : Number.NaN
}

const wellFormed = (text: string): string => (text.isWellFormed() ? text : text.toWellFormed())

function objectOf(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw wrong(path, 'an object')
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw wrong(path, 'a list')
}

const wrong = (path: string, what: string): Fault => new Fault('INVALID_REQUEST', `${path} must be ${what}.`)
