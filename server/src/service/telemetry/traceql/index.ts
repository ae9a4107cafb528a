/** TraceQL: parses queries and answers them over any trace store. */

export { type TraceqlLimits, traceqlLimits } from './budget.ts'
export { filtersOf, filtersOfField } from './condition.ts'
export type { Attribute, Intrinsic, MetricStage, TraceqlQuery } from './expression.ts'
export { type MetricAnswer, type MetricRange, traceMetrics } from './metric.ts'
export { parseCondition, parseFieldName, parseTraceql } from './parse/parse.ts'
export {
  type FoundTrace,
  type NamedValue,
  type SearchAnswer,
  searchTraces,
  type TraceSearch,
} from './search.ts'
export type { MetricSeries } from './series-stage.ts'
