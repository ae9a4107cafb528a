import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { stepOf } from '../query/step-of.ts'
import { type Range, rangeBounds } from '../series/range.ts'
import { askLogs } from './ask-logs.ts'
import { type LogEntry, nanosecondsOf, timestampOf } from './log-entry.ts'
import { streamSelector, volumeQuery } from './logql-text.ts'

export type LogQuery = { query: string; clusters: readonly string[]; limit: number }

/** Bars of the volume over a range. */
const barCount = 60
/** A range that follows the present is asked for again so often. */
const againMs = 5_000

/** Lines, newest first, or the numbers of a metric query. */
export function useLogQuery({ query, clusters, limit }: LogQuery, range: Range, live: boolean) {
  return useQuery({
    queryKey: ['logql', query, clusters, limit, range],
    enabled: query !== '',
    placeholderData: keepPreviousData,
    refetchInterval: live && 'duration' in range ? againMs : false,
    retry: false,
    gcTime: 15_000,
    queryFn: async () => {
      const { from, to } = rangeBounds(range, Date.now())
      const stepSeconds = stepOf(to - from)
      const ends = { start: new Date(from).toISOString(), end: new Date(to).toISOString() }
      const answer = await askLogs({ query, clusters, ...ends, stepSeconds, limit, direction: 'BACKWARD' })
      return { ...answer, stepSeconds, from, to }
    },
  })
}

/** Counts by level in even windows. Asked apart from the lines, which do not wait for it. */
export function useLogVolume(query: string, clusters: readonly string[], range: Range, live: boolean) {
  const counted = volumeQuery(query, 1) !== undefined
  return useQuery({
    queryKey: ['log-volume', query, clusters, range],
    enabled: counted,
    placeholderData: keepPreviousData,
    refetchInterval: live && 'duration' in range ? againMs * 2 : false,
    retry: false,
    gcTime: 15_000,
    queryFn: async () => {
      const { from, to } = rangeBounds(range, Date.now())
      const stepSeconds = stepOf(to - from, barCount)
      const stepMs = stepSeconds * 1_000
      // A value stands for the window before it: ends lie on whole steps, the first one step after the first window's start.
      const start = Math.floor(from / stepMs) * stepMs + stepMs
      const end = Math.ceil(to / stepMs) * stepMs
      const asked = volumeQuery(query, stepSeconds) ?? ''
      const ends = { start: new Date(start).toISOString(), end: new Date(end).toISOString() }
      const answer = await askLogs({
        query: asked,
        clusters,
        ...ends,
        stepSeconds,
        limit: 100,
        direction: 'BACKWARD',
      })
      return { ...answer, asked, stepMs, from: start - stepMs, to: end }
    },
  })
}

/** Lines of the same stream around one of them. */
export function useLogContext(entry: LogEntry, around: number) {
  return useQuery({
    queryKey: ['log-context', entry.clusterId, entry.stream, entry.timestamp, around],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 15_000,
    retry: false,
    queryFn: async () => {
      const at = nanosecondsOf(entry.timestamp)
      const question = {
        query: streamSelector(entry.stream),
        clusters: entry.clusterId === '' ? [] : [entry.clusterId],
        ...{ stepSeconds: 60, limit: around },
      }
      const [before, after] = await Promise.all([
        askLogs(
          // The end of a range is not part of it.
          { ...question, ...ends(at - contextNs, at), direction: 'BACKWARD' },
        ),
        askLogs({ ...question, ...ends(at, at + contextNs), limit: around + 1, direction: 'FORWARD' }),
      ])
      return { before: before.logs.toReversed(), after: after.logs, asked: question.query }
    },
  })
}

/** Context is looked for six hours to either side. */
const contextNs = 21_600_000_000_000n
const ends = (from: bigint, to: bigint) => ({ start: timestampOf(from), end: timestampOf(to) })
