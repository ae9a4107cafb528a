import { isFault } from '../../../kernel/fault.ts'
import type { RawExemplar } from './exemplar.ts'
import {
  attributesOf,
  child,
  double,
  doubleOf,
  eachChild,
  flag,
  int64,
  int64Of,
  type JsonObject,
  listOf,
  millis,
  objectOf,
  scopeOf,
  text,
} from './json-field.ts'
import { type ExponentialSide, type MetricHeader, MetricPoint, type MetricType } from './metric-point.ts'
import type { MetricWriter, ResourceLabels } from './metric-writer.ts'

const fields: readonly (readonly [string, MetricType])[] = [
  ['gauge', 'GAUGE'],
  ['sum', 'SUM'],
  ['histogram', 'HISTOGRAM'],
  ['exponentialHistogram', 'EXPONENTIAL'],
  ['summary', 'SUMMARY'],
]

const DELTA = 1n

/** ExportMetricsServiceRequest in JSON, to the writer, point by point. */
export function readJsonMetrics(body: unknown, writer: MetricWriter): void {
  eachChild(objectOf(body, ''), 'resourceMetrics', '', (group, path) => {
    const resource = child(group, 'resource', path)
    const labels = writer.resourceLabels(resource ? attributesOf(resource, `${path}.resource`) : [])
    eachChild(group, 'scopeMetrics', path, (scope, scopePath) => {
      const own = writer.promotesScope ? writer.scopeLabels(labels, scopeOf(scope, scopePath)) : labels
      eachChild(scope, 'metrics', scopePath, (metric, metricPath) =>
        readMetric(metric, metricPath, own, writer),
      )
    })
  })
}

function readMetric(metric: JsonObject, path: string, labels: ResourceLabels, writer: MetricWriter): void {
  const found = fields.findLast(([name]) => metric[name] !== undefined && metric[name] !== null)
  if (!found) return
  const [field, type] = found
  const data = objectOf(metric[field], `${path}.${field}`)
  const header: MetricHeader = {
    name: text(metric, 'name', path),
    unit: text(metric, 'unit', path),
    type,
    delta: type !== 'GAUGE' && type !== 'SUMMARY' && int64(data, 'aggregationTemporality', path) === DELTA,
    monotonic: type === 'SUM' && flag(data, 'isMonotonic', path),
  }
  const point = new MetricPoint()
  eachChild(data, 'dataPoints', `${path}.${field}`, (item, where) => {
    point.reset()
    fill(point, item, where, type)
    const attributes = attributesOf(item, where)
    try {
      writer.checkTime(point.timeMs)
      writer.write(writer.open(header, labels, attributes), point)
    } catch (error) {
      if (!isFault(error) || error.code === 'BODY_TOO_LARGE') throw error
      writer.reject(error)
    }
  })
}

function fill(point: MetricPoint, item: JsonObject, path: string, type: MetricType): void {
  point.timeMs = millis(item, 'timeUnixNano', path)
  point.flags = Number(BigInt.asUintN(32, int64(item, 'flags', path)))
  if (type !== 'SUMMARY')
    eachChild(item, 'exemplars', path, (exemplar, where) =>
      point.exemplars.push(readExemplar(exemplar, where)),
    )
  if (type === 'GAUGE' || type === 'SUM') {
    point.value = numberOf(item, path)
    return
  }
  point.count = unsigned(int64(item, 'count', path))
  point.sum = double(item, 'sum', path)
  if (type === 'HISTOGRAM') {
    for (const count of listOf(item, 'bucketCounts', path))
      point.counts.push(unsigned(int64Of(count, `${path}.bucketCounts`)))
    for (const bound of listOf(item, 'explicitBounds', path))
      point.bounds.push(doubleOf(bound, `${path}.explicitBounds`))
  } else if (type === 'EXPONENTIAL') {
    point.scale = Number(BigInt.asIntN(32, int64(item, 'scale', path)))
    point.zeroCount = unsigned(int64(item, 'zeroCount', path))
    point.zeroThreshold = double(item, 'zeroThreshold', path) ?? 0
    fillSide(point.positive, child(item, 'positive', path), `${path}.positive`)
    fillSide(point.negative, child(item, 'negative', path), `${path}.negative`)
  } else fillSummary(point, item, path)
}

function fillSide(side: ExponentialSide, buckets: JsonObject | undefined, path: string): void {
  if (!buckets) return
  side.offset = Number(BigInt.asIntN(32, int64(buckets, 'offset', path)))
  for (const count of listOf(buckets, 'bucketCounts', path))
    side.counts.push(unsigned(int64Of(count, `${path}.bucketCounts`)))
}

function fillSummary(point: MetricPoint, item: JsonObject, path: string): void {
  point.sum ??= 0
  eachChild(item, 'quantileValues', path, (quantile, where) => {
    point.quantiles.push(double(quantile, 'quantile', where) ?? 0)
    point.quantileValues.push(double(quantile, 'value', where) ?? 0)
  })
}

function readExemplar(item: JsonObject, path: string): RawExemplar {
  return {
    timeMs: millis(item, 'timeUnixNano', path),
    value: numberOf(item, path) ?? 0,
    traceId: text(item, 'traceId', path).toLowerCase(),
    spanId: text(item, 'spanId', path).toLowerCase(),
    attributes: attributesOf(item, path, 'filteredAttributes'),
  }
}

const numberOf = (item: JsonObject, path: string): number | undefined =>
  item.asInt === undefined || item.asInt === null
    ? double(item, 'asDouble', path)
    : signed(int64(item, 'asInt', path))
const signed = (value: bigint): number => Number(BigInt.asIntN(64, value))
const unsigned = (value: bigint): number => Number(BigInt.asUintN(64, value))
