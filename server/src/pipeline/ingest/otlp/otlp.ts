import { durationMs } from '@aiops/contract/model/time'
import type { StoredLog } from '../../../port/log-store.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { labelLimits } from '../label-set.ts'
import type { EntryReader, ProtocolFactory, ProtocolHandler, TenantScope } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { encodingOf, formatOf, parseJson } from '../wire/body.ts'
import { readJsonMetrics } from './json-metric.ts'
import { readJsonLogs, readJsonSpans } from './json-record.ts'
import { type RawLog, storedLog } from './log.ts'
import { MetricWriter } from './metric-writer.ts'
import { ProtobufMetricReader } from './protobuf-metric.ts'
import { readProtobufLogs, readProtobufSpans } from './protobuf-record.ts'
import { RecordSink } from './record-sink.ts'
import { exportReply, type RejectedField, refusal } from './reply.ts'
import { type RawSpan, storedSpan } from './span.ts'

const signals: readonly { name: string; kind: Entry['kind']; field: RejectedField }[] = [
  { name: 'metrics', kind: 'otlp-metrics', field: 'rejectedDataPoints' },
  { name: 'logs', kind: 'otlp-logs', field: 'rejectedLogRecords' },
  { name: 'traces', kind: 'otlp-traces', field: 'rejectedSpans' },
]

/** OpenTelemetry's protocol over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export const otlp: ProtocolFactory = ({ clock, take }) => {
  const handler =
    (kind: Entry['kind'], field: RejectedField): ProtocolHandler =>
    async ({ tenant, headers, body }) => {
      const format = formatOf(headers, ['protobuf', 'json'])
      const encoding = encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
      const { accepted, rejections } = await take({
        kind,
        tenant,
        body,
        encoding,
        format,
        receivedMs: clock.now(),
      })
      const refused = accepted === 0 ? rejections.fault(0, 'items') : undefined
      return (
        refused ?? exportReply(format, field, { rejected: rejections.count, reason: rejections.sentence })
      )
    }
  return {
    receivers: ['/v1', '/otlp/v1'].flatMap((prefix) =>
      signals.map(({ name, kind, field }) => ({
        path: `${prefix}/${name}`,
        summary: `OTLP/HTTP ${name}, protobuf or JSON.`,
        handle: handler(kind, field),
        refuse: refusal,
      })),
    ),
    readers: { 'otlp-metrics': metricReader, 'otlp-logs': logReader, 'otlp-traces': spanReader },
  }
}

function metricReader({ tenant, catalog, config, promotion, hashSeed }: TenantScope): EntryReader {
  const writer = new MetricWriter(
    tenant,
    catalog,
    {
      labels: labelLimits(config),
      samplesMax: config.items_per_request_max,
      futureMsMax: durationMs(config.sample_future_max),
      ageMsMax: durationMs(config.otlp_age_max),
      bucketsMax: config.histogram_buckets_max,
      exponentialBucketsMax: config.exponential_buckets_max,
      promoteScope: config.promote_scope,
    },
    promotion,
  )
  const protobuf = new ProtobufMetricReader(writer, {
    entriesMax: config.known_series_max,
    bytesMax: config.known_series_bytes_max,
    seed: hashSeed,
  })
  let capacity = 256
  return (body, { format, receivedMs }) => {
    const json = format === 'json' ? parseJson(body) : undefined
    writer.begin(receivedMs, capacity)
    if (format === 'json') readJsonMetrics(json, writer)
    else protobuf.read(body)
    const { columns, ...rest } = writer.finish()
    capacity = Math.ceil(columns.count * 1.1) + 16
    return { samples: columns, ...rest }
  }
}

function logReader({ records }: TenantScope): EntryReader {
  return (body, { format, receivedMs }) => {
    const rejections = new Rejections()
    const sink = new RecordSink<RawLog, StoredLog>(records, rejections, (raw, resource) =>
      storedLog(raw, resource, receivedMs, records),
    )
    if (format === 'json') readJsonLogs(parseJson(body), sink)
    else readProtobufLogs(body, sink)
    return { logs: sink.records, rejections }
  }
}

function spanReader({ records }: TenantScope): EntryReader {
  return (body, { format }) => {
    const rejections = new Rejections()
    const sink = new RecordSink<RawSpan, StoredSpan>(records, rejections, (raw, resource) =>
      storedSpan(raw, resource, records),
    )
    if (format === 'json') readJsonSpans(parseJson(body), sink)
    else readProtobufSpans(body, sink)
    return { spans: sink.records, rejections }
  }
}
