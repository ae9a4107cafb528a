import { isUtf8 } from 'node:buffer'
import { isFault } from '../../../kernel/fault.ts'
import type { SeriesRef } from '../../../port/metric-store.ts'
import { invalid, type LabelLimits, LabelSet } from '../label-set.ts'
import { doubleOf, type ProtobufReader } from '../wire/protobuf-reader.ts'
import { HISTOGRAM_TIME, readHistogram } from './native-histogram.ts'
import type { SampleSink } from './sample-sink.ts'

// Field number · 8 + wire type, the same in remote write 1.0 and 2.0.
export const SERIES_SAMPLES = 0x12
const SAMPLE_VALUE = 0x09
const SAMPLE_TIME = 0x10
const EXEMPLAR_VALUE = 0x11
const EXEMPLAR_TIME = 0x18

/** How the two versions differ in a TimeSeries: the tags of its histograms and exemplars, and how an exemplar's labels are read. */
export type SeriesForm = {
  histograms: number
  exemplars: number
  /** One field of an exemplar, its tag read; false when it is none of its labels. Throws INVALID_LABELS. */
  exemplarLabel(reader: ProtobufReader, tag: number, set: LabelSet): boolean
  /** Behind the last field of an exemplar. Throws INVALID_LABELS. */
  exemplarEnd?(set: LabelSet): void
}

/**
 * The one sample of a series, if that is all there is left of it and written as every sender writes it: tag, length of one byte,
 * value, time, neither of them zero. False when it is not; then nothing was read.
 */
export function readOnlySample(reader: ProtobufReader, ref: SeriesRef, sink: SampleSink): boolean {
  const { bytes, pos, end } = reader
  if (
    bytes[pos] !== SERIES_SAMPLES ||
    pos + 2 + bytes[pos + 1]! !== end ||
    bytes[pos + 2] !== SAMPLE_VALUE ||
    bytes[pos + 11] !== SAMPLE_TIME ||
    pos + 12 >= end
  )
    return false
  reader.pos = pos + 3
  reader.fixed64()
  const { lo, hi } = reader
  reader.pos = pos + 12
  const timeMs = reader.int64()
  if (reader.pos !== end) {
    reader.pos = pos
    return false
  }
  sink.push(ref, timeMs, lo, hi)
  return true
}

/** One field of a series, its tag read, if it is something to write; `ref` NONE where `SampleSink.isTimely` is known to say no. */
export function readItem(
  reader: ProtobufReader,
  tag: number,
  ref: SeriesRef,
  sink: SampleSink,
  form: SeriesForm,
  limits: LabelLimits,
): boolean {
  if (tag === SERIES_SAMPLES) readSample(reader, ref, sink)
  else if (tag === form.histograms) noted(sink, () => readOneHistogram(reader, ref, sink))
  else if (tag === form.exemplars) readExemplar(reader, ref, sink, form, limits)
  else return false
  return true
}

/** The time of one sample, histogram or exemplar, as `readItem` will see it; NaN for any other field. Reads over it. */
export function timeOfItem(reader: ProtobufReader, tag: number, form: SeriesForm, sink: SampleSink): number {
  if (tag === SERIES_SAMPLES) return timeOf(reader, SAMPLE_TIME)
  if (tag === form.histograms) return timeOf(reader, HISTOGRAM_TIME)
  if (tag === form.exemplars) return timeOf(reader, EXEMPLAR_TIME) || sink.nowMs
  reader.skip(tag)
  return Number.NaN
}

export function strictText(reader: ProtobufReader): string {
  const stop = reader.stop()
  const text = utf8(reader.bytes, reader.pos, stop)
  reader.pos = stop
  return text
}

/** Throws INVALID_LABELS for what is no UTF-8. */
export function utf8(bytes: Buffer, start: number, stop: number): string {
  const text = bytes.toString('utf8', start, stop)
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, stop)))
    throw invalid('A label is not valid UTF-8.')
  return text
}

function timeOf(reader: ProtobufReader, timeTag: number): number {
  const outer = reader.enter()
  let timeMs = 0
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === timeTag) timeMs = reader.int64()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return timeMs
}

/** Fields in any order, absent ones zero. */
function readSample(reader: ProtobufReader, ref: SeriesRef, sink: SampleSink): void {
  const outer = reader.enter()
  let lo = 0
  let hi = 0
  let timeMs = 0
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === SAMPLE_VALUE) {
      reader.fixed64()
      lo = reader.lo
      hi = reader.hi
    } else if (tag === SAMPLE_TIME) timeMs = reader.int64()
    else reader.skip(tag)
  }
  reader.leave(outer)
  sink.push(ref, timeMs, lo, hi)
}

function readOneHistogram(reader: ProtobufReader, ref: SeriesRef, sink: SampleSink): void {
  const { timeMs, histogram } = readHistogram(reader)
  sink.pushHistogram(ref, timeMs, histogram)
}

/** An exemplar without a time is of the time of receipt. */
function readExemplar(
  reader: ProtobufReader,
  ref: SeriesRef,
  sink: SampleSink,
  form: SeriesForm,
  limits: LabelLimits,
): void {
  const outer = reader.enter()
  const stop = reader.end
  noted(sink, () => {
    const set = new LabelSet(limits)
    let value = 0
    let timeMs = 0
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === EXEMPLAR_VALUE) {
        reader.fixed64()
        value = doubleOf(reader.lo, reader.hi)
      } else if (tag === EXEMPLAR_TIME) timeMs = reader.int64()
      else if (!form.exemplarLabel(reader, tag, set)) reader.skip(tag)
    }
    form.exemplarEnd?.(set)
    sink.pushExemplar(ref, timeMs || sink.nowMs, value, set.labels)
  })
  // A label that was refused may have left the reader anywhere in it.
  reader.end = stop
  reader.leave(outer)
}

/** Runs; what is wrong with one item alone is noted, what is wrong with the whole body or too much of it is thrown. */
function noted(sink: SampleSink, read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!isFault(error) || error.code === 'INVALID_REQUEST' || error.code === 'BODY_TOO_LARGE') throw error
    sink.rejections.add(error)
  }
}
