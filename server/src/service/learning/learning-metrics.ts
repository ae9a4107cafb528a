import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { ModelDrift } from '@aiops/contract/model/detection-model'
import type { LabelComparison } from '@aiops/contract/model/feedback'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Metrics } from '../../kernel/metric.ts'
import { correctionsModel, type Standing } from './registry/standing.ts'

export type LearningMetrics = ReturnType<typeof learningMetrics>

const hourMs = 3_600_000
/** Features by name in /metrics, at most: metric names are what senders say. */
const featuresMax = 50

/** What learning shows at /metrics. */
export function learningMetrics(metrics: Metrics) {
  const trained = metrics.gauge(
    'aiops_model_last_trained_timestamp',
    'When the version in force was trained, unix seconds.',
    ['tenant_id', 'model_name'],
  )
  const age = metrics.gauge('aiops_model_age_hours', 'Hours since the version in force was trained.', [
    'tenant_id',
    'model_name',
  ])
  const corrections = metrics.gauge('aiops_model_corrections', 'Corrections of bounds in force.', [
    'tenant_id',
    'model_name',
  ])
  const percent = metrics.gauge(
    'aiops_model_candidate_percent',
    'Share of the series that a candidate is applied to; 0 in shadow.',
    ['tenant_id', 'model_name'],
  )
  const improvement = metrics.gauge(
    'aiops_model_improvement_rate',
    'Precision on labels not learned from, with what was learned less without it.',
    ['tenant_id', 'model_name'],
  )
  const psi = metrics.gauge('aiops_feature_psi', 'Population stability index against the training range.', [
    'model_name',
    'feature_name',
  ])
  const decisions = metrics.counter(
    'aiops_model_decisions_total',
    'Anomalies told, by what each version says.',
    ['model_name', 'role', 'told'],
  )
  const versions = metrics.counter('aiops_model_versions_total', 'Versions by what became of them.', [
    'model_name',
    'change',
  ])
  return {
    standing(tenant: TenantId, { champion, candidate, inForce }: Standing, nowMs: number): void {
      const labels = { tenant_id: tenant, model_name: correctionsModel }
      corrections.set(labels, inForce.length)
      percent.set(labels, candidate?.version.percent ?? 0)
      if (!champion) return
      const atMs = Date.parse(champion.version.created_at)
      trained.set(labels, atMs / 1_000)
      age.set(labels, (nowMs - atMs) / hourMs)
    },
    improved(tenant: TenantId, { before, after }: LabelComparison): void {
      if (before.precision === null || after.precision === null) return
      improvement.set({ tenant_id: tenant, model_name: correctionsModel }, after.precision - before.precision)
    },
    drift(model: string, { features }: ModelDrift): void {
      psi.reset()
      for (const { feature, psi: value } of features.slice(0, featuresMax))
        if (value !== null) psi.set({ model_name: model, feature_name: feature }, value)
    },
    decided({ champion, candidate }: Standing, { series, started_at }: Anomaly, ratio: number): void {
      const atMs = Date.parse(started_at)
      for (const [role, one] of [
        ['champion', champion],
        ['candidate', candidate],
      ] as const) {
        if (!one) continue
        const told = ratio >= one.table.factorOf(series.labels, atMs)
        decisions.inc({ model_name: correctionsModel, role, told: String(told) })
      }
    },
    changed(change: 'trained' | 'advanced' | 'promoted' | 'rolled_back' | 'revoked'): void {
      versions.inc({ model_name: correctionsModel, change })
    },
  }
}
