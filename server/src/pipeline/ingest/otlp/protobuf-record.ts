import { millisOfNanos, ProtobufReader } from '../wire/protobuf-reader.ts'
import { type Attribute, VALUES_MAX } from './attribute.ts'
import type { RawLog } from './log.ts'
import { readAttribute, readHex, readResource, readScope, readValue } from './protobuf-attribute.ts'
import type { RecordSink } from './record-sink.ts'
import { noScope, scopeAttributes } from './scope.ts'
import { idOf, type RawEvent, type RawLink, type RawSpan } from './span.ts'

// logs/v1/logs.proto and trace/v1/trace.proto; field number · 8 + wire type. Both requests nest the same way.
const GROUP = 0x0a
const RESOURCE = 0x0a
const SCOPE_GROUP = 0x12
const SCOPE = 0x0a
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
  event: 0x5a,
  link: 0x6a,
  status: 0x7a,
} as const
const EVENT = { time: 0x09, name: 0x12, attribute: 0x1a } as const
const LINK = { trace: 0x0a, span: 0x12, attribute: 0x22 } as const
const STATUS_MESSAGE = 0x12
const STATUS_CODE = 0x18

/** ExportLogsServiceRequest to the sink, record by record. */
export function readProtobufLogs(body: Buffer, sink: RecordSink<RawLog>): void {
  readRecords(body, sink, readLog)
}

/** ExportTraceServiceRequest to the sink, span by span. */
export function readProtobufSpans(body: Buffer, sink: RecordSink<RawSpan>): void {
  readRecords(body, sink, readSpan)
}

function readRecords<T>(body: Buffer, sink: RecordSink<T>, readOne: (reader: ProtobufReader) => T): void {
  const reader = new ProtobufReader(body)
  reader.each(GROUP, () => {
    const from = reader.pos
    let attributes: Attribute[] = []
    reader.budget = VALUES_MAX
    reader.each(RESOURCE, () => {
      attributes = readResource(reader, reader.pos, reader.end)
    })
    sink.resource(attributes)
    reader.pos = from
    reader.each(SCOPE_GROUP, () => {
      const start = reader.pos
      let scope = noScope
      reader.each(SCOPE, () => {
        scope = readScope(reader, reader.pos, reader.end)
      })
      sink.scope(scopeAttributes(scope))
      reader.pos = start
      reader.each(RECORD, () => {
        reader.budget = VALUES_MAX
        sink.record(readOne(reader))
      })
    })
  })
}

function readLog(reader: ProtobufReader): RawLog {
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
  const events: RawEvent[] = []
  const links: RawLink[] = []
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
    events,
    links,
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
    else if (tag === SPAN.event) events.push(readEvent(reader))
    else if (tag === SPAN.link) links.push(readLink(reader))
    else reader.skip(tag)
  }
  span.startMs = millisOfNanos(start.lo, start.hi)
  // 2³² ≡ 967,296 (mod 10⁶); the product stays below 2⁵³.
  span.startNanos = (((start.hi % 1_000_000) * 967_296 + (start.lo % 1_000_000)) % 1_000_000) >>> 0
  // The high words differ by a few at most: the difference in nanoseconds is exact below 2⁵³, 104 days.
  span.durationMs = ((end.hi - start.hi) * 4_294_967_296 + (end.lo - start.lo)) / 1_000_000
  return span
}

function readEvent(reader: ProtobufReader): RawEvent {
  reader.spend()
  const outer = reader.enter()
  const attributes: Attribute[] = []
  const event = { timeMs: 0, name: '', attributes }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === EVENT.time) event.timeMs = readMillis(reader)
    else if (tag === EVENT.name) event.name = reader.text()
    else if (tag === EVENT.attribute) attributes.push(readAttribute(reader))
    else reader.skip(tag)
  }
  reader.leave(outer)
  return event
}

function readLink(reader: ProtobufReader): RawLink {
  reader.spend()
  const outer = reader.enter()
  const attributes: Attribute[] = []
  const link = { traceId: '', spanId: '', attributes }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === LINK.trace) link.traceId = readHex(reader)
    else if (tag === LINK.span) link.spanId = readHex(reader)
    else if (tag === LINK.attribute) attributes.push(readAttribute(reader))
    else reader.skip(tag)
  }
  reader.leave(outer)
  return link
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
