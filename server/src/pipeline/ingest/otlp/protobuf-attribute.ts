import { Fault } from '../../../kernel/fault.ts'
import type { ProtobufReader } from '../wire/protobuf-reader.ts'
import { type Attribute, type AttributeValue, DEPTH_MAX } from './attribute.ts'
import type { RawScope } from './scope.ts'

// opentelemetry/proto/common/v1/common.proto and resource/v1/resource.proto; field number · 8 + wire type.
const KEY = 0x0a
const VALUE = 0x12
const STRING = 0x0a
const BOOL = 0x10
const INT = 0x18
const DOUBLE = 0x21
const LIST = 0x2a
const PAIRS = 0x32
const BYTES = 0x3a
const VALUES = 0x0a
const RESOURCE_ATTRIBUTES = 0x0a
const SCOPE = { name: 0x0a, version: 0x12, attribute: 0x1a } as const

/** One KeyValue, its tag already read. */
export function readAttribute(reader: ProtobufReader, depth = 0): Attribute {
  reader.spend()
  const outer = reader.enter()
  let key = ''
  let value: AttributeValue = null
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === KEY) key = reader.text()
    else if (tag === VALUE) value = readValue(reader, depth)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return { key, value }
}

/** One AnyValue, its tag already read. */
export function readValue(reader: ProtobufReader, depth = 0): AttributeValue {
  if (depth > DEPTH_MAX)
    throw new Fault('INVALID_REQUEST', `An attribute value is nested more than ${DEPTH_MAX} deep.`)
  reader.spend()
  const outer = reader.enter()
  let value: AttributeValue = null
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === STRING) value = reader.text()
    else if (tag === BOOL) value = reader.uint64() !== 0
    else if (tag === INT) value = reader.bigint64()
    else if (tag === DOUBLE) value = reader.double()
    else if (tag === BYTES) value = reader.raw()
    else if (tag === LIST) value = readAll(reader, () => readValue(reader, depth + 1))
    else if (tag === PAIRS) value = { pairs: readAll(reader, () => readAttribute(reader, depth + 1)) }
    else reader.skip(tag)
  }
  reader.leave(outer)
  return value
}

/** Attributes of a Resource message that fills the reader's range from `start` to `stop`. */
export function readResource(reader: ProtobufReader, start: number, stop: number): Attribute[] {
  const { pos, end } = reader
  reader.pos = start
  reader.end = stop
  const attributes: Attribute[] = []
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === RESOURCE_ATTRIBUTES) attributes.push(readAttribute(reader))
    else reader.skip(tag)
  }
  reader.pos = pos
  reader.end = end
  return attributes
}

/** An InstrumentationScope that fills the reader's range from `start` to `stop`. */
export function readScope(reader: ProtobufReader, start: number, stop: number): RawScope {
  const { pos, end } = reader
  reader.pos = start
  reader.end = stop
  const attributes: Attribute[] = []
  const scope = { name: '', version: '', attributes }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === SCOPE.name) scope.name = reader.text()
    else if (tag === SCOPE.version) scope.version = reader.text()
    else if (tag === SCOPE.attribute) attributes.push(readAttribute(reader))
    else reader.skip(tag)
  }
  reader.pos = pos
  reader.end = end
  return scope
}

/** An id in hex; empty where it is longer than any id. */
export const readHex = (reader: ProtobufReader): string => {
  const stop = reader.stop()
  const hex = stop - reader.pos > 16 ? '' : reader.bytes.toString('hex', reader.pos, stop)
  reader.pos = stop
  return hex
}

/** The `repeated … values = 1` of ArrayValue and KeyValueList. */
function readAll<T>(reader: ProtobufReader, read: () => T): T[] {
  const outer = reader.enter()
  const all: T[] = []
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === VALUES) all.push(read())
    else reader.skip(tag)
  }
  reader.leave(outer)
  return all
}
