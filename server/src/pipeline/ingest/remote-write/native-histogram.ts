import { Fault } from '../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import { doubleOf, type ProtobufReader } from '../wire/protobuf-reader.ts'

// Field number · 8 + wire type, of Histogram and BucketSpan; the same in prompb/types.proto (1.0) and io/prometheus/write/v2 (2.0).
const COUNT_INT = 0x08
const COUNT_FLOAT = 0x11
const SUM = 0x19
const SCHEMA = 0x20
const ZERO_THRESHOLD = 0x29
const ZERO_COUNT_INT = 0x30
const ZERO_COUNT_FLOAT = 0x39
const RESET_HINT = 0x70
export const HISTOGRAM_TIME = 0x78
const SPAN_OFFSET = 0x08
const SPAN_LENGTH = 0x10
/** Field numbers of what is repeated: packed or not. */
const NEGATIVE_SPANS = 8
const NEGATIVE_DELTAS = 9
const NEGATIVE_COUNTS = 10
const POSITIVE_SPANS = 11
const POSITIVE_DELTAS = 12
const POSITIVE_COUNTS = 13
const CUSTOM_VALUES = 16

const CUSTOM_SCHEMA = -53
/** Spans, buckets and bounds of one histogram together: far more than any client makes (160 buckets by default). */
const ELEMENTS_MAX = 16_384
const resets = ['UNKNOWN', 'YES', 'NO', 'GAUGE'] as const

type Side = { spans: number[]; deltas: number[]; counts: number[] }
type Raw = {
  timeMs: number
  isFloat: boolean
  count: number
  sum: number
  schema: number
  zeroThreshold: number
  zeroCount: number
  reset: number
  positive: Side
  negative: Side
  bounds: number[]
}

/**
 * Reads one Histogram message, its tag already read: integer or float, exponential or with custom buckets. What it says of itself must
 * agree (counts with buckets, spans with counts), as Prometheus demands (model/histogram, Validate): throws INVALID_SAMPLE where not,
 * behind the message.
 */
export function readHistogram(reader: ProtobufReader): { timeMs: number; histogram: NativeHistogram } {
  const outer = reader.enter()
  const raw = readFields(reader)
  reader.leave(outer)
  if (raw === undefined) throw invalid(`more than ${ELEMENTS_MAX} spans and buckets`)
  const positive = bucketsOf(raw.positive, raw.isFloat)
  const negative = bucketsOf(raw.negative, raw.isFloat)
  checkCounts(raw, positive.total + negative.total + raw.zeroCount)
  if (raw.schema === CUSTOM_SCHEMA) checkCustom(raw, positive.last)
  else if (raw.schema < -4 || raw.schema > 8) throw invalid(`the unknown schema ${raw.schema}`)
  else if (raw.bounds.length > 0) throw invalid('custom bounds with an exponential schema')
  const { timeMs, count, sum, schema, zeroThreshold, zeroCount } = raw
  return {
    timeMs,
    histogram: {
      schema,
      count,
      sum,
      zeroThreshold,
      zeroCount,
      positive: positive.buckets,
      negative: negative.buckets,
      ...(schema === CUSTOM_SCHEMA ? { bounds: Float64Array.from(raw.bounds) } : {}),
      reset: resets[raw.reset] ?? 'UNKNOWN',
    },
  }
}

/** Undefined when there are too many buckets; the rest is not read then. */
function readFields(reader: ProtobufReader): Raw | undefined {
  const side = (): Side => ({ spans: [], deltas: [], counts: [] })
  const raw: Raw = {
    timeMs: 0,
    isFloat: false,
    count: 0,
    sum: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    reset: 0,
    positive: side(),
    negative: side(),
    bounds: [],
  }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (!readScalar(reader, tag, raw) && !readRepeated(reader, tag, raw)) reader.skip(tag)
    if (sizeOf(raw) > ELEMENTS_MAX) return undefined
  }
  return raw
}

const sizeOf = ({ positive, negative, bounds }: Raw): number => {
  const of = ({ spans, deltas, counts }: Side): number => spans.length + deltas.length + counts.length
  return of(positive) + of(negative) + bounds.length
}

function readScalar(reader: ProtobufReader, tag: number, raw: Raw): boolean {
  switch (tag) {
    case COUNT_INT:
      raw.count = reader.uint64()
      raw.isFloat = false
      return true
    case COUNT_FLOAT:
      raw.count = reader.double()
      raw.isFloat = true
      return true
    case SUM:
      reader.fixed64()
      raw.sum = doubleOf(reader.lo, reader.hi)
      return true
    case SCHEMA:
      raw.schema = reader.sint32()
      return true
    case ZERO_THRESHOLD:
      raw.zeroThreshold = reader.double()
      return true
    case ZERO_COUNT_INT:
      raw.zeroCount = reader.uint64()
      return true
    case ZERO_COUNT_FLOAT:
      raw.zeroCount = reader.double()
      return true
    case RESET_HINT:
      raw.reset = reader.uint32()
      return true
    case HISTOGRAM_TIME:
      raw.timeMs = reader.int64()
      return true
    default:
      return false
  }
}

function readRepeated(reader: ProtobufReader, tag: number, raw: Raw): boolean {
  switch (tag >>> 3) {
    case NEGATIVE_SPANS:
      return readSpan(reader, tag, raw.negative.spans)
    case NEGATIVE_DELTAS:
      return readDeltas(reader, tag, raw.negative.deltas)
    case NEGATIVE_COUNTS:
      return readDoubles(reader, tag, raw.negative.counts)
    case POSITIVE_SPANS:
      return readSpan(reader, tag, raw.positive.spans)
    case POSITIVE_DELTAS:
      return readDeltas(reader, tag, raw.positive.deltas)
    case POSITIVE_COUNTS:
      return readDoubles(reader, tag, raw.positive.counts)
    case CUSTOM_VALUES:
      return readDoubles(reader, tag, raw.bounds)
    default:
      return false
  }
}

/** Appends offset and length. */
function readSpan(reader: ProtobufReader, tag: number, spans: number[]): boolean {
  if ((tag & 7) !== 2) return false
  const outer = reader.enter()
  let offset = 0
  let length = 0
  while (reader.pos < reader.end) {
    const field = reader.tag()
    if (field === SPAN_OFFSET) offset = reader.sint32()
    else if (field === SPAN_LENGTH) length = reader.uint32()
    else reader.skip(field)
  }
  reader.leave(outer)
  spans.push(offset, length)
  return true
}

function readDeltas(reader: ProtobufReader, tag: number, deltas: number[]): boolean {
  return readPacked(reader, tag, 0, deltas, sint64)
}
function readDoubles(reader: ProtobufReader, tag: number, values: number[]): boolean {
  return readPacked(reader, tag, 1, values, double)
}
const double = (reader: ProtobufReader): number => reader.double()

/** A zigzag 64-bit varint, exact within ±2⁵³. */
function sint64(reader: ProtobufReader): number {
  reader.varint64()
  const half = (reader.hi * 4_294_967_296 + (reader.lo - (reader.lo & 1))) / 2
  return reader.lo & 1 ? -half - 1 : half
}

/** A repeated scalar of wire type `single`, packed or one by one; stops storing, not reading, when there are far too many. */
function readPacked(
  reader: ProtobufReader,
  tag: number,
  single: number,
  to: number[],
  read: (reader: ProtobufReader) => number,
): boolean {
  const keep = (): void => {
    const value = read(reader)
    if (to.length <= ELEMENTS_MAX) to.push(value)
  }
  if ((tag & 7) === single) {
    keep()
    return true
  }
  if ((tag & 7) !== 2) return false
  const outer = reader.enter()
  while (reader.pos < reader.end) keep()
  reader.leave(outer)
  return true
}

type Buckets = { buckets: NativeHistogram['positive']; total: number; last: number }

/** Absolute indexes and counts of the buckets that are not empty; `last` is the index after the last span. */
function bucketsOf({ spans, deltas, counts }: Side, isFloat: boolean): Buckets {
  const given = isFloat ? counts : deltas
  const indexes: number[] = []
  const values: number[] = []
  let at = 0
  let index = 0
  let total = 0
  let count = 0
  for (let span = 0; span < spans.length; span += 2) {
    const offset = spans[span]!
    const length = spans[span + 1]!
    if (span > 0 && offset < 0) throw invalid('a span that begins before the end of the one before')
    if (at + length > given.length) throw invalid('spans for more buckets than it has')
    index += offset
    for (const stop = at + length; at < stop; at += 1) {
      count = isFloat ? given[at]! : count + given[at]!
      if (count < 0) throw invalid('a bucket with a negative count')
      if (count !== 0) {
        indexes.push(index)
        values.push(count)
      }
      total += count
      index += 1
    }
    if (Math.abs(index) > 0x7fff_ffff) throw invalid('a bucket beyond the 32-bit range')
  }
  if (at !== given.length) throw invalid('more buckets than its spans have room for')
  return {
    buckets: { indexes: Int32Array.from(indexes), counts: Float64Array.from(values) },
    total,
    last: index,
  }
}

/** Integer counts must add up; where observations were NaN, which have no bucket, the count may be higher. Floats are estimates. */
function checkCounts({ isFloat, count, sum, zeroCount }: Raw, inBuckets: number): void {
  if (count < 0 || zeroCount < 0) throw invalid('a negative count')
  if (isFloat) return
  const fits = Number.isNaN(sum) ? inBuckets <= count : inBuckets === count
  if (!fits) throw invalid(`a count of ${count} but ${inBuckets} observations in its buckets`)
}

function checkCustom({ bounds, negative, zeroCount, zeroThreshold, positive }: Raw, last: number): void {
  if (zeroCount !== 0 || zeroThreshold !== 0) throw invalid('custom bounds and a zero bucket')
  if (negative.spans.length > 0) throw invalid('custom bounds and negative buckets')
  if ((positive.spans[0] ?? 0) < 0 || last > bounds.length + 1) throw invalid('buckets without a bound')
  let before = Number.NEGATIVE_INFINITY
  for (const bound of bounds) {
    if (!(bound > before) || bound === Number.POSITIVE_INFINITY)
      throw invalid('custom bounds that do not rise, or are not finite')
    before = bound
  }
}

const invalid = (what: string): Fault =>
  new Fault('INVALID_SAMPLE', `A native histogram has ${what}, so it cannot be right.`)
