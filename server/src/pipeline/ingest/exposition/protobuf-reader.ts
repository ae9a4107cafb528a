import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { type Family, type FamilyType, unitOf } from './family.ts'
import { type NativeParts, nativeHistogramOf, newNativeParts, readNativeField } from './native-histogram.ts'
import type { LabelPairs } from './series-key.ts'
import { type HistogramSink, type ProtobufExemplar, SeriesWriter } from './series-writer.ts'
import type { Layout, TargetMemory } from './target-memory.ts'

// Field number · 8 + wire type, of io.prometheus.client (prometheus/client_model, metrics.proto).
const FAMILY_NAME = 0x0a
const FAMILY_TYPE = 0x18
const FAMILY_METRIC = 0x22
const FAMILY_UNIT = 0x2a
const METRIC_LABEL = 0x0a
const METRIC_GAUGE = 0x12
const METRIC_COUNTER = 0x1a
const METRIC_SUMMARY = 0x22
const METRIC_UNTYPED = 0x2a
const METRIC_TIME = 0x30
const METRIC_HISTOGRAM = 0x3a

/** MetricType by number. */
const types: readonly FamilyType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram']

type Bucket = { count: number; bound: number; exemplar: ProtobufExemplar | undefined }
type Metric = {
  labels: LabelPairs
  timeMs: number
  value: number
  exemplar: ProtobufExemplar | undefined
  quantiles: { quantile: number; value: number }[]
  buckets: Bucket[]
  native: NativeParts | undefined
  exemplars: ProtobufExemplar[]
  count: number
  sum: number
}

/**
 * The delimited protobuf form: each metric family with its length before it. Series are named by the text they would have in
 * OpenMetrics, so that one memory serves all formats. `classic`: a native histogram's classic buckets are taken as well.
 */
export function readProtobuf(
  body: Buffer,
  start: number,
  memory: TargetMemory,
  sink: HistogramSink,
  options: { trackTimed: boolean; classic: boolean },
): { layout: Layout; scraped: number; found: number } {
  const reader = new ProtobufReader(body, start)
  const writer = new SeriesWriter(memory, sink, options.trackTimed)
  while (reader.pos < reader.end) {
    const outer = reader.enter()
    readFamily(reader, writer, options.classic)
    reader.leave(outer)
  }
  return { layout: writer.layout(), scraped: writer.scraped, found: writer.found }
}

function readFamily(reader: ProtobufReader, writer: SeriesWriter, classic: boolean): void {
  const start = reader.pos
  const family: Family = { name: '', type: 'counter', unit: '' }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === FAMILY_NAME) family.name = reader.text()
    else if (tag === FAMILY_TYPE) family.type = types[reader.uint32()] ?? 'unknown'
    else if (tag === FAMILY_UNIT) family.unit = unitOf(reader.text())
    else reader.skip(tag)
  }
  reader.pos = start
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag !== FAMILY_METRIC) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    writeMetric(readMetric(reader), family, writer, classic)
    reader.leave(outer)
  }
}

function readMetric(reader: ProtobufReader): Metric {
  const metric: Metric = {
    labels: [],
    timeMs: Number.NaN,
    value: 0,
    exemplar: undefined,
    quantiles: [],
    buckets: [],
    native: undefined,
    exemplars: [],
    count: 0,
    sum: 0,
  }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === METRIC_TIME) {
      const timeMs = reader.int64()
      if (timeMs !== 0) metric.timeMs = timeMs
    } else if (tag === METRIC_LABEL) within(reader, () => metric.labels.push(readLabel(reader)))
    else if (tag === METRIC_GAUGE || tag === METRIC_COUNTER || tag === METRIC_UNTYPED)
      within(reader, () => readValue(reader, metric))
    else if (tag === METRIC_SUMMARY) within(reader, () => readSummary(reader, metric))
    else if (tag === METRIC_HISTOGRAM) within(reader, () => readHistogram(reader, metric))
    else reader.skip(tag)
  }
  return metric
}

function within(reader: ProtobufReader, read: () => void): void {
  const outer = reader.enter()
  read()
  reader.leave(outer)
}

function readLabel(reader: ProtobufReader): [string, string] {
  let name = ''
  let value = ''
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x0a) name = reader.text()
    else if (tag === 0x12) value = reader.text()
    else reader.skip(tag)
  }
  return [name, value]
}

/** Gauge, Counter and Untyped alike: a value, for a counter an exemplar too. */
function readValue(reader: ProtobufReader, metric: Metric): void {
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x09) metric.value = reader.double()
    else if (tag === 0x12) within(reader, () => (metric.exemplar = readExemplar(reader)))
    else reader.skip(tag)
  }
}

function readSummary(reader: ProtobufReader, metric: Metric): void {
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) metric.count = reader.uint64()
    else if (tag === 0x11) metric.sum = reader.double()
    else if (tag === 0x1a)
      within(reader, () => {
        const point = { quantile: 0, value: 0 }
        while (reader.pos < reader.end) {
          const inner = reader.tag()
          if (inner === 0x09) point.quantile = reader.double()
          else if (inner === 0x11) point.value = reader.double()
          else reader.skip(inner)
        }
        metric.quantiles.push(point)
      })
    else reader.skip(tag)
  }
}

function readHistogram(reader: ProtobufReader, metric: Metric): void {
  const native = newNativeParts()
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) metric.count = reader.uint64()
    else if (tag === 0x11) metric.sum = reader.double()
    else if (tag === 0x21) metric.count = reader.double()
    else if (tag === 0x1a) within(reader, () => metric.buckets.push(readBucket(reader)))
    else if (tag === 0x82) within(reader, () => metric.exemplars.push(readExemplar(reader)))
    else if (!readNativeField(reader, tag, native)) reader.skip(tag)
  }
  if (native.present) metric.native = native
}

function readBucket(reader: ProtobufReader): Bucket {
  const bucket: Bucket = { count: 0, bound: 0, exemplar: undefined }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) bucket.count = reader.uint64()
    else if (tag === 0x11) bucket.bound = reader.double()
    else if (tag === 0x1a) within(reader, () => (bucket.exemplar = readExemplar(reader)))
    else if (tag === 0x21) bucket.count = reader.double()
    else reader.skip(tag)
  }
  return bucket
}

function readExemplar(reader: ProtobufReader): ProtobufExemplar {
  const exemplar: ProtobufExemplar = { labels: [], value: 0, timeMs: Number.NaN }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x0a) within(reader, () => exemplar.labels.push(readLabel(reader)))
    else if (tag === 0x11) exemplar.value = reader.double()
    else if (tag === 0x1a) within(reader, () => (exemplar.timeMs = readTimestamp(reader)))
    else reader.skip(tag)
  }
  return exemplar
}

/** google.protobuf.Timestamp. */
function readTimestamp(reader: ProtobufReader): number {
  let seconds = 0
  let nanos = 0
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) seconds = reader.int64()
    else if (tag === 0x10) nanos = reader.uint32()
    else reader.skip(tag)
  }
  return seconds * 1_000 + Math.floor(nanos / 1_000_000)
}

function writeMetric(metric: Metric, family: Family, writer: SeriesWriter, classic: boolean): void {
  const { labels, timeMs } = metric
  const write = (suffix: string, value: number, extra: LabelPairs = [], exemplar?: ProtobufExemplar): void =>
    writer.write(family, suffix, [...labels, ...extra], timeMs, value, exemplar)
  if (family.type === 'summary') {
    for (const { quantile, value } of metric.quantiles) write('', value, [['quantile', floatText(quantile)]])
    write('_sum', metric.sum)
    write('_count', metric.count)
    return
  }
  if (family.type !== 'histogram' && family.type !== 'gaugehistogram') {
    write('', metric.value, [], metric.exemplar)
    return
  }
  if (metric.native) {
    const exemplars =
      metric.exemplars.length > 0 ? metric.exemplars : metric.buckets.flatMap((b) => b.exemplar ?? [])
    const histogram = nativeHistogramOf(metric.native, metric, family.type === 'gaugehistogram')
    writer.writeHistogram(family, labels, timeMs, histogram, exemplars)
    if (!classic) return
  }
  for (const { count, bound, exemplar } of metric.buckets)
    write('_bucket', count, [['le', floatText(bound)]], exemplar)
  if (metric.buckets.at(-1)?.bound !== Number.POSITIVE_INFINITY)
    write('_bucket', metric.count, [['le', '+Inf']])
  write('_sum', metric.sum)
  write('_count', metric.count)
}

/** As OpenMetrics writes bounds and quantiles: always with a point or an exponent. */
export function floatText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  if (Number.isNaN(value)) return 'NaN'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21))
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}
