import type { AnswerChart, EvidenceRecord } from '@aiops/contract/model/answer'
import type { MetricPlan } from '../../catalogue/metric-plan.ts'
import type { SeriesSummary } from '../../tool/metric/series-summary.ts'
import { iso, stepFor } from './metric-reading.ts'

/** The query that draws what was said, with the moment at which its level shifted. */
export const chartOf = (
  plan: MetricPlan,
  title: string,
  startMs: number,
  endMs: number,
  one: SeriesSummary | undefined,
  record: EvidenceRecord | undefined,
): AnswerChart => ({
  ...{ title, query: plan.promql, cluster_ids: [...plan.clusterIds].slice(0, 50) },
  ...{ start: iso(startMs), end: iso(endMs), step: `${stepFor(startMs, endMs) / 1_000}s`, unit: plan.unit },
  marks: one?.shift ? [{ at: one.shift.at, text: 'level shift' }] : [],
  cites: record ? [record.id] : [],
})
