import type { Matcher } from '@aiops/contract/model/label'
import type { Aspect } from './aspect.ts'
import type { MetricFact } from './metric-fact.ts'
import type { PromExpression } from './promql.ts'

/** A query over metrics that exist, and how to speak of its answer. */
export type MetricPlan = {
  aspect: Aspect
  /** The metric that it rests on. */
  metric: string
  expression: PromExpression
  promql: string
  unit: string | null
  /** What is measured, as a person says it: `p95 latency`, `error ratio`. */
  what: string
  kind: 'QUANTILE' | 'MEAN' | 'RATIO' | 'RATE' | 'GAUGE'
  /** Whether more of it is trouble, less of it, or neither. */
  worse: 'MORE' | 'LESS' | 'NEITHER'
  /** Labels by which its series are told apart. */
  by: readonly string[]
  /** Where the metric was found. */
  clusterIds: readonly string[]
}

/** What a plan is made for. */
export type MetricWish = {
  aspect: Aspect
  quantile?: number
  /** Labels to group by beside what the metric itself is split by; the first of them that it has. */
  groupBy?: readonly string[]
  /** The amount that is left is asked for, rather than the share in use. */
  wantsAmount?: boolean
}

/** What a family makes a query of. */
export type Building = {
  fact: MetricFact
  /** All that was found, where a query needs a second metric. */
  facts: readonly MetricFact[]
  matchers: readonly Matcher[]
  by: readonly string[]
  quantile: number
}
export type Built = Pick<MetricPlan, 'expression' | 'unit' | 'what' | 'kind'> &
  Partial<Pick<MetricPlan, 'worse' | 'by'>>

/** Metrics that are named, and asked, alike. */
export type Family = {
  /** Words that such a metric's name holds; what is looked for when nobody knows which metrics exist. */
  fits(fact: MetricFact): boolean
  build(from: Building): Built | undefined
}
