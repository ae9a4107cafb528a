import { severityOf } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { type Ingest, labelFingerprint, type PlainAlert } from '../../pipeline/ingest/index.ts'
import type { SloRepository } from '../../port/slo-repository.ts'
import {
  createSlos,
  type SloAlert,
  type SloConfig,
  type SloForecast,
  type Slos,
} from '../../service/slo/index.ts'
import { type PromqlEngine, promqlLanguage, type SampleSource } from '../../service/telemetry/index.ts'
import { tenantDocuments } from '../storage/tenant-documents.ts'
import { ruleDelivery } from './rules.ts'

type Parts = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  repository: SloRepository
  /** Where documents of objectives lie. */
  folder: string
  engine: PromqlEngine
  source(tenant: TenantId): SampleSource
  /** Asked when it is needed: ingest is made later. */
  ingest(): Ingest
  alertsMax: number
  forecast?: SloForecast | undefined
}

/** After which an alert that is not said again resolves by itself. */
const alertLifeMs = 300_000

/** Objectives over this program's own metric store; what they make goes the way of what senders send. */
export function openSlos(parts: Parts, config: SloConfig): Slos {
  const { engine, source, clock } = parts
  return createSlos(
    {
      ...parts,
      documents: tenantDocuments(parts.folder, parts.tenants),
      language: promqlLanguage,
      async queryRange(tenant, query, { timeoutMs, ...range }) {
        // Exact: an event that a rollup leaves out would be missing from a budget.
        const context = { source: source(tenant), exact: true, limits: { timeoutMs } }
        if (range.startMs < range.endMs) {
          const { value } = await engine.range(query, range, context)
          return value.type === 'matrix' ? value.series : []
        }
        const { value } = await engine.instant(query, range.endMs, context)
        const timesMs = [range.endMs]
        if (value.type === 'scalar') return [{ labels: {}, timesMs, values: [value.value] }]
        const samples = value.type === 'vector' ? value.samples : []
        return samples.map((one) => ({ labels: one.labels, timesMs, values: [one.value] }))
      },
      record: (tenant, samples) => ruleDelivery(parts.ingest(), parts.alertsMax).record(tenant, samples),
      async alert(tenant, alerts) {
        const plain = alerts.map((alert) => plainOf(alert, clock.now()))
        for (let at = 0; at < plain.length; at += parts.alertsMax)
          await parts.ingest().acceptAlerts(tenant, 'slo', plain.slice(at, at + parts.alertsMax))
      },
    },
    config,
  )
}

function plainOf({ key, labels, annotations, firing, sinceMs, sloId }: SloAlert, nowMs: number): PlainAlert {
  return {
    ...{ name: labels.alertname ?? 'SloBurnRate', severity: severityOf(labels.severity).toLowerCase() },
    ...{ message: annotations.summary ?? '', labels, annotations, joins: true },
    ...(firing
      ? { status: 'FIRING', expires_at: isoTime(nowMs + alertLifeMs) }
      : { status: 'RESOLVED', ends_at: isoTime(nowMs) }),
    starts_at: isoTime(sinceMs),
    // Its severity may rise while it fires: it stays the same alert.
    fingerprint: labelFingerprint({ alertname: labels.alertname ?? '', slo: key }),
    generator_url: `/slos/${encodeURIComponent(sloId)}`,
  }
}
