import type { Labels } from '@aiops/contract/model/label'
import { ProtobufWriter } from '../../kernel/protobuf-writer.ts'
import type { NativeHistogram } from '../../port/metric-store.ts'

/** Samples of one series; `values` keep their exact bits. */
export type WrittenSeries = {
  labels: Labels
  timesMs: ArrayLike<number>
  values: Float64Array
  histograms?: { timesMs: ArrayLike<number>; histograms: readonly NativeHistogram[] }
}

const resets = { UNKNOWN: 0, YES: 1, NO: 2, GAUGE: 3 } as const

/** A WriteRequest of remote write 1.0 (prometheus, `prompb/remote.proto`), not compressed. */
export function encodeWriteRequest(series: readonly WrittenSeries[]): Buffer {
  const out = new ProtobufWriter()
  for (const one of series) out.message(0x0a, () => writeSeries(out, one))
  return Buffer.from(out.bytes())
}

/** The fields of a TimeSeries message (`prompb/types.proto`). */
export function writeSeries(
  out: ProtobufWriter,
  { labels, timesMs, values, histograms }: WrittenSeries,
): void {
  writeLabels(out, 0x0a, labels)
  for (let at = 0; at < timesMs.length; at += 1)
    out.message(0x12, () => {
      out.doubleOf(0x09, values, at)
      out.int(0x10, timesMs[at]!)
    })
  histograms?.histograms.forEach((histogram, at) => {
    out.message(0x22, () => writeHistogram(out, histogram, histograms.timesMs[at]!))
  })
}

/** Sorted by name, as every reader of Prometheus' protocols expects. */
export function writeLabels(out: ProtobufWriter, tag: number, labels: Labels): void {
  for (const name of Object.keys(labels).sort())
    out.message(tag, () => {
      out.text(0x0a, name)
      out.text(0x12, labels[name] ?? '')
    })
}

/** Counts are doubles here, so every histogram is one of floats. */
function writeHistogram(out: ProtobufWriter, histogram: NativeHistogram, timeMs: number): void {
  out.double(0x11, histogram.count)
  out.double(0x19, histogram.sum)
  out.sint(0x20, histogram.schema)
  out.double(0x29, histogram.zeroThreshold)
  out.double(0x39, histogram.zeroCount)
  writeSide(out, histogram.negative, 0x42, 0x52)
  writeSide(out, histogram.positive, 0x5a, 0x6a)
  out.int(0x70, resets[histogram.reset])
  out.int(0x78, timeMs)
  if (histogram.bounds) out.doubles(0x82, histogram.bounds)
}

/** Runs of neighbouring buckets as spans: how far behind the one before, and how many. */
function writeSide(
  out: ProtobufWriter,
  { indexes, counts }: NativeHistogram['positive'],
  spanTag: number,
  countTag: number,
): void {
  let end = 0
  for (let at = 0; at < indexes.length; ) {
    const first = indexes[at]!
    let length = 1
    while (indexes[at + length] === first + length) length += 1
    const offset = first - end
    out.message(spanTag, () => {
      out.sint(0x08, offset)
      out.int(0x10, length)
    })
    end = first + length
    at += length
  }
  out.doubles(countTag, counts)
}
