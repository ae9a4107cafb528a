import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { PromqlEngine, QueryContext } from '../promql/index.ts'

export type VectorItem = { labels: Labels; value: number; histogram?: NativeHistogram }
/** An instant query whose answer is a vector; a scalar is one without labels. Throws a Fault. */
export type RuleQuery = (query: string, timeMs: number) => Promise<VectorItem[]>

/** One evaluation of a group, as its rules see it. */
export type RuleContext = {
  query: RuleQuery
  timeMs: number
  queryOffsetMs: number
  /** 0 for none. */
  limit: number
  externalLabels: Labels
  externalUrl: string
}

export function ruleQuery(promql: PromqlEngine, context: QueryContext): RuleQuery {
  return async (query, timeMs) => {
    const { value } = await promql.instant(query, timeMs, context)
    if (value.type === 'vector') return value.samples
    if (value.type === 'scalar') return [{ labels: {}, value: value.value }]
    throw new Fault('QUERY_FAILED', 'rule result is not a vector or scalar')
  }
}
