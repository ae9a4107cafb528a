import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { type Ingest, labelFingerprint, type PlainAlert } from '../../pipeline/ingest/index.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import type { PredictionRepository } from '../../port/prediction-repository.ts'
import {
  createForecasts,
  type ForecastConfig,
  type ForecastDeps,
  type Forecasts,
  type PredictionAlert,
} from '../../service/forecast/index.ts'
import type { PromqlEngine, SampleSource } from '../../service/telemetry/index.ts'

type Parts = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  repository: PredictionRepository
  catalog: Pick<SeriesCatalog, 'select' | 'metaOf'>
  engine: PromqlEngine
  source(tenant: TenantId): SampleSource
  /** Asked when it is needed: ingest is made later. */
  ingest(): Pick<Ingest, 'acceptAlerts'>
  /** Alerts that one request of ingest takes. */
  alertsMax: number
}

/** Looks that may be missed before an alert that is not said again is over. */
const looksMissed = 3

/** Forecasts over this program's own metric store; predictions go the way of everybody's alerts. */
export function openForecasts(parts: Parts, config: ForecastConfig): Forecasts {
  const lifeMs = looksMissed * durationMs(config.interval)
  const { clock, random, metrics, log, tenants, repository, catalog } = parts
  return createForecasts(
    {
      ...{ clock, random, metrics, log, tenants, repository, queryRange: rangeQueries(parts) },
      unitOf(tenant, labels) {
        const matchers = Object.entries(labels).map(([name, value]) => ({ name, op: '=' as const, value }))
        const [ref] = catalog.select(tenant, matchers)
        return ref === undefined ? undefined : catalog.metaOf(ref).unit
      },
      async alert(tenant, alerts) {
        const plain = alerts.map((alert) => plainOf(alert, clock.now(), lifeMs))
        for (let at = 0; at < plain.length; at += parts.alertsMax)
          await parts.ingest().acceptAlerts(tenant, 'prediction', plain.slice(at, at + parts.alertsMax))
      },
    },
    config,
  )
}

/** PromQL over the store, from rollups where they serve: a course needs no single sample. */
const rangeQueries =
  ({ engine, source }: Pick<Parts, 'engine' | 'source'>): ForecastDeps['queryRange'] =>
  async (tenant, promql, startMs, endMs, stepMs) => {
    if (endMs === startMs) {
      const { value } = await engine.instant(promql, startMs, { source: source(tenant) })
      if (value.type !== 'vector') return []
      return value.samples.map(({ labels, value: number }) => ({
        ...{ labels, timesMs: [startMs], values: [number] },
      }))
    }
    const { value } = await engine.range(promql, { startMs, endMs, stepMs }, { source: source(tenant) })
    return value.type === 'matrix' ? value.series : []
  }

function plainOf(alert: PredictionAlert, nowMs: number, lifeMs: number): PlainAlert {
  const { labels, severity, message, annotations } = alert
  return {
    ...{ name: labels.alertname ?? 'Predicted', severity, message, annotations, joins: true },
    labels: { ...labels, severity },
    ...(alert.firing
      ? { status: 'FIRING' as const, expires_at: isoTime(nowMs + lifeMs) }
      : { status: 'RESOLVED' as const, ends_at: isoTime(nowMs) }),
    starts_at: isoTime(alert.sinceMs),
    fingerprint: labelFingerprint({ alertname: labels.alertname ?? '', prediction: alert.key }),
    generator_url: `/prometheus/graph?g0.expr=${encodeURIComponent(alert.query)}`,
  }
}
