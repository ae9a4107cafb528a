import type { LabelLimits } from '../label-set.ts'
import type { Attribute } from '../otlp/attribute.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import type { LineSink } from './line-sink.ts'
import { parseStreamLabels } from './stream-labels.ts'

// logproto's push.proto; field number · 8 + wire type.
const STREAM = 0x0a
const LABELS = 0x0a
const ENTRY = 0x12
const TIME = 0x0a
const LINE = 0x12
const METADATA = 0x1a
const SECONDS = 0x08
const NANOS = 0x10
const NAME = 0x0a
const VALUE = 0x12

/** logproto.PushRequest to the sink, line by line. */
export function readProtobufPush(body: Buffer, sink: LineSink, limits: LabelLimits): void {
  const reader = new ProtobufReader(body)
  reader.each(STREAM, () => readStream(reader, sink, limits))
}

/** Labels come first from every known sender; where they do not, they are looked for first. */
function readStream(reader: ProtobufReader, sink: LineSink, limits: LabelLimits): void {
  const from = reader.pos
  let labels = ''
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === LABELS) {
      labels = reader.text()
      break
    }
    reader.skip(tag)
  }
  reader.pos = from
  const refused = sink.stream(() => parseStreamLabels(labels, limits))
  if (refused) {
    let lines = 0
    reader.each(ENTRY, () => {
      reader.pos = reader.end
      lines += 1
    })
    sink.refuse(refused, lines)
    return
  }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === ENTRY) readEntry(reader, sink)
    else reader.skip(tag)
  }
}

function readEntry(reader: ProtobufReader, sink: LineSink): void {
  const outer = reader.enter()
  let timeMs = 0
  let line = ''
  let metadata: Attribute[] | undefined
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === TIME) timeMs = readTime(reader)
    else if (tag === LINE) line = reader.text()
    else if (tag === METADATA) {
      metadata ??= []
      metadata.push(readPair(reader))
    } else reader.skip(tag)
  }
  reader.leave(outer)
  sink.line(timeMs, line, metadata)
}

/** google.protobuf.Timestamp in milliseconds. */
function readTime(reader: ProtobufReader): number {
  const outer = reader.enter()
  let seconds = 0
  let nanos = 0
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === SECONDS) seconds = reader.int64()
    else if (tag === NANOS) nanos = reader.uint32() | 0
    else reader.skip(tag)
  }
  reader.leave(outer)
  return seconds * 1_000 + Math.floor(nanos / 1_000_000)
}

function readPair(reader: ProtobufReader): Attribute {
  const outer = reader.enter()
  let key = ''
  let value = ''
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === NAME) key = reader.text()
    else if (tag === VALUE) value = reader.text()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return { key, value }
}
