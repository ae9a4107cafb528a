import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Random } from '../../kernel/random.ts'
import type { StoredLog } from '../../port/log-store.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import type { Entry } from '../../port/telemetry-log.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { decompress, parseJson } from './body.ts'
import type { IngestConfig } from './config.ts'
import { HostDecoder } from './host-reading.ts'
import { readJsonMetrics } from './otlp/json-metric.ts'
import { readJsonLogs, readJsonSpans } from './otlp/json-record.ts'
import { type RawLog, storedLog } from './otlp/log.ts'
import { MetricWriter } from './otlp/metric-writer.ts'
import { Promotion } from './otlp/promotion.ts'
import { ProtobufMetricReader } from './otlp/protobuf-metric.ts'
import { readProtobufLogs, readProtobufSpans } from './otlp/protobuf-record.ts'
import type { RecordLimits } from './otlp/record.ts'
import { RecordSink } from './otlp/record-sink.ts'
import { type RawSpan, storedSpan } from './otlp/span.ts'
import { Rejections } from './rejection.ts'
import { RemoteWriteDecoder } from './remote-write.ts'
import { SampleColumns } from './sample-columns.ts'

/** One entry of the telemetry log, decoded. Exactly one of the three holds something; `rejections` says what was left out. */
export type Decoded = {
  tenant: TenantId
  samples: SampleColumns
  logs: readonly StoredLog[]
  spans: readonly StoredSpan[]
  rejections: Rejections
}

type TenantDecoders = {
  remoteWrite: RemoteWriteDecoder
  writer: MetricWriter
  protobufMetrics: ProtobufMetricReader
  host: HostDecoder
  capacity: number
}

/** Entries to batches. The same code decodes a request when it arrives and again when it is replayed, with its time of receipt as now. */
export class Decoder {
  readonly #config: IngestConfig
  readonly #catalog: SeriesCatalog
  readonly #random: Random
  readonly #records: RecordLimits
  readonly #promotion: Promotion
  /** One for each tenant that the gateway let through: as many as are configured. */
  readonly #tenants = new Map<TenantId, TenantDecoders>()

  constructor(config: IngestConfig, catalog: SeriesCatalog, random: Random) {
    this.#config = config
    this.#catalog = catalog
    this.#random = random
    this.#promotion = new Promotion(config.promoted_resource_attributes)
    this.#records = {
      recordsMax: config.items_per_request_max,
      attributesMax: config.attributes_max,
      textMax: config.text_length_max,
      promotion: this.#promotion,
    }
  }

  /** Throws a Fault when nothing of the entry can be read. */
  decode(entry: Entry): Decoded {
    const body = decompress(asBuffer(entry.body), entry.encoding, entry.format, {
      bodyBytesMax: this.#config.body_bytes_max,
      decompressedBytesMax: this.#config.decompressed_bytes_max,
      jsonBytesMax: this.#config.json_bytes_max,
    })
    const { tenant, format, receivedMs } = entry
    switch (entry.kind) {
      case 'remote-write':
        return this.#samples(tenant, this.#of(tenant).remoteWrite.decode(body, receivedMs))
      case 'points':
        return this.#samples(tenant, this.#of(tenant).host.decode(body))
      case 'otlp-metrics':
        return this.#samples(tenant, this.#metrics(tenant, body, format, receivedMs))
      case 'otlp-logs':
        return this.#logs(tenant, body, format, receivedMs)
      case 'otlp-traces':
        return this.#spans(tenant, body, format)
    }
  }

  #samples(tenant: TenantId, decoded: { columns: SampleColumns; rejections: Rejections }): Decoded {
    return { tenant, samples: decoded.columns, logs: [], spans: [], rejections: decoded.rejections }
  }

  #metrics(
    tenant: TenantId,
    body: Buffer,
    format: Entry['format'],
    nowMs: number,
  ): { columns: SampleColumns; rejections: Rejections } {
    const decoders = this.#of(tenant)
    const json = format === 'json' ? parseJson(body) : undefined
    decoders.writer.begin(nowMs, decoders.capacity)
    if (format === 'json') readJsonMetrics(json, decoders.writer)
    else decoders.protobufMetrics.read(body)
    const decoded = decoders.writer.finish()
    decoders.capacity = Math.ceil(decoded.columns.count * 1.1) + 16
    return decoded
  }

  #logs(tenant: TenantId, body: Buffer, format: Entry['format'], nowMs: number): Decoded {
    const rejections = new Rejections()
    const sink = new RecordSink<RawLog, StoredLog>(this.#records, rejections, (raw, resource) =>
      storedLog(raw, resource, nowMs, this.#records),
    )
    if (format === 'json') readJsonLogs(parseJson(body), sink)
    else readProtobufLogs(body, sink)
    return { tenant, samples: this.#none, logs: sink.records, spans: [], rejections }
  }

  #spans(tenant: TenantId, body: Buffer, format: Entry['format']): Decoded {
    const rejections = new Rejections()
    const sink = new RecordSink<RawSpan, StoredSpan>(this.#records, rejections, (raw, resource) =>
      storedSpan(raw, resource, this.#records),
    )
    if (format === 'json') readJsonSpans(parseJson(body), sink)
    else readProtobufSpans(body, sink)
    return { tenant, samples: this.#none, logs: [], spans: sink.records, rejections }
  }

  get #none(): SampleColumns {
    return new SampleColumns(0, 0)
  }

  #of(tenant: TenantId): TenantDecoders {
    const known = this.#tenants.get(tenant)
    if (known) return known
    const config = this.#config
    const bounds = {
      entriesMax: config.known_series_max,
      bytesMax: config.known_series_bytes_max,
      seed: this.#seed(),
    }
    const limits = {
      labels: labelLimits(config),
      samplesMax: config.items_per_request_max,
      futureMsMax: durationMs(config.sample_future_max),
    }
    const remoteWrite = new RemoteWriteDecoder(
      tenant,
      this.#catalog,
      {
        ...limits,
        ageMsMax: durationMs(config.remote_write_age_max),
        familiesMax: config.metric_families_max,
        knownSeriesMax: bounds.entriesMax,
        knownBytesMax: bounds.bytesMax,
      },
      bounds.seed,
    )
    const writer = new MetricWriter(
      tenant,
      this.#catalog,
      {
        ...limits,
        ageMsMax: durationMs(config.otlp_age_max),
        bucketsMax: config.histogram_buckets_max,
        exponentialBucketsMax: config.exponential_buckets_max,
      },
      this.#promotion,
    )
    const made = {
      remoteWrite,
      writer,
      protobufMetrics: new ProtobufMetricReader(writer, bounds),
      host: new HostDecoder(tenant, this.#catalog, limits),
      capacity: 256,
    }
    this.#tenants.set(tenant, made)
    return made
  }

  #seed(): number {
    return Math.floor(this.#random.next() * 4_294_967_296)
  }
}

export const labelLimits = (config: IngestConfig) => ({
  countMax: config.labels_max,
  nameBytesMax: config.label_name_bytes_max,
  valueBytesMax: config.label_value_bytes_max,
})

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
