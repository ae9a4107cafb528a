import {
  anyValue,
  attributesOf,
  child,
  eachChild,
  int64,
  type JsonObject,
  listOf,
  millis,
  objectOf,
  scopeOf,
  text,
} from './json-field.ts'
import type { RawLog } from './log.ts'
import type { RecordSink } from './record-sink.ts'
import { scopeAttributes } from './scope.ts'
import { idOf, type RawEvent, type RawLink, type RawSpan } from './span.ts'

/** ExportLogsServiceRequest in JSON to the sink, record by record. */
export function readJsonLogs(body: unknown, sink: RecordSink<RawLog>): void {
  readRecords(body, { group: 'resourceLogs', scopeGroup: 'scopeLogs', record: 'logRecords' }, sink, readLog)
}

/** ExportTraceServiceRequest in JSON to the sink, span by span. */
export function readJsonSpans(body: unknown, sink: RecordSink<RawSpan>): void {
  readRecords(body, { group: 'resourceSpans', scopeGroup: 'scopeSpans', record: 'spans' }, sink, readSpan)
}

function readRecords<T>(
  body: unknown,
  names: { group: string; scopeGroup: string; record: string },
  sink: RecordSink<T>,
  readOne: (item: JsonObject, path: string) => T,
): void {
  eachChild(objectOf(body, ''), names.group, '', (group, path) => {
    const resource = child(group, 'resource', path)
    sink.resource(resource ? attributesOf(resource, `${path}.resource`) : [])
    eachChild(group, names.scopeGroup, path, (scopeGroup, scopePath) => {
      sink.scope(scopeAttributes(scopeOf(scopeGroup, scopePath)))
      eachChild(scopeGroup, names.record, scopePath, (item, where) => sink.record(readOne(item, where)))
    })
  })
}

function readLog(item: JsonObject, path: string): RawLog {
  return {
    timeMs: millis(item, 'timeUnixNano', path),
    observedMs: millis(item, 'observedTimeUnixNano', path),
    severityNumber: Number(int64(item, 'severityNumber', path)),
    severityText: text(item, 'severityText', path),
    eventName: text(item, 'eventName', path),
    body: anyValue(item, 'body', path),
    attributes: attributesOf(item, path),
    traceId: idOf(text(item, 'traceId', path).toLowerCase(), 32),
    spanId: idOf(text(item, 'spanId', path).toLowerCase(), 16),
  }
}

function readSpan(item: JsonObject, path: string): RawSpan {
  const status = child(item, 'status', path)
  const start = BigInt.asUintN(64, int64(item, 'startTimeUnixNano', path))
  const end = BigInt.asUintN(64, int64(item, 'endTimeUnixNano', path))
  return {
    traceId: text(item, 'traceId', path).toLowerCase(),
    spanId: text(item, 'spanId', path).toLowerCase(),
    parentSpanId: text(item, 'parentSpanId', path).toLowerCase(),
    name: text(item, 'name', path),
    kind: Number(int64(item, 'kind', path)),
    startMs: Number(start / 1_000_000n),
    startNanos: Number(start % 1_000_000n),
    durationMs: Number(end - start) / 1_000_000,
    statusCode: status ? Number(int64(status, 'code', `${path}.status`)) : 0,
    statusMessage: status ? text(status, 'message', `${path}.status`) : '',
    attributes: attributesOf(item, path),
    events: listOf(item, 'events', path).map((event, at) => readEvent(event, `${path}.events[${at}]`)),
    links: listOf(item, 'links', path).map((link, at) => readLink(link, `${path}.links[${at}]`)),
  }
}

function readEvent(value: unknown, path: string): RawEvent {
  const item = objectOf(value, path)
  return {
    timeMs: millis(item, 'timeUnixNano', path),
    name: text(item, 'name', path),
    attributes: attributesOf(item, path),
  }
}

function readLink(value: unknown, path: string): RawLink {
  const item = objectOf(value, path)
  return {
    traceId: text(item, 'traceId', path).toLowerCase(),
    spanId: text(item, 'spanId', path).toLowerCase(),
    attributes: attributesOf(item, path),
  }
}
