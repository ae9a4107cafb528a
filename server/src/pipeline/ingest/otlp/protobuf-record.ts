import { millisOfNanos, ProtobufReader } from '../wire/protobuf-reader.ts'
import type { Attribute } from './attribute.ts'
import type { RawLog } from './log.ts'
import { readAttribute, readResource, readValue } from './protobuf-attribute.ts'
import type { RecordSink } from './record-sink.ts'
import { idOf, type RawSpan } from './span.ts'

// logs/v1/logs.proto and trace/v1/trace.proto; field number · 8 + wire type. Both requests nest the same way.
const GROUP = 0x0a
const RESOURCE = 0x0a
const SCOPE_GROUP = 0x12
const SCOPE = 0x0a
const SCOPE_NAME = 0x0a
const RECORD = 0x12
const LOG = {
  time: 0x09,
  severity: 0x10,
  severityText: 0x1a,
  body: 0x2a,
  attribute: 0x32,
  trace: 0x4a,
  span: 0x52,
  observed: 0x59,
  event: 0x62,
} as const
const SPAN = {
  trace: 0x0a,
  span: 0x12,
  parent: 0x22,
  name: 0x2a,
  kind: 0x30,
  start: 0x39,
  end: 0x41,
  attribute: 0x4a,
  status: 0x7a,
} as const
const STATUS_MESSAGE = 0x12
const STATUS_CODE = 0x18

/** ExportLogsServiceRequest to the sink, record by record. */
export function readProtobufLogs(body: Buffer, sink: RecordSink<RawLog>): void {
  readRecords(body, sink, (reader, scope) => readLog(reader, scope))
}

/** ExportTraceServiceRequest to the sink, span by span. Events and links are stepped over. */
export function readProtobufSpans(body: Buffer, sink: RecordSink<RawSpan>): void {
  readRecords(body, sink, (reader) => readSpan(reader))
}

function readRecords<T>(
  body: Buffer,
  sink: RecordSink<T>,
  readOne: (reader: ProtobufReader, scope: string) => T,
): void {
  const reader = new ProtobufReader(body)
  reader.each(GROUP, () => {
    const from = reader.pos
    let attributes: Attribute[] = []
    reader.each(RESOURCE, () => {
      attributes = readResource(reader, reader.pos, reader.end)
    })
    sink.resource(attributes)
    reader.pos = from
    reader.each(SCOPE_GROUP, () => {
      const start = reader.pos
      let scope = ''
      reader.each(SCOPE, () => {
        scope = readName(reader)
      })
      reader.pos = start
      reader.each(RECORD, () => sink.record(readOne(reader, scope)))
    })
  })
}

function readName(reader: ProtobufReader): string {
  let name = ''
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === SCOPE_NAME) name = reader.text()
    else reader.skip(tag)
  }
  return name
}

function readLog(reader: ProtobufReader, scope: string): RawLog {
  const attributes: Attribute[] = []
  const log: RawLog = {
    timeMs: 0,
    observedMs: 0,
    severityNumber: 0,
    severityText: '',
    eventName: '',
    body: null,
    attributes,
    traceId: '',
    spanId: '',
    scope,
  }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === LOG.time) log.timeMs = readMillis(reader)
    else if (tag === LOG.observed) log.observedMs = readMillis(reader)
    else if (tag === LOG.severity) log.severityNumber = reader.uint32()
    else if (tag === LOG.severityText) log.severityText = reader.text()
    else if (tag === LOG.body) log.body = readValue(reader)
    else if (tag === LOG.attribute) attributes.push(readAttribute(reader))
    else if (tag === LOG.trace) log.traceId = idOf(readHex(reader), 32)
    else if (tag === LOG.span) log.spanId = idOf(readHex(reader), 16)
    else if (tag === LOG.event) log.eventName = reader.text()
    else reader.skip(tag)
  }
  return log
}

function readSpan(reader: ProtobufReader): RawSpan {
  const attributes: Attribute[] = []
  const span: RawSpan = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    kind: 0,
    startMs: 0,
    durationMs: 0,
    statusCode: 0,
    statusMessage: '',
    attributes,
  }
  const start = { lo: 0, hi: 0 }
  const end = { lo: 0, hi: 0 }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === SPAN.trace) span.traceId = readHex(reader)
    else if (tag === SPAN.span) span.spanId = readHex(reader)
    else if (tag === SPAN.parent) span.parentSpanId = readHex(reader)
    else if (tag === SPAN.name) span.name = reader.text()
    else if (tag === SPAN.kind) span.kind = reader.uint32()
    else if (tag === SPAN.start) readFixed(reader, start)
    else if (tag === SPAN.end) readFixed(reader, end)
    else if (tag === SPAN.attribute) attributes.push(readAttribute(reader))
    else if (tag === SPAN.status) readStatus(reader, span)
    else reader.skip(tag)
  }
  span.startMs = millisOfNanos(start.lo, start.hi)
  // The high words differ by a few at most: the difference in nanoseconds is exact below 2⁵³, 104 days.
  span.durationMs = ((end.hi - start.hi) * 4_294_967_296 + (end.lo - start.lo)) / 1_000_000
  return span
}

function readStatus(reader: ProtobufReader, span: RawSpan): void {
  const outer = reader.enter()
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === STATUS_MESSAGE) span.statusMessage = reader.text()
    else if (tag === STATUS_CODE) span.statusCode = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
}

function readMillis(reader: ProtobufReader): number {
  reader.fixed64()
  return millisOfNanos(reader.lo, reader.hi)
}

function readFixed(reader: ProtobufReader, into: { lo: number; hi: number }): void {
  reader.fixed64()
  into.lo = reader.lo
  into.hi = reader.hi
}

const readHex = (reader: ProtobufReader): string => {
  const stop = reader.stop()
  const hex = stop - reader.pos > 16 ? '' : reader.bytes.toString('hex', reader.pos, stop)
  reader.pos = stop
  return hex
}
