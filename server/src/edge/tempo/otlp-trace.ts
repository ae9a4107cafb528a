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
} from './resource-spans.ts'

// Spans as OTLP has them (opentelemetry-proto, trace/v1), in the two forms that Tempo answers in: protobuf, and protobuf's own JSON,
// with ids in base64, enumerations by name and 64-bit numbers as strings.

type Attributes = ResourceGroup['attributes']

export const jsonResourceSpans = (spans: readonly StoredSpan[]): unknown[] =>
  resourceGroups(spans).map(({ attributes, scopes }) => ({
    resource: { attributes: jsonAttributes(attributes) },
    scopeSpans: scopes.map((scope) => ({
      scope: {
        ...(scope.name === '' ? {} : { name: scope.name }),
        ...(scope.version === '' ? {} : { version: scope.version }),
        ...(scope.attributes.length === 0 ? {} : { attributes: jsonAttributes(scope.attributes) }),
      },
      spans: scope.spans.map(jsonSpan),
    })),
  }))

export const jsonAttributes = (attributes: Attributes): unknown[] =>
  attributes.map(([key, stringValue]) => ({ key, value: { stringValue } }))

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
          events: events.map(({ timeMs, name, attributes }) => ({
            ...{ timeUnixNano: String(nanosOf(timeMs)), name },
            attributes: jsonAttributes(Object.entries(attributes)),
          })),
        }),
    ...(links.length === 0
      ? {}
      : {
          links: links.map(({ traceId, spanId, attributes }) => ({
            ...{ traceId: base64(traceId), spanId: base64(spanId) },
            attributes: jsonAttributes(Object.entries(attributes)),
          })),
        }),
    status: {
      ...(status === 'UNSET' ? {} : { code: `STATUS_CODE_${status}` }),
      ...(statusMessage === '' ? {} : { message: statusMessage }),
    },
  }
}

/** A TracesData, which is also Tempo's Trace: `repeated ResourceSpans = 1`. */
export function protobufTrace(spans: readonly StoredSpan[]): Buffer {
  const writer = new ProtobufWriter()
  writeTrace(writer, spans)
  return writer.bytes()
}

/** Tempo's TraceByIDResponse: `Trace trace = 1`. */
export function protobufTraceAnswer(spans: readonly StoredSpan[]): Buffer {
  const writer = new ProtobufWriter()
  writer.message(1, (inner) => writeTrace(inner, spans))
  return writer.bytes()
}

function writeTrace(writer: ProtobufWriter, spans: readonly StoredSpan[]): void {
  for (const { attributes, scopes } of resourceGroups(spans)) {
    writer.message(1, (group) => {
      group.message(1, (resource) => writeAttributes(resource, 1, attributes))
      for (const scope of scopes) {
        group.message(2, (scopeSpans) => {
          scopeSpans.message(1, (inner) => {
            inner.string(1, scope.name)
            inner.string(2, scope.version)
            writeAttributes(inner, 3, scope.attributes)
          })
          for (const span of scope.spans) scopeSpans.message(2, (inner) => writeSpan(inner, span))
        })
      }
    })
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
  for (const { timeMs, name, attributes } of span.events ?? [])
    writer.message(11, (event) => {
      event.fixed64(1, nanosOf(timeMs))
      event.string(2, name)
      writeAttributes(event, 3, Object.entries(attributes))
    })
  for (const { traceId, spanId, attributes } of span.links ?? [])
    writer.message(13, (link) => {
      link.hex(1, traceId)
      link.hex(2, spanId)
      writeAttributes(link, 4, Object.entries(attributes))
    })
  if (span.status !== 'UNSET' || span.statusMessage !== '')
    writer.message(15, (status) => {
      status.string(2, span.statusMessage)
      status.uint(3, statuses.indexOf(span.status))
    })
}

/** `stringValue` is a oneof: written even where it is empty. */
function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of attributes)
    writer.message(field, (pair) => {
      pair.string(1, key)
      pair.message(2, (any) => any.present(1, value))
    })
}
