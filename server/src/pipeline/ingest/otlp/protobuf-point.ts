import type { ProtobufReader } from '../wire/protobuf-reader.ts'
import { millisOfNanos } from '../wire/protobuf-reader.ts'
import type { Attribute } from './attribute.ts'
import type { RawExemplar } from './exemplar.ts'
import type { ExponentialSide, MetricPoint, MetricType } from './metric-point.ts'
import { readAttribute, readHex } from './protobuf-attribute.ts'

// opentelemetry/proto/metrics/v1/metrics.proto; field number · 8 + wire type.
const TIME = 0x19
const AS_DOUBLE = 0x21
const AS_INT = 0x31
const COUNT = 0x21
const SUM = 0x29
const HISTOGRAM = { counts: 0x32, count: 0x31, bounds: 0x3a, bound: 0x39, flags: 0x50 } as const
const EXPONENTIAL = {
  scale: 0x30,
  zeroCount: 0x39,
  zeroThreshold: 0x71,
  positive: 0x42,
  negative: 0x4a,
  flags: 0x50,
} as const
const SIDE = { offset: 0x08, counts: 0x12, count: 0x10 } as const
const SUMMARY = { quantile: 0x32, flags: 0x40 } as const
const QUANTILE = { quantile: 0x09, value: 0x11 } as const
const NUMBER_FLAGS = 0x40
const EXEMPLAR = {
  time: 0x11,
  asDouble: 0x19,
  asInt: 0x31,
  span: 0x22,
  trace: 0x2a,
  attribute: 0x3a,
} as const
/** Tag of `exemplars` in the data point of each type; a summary has none. */
const exemplarTag: Readonly<Record<MetricType, number>> = {
  GAUGE: 0x2a,
  SUM: 0x2a,
  SUMMARY: 0,
  HISTOGRAM: 0x42,
  EXPONENTIAL: 0x5a,
}

/** Tag of `attributes` in the data point of each type. */
export const attributeTag: Readonly<Record<MetricType, number>> = {
  GAUGE: 0x3a,
  SUM: 0x3a,
  SUMMARY: 0x3a,
  HISTOGRAM: 0x4a,
  EXPONENTIAL: 0x0a,
}

/** Reads one field of a data point, its tag already read; attributes are the caller's. */
export function readPointField(
  reader: ProtobufReader,
  tag: number,
  type: MetricType,
  point: MetricPoint,
): void {
  if (tag === TIME) {
    reader.fixed64()
    point.timeMs = millisOfNanos(reader.lo, reader.hi)
  } else if (tag === exemplarTag[type]) point.exemplars.push(readExemplar(reader))
  else if (type === 'GAUGE' || type === 'SUM') readNumber(reader, tag, point)
  else if (tag === COUNT) point.count = reader.ufixed64()
  else if (tag === SUM) point.sum = reader.double()
  else if (type === 'HISTOGRAM') readHistogram(reader, tag, point)
  else if (type === 'EXPONENTIAL') readExponential(reader, tag, point)
  else readSummary(reader, tag, point)
}

function readNumber(reader: ProtobufReader, tag: number, point: MetricPoint): void {
  if (tag === AS_DOUBLE) point.value = reader.double()
  else if (tag === AS_INT) point.value = reader.sfixed64()
  else if (tag === NUMBER_FLAGS) point.flags = reader.uint32()
  else reader.skip(tag)
}

function readHistogram(reader: ProtobufReader, tag: number, point: MetricPoint): void {
  if (tag === HISTOGRAM.counts) packed(reader, () => point.counts.push(reader.ufixed64()))
  else if (tag === HISTOGRAM.count) point.counts.push(reader.ufixed64())
  else if (tag === HISTOGRAM.bounds) packed(reader, () => point.bounds.push(reader.double()))
  else if (tag === HISTOGRAM.bound) point.bounds.push(reader.double())
  else if (tag === HISTOGRAM.flags) point.flags = reader.uint32()
  else reader.skip(tag)
}

function readExponential(reader: ProtobufReader, tag: number, point: MetricPoint): void {
  if (tag === EXPONENTIAL.scale) point.scale = reader.sint32()
  else if (tag === EXPONENTIAL.zeroCount) point.zeroCount = reader.ufixed64()
  else if (tag === EXPONENTIAL.zeroThreshold) point.zeroThreshold = reader.double()
  else if (tag === EXPONENTIAL.positive) readSide(reader, point.positive)
  else if (tag === EXPONENTIAL.negative) readSide(reader, point.negative)
  else if (tag === EXPONENTIAL.flags) point.flags = reader.uint32()
  else reader.skip(tag)
}

function readSide(reader: ProtobufReader, side: ExponentialSide): void {
  const outer = reader.enter()
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === SIDE.offset) side.offset = reader.sint32()
    else if (tag === SIDE.counts) packed(reader, () => side.counts.push(reader.uint64()))
    else if (tag === SIDE.count) side.counts.push(reader.uint64())
    else reader.skip(tag)
  }
  reader.leave(outer)
}

function readSummary(reader: ProtobufReader, tag: number, point: MetricPoint): void {
  if (tag === SUMMARY.flags) point.flags = reader.uint32()
  else if (tag === SUMMARY.quantile) {
    const outer = reader.enter()
    let quantile = 0
    let value = 0
    while (reader.pos < reader.end) {
      const inner = reader.tag()
      if (inner === QUANTILE.quantile) quantile = reader.double()
      else if (inner === QUANTILE.value) value = reader.double()
      else reader.skip(inner)
    }
    reader.leave(outer)
    point.quantiles.push(quantile)
    point.quantileValues.push(value)
  } else reader.skip(tag)
}

function packed(reader: ProtobufReader, readOne: () => void): void {
  const outer = reader.enter()
  while (reader.pos < reader.end) {
    reader.spend()
    readOne()
  }
  reader.leave(outer)
}

function readExemplar(reader: ProtobufReader): RawExemplar {
  reader.spend()
  const outer = reader.enter()
  const attributes: Attribute[] = []
  const exemplar = { timeMs: 0, value: 0, traceId: '', spanId: '', attributes }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === EXEMPLAR.time) {
      reader.fixed64()
      exemplar.timeMs = millisOfNanos(reader.lo, reader.hi)
    } else if (tag === EXEMPLAR.asDouble) exemplar.value = reader.double()
    else if (tag === EXEMPLAR.asInt) exemplar.value = reader.sfixed64()
    else if (tag === EXEMPLAR.trace) exemplar.traceId = readHex(reader)
    else if (tag === EXEMPLAR.span) exemplar.spanId = readHex(reader)
    else if (tag === EXEMPLAR.attribute) attributes.push(readAttribute(reader))
    else reader.skip(tag)
  }
  reader.leave(outer)
  return exemplar
}
