import { isFault } from '../../../kernel/fault.ts'
import { ByteIndex } from '../wire/byte-index.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { type Attribute, VALUES_MAX } from './attribute.ts'
import { type MetricHeader, MetricPoint, type MetricType } from './metric-point.ts'
import type { MetricWriter, PointSeries, ResourceLabels } from './metric-writer.ts'
import { readAttribute, readResource, readScope } from './protobuf-attribute.ts'
import { attributeTag, readPointField } from './protobuf-point.ts'

// collector/metrics/v1/metrics_service.proto and metrics/v1/metrics.proto; field number · 8 + wire type.
const RESOURCE_METRICS = 0x0a
const RESOURCE = 0x0a
const SCOPE_METRICS = 0x12
const SCOPE = 0x0a
const METRICS = 0x12
const NAME = 0x0a
const UNIT = 0x1a
const DATA_POINTS = 0x0a
const TEMPORALITY = 0x10
const MONOTONIC = 0x18
const DELTA = 1

const typeOfTag = new Map<number, MetricType>([
  [0x2a, 'GAUGE'],
  [0x3a, 'SUM'],
  [0x4a, 'HISTOGRAM'],
  [0x52, 'EXPONENTIAL'],
  [0x5a, 'SUMMARY'],
])
const typeNumber: Readonly<Record<MetricType, number>> = {
  GAUGE: 0,
  SUM: 1,
  HISTOGRAM: 2,
  EXPONENTIAL: 3,
  SUMMARY: 4,
}

const NONE = -1
type Known<T> = { id: number; value: T }

/**
 * ExportMetricsServiceRequest in protobuf, to the writer, point by point. Resource, metric and attributes are recognised by their
 * bytes, each under the one above it; only what is new is decoded. What is not laid out in one run is decoded each time.
 */
export class ProtobufMetricReader {
  readonly #writer: MetricWriter
  readonly #resources: ByteIndex
  readonly #metrics: ByteIndex
  readonly #points: ByteIndex
  #resourceLabels: ResourceLabels[] = []
  #headers: MetricHeader[] = []
  #series: PointSeries[] = []
  readonly #point = new MetricPoint()

  constructor(writer: MetricWriter, bounds: { entriesMax: number; bytesMax: number; seed: number }) {
    this.#writer = writer
    this.#resources = new ByteIndex(bounds)
    this.#metrics = new ByteIndex(bounds)
    this.#points = new ByteIndex(bounds)
  }

  read(body: Buffer): void {
    if (this.#resources.full || this.#metrics.full || this.#points.full) this.#forget()
    const reader = new ProtobufReader(body)
    reader.each(RESOURCE_METRICS, () => this.#resourceMetrics(reader))
  }

  #forget(): void {
    for (const index of [this.#resources, this.#metrics, this.#points]) index.clear()
    this.#resourceLabels = []
    this.#headers = []
    this.#series = []
  }

  #resourceMetrics(reader: ProtobufReader): void {
    const { pos: from } = reader
    let start = from
    let stop = from
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag !== RESOURCE) {
        reader.skip(tag)
        continue
      }
      stop = reader.stop()
      start = reader.pos
      reader.pos = stop
    }
    const resource = this.#resource(reader, start, stop)
    reader.pos = from
    reader.each(SCOPE_METRICS, () => {
      const scope = this.#writer.promotesScope ? this.#scope(reader, resource) : resource
      reader.each(METRICS, () => this.#metric(reader, scope))
    })
  }

  /** The resource's labels with those of the scope of this group. */
  #scope(reader: ProtobufReader, resource: Known<ResourceLabels>): Known<ResourceLabels> {
    const { pos: from } = reader
    let scope = resource
    reader.each(SCOPE, () => {
      const { pos: start, end: stop } = reader
      const parent = resource.id + 1
      const found = resource.id === NONE ? NONE : this.#resources.find(parent, reader.bytes, start, stop)
      if (found !== NONE) {
        scope = { id: found, value: this.#resourceLabels[found]! }
        return
      }
      reader.budget = VALUES_MAX
      const value = this.#writer.scopeLabels(resource.value, readScope(reader, start, stop))
      const id = resource.id === NONE ? NONE : this.#resources.add(parent, reader.bytes, start, stop)
      if (id !== NONE) this.#resourceLabels[id] = value
      scope = { id, value }
    })
    reader.pos = from
    return scope
  }

  #resource(reader: ProtobufReader, start: number, stop: number): Known<ResourceLabels> {
    const found = this.#resources.find(0, reader.bytes, start, stop)
    if (found !== NONE) return { id: found, value: this.#resourceLabels[found]! }
    reader.budget = VALUES_MAX
    const value = this.#writer.resourceLabels(readResource(reader, start, stop))
    const id = this.#resources.add(0, reader.bytes, start, stop)
    if (id !== NONE) this.#resourceLabels[id] = value
    return { id, value }
  }

  #metric(reader: ProtobufReader, resource: Known<ResourceLabels>): void {
    const start = reader.pos
    let type: MetricType | undefined
    let dataTag = start
    let data = start
    let dataStop = start
    while (reader.pos < reader.end) {
      const from = reader.pos
      const tag = reader.tag()
      const found = typeOfTag.get(tag)
      if (found === undefined) {
        reader.skip(tag)
        continue
      }
      type = found
      dataTag = from
      dataStop = reader.stop()
      data = reader.pos
      reader.pos = dataStop
    }
    if (type === undefined) return
    const stop = reader.end
    reader.pos = data
    reader.end = dataStop
    const { delta, monotonic } = readSumFields(reader, type)
    const header = this.#header(
      reader,
      { start, stop, prefixStop: dataStop === stop ? dataTag : start },
      resource,
      { type, delta, monotonic },
    )
    reader.pos = data
    reader.end = dataStop
    reader.each(DATA_POINTS, () => this.#dataPoint(reader, header, resource.value))
    reader.end = stop
    reader.pos = stop
  }

  /** What comes before the data identifies the metric, if nothing follows the data. */
  #header(
    reader: ProtobufReader,
    range: { start: number; stop: number; prefixStop: number },
    resource: Known<ResourceLabels>,
    shape: Omit<MetricHeader, 'name' | 'unit'>,
  ): Known<MetricHeader> {
    const parent =
      resource.id * 32 + typeNumber[shape.type] * 4 + (shape.delta ? 2 : 0) + (shape.monotonic ? 1 : 0)
    const cacheable = resource.id !== NONE && range.prefixStop > range.start
    if (cacheable) {
      const found = this.#metrics.find(parent, reader.bytes, range.start, range.prefixStop)
      if (found !== NONE) return { id: found, value: this.#headers[found]! }
    }
    let name = ''
    let unit = ''
    reader.pos = range.start
    reader.end = range.stop
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === NAME) name = reader.text()
      else if (tag === UNIT) unit = reader.text()
      else reader.skip(tag)
    }
    const value = { name, unit, ...shape }
    const id = cacheable ? this.#metrics.add(parent, reader.bytes, range.start, range.prefixStop) : NONE
    if (id !== NONE) this.#headers[id] = value
    return { id, value }
  }

  #dataPoint(reader: ProtobufReader, header: Known<MetricHeader>, resource: ResourceLabels): void {
    const { type } = header.value
    const wanted = attributeTag[type]
    const point = this.#point
    point.reset()
    // Of a summary the sum is always there; written is only one that is not 0.
    if (type === 'SUMMARY') point.sum = 0
    reader.budget = VALUES_MAX
    const start = reader.pos
    let runStart = start
    let runStop = start
    let runs = 0
    while (reader.pos < reader.end) {
      const from = reader.pos
      const tag = reader.tag()
      if (tag !== wanted) {
        readPointField(reader, tag, type, point)
        continue
      }
      reader.pos = reader.stop()
      if (runs === 0) runStart = from
      if (runs === 0 || runStop !== from) runs += 1
      runStop = reader.pos
    }
    try {
      this.#writer.checkTime(point.timeMs)
      const series = this.#seriesOf(reader, header, resource, { start, runStart, runStop, runs })
      this.#writer.write(series, point)
    } catch (error) {
      if (!isFault(error) || error.code === 'BODY_TOO_LARGE' || error.code === 'INVALID_REQUEST') throw error
      this.#writer.reject(error)
    }
  }

  #seriesOf(
    reader: ProtobufReader,
    header: Known<MetricHeader>,
    resource: ResourceLabels,
    at: { start: number; runStart: number; runStop: number; runs: number },
  ): PointSeries {
    const cacheable = header.id !== NONE && at.runs <= 1
    if (cacheable) {
      const found = this.#points.find(header.id, reader.bytes, at.runStart, at.runStop)
      if (found !== NONE) return this.#series[found]!
    }
    const stop = reader.end
    reader.pos = at.start
    const attributes: Attribute[] = []
    while (reader.pos < stop) {
      const tag = reader.tag()
      if (tag === attributeTag[header.value.type]) attributes.push(readAttribute(reader))
      else reader.skip(tag)
    }
    const series = this.#writer.open(header.value, resource, attributes)
    const id = cacheable ? this.#points.add(header.id, reader.bytes, at.runStart, at.runStop) : NONE
    if (id !== NONE) this.#series[id] = series
    return series
  }
}

/** Temporality and monotonicity stand beside the points, usually behind them. */
function readSumFields(reader: ProtobufReader, type: MetricType): { delta: boolean; monotonic: boolean } {
  let delta = false
  let monotonic = false
  if (type === 'GAUGE' || type === 'SUMMARY') return { delta, monotonic }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === TEMPORALITY) delta = reader.uint32() === DELTA
    else if (tag === MONOTONIC && type === 'SUM') monotonic = reader.uint64() !== 0
    else reader.skip(tag)
  }
  return { delta, monotonic }
}
