import { type AggregationMode, AggregationMode as modes } from '@aiops/contract/model/query'
import { ChartSpline, Plus } from 'lucide-react'
import { useState } from 'react'
import { furtherMax, isLive, rangeOf } from '../series/explore-search.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField } from '../ui/field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { ClusterPicker } from './cluster-picker.tsx'
import { MetricQueryRows } from './metric-query-rows.tsx'
import { MetricResultView } from './metric-result-view.tsx'
import { MissingNote } from './missing-note.tsx'
import { type MetricAsk, useMetricQueries } from './use-metric-query.ts'
import { useQueryClusters } from './use-query-clusters.ts'

const modeWords: Record<AggregationMode, string> = {
  MERGE: 'Each cluster by itself',
  GLOBAL: 'All clusters as one store',
  SUM: 'Sum over clusters',
  AVG: 'Average over clusters',
  MAX: 'Greatest of the clusters',
  MIN: 'Least of the clusters',
}

/** PromQL over a range: one query or several in one chart, a table, and what is missing from the answer. */
export function MetricTab() {
  const [search, change] = useExploreSearch()
  const [blank, setBlank] = useState(false)
  const clusters = search.clusters ?? []
  const mode = search.mode ?? 'MERGE'
  const known = useQueryClusters('METRICS')
  const queries = search.q === undefined ? [] : [search.q, ...(search.and ?? [])]
  const ask: MetricAsk = { clusters, mode, range: rangeOf(search), live: isLive(search) }
  const { asked, answer } = useMetricQueries(queries, ask)
  const write = (next: readonly string[]): void => {
    const [q, ...and] = next.filter((query) => query !== '')
    setBlank(false)
    change({ q, and: and.length > 0 ? and : undefined })
  }
  return (
    <div className="space-y-4">
      <section aria-label="Query" className="space-y-2 rounded-lg border bg-surface p-3">
        <MetricQueryRows
          queries={queries.length === 0 ? [''] : blank ? [...queries, ''] : queries}
          busy={asked.map(({ isFetching }) => isFetching)}
          onChange={write}
          onAgain={(at) => void asked[at]?.refetch()}
        />
        <div className="flex flex-wrap items-center gap-2">
          {queries.length > 0 && queries.length <= furtherMax && (
            <Button look="quiet" disabled={blank} onClick={() => setBlank(true)}>
              <Plus aria-hidden />
              Add query
            </Button>
          )}
          <ClusterPicker clusters={known} chosen={clusters} onChange={(ids) => change({ clusters: ids })} />
          {(known.length > 1 || mode !== 'MERGE') && (
            <SelectField
              aria-label="How clusters are put together"
              value={mode}
              onChange={(event) =>
                change({ mode: event.target.value === 'MERGE' ? undefined : event.target.value })
              }
            >
              {modes.options.map((one) => (
                <option key={one} value={one}>
                  {modeWords[one]}
                </option>
              ))}
            </SelectField>
          )}
          <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
            {answer &&
              `${counted(answer.found.length, 'series', 'series')} · step ${answer.stepSeconds} s · ${answer.tookMs} ms`}
          </p>
        </div>
      </section>
      {asked.map(
        ({ error, refetch }, at) =>
          error && <Failure key={queries[at]} error={error} onRetry={() => void refetch()} />,
      )}
      {asked.some(({ isPending }) => isPending) && !answer && <SkeletonRows rows={8} />}
      {answer && <MissingNote answer={answer} />}
      {answer && (
        <MetricResultView
          answer={answer}
          queries={queries}
          json={() => asked.flatMap(({ data }) => data ?? [])}
        />
      )}
      {queries.length === 0 && (
        <div className="rounded-lg border border-dashed">
          <Empty icon={ChartSpline} title="Ask in PromQL">
            Names and labels complete as you type; Enter runs the query. Query, clusters and range are part of
            the address, so that you can share what you see.
          </Empty>
        </div>
      )}
    </div>
  )
}
