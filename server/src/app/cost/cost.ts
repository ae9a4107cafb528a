import { severityOf } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { createDocumentFolder } from '../../adapter/folder/document-folder.ts'
import { encodeWriteRequest } from '../../edge/prometheus/index.ts'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { Turn } from '../../kernel/turn.ts'
import { type Ingest, labelFingerprint, type PlainAlert } from '../../pipeline/ingest/index.ts'
import type { CostRepository } from '../../port/cost-repository.ts'
import {
  type BudgetAlert,
  type Cost,
  type CostConfig,
  type CostDeps,
  createCost,
} from '../../service/cost/index.ts'
import type { ObservedCluster } from '../../service/infrastructure/index.ts'
import type { PromqlEngine, QueryAnswer, SampleSource } from '../../service/telemetry/index.ts'

type Parts = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  repository: CostRepository
  /** Where price books lie. */
  priceFolder: string
  engine: PromqlEngine
  source(tenant: TenantId): SampleSource
  ingest: () => Pick<Ingest, 'deliver' | 'acceptAlerts'>
  /** Clusters with what is known of their inside. */
  observe(tenants: readonly TenantId[]): Promise<readonly ObservedCluster[]>
}

/** Series in one request of ingest: it is decoded, stored and handed on in one go, and so many take some 5 ms. */
const seriesMax = 500
/** After which an alert that is not said again resolves by itself. */
const alertLifeMs = 300_000

/** Costs over this program's own metric store; what they make goes the way of what senders send. */
export function openCost(parts: Parts, config: CostConfig): Cost {
  return createCost(
    {
      ...{ clock: parts.clock, random: parts.random, metrics: parts.metrics, log: parts.log },
      ...{ tenants: parts.tenants, repository: parts.repository },
      priceSource: createDocumentFolder(parts.priceFolder),
      ...costQueries(parts),
      async inventory(tenant) {
        const clusters = await parts.observe([tenant])
        return clusters
          .map(({ name, inventory }) => ({ cluster: name, ...inventory() }))
          .filter(({ nodes, pods }) => nodes.length + pods.length > 0)
      },
      async record(tenant, samples) {
        const turn = new Turn(parts.clock)
        for (let at = 0; at < samples.length; at += seriesMax) {
          const body = encodeWriteRequest(
            samples.slice(at, at + seriesMax).map(({ labels, timeMs, value }) => ({
              ...{ labels, timesMs: [timeMs], values: Float64Array.of(value) },
            })),
          )
          const delivery = { kind: 'remote-write' as const, tenant, body, encoding: 'identity' as const }
          const receipt = await parts.ingest().deliver('rule', { ...delivery, format: 'protobuf' })
          if (receipt.rejected > 0)
            throw new Fault('QUERY_FAILED', `${receipt.rejected} samples were not taken: ${receipt.reason}`)
          if (turn.due()) await turn.give()
        }
      },
      async alert(tenant, alerts) {
        const plain = alerts.map((alert) => plainOf(alert, parts.clock.now()))
        await parts.ingest().acceptAlerts(tenant, 'cost', plain)
      },
    },
    config,
  )
}

/** PromQL over the store, exact: an amount is no place for rollups. */
export function costQueries({
  engine,
  source,
}: Pick<Parts, 'engine' | 'source'>): Pick<CostDeps, 'query' | 'queryRange'> {
  return {
    async query(tenant, promql, timeMs) {
      const { value } = await engine.instant(promql, timeMs, { source: source(tenant), exact: true })
      return vectorOf(value)
    },
    async queryRange(tenant, promql, startMs, endMs, stepMs) {
      if (endMs < startMs) return []
      if (endMs === startMs) {
        const { value } = await engine.instant(promql, startMs, { source: source(tenant), exact: true })
        return vectorOf(value).map(({ labels, value: number }) => ({
          ...{ labels, timesMs: [startMs], values: [number] },
        }))
      }
      const range = { startMs, endMs, stepMs }
      const { value } = await engine.range(promql, range, { source: source(tenant), exact: true })
      return value.type === 'matrix' ? value.series : []
    },
  }
}

const vectorOf = (value: QueryAnswer['value']) => (value.type === 'vector' ? value.samples : [])

function plainOf(
  { key, labels, severity, message, firing, sinceMs }: BudgetAlert,
  nowMs: number,
): PlainAlert {
  return {
    ...{ name: labels.alertname ?? 'BudgetThresholdReached', severity: severityOf(severity).toLowerCase() },
    ...{ message, labels: { ...labels, severity }, annotations: { summary: message }, joins: true },
    ...(firing
      ? { status: 'FIRING', expires_at: isoTime(nowMs + alertLifeMs) }
      : { status: 'RESOLVED', ends_at: isoTime(nowMs) }),
    starts_at: isoTime(sinceMs),
    fingerprint: labelFingerprint({ alertname: 'BudgetThresholdReached', budget: key }),
    generator_url: '/cost?tab=budgets',
  }
}
