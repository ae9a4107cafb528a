/** Prometheus: its HTTP API over our metrics and rules, so that Grafana, promtool and whatever speaks it work with one URL changed. */
import type { Cardinality } from '@aiops/contract/model/cardinality'
import type { ScrapeTargets } from '@aiops/contract/model/scrape'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { PromqlEngine, PromqlLanguage, Rules, SampleSource } from '../../service/telemetry/index.ts'

export interface PrometheusApi {
  /** For the gateway to mount, all under `/prometheus`. */
  readonly receivers: readonly Receiver[]
}

export type PrometheusDeps = {
  promql: PromqlEngine
  language: PromqlLanguage
  source(tenant: TenantId): SampleSource
  metricStore: Pick<MetricStore, 'catalog' | 'exemplars' | 'latest'>
  cardinality(tenant: TenantId, limit: number): Promise<Cardinality>
  rules: Pick<Rules, 'groups' | 'problems'>
  scrapeTargets(tenant: TenantId): ScrapeTargets
  clock: Clock
  version: string
}

export { createPrometheusApi } from './prometheus-api.ts'
export { encodeWriteRequest, type WrittenSeries } from './time-series.ts'
