/** Samples of one series in the order they were appended; `values` holds exact bits. */
export type SeriesWrite = {
  /** Encoded by `encodeLabels`. */
  labels: Uint8Array
  timesMs: readonly number[]
  values: readonly { of: Float64Array; at: number }[]
}

const text = new TextEncoder()
const labelsField = 0x0a
const samplesField = 0x12

/** The labels of a TimeSeries message of Prometheus remote write 1.0 (prometheus/prometheus, prompb/types.proto). */
export function encodeLabels(pairs: readonly (readonly [string, string])[]): Uint8Array {
  const encoded = pairs.map(([name, value]) => [text.encode(name), text.encode(value)] as const)
  const lengths = encoded.map(([name, value]) => fieldSize(name.length) + fieldSize(value.length))
  const out = new Uint8Array(lengths.reduce((sum, length) => sum + fieldSize(length), 0))
  let at = 0
  encoded.forEach(([name, value], i) => {
    at = head(out, at, labelsField, lengths[i]!)
    at = bytes(out, at, 0x0a, name)
    at = bytes(out, at, 0x12, value)
  })
  return out
}

/** A WriteRequest, not yet compressed. */
export function encodeWrite(series: readonly SeriesWrite[]): Uint8Array {
  const lengths = series.map((one) => seriesSize(one))
  const out = new Uint8Array(lengths.reduce((sum, length) => sum + fieldSize(length), 0))
  let at = 0
  series.forEach((one, i) => {
    at = head(out, at, 0x0a, lengths[i]!)
    out.set(one.labels, at)
    at += one.labels.length
    for (let k = 0; k < one.timesMs.length; k += 1) at = sample(out, at, one.timesMs[k]!, one.values[k]!)
  })
  return out
}

const seriesSize = ({ labels, timesMs }: SeriesWrite): number => {
  let size = labels.length
  for (const timeMs of timesMs) size += fieldSize(10 + varintSize(timeMs))
  return size
}

/** The value is copied as bytes: a number would lose the payload of a NaN, by which Prometheus tells a stale series. */
function sample(
  out: Uint8Array,
  start: number,
  timeMs: number,
  value: { of: Float64Array; at: number },
): number {
  let at = head(out, start, samplesField, 10 + varintSize(timeMs))
  out[at++] = 0x09
  out.set(new Uint8Array(value.of.buffer, value.of.byteOffset + value.at * 8, 8), at)
  at += 8
  out[at++] = 0x10
  return varint(out, at, timeMs)
}

function bytes(out: Uint8Array, start: number, tag: number, value: Uint8Array): number {
  const at = head(out, start, tag, value.length)
  out.set(value, at)
  return at + value.length
}

function head(out: Uint8Array, at: number, tag: number, length: number): number {
  out[at] = tag
  return varint(out, at + 1, length)
}

/** Whole numbers from 0 to 2^53. */
function varint(out: Uint8Array, start: number, value: number): number {
  let at = start
  let left = value
  while (left > 0x7f) {
    out[at++] = (left % 128) | 0x80
    left = Math.floor(left / 128)
  }
  out[at++] = left
  return at
}

const varintSize = (value: number): number => {
  let size = 1
  for (let left = value; left > 0x7f; left = Math.floor(left / 128)) size += 1
  return size
}
const fieldSize = (length: number): number => 1 + varintSize(length) + length
