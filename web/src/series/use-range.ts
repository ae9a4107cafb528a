import type { SeriesPoints } from '@aiops/contract/model/series'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../shell/api.ts'
import { useNow } from '../ui/use-now.ts'
import { mergePoints } from './merge-points.ts'
import { type Range, rangeBounds, rangeQuery } from './range.ts'
import { useLivePoints } from './use-live-points.ts'

const pointsMax = 800

/** A live buffer holds an hour; reading again every half hour leaves no gap between what was read and what came. */
const readAgainMs = 1_800_000

/** Of one selector at most this many series are drawn; the answer says how many there are. */
export const seriesPerSelector = 12

export type RangeData = {
  results: SeriesPoints[]
  from: number
  to: number
  loading: boolean
  error: unknown
  retry: () => void
  total: number
}

/** Points of known series over a range; with `live` they go on as they come. */
export function useSeriesRange(ids: readonly number[], range: Range, live: boolean): RangeData {
  const query = useQuery({
    queryKey: ['range', 'ids', ids, range],
    queryFn: () =>
      client.getRange({ query: { id: [...ids], ...rangeQuery(range), max_points: pointsMax, limit: 200 } }),
    enabled: ids.length > 0,
    gcTime: 15_000,
    refetchInterval: live ? readAgainMs : false,
  })
  const results = query.data?.results ?? []
  return useGoingOn({
    results,
    range,
    live,
    loading: query.isPending && ids.length > 0,
    error: query.error,
    retry: () => void query.refetch(),
    total: query.data?.total ?? 0,
  })
}

/** The same by selectors, each asked by itself, so that adding one does not read the others again. */
export function useSelectorRange(selectors: readonly string[], range: Range, live: boolean): RangeData {
  const queries = useQueries({
    queries: selectors.map((match) => ({
      queryKey: ['range', 'match', match, range],
      queryFn: () =>
        client.getRange({
          query: { id: [], match, ...rangeQuery(range), max_points: pointsMax, limit: seriesPerSelector },
        }),
      placeholderData: keepPreviousData,
      gcTime: 15_000,
      refetchInterval: live ? readAgainMs : (false as const),
    })),
  })
  const failed = queries.find((query) => query.error)
  const results = uniqueSeries(queries.flatMap((query) => query.data?.results ?? []))
  return useGoingOn({
    results,
    range,
    live,
    loading: queries.some((query) => query.isPending),
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
    total: queries.reduce((sum, query) => sum + (query.data?.total ?? 0), 0),
  })
}

type Going = Omit<RangeData, 'from' | 'to'> & { range: Range; live: boolean }

function useGoingOn({ results, range, live, ...rest }: Going): RangeData {
  const moving = live && 'duration' in range
  const now = useNow()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a paused chart stands at the moment it was paused
  const pausedAt = useMemo(() => Date.now(), [moving, JSON.stringify(range)])
  const buffers = useLivePoints(
    results.map((one) => one.series.id),
    moving,
  )
  const { from, to } = rangeBounds(range, moving ? now : pausedAt)
  const start = 'duration' in range ? from : Number.NEGATIVE_INFINITY
  const identity = results
    .map((one) => `${one.series.id}:${one.points.length}:${one.points.at(-1)?.[0]}`)
    .join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for `results`, which is a new list each time
  const merged = useMemo(
    () =>
      results.map((one) => ({
        ...one,
        points: [...mergePoints(one.points, buffers.get(one.series.id) ?? [], start)],
      })),
    [identity, buffers, start],
  )
  return { ...rest, results: merged, from, to }
}

const uniqueSeries = (results: readonly SeriesPoints[]): SeriesPoints[] => [
  ...new Map(results.map((one) => [one.series.id, one])).values(),
]
