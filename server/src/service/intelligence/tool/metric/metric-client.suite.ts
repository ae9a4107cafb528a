import type { Client } from '@aiops/contract/client'
import type { MetricSeries, QueryCluster } from '@aiops/contract/model/query'
import type { Series } from '@aiops/contract/model/series'
import type { ToolScope } from '../tool.ts'

export const suiteNowMs = Date.parse('2026-03-02T14:31:00Z')
export const suiteScope = (clusterIds: readonly string[] = []): ToolScope => ({
  ...{ nowMs: suiteNowMs, clusterIds, signal: new AbortController().signal },
})

export const seriesOf = (
  name: string,
  labels: Record<string, string>,
  more: Partial<Series> = {},
): Series => ({
  ...{ id: 1, name, labels, kind: 'GAUGE', derived: false },
  ...more,
})

const whole = {
  partial: false,
  missing: [],
  total_query_time_ms: 1,
  clusters_queried: 1,
  clusters_succeeded: 1,
}

/** What one cluster answers to a metric query. */
export const metricAnswer = (data: MetricSeries[], cluster = 'local') => ({
  ...whole,
  results: [
    {
      ...{ cluster_id: cluster, cluster_name: cluster, status: 'SUCCESS' as const },
      ...{ result_type: 'MATRIX' as const, data, query_time_ms: 1 },
    },
  ],
  ...{ warnings: [], infos: [] },
})

export const queryCluster = (name: string, signals: QueryCluster['signals']): QueryCluster => ({
  ...{ cluster_id: name, cluster_name: name, labels: {}, signals, breaker: 'CLOSED' },
})

/** Only the operations that are given exist; any other is a defect of the test. */
export function clientOf(operations: { [K in keyof Client]?: (input: never) => Promise<unknown> }): Client {
  return new Proxy(operations as object, {
    get(target, name) {
      const found = (target as Record<PropertyKey, unknown>)[name]
      if (found === undefined) throw new Error(`Nobody scripted ${String(name)}.`)
      return found
    },
  }) as Client
}
