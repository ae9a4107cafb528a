import type { TenantId } from '@aiops/contract/model/tenant'
import type { Fault } from '../../kernel/fault.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { type Decoded, samplesIn } from './decoder.ts'
import type { ProtocolName } from './protocols.ts'
import type { Rejections } from './rejection.ts'
import type { SenderTable } from './sender-table.ts'

/** What ingest counts of itself, and the totals its door shows. */
export class IngestMeter {
  readonly totals = { samples: 0, logs: 0, spans: 0, alerts: 0 }
  readonly #metrics: Metrics
  readonly #senders: SenderTable

  constructor(metrics: Metrics, senders: SenderTable) {
    this.#metrics = metrics
    this.#senders = senders
  }

  accepted(tenant: TenantId, protocol: ProtocolName, decoded: Decoded): void {
    this.#taken(tenant, protocol, 'samples', samplesIn(decoded))
    this.#taken(tenant, protocol, 'logs', decoded.logs.length)
    this.#taken(tenant, protocol, 'spans', decoded.spans.length)
    this.rejected(tenant, protocol, decoded.rejections)
  }

  alerts(tenant: TenantId, protocol: ProtocolName, count: number): void {
    this.#taken(tenant, protocol, 'alerts', count)
  }

  /** Items left out of a request whose rest was taken. */
  rejected(tenant: TenantId, protocol: ProtocolName, rejections: Rejections): void {
    for (const [code, count] of rejections.byCode) {
      this.#errors.inc({ tenant_id: tenant, error_type: code, protocol }, count)
      this.#senders.refused(tenant, protocol, { code, message: rejections.sentence }, count)
    }
  }

  /** A request refused whole. */
  refused(tenant: TenantId, protocol: ProtocolName, fault: Fault): void {
    this.#errors.inc({ tenant_id: tenant, error_type: fault.code, protocol })
    this.#senders.refused(tenant, protocol, fault, 1)
  }

  replayed(entries: number): void {
    this.#metrics
      .counter('aiops_ingestion_replayed_entries_total', 'Entries of the telemetry log replayed at start.')
      .inc(entries)
  }

  replayFailed(): void {
    this.#metrics
      .counter(
        'aiops_ingestion_replay_failed_total',
        'Entries of the telemetry log that could not be decoded at start.',
      )
      .inc()
  }

  deltasRepeated(count: number): void {
    if (count === 0) return
    this.#metrics
      .counter(
        'aiops_ingestion_repeated_deltas_total',
        'Delta values left out because the series already had a total at or after their time.',
      )
      .inc(count)
  }

  redacted(rule: string): void {
    this.#metrics
      .counter(
        'aiops_ingestion_redactions_total',
        'Texts of log records and spans in which something was redacted.',
        ['rule'],
      )
      .inc({ rule })
  }

  unpublished(topic: string): void {
    this.#metrics
      .counter(
        'aiops_ingestion_unpublished_total',
        'Batches stored but not handed on, because a reader stood still.',
        ['topic'],
      )
      .inc({ topic })
  }

  #taken(tenant: TenantId, protocol: ProtocolName, signal: keyof IngestMeter['totals'], count: number): void {
    if (count === 0) return
    this.totals[signal] += count
    this.#senders.took(tenant, protocol, signal, count)
    this.#metrics
      .counter('aiops_ingestion_throughput_total', 'Samples, logs, spans and alerts taken.', [
        'tenant_id',
        'protocol',
        'signal',
      ])
      .inc({ tenant_id: tenant, protocol, signal }, count)
  }

  get #errors() {
    return this.#metrics.counter(
      'aiops_ingestion_errors_total',
      'Requests refused and items left out, by error code.',
      ['tenant_id', 'error_type', 'protocol'],
    )
  }
}
