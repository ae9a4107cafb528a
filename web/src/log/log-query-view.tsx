import { ListTree, Radio, Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { ClusterPicker } from '../query/cluster-picker.tsx'
import { ExportMenu } from '../query/export-menu.tsx'
import { MissingNote } from '../query/missing-note.tsx'
import { QueryBar } from '../query/query-bar.tsx'
import { useQueryClusters } from '../query/use-query-clusters.ts'
import { isLive, rangeOf } from '../series/explore-search.ts'
import { zoomed } from '../series/range.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { entryOf } from './log-entry.ts'
import { csvOfLogs } from './log-export.ts'
import { LogLines } from './log-lines.tsx'
import { LogNumbers } from './log-numbers.tsx'
import { LogPatterns } from './log-patterns.tsx'
import { LogTail } from './log-tail.tsx'
import { LogVolume } from './log-volume.tsx'
import { asksForLines, withFilter, withPattern } from './logql-text.ts'
import { type LogLook, LookButtons } from './look-buttons.tsx'
import { useLogQuery, useLogVolume } from './use-log-query.ts'
import { volumeBars } from './volume-bars.ts'

const limits = [200, 1_000, 5_000] as const

/** LogQL over a range and over clusters: lines with their volume, or the numbers of a metric query; or new lines as they come. */
export function LogQueryView({ query }: { query: string }) {
  const [search, change] = useExploreSearch()
  const [limit, setLimit] = useState<number>(limits[0])
  const [look, setLook] = useState<LogLook>({ wrap: false, compact: false })
  const [tailed, setTailed] = useState<string>()
  const [patterned, setPatterned] = useState(false)
  const clusters = search.clusters ?? []
  const known = useQueryClusters('LOGS')
  const lines = asksForLines(query)
  const tailing = lines && tailed === query
  const range = rangeOf(search)
  const live = isLive(search) && !tailing
  const { data, error, isFetching, refetch } = useLogQuery({ query, clusters, limit }, range, live)
  const entries = useMemo(() => (data?.logs ?? []).map((line) => entryOf(line)), [data])
  const run = (q: string): void => (q === query ? void refetch() : change({ q: q || undefined }))
  return (
    <div className="space-y-4">
      <section aria-label="Query" className="space-y-2 rounded-lg border bg-surface p-3">
        <QueryBar language="logql" query={query} busy={isFetching} onRun={run} />
        <div className="flex flex-wrap items-center gap-2">
          <ClusterPicker clusters={known} chosen={clusters} onChange={(ids) => change({ clusters: ids })} />
          {lines && (
            <Button
              aria-pressed={tailing}
              onClick={() => setTailed(tailing ? undefined : query)}
              className="aria-pressed:border-accent aria-pressed:text-accent"
            >
              <Radio aria-hidden />
              {tailing ? 'Stop the tail' : 'Live tail'}
            </Button>
          )}
          {lines && !tailing && known.length <= 1 && (
            <Button
              aria-pressed={patterned}
              onClick={() => setPatterned(!patterned)}
              className="aria-pressed:border-accent aria-pressed:text-accent"
            >
              <ListTree aria-hidden />
              Patterns
            </Button>
          )}
          <Button look="quiet" onClick={() => change({ q: undefined })}>
            <Search aria-hidden />
            Simple search
          </Button>
        </div>
      </section>
      {tailing ? (
        <LogTail
          {...{ query, clusters, own: known.length <= 1 }}
          onFilter={(filter) => change({ q: withFilter(query, filter) })}
        />
      ) : patterned && lines ? (
        <LogPatterns
          {...{ query, range }}
          onChoose={(pattern) => {
            setPatterned(false)
            change({ q: withPattern(query, pattern) })
          }}
        />
      ) : (
        <>
          {error && <Failure error={error} onRetry={() => void refetch()} />}
          {!data && !error && <SkeletonRows rows={12} />}
          {data && !error && <MissingNote answer={data} />}
          {data && !error && !lines && <LogNumbers answer={data} query={query} />}
          {data && !error && lines && (
            <section aria-label="Logs" className="rounded-lg border bg-surface">
              <Volume query={query} clusters={clusters} />
              <LogLines
                {...{ entries, look, answer: data }}
                next={data.truncated ? limits.find((one) => one > limit) : undefined}
                onMore={setLimit}
                onFilter={(filter) => change({ q: withFilter(query, filter) })}
                actions={
                  <>
                    <LookButtons look={look} onChange={setLook} />
                    <ExportMenu name="logs" csv={() => csvOfLogs(entries)} json={() => data} />
                  </>
                }
              />
            </section>
          )}
        </>
      )}
    </div>
  )
}

function Volume({ query, clusters }: { query: string; clusters: readonly string[] }) {
  const [search, change] = useExploreSearch()
  const { data, error, refetch } = useLogVolume(query, clusters, rangeOf(search), isLive(search))
  const volume = useMemo(() => data && volumeBars(data.results, data.from, data.to, data.stepMs), [data])
  if (error) return <Failure error={error} onRetry={() => void refetch()} className="m-3" />
  return (
    <div className="min-h-32 border-b">
      {volume && <LogVolume volume={volume} onChoose={(from, to) => change(zoomed(from, to, Date.now()))} />}
    </div>
  )
}
