import type { MetricBackend, RemoteAnswer } from '../../../port/cluster-backend.ts'

/** A cluster's own answer while it is there, what was copied of it while it is not; `away` says why, and until when the copy reaches. */
export function liveOrCopied(
  live: MetricBackend,
  copied: MetricBackend,
  away: () => string | undefined,
): MetricBackend {
  const either =
    <A extends unknown[], T>(
      ask: (...given: A) => Promise<RemoteAnswer<T>>,
      instead: (...given: A) => Promise<RemoteAnswer<T>>,
    ) =>
    async (...given: A): Promise<RemoteAnswer<T>> => {
      const why = away()
      if (why === undefined) return ask(...given)
      const answer = await instead(...given)
      return { ...answer, warnings: [...answer.warnings, why], partial: true }
    }
  return {
    instant: either(live.instant.bind(live), copied.instant),
    range: either(live.range.bind(live), copied.range),
    series: either(live.series.bind(live), copied.series),
    labelNames: either(live.labelNames.bind(live), copied.labelNames),
    labelValues: either(live.labelValues.bind(live), copied.labelValues),
    metadata: either(live.metadata.bind(live), copied.metadata),
  }
}
