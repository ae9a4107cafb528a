import type { StoredLog } from '../../../port/log-store.ts'
import { type Attribute, type AttributeValue, textOf } from './attribute.ts'
import { attributesOf, cut, type RecordLimits, type RecordOrigin } from './record.ts'

/** A LogRecord as a reader found it. Ids are hex, empty when absent or of the wrong length. */
export type RawLog = {
  timeMs: number
  observedMs: number
  severityNumber: number
  severityText: string
  eventName: string
  body: AttributeValue
  attributes: readonly Attribute[]
  traceId: string
  spanId: string
}

/** Throws INVALID_LABELS. A record without a time has the time it was observed, else received. */
export function storedLog(raw: RawLog, origin: RecordOrigin, nowMs: number, limits: RecordLimits): StoredLog {
  const event: Attribute[] = raw.eventName === '' ? [] : [{ key: 'event.name', value: raw.eventName }]
  const attributes = attributesOf([raw.attributes, event, origin.scope, origin.rest], limits)
  return {
    timeMs: raw.timeMs || raw.observedMs || nowMs,
    severity: severityOf(raw.severityNumber, raw.severityText),
    message: cut(textOf(raw.body), attributes, limits),
    labels: origin.labels,
    attributes,
    traceId: raw.traceId,
    spanId: raw.spanId,
  }
}

const byNumber = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
const byWord: ReadonlyMap<string, StoredLog['severity']> = new Map([
  ['TRACE', 'TRACE'],
  ['DEBUG', 'DEBUG'],
  ['INFO', 'INFO'],
  ['INFORMATION', 'INFO'],
  ['NOTICE', 'INFO'],
  ['WARN', 'WARN'],
  ['WARNING', 'WARN'],
  ['ERROR', 'ERROR'],
  ['ERR', 'ERROR'],
  ['CRITICAL', 'FATAL'],
  ['FATAL', 'FATAL'],
])

/** Four numbers a level from 1 on (OpenTelemetry logs data model, "SeverityNumber"); the text only where there is no number. */
function severityOf(number: number, text: string): StoredLog['severity'] {
  return byNumber[Math.ceil(number / 4) - 1] ?? byWord.get(text.toUpperCase()) ?? 'UNSPECIFIED'
}
