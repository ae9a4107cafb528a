import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import { jsonText } from '../json-text.ts'
import { type LabelLimits, LabelSet, labelLimits } from '../label-set.ts'
import { severityOfLine, severityOfWord } from '../log-level.ts'
import type { Attribute } from '../otlp/attribute.ts'
import { attributesOf, cut, type RecordLimits } from '../otlp/record.ts'
import { idOf } from '../otlp/span.ts'
import type { EntryReader, TenantScope } from '../protocol.ts'
import { eachItem, fieldOf, type JsonObject, labelsInto, objectOf, wrong } from './item.ts'
import { parseMoment } from './moment.ts'

const TIMES = ['timestamp', 'time', 'ts', '@timestamp']
const MESSAGES = ['message', 'msg', 'body', 'log']
const LEVELS = ['severity', 'level', 'lvl']
const TRACES = ['trace_id', 'traceId']
const SPANS = ['span_id', 'spanId']
/** Short for the labels that say where a record came from. */
const origins = { service: 'service.name', host: 'host.name' } as const
/** Fields with a meaning; any other becomes an attribute. */
const meant: ReadonlySet<string> = new Set([
  ...TIMES,
  ...MESSAGES,
  ...LEVELS,
  ...TRACES,
  ...SPANS,
  'labels',
  'attributes',
])

/**
 * `{message, timestamp?, severity?, labels?, attributes?, service?, host?, trace_id?, span_id?}`, under the names that loggers give them
 * too. Without a timestamp it is now; without a severity the one that the message states.
 */
export function plainLogReader({ config, records }: TenantScope): EntryReader {
  const limits = labelLimits(config)
  return (body, { format, receivedMs }) => {
    const logs: StoredLog[] = []
    /** One object for all records of a stream. */
    const streams = new Map<string, Labels>()
    const shape = { noun: 'logs', itemsMax: config.items_per_request_max } as const
    const rejections = eachItem(body, format, shape, (item) => {
      if (Array.isArray(item.resourceLogs))
        throw new Fault('INVALID_REQUEST', 'This is OTLP: send it to /v1/logs.')
      const key = jsonText([item.labels, item.service, item.host])
      const labels = streams.get(key) ?? streamOf(item, limits)
      streams.set(key, labels)
      logs.push(recordOf(item, labels, receivedMs, records))
    })
    return { logs, rejections }
  }
}

function streamOf(item: JsonObject, limits: LabelLimits): Labels {
  const set = new LabelSet(limits)
  labelsInto(set, item.labels)
  for (const [field, label] of Object.entries(origins)) {
    const value = fieldOf(item, [field])
    if (typeof value === 'string') set.addMissing(label, value)
  }
  return set.labels
}

function recordOf(item: JsonObject, labels: Labels, receivedMs: number, records: RecordLimits): StoredLog {
  const message = fieldOf(item, MESSAGES)
  if (message === undefined) throw wrong('message', 'there: a string, or JSON that becomes one')
  const given = fieldOf(item, TIMES)
  const timeMs = given === undefined ? receivedMs : parseMoment(given)
  if (Number.isNaN(timeMs)) throw wrong('timestamp', 'ISO 8601 or a number since 1970')
  const text = jsonText(message)
  const attributes = attributesOf([pairsOf(item)], records)
  return {
    timeMs,
    severity: severityOf(fieldOf(item, LEVELS), text),
    message: cut(text, attributes, records),
    labels,
    attributes,
    traceId: idIn(item, TRACES, 32),
    spanId: idIn(item, SPANS, 16),
  }
}

/** What is in `attributes`, then what stands beside the fields with a meaning. */
function pairsOf(item: JsonObject): Attribute[] {
  const pairs: Attribute[] = []
  if (item.attributes !== undefined && item.attributes !== null)
    for (const [key, value] of Object.entries(objectOf(item.attributes, 'attributes'))) put(pairs, key, value)
  for (const key of Object.keys(item)) {
    const label = (key === 'service' || key === 'host') && typeof item[key] === 'string'
    if (!label && !meant.has(key)) put(pairs, key, item[key])
  }
  return pairs
}

function put(pairs: Attribute[], key: string, value: unknown): void {
  if (value !== null && value !== undefined) pairs.push({ key, value: jsonText(value) })
}

/** A word that is no level is answered with a refusal, so that a misspelt one does not vanish. */
function severityOf(level: unknown, message: string): StoredLog['severity'] {
  if (level === undefined) return severityOfLine(message)
  const word = typeof level === 'string' || typeof level === 'number' ? String(level) : ''
  const severity = severityOfWord(word)
  if (severity === 'UNSPECIFIED' && word.toUpperCase() !== 'UNSPECIFIED')
    throw wrong('severity', 'one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL')
  return severity
}

function idIn(item: JsonObject, names: readonly string[], digits: number): string {
  const value = fieldOf(item, names)
  if (value === undefined || value === '') return ''
  const id = typeof value === 'string' ? idOf(value.toLowerCase(), digits) : ''
  if (id === '') throw wrong(names[0]!, `${digits} hex digits, not all zero`)
  return id
}
