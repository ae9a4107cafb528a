import { isStep, type Steps } from '../../kernel/steps.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import {
  endOf,
  kinds,
  nanosOf,
  ownAttributes,
  type ResourceGroup,
  resourceGroups,
  startOf,
  statuses,
  typedAttributes,
} from './resource-spans.ts'

// Spans as OTLP has them (opentelemetry-proto, trace/v1), in the two forms that Tempo answers in: protobuf, and protobuf's own JSON,
// with ids in base64, enumerations by name and 64-bit numbers as strings.

type Attributes = ResourceGroup['attributes']

export function* jsonResourceSpans(spans: readonly StoredSpan[]): Steps<unknown[]> {
  const resourceSpans: unknown[] = []
  for (const { attributes, scopes } of yield* resourceGroups(spans)) {
    const scopeSpans: unknown[] = []
    for (const scope of scopes) {
      const shown: unknown[] = []
      for (const [i, span] of scope.spans.entries()) {
        shown.push(jsonSpan(span))
        if (isStep(i)) yield
      }
      scopeSpans.push({
        scope: {
          ...(scope.name === '' ? {} : { name: scope.name }),
          ...(scope.version === '' ? {} : { version: scope.version }),
          ...(scope.attributes.length === 0 ? {} : { attributes: jsonAttributes(scope.attributes) }),
        },
        spans: shown,
      })
    }
    resourceSpans.push({ resource: { attributes: jsonAttributes(attributes) }, scopeSpans })
    yield
  }
  return resourceSpans
}

export const jsonAttributes = (attributes: Attributes): unknown[] =>
  attributes.map(([key, value, type]) => ({ key, value: jsonValue(value, type) }))

function jsonValue(value: string, type: Attributes[number][2]): unknown {
  switch (type) {
    case 'int':
      return { intValue: value }
    case 'double':
      // Protobuf's JSON has no other form for NaN and the infinities.
      return { doubleValue: Number.isFinite(Number(value)) ? Number(value) : value }
    case 'bool':
      return { boolValue: value === 'true' }
    case 'bytes':
      return { bytesValue: value }
    case 'empty':
      return {}
    default:
      return { stringValue: value }
  }
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

function jsonSpan(span: StoredSpan): unknown {
  const { status, statusMessage, events = [], links = [] } = span
  return {
    traceId: base64(span.traceId),
    spanId: base64(span.spanId),
    ...(span.parentSpanId === '' ? {} : { parentSpanId: base64(span.parentSpanId) }),
    name: span.name,
    kind: `SPAN_KIND_${span.kind}`,
    startTimeUnixNano: String(startOf(span)),
    endTimeUnixNano: String(endOf(span)),
    attributes: jsonAttributes(ownAttributes(span)),
    ...(events.length === 0
      ? {}
      : {
          events: events.map((event) => ({
            ...{ timeUnixNano: String(nanosOf(event.timeMs)), name: event.name },
            attributes: jsonAttributes(typedAttributes(event)),
          })),
        }),
    ...(links.length === 0
      ? {}
      : {
          links: links.map((link) => ({
            ...{ traceId: base64(link.traceId), spanId: base64(link.spanId) },
            attributes: jsonAttributes(typedAttributes(link)),
          })),
        }),
    status: {
      ...(status === 'UNSET' ? {} : { code: `STATUS_CODE_${status}` }),
      ...(statusMessage === '' ? {} : { message: statusMessage }),
    },
  }
}

/** A TracesData, which is also Tempo's Trace: `repeated ResourceSpans = 1`. */
export function* protobufTrace(spans: readonly StoredSpan[]): Steps<Buffer> {
  const writer = new ProtobufWriter()
  yield* writeTrace(writer, spans)
  return writer.bytes()
}

/** Tempo's TraceByIDResponse: `Trace trace = 1`. */
export function* protobufTraceAnswer(spans: readonly StoredSpan[]): Steps<Buffer> {
  const writer = new ProtobufWriter()
  const trace = writer.begin(1)
  yield* writeTrace(writer, spans)
  writer.end(trace)
  return writer.bytes()
}

function* writeTrace(writer: ProtobufWriter, spans: readonly StoredSpan[]): Steps<void> {
  for (const { attributes, scopes } of yield* resourceGroups(spans)) {
    const group = writer.begin(1)
    writer.message(1, (resource) => writeAttributes(resource, 1, attributes))
    for (const scope of scopes) {
      const scopeSpans = writer.begin(2)
      writer.message(1, (inner) => {
        inner.string(1, scope.name)
        inner.string(2, scope.version)
        writeAttributes(inner, 3, scope.attributes)
      })
      for (const [i, span] of scope.spans.entries()) {
        writer.message(2, (inner) => writeSpan(inner, span))
        if (isStep(i)) yield
      }
      writer.end(scopeSpans)
      yield
    }
    writer.end(group)
    yield
  }
}

function writeSpan(writer: ProtobufWriter, span: StoredSpan): void {
  writer.hex(1, span.traceId)
  writer.hex(2, span.spanId)
  writer.hex(4, span.parentSpanId)
  writer.string(5, span.name)
  writer.uint(6, kinds.indexOf(span.kind))
  writer.fixed64(7, startOf(span))
  writer.fixed64(8, endOf(span))
  writeAttributes(writer, 9, ownAttributes(span))
  for (const event of span.events ?? [])
    writer.message(11, (inner) => {
      inner.fixed64(1, nanosOf(event.timeMs))
      inner.string(2, event.name)
      writeAttributes(inner, 3, typedAttributes(event))
    })
  for (const link of span.links ?? [])
    writer.message(13, (inner) => {
      inner.hex(1, link.traceId)
      inner.hex(2, link.spanId)
      writeAttributes(inner, 4, typedAttributes(link))
    })
  if (span.status !== 'UNSET' || span.statusMessage !== '')
    writer.message(15, (status) => {
      status.string(2, span.statusMessage)
      status.uint(3, statuses.indexOf(span.status))
    })
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [key, value, type] of attributes)
    writer.message(field, (pair) => {
      pair.string(1, key)
      pair.message(2, (any) => writeValue(any, value, type))
    })
}

/** AnyValue, a oneof: what it holds is written even where it is empty or zero. */
function writeValue(any: ProtobufWriter, value: string, type: Attributes[number][2]): void {
  if (type === 'int') any.int64(3, BigInt(value))
  else if (type === 'double') any.double(4, Number(value))
  else if (type === 'bool') any.int64(2, value === 'true' ? 1n : 0n)
  else if (type === 'bytes') any.raw(7, Buffer.from(value, 'base64'))
  else if (type !== 'empty') any.present(1, value)
}
