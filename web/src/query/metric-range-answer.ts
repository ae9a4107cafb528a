import type { OperationOutput } from '@aiops/contract/api/operation'
import type { query } from '@aiops/contract/api/query'

/** An answer with what was asked for it; ends in unix milliseconds. */
export type MetricRangeAnswer = OperationOutput<(typeof query)['queryMetricsRange']> & {
  query: string
  stepSeconds: number
  from: number
  to: number
}
