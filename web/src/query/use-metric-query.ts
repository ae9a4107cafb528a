import type { AggregationMode } from '@aiops/contract/model/query'
import { keepPreviousData, queryOptions, type UseQueryResult, useQueries } from '@tanstack/react-query'
import { type Range, rangeBounds } from '../series/range.ts'
import { client } from '../shell/api.ts'
import { joinedAnswer } from './joined-answer.ts'
import type { MetricRangeAnswer } from './metric-range-answer.ts'
import { stepOf } from './step-of.ts'

export type MetricAsk = { clusters: readonly string[]; mode: AggregationMode; range: Range; live: boolean }

/** How often a range that follows the present is asked for again: at its step, within bounds. */
const everyMs = (stepSeconds: number): number => Math.min(Math.max(stepSeconds * 1_000, 5_000), 60_000)

/** Queries over one range. Ends lie on whole steps, so that points stay where they are from one answer to the next. */
export function useMetricQueries(queries: readonly string[], ask: MetricAsk) {
  return useQueries({ queries: queries.map((query) => metricQuery(query, ask)), combine: combined })
}

/** Made again only when an answer changes, so that a chart is not drawn anew for nothing. */
const combined = (asked: UseQueryResult<MetricRangeAnswer>[]) => ({
  asked,
  answer: joinedAnswer(asked.map(({ data, error }) => (error ? undefined : data))),
})

const metricQuery = (query: string, { clusters, mode, range, live }: MetricAsk) =>
  queryOptions({
    queryKey: ['promql', query, clusters, mode, range],
    placeholderData: keepPreviousData,
    refetchInterval:
      live && 'duration' in range
        ? ({ state }) => everyMs((state.data as { stepSeconds: number } | undefined)?.stepSeconds ?? 15)
        : false,
    retry: false,
    queryFn: async () => {
      const { from, to } = rangeBounds(range, Date.now())
      const stepSeconds = stepOf(to - from)
      const aligned = (ms: number): string =>
        new Date(Math.floor(ms / 1_000 / stepSeconds) * stepSeconds * 1_000).toISOString()
      const answer = await client.queryMetricsRange({
        body: {
          ...{ query, cluster_ids: [...clusters], aggregation: mode },
          ...{ start_time: aligned(from), end_time: aligned(to), step: `${stepSeconds}s` },
        },
      })
      return { ...answer, query, stepSeconds, from, to }
    },
  })
