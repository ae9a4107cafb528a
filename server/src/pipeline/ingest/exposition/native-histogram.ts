import { Fault } from '../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { ProtobufReader } from '../wire/protobuf-reader.ts'

type Side = { offsets: number[]; lengths: number[]; deltas: number[]; counts: number[] }

/** The native part of io.prometheus.client.Histogram, as it is read field by field. */
export type NativeParts = {
  present: boolean
  schema: number
  zeroThreshold: number
  zeroCount: number
  positive: Side
  negative: Side
}

const newSide = (): Side => ({ offsets: [], lengths: [], deltas: [], counts: [] })
export const newNativeParts = (): NativeParts => ({
  present: false,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: newSide(),
  negative: newSide(),
})

/** Buckets of one histogram; senders hold themselves to a few hundred. */
const BUCKETS_MAX = 16_384

/** Reads a field of the native part, its tag already read; false for a field that is none. */
export function readNativeField(reader: ProtobufReader, tag: number, native: NativeParts): boolean {
  switch (tag) {
    case 0x28:
      native.schema = reader.sint32()
      return true
    case 0x31:
      native.zeroThreshold = reader.double()
      native.present ||= native.zeroThreshold > 0
      return true
    case 0x38:
      native.zeroCount = reader.uint64()
      native.present ||= native.zeroCount > 0
      return true
    case 0x41:
      native.zeroCount = reader.double()
      native.present ||= native.zeroCount > 0
      return true
    case 0x4a:
      return readSpan(reader, native, native.negative)
    case 0x62:
      return readSpan(reader, native, native.positive)
    case 0x50:
    case 0x52:
      return readDeltas(reader, tag, native.negative)
    case 0x68:
    case 0x6a:
      return readDeltas(reader, tag, native.positive)
    case 0x59:
    case 0x5a:
      return readCounts(reader, tag, native.negative)
    case 0x71:
    case 0x72:
      return readCounts(reader, tag, native.positive)
    default:
      return false
  }
}

export function nativeHistogramOf(
  native: NativeParts,
  totals: { count: number; sum: number },
  gauge: boolean,
): NativeHistogram {
  if (native.schema < -4 || native.schema > 8)
    throw new Fault(
      'INVALID_SAMPLE',
      `A native histogram has the schema ${native.schema}, which is not known.`,
    )
  return {
    schema: native.schema,
    count: totals.count,
    sum: totals.sum,
    zeroThreshold: native.zeroThreshold,
    zeroCount: native.zeroCount,
    positive: bucketsOf(native.positive),
    negative: bucketsOf(native.negative),
    reset: gauge ? 'GAUGE' : 'UNKNOWN',
  }
}

function readSpan(reader: ProtobufReader, native: NativeParts, side: Side): true {
  const outer = reader.enter()
  let offset = 0
  let length = 0
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) offset = reader.sint32()
    else if (tag === 0x10) length = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  // A span without buckets is how a native histogram without observations says what it is.
  native.present = true
  side.offsets.push(offset)
  side.lengths.push(length)
  return true
}

function readDeltas(reader: ProtobufReader, tag: number, side: Side): true {
  const read = (): void => {
    reader.varint64()
    side.deltas.push(zigzag(reader.lo, reader.hi))
  }
  return packed(reader, tag, read)
}

function readCounts(reader: ProtobufReader, tag: number, side: Side): true {
  return packed(reader, tag, () => side.counts.push(reader.double()))
}

function packed(reader: ProtobufReader, tag: number, read: () => void): true {
  if ((tag & 7) !== 2) read()
  else {
    const outer = reader.enter()
    while (reader.pos < reader.end) read()
    reader.leave(outer)
  }
  return true
}

/** A 64-bit zigzag number, exact within ±2⁵³. */
function zigzag(lo: number, hi: number): number {
  const half = Math.floor(hi / 2) * 4_294_967_296 + (((hi & 1) * 2 ** 31 + (lo >>> 1)) >>> 0)
  return lo & 1 ? -half - 1 : half
}

/** Spans and differences, or absolute counts, to sparse buckets (https://prometheus.io/docs/specs/native_histograms/). */
function bucketsOf(side: Side): NativeHistogram['positive'] {
  const total = side.lengths.reduce((sum, length) => sum + length, 0)
  const written = Math.max(side.deltas.length, side.counts.length)
  if (total !== written || total > BUCKETS_MAX)
    throw new Fault(
      'INVALID_SAMPLE',
      `A native histogram has spans for ${total} buckets and ${written} buckets; at most ${BUCKETS_MAX} are taken.`,
    )
  const indexes: number[] = []
  const counts: number[] = []
  let index = 0
  let at = 0
  let count = 0
  for (const [span, offset] of side.offsets.entries()) {
    index += offset
    for (let bucket = 0; bucket < side.lengths[span]!; bucket += 1) {
      count = side.counts.length > 0 ? side.counts[at]! : count + side.deltas[at]!
      if (count !== 0) {
        indexes.push(index)
        counts.push(count)
      }
      index += 1
      at += 1
    }
  }
  return { indexes: Int32Array.from(indexes), counts: Float64Array.from(counts) }
}
