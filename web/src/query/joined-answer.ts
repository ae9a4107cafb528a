import type { MetricRangeAnswer } from './metric-range-answer.ts'
import { type ResultSeries, seriesOf } from './result-line.ts'

/** Names of queries, in order. */
export const letterOf = (at: number): string => String.fromCharCode(65 + at)

export type JoinedAnswer = Pick<
  MetricRangeAnswer,
  'missing' | 'clusters_queried' | 'warnings' | 'infos' | 'stepSeconds' | 'from' | 'to'
> & { found: ResultSeries[]; tookMs: number }

/** Answers to several queries as one: series are told apart by the query's letter, and what any of them misses is missed. */
export function joinedAnswer(answers: readonly (MetricRangeAnswer | undefined)[]): JoinedAnswer | undefined {
  const there = answers.flatMap((answer, at) => (answer ? [{ answer, letter: letterOf(at) }] : []))
  const [first] = there
  if (!first) return undefined
  const all = there.map(({ answer }) => answer)
  const found = there.flatMap(({ answer, letter }) =>
    seriesOf(answer.results, answer.combined).map((one) =>
      answers.length > 1 ? { ...one, query: letter } : one,
    ),
  )
  return {
    found,
    missing: [...new Map(all.flatMap(({ missing }) => missing).map((one) => [one.cluster_id, one])).values()],
    clusters_queried: Math.max(...all.map((answer) => answer.clusters_queried)),
    warnings: [...new Set(all.flatMap(({ warnings }) => warnings))],
    infos: [...new Set(all.flatMap(({ infos }) => infos))],
    tookMs: Math.max(...all.map((answer) => Math.round(answer.total_query_time_ms))),
    ...{ stepSeconds: first.answer.stepSeconds, from: first.answer.from, to: first.answer.to },
  }
}
