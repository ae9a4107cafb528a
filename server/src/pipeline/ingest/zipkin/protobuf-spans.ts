import { ProtobufReader } from '../wire/protobuf-reader.ts'
import type { ZipkinEndpoint, ZipkinSpan } from './zipkin-span.ts'

// zipkin.proto; field number · 8 + wire type.
const SPAN = 0x0a
const FIELD = {
  trace: 0x0a,
  parent: 0x12,
  id: 0x1a,
  kind: 0x20,
  name: 0x2a,
  timestamp: 0x31,
  duration: 0x38,
  local: 0x42,
  remote: 0x4a,
  annotation: 0x52,
  tag: 0x5a,
  shared: 0x68,
} as const
const ENDPOINT = { service: 0x0a, ipv4: 0x12, ipv6: 0x1a, port: 0x20 } as const
const ANNOTATION = { timestamp: 0x09, value: 0x12 } as const
const TAG = { key: 0x0a, value: 0x12 } as const
const kinds = ['', 'CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER']

/** zipkin.proto3.ListOfSpans, span by span. */
export function readProtobufSpans(body: Buffer, each: (span: ZipkinSpan) => void): void {
  const reader = new ProtobufReader(body)
  reader.each(SPAN, () => each(readSpan(reader)))
}

function readSpan(reader: ProtobufReader): ZipkinSpan {
  const annotations: { timestamp: number; value: string }[] = []
  const tags: [string, string][] = []
  const span: ZipkinSpan = {
    traceId: '',
    id: '',
    parentId: '',
    kind: '',
    name: '',
    timestamp: 0,
    duration: 0,
    local: undefined,
    remote: undefined,
    annotations,
    tags,
    shared: false,
  }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === FIELD.trace) span.traceId = hex(reader)
    else if (tag === FIELD.parent) span.parentId = hex(reader)
    else if (tag === FIELD.id) span.id = hex(reader)
    else if (tag === FIELD.kind) span.kind = kinds[reader.uint32()] ?? ''
    else if (tag === FIELD.name) span.name = reader.text()
    else if (tag === FIELD.timestamp) span.timestamp = reader.ufixed64()
    else if (tag === FIELD.duration) span.duration = reader.uint64()
    else if (tag === FIELD.local) span.local = readEndpoint(reader)
    else if (tag === FIELD.remote) span.remote = readEndpoint(reader)
    else if (tag === FIELD.annotation) annotations.push(readAnnotation(reader))
    else if (tag === FIELD.tag) tags.push(readTag(reader))
    else if (tag === FIELD.shared) span.shared = reader.uint32() !== 0
    else reader.skip(tag)
  }
  return span
}

function readEndpoint(reader: ProtobufReader): ZipkinEndpoint {
  const outer = reader.enter()
  const endpoint = { service: '', ip: '', port: 0 }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === ENDPOINT.service) endpoint.service = reader.text()
    else if (tag === ENDPOINT.ipv4) endpoint.ip = [...reader.raw().subarray(0, 4)].join('.')
    else if (tag === ENDPOINT.ipv6) endpoint.ip ||= ipv6(reader.raw())
    else if (tag === ENDPOINT.port) endpoint.port = reader.uint32() | 0
    else reader.skip(tag)
  }
  reader.leave(outer)
  return endpoint
}

function readAnnotation(reader: ProtobufReader): { timestamp: number; value: string } {
  const outer = reader.enter()
  const annotation = { timestamp: 0, value: '' }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === ANNOTATION.timestamp) annotation.timestamp = reader.ufixed64()
    else if (tag === ANNOTATION.value) annotation.value = reader.text()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return annotation
}

function readTag(reader: ProtobufReader): [string, string] {
  const outer = reader.enter()
  const pair: [string, string] = ['', '']
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === TAG.key) pair[0] = reader.text()
    else if (tag === TAG.value) pair[1] = reader.text()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return pair
}

/** An id is 8 or 16 bytes; a longer one is none. */
function hex(reader: ProtobufReader): string {
  const raw = reader.raw()
  return raw.length > 16 ? '' : raw.toString('hex')
}

/** Eight groups without abbreviation: this is an attribute's value, not a canonical form. */
function ipv6(raw: Buffer): string {
  if (raw.length !== 16) return ''
  return Array.from({ length: 8 }, (_, at) => raw.readUInt16BE(2 * at).toString(16)).join(':')
}
