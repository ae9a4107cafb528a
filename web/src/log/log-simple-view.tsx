import { Braces, ScrollText, X } from 'lucide-react'
import { useState } from 'react'
import { ExportMenu } from '../query/export-menu.tsx'
import { isLive, rangeOf } from '../series/explore-search.ts'
import { ServiceField } from '../series/service-field.tsx'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { entryOfRecord } from './log-entry.ts'
import { csvOfLogs } from './log-export.ts'
import { LogList } from './log-list.tsx'
import { logqlOf, withFilter } from './logql-text.ts'
import { type LogLook, LookButtons } from './look-buttons.tsx'
import { useLogs } from './use-logs.ts'

/** Service, words, trace: what most searches are. The same in LogQL is one click away. */
export function LogSimpleView() {
  const [search, change] = useExploreSearch()
  const [look, setLook] = useState<LogLook>({ wrap: false, compact: false })
  const filter = { service: search.service, contains: search.contains, traceId: search.trace }
  const { data, error, refetch } = useLogs(filter, rangeOf(search), isLive(search))
  const filtered = Boolean(search.service || search.contains || search.trace)
  const asQuery = logqlOf(filter)
  const toQuery = (q: string): void =>
    change({ q, service: undefined, contains: undefined, trace: undefined })
  return (
    <section aria-label="Logs" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b p-3">
        <ServiceField
          value={search.service ?? ''}
          onChange={(service) => change({ service: service || undefined })}
        />
        <SearchField
          label="Text in the message"
          value={search.contains ?? ''}
          onChange={(text) => change({ contains: text || undefined }, true)}
          className="min-w-48 flex-1"
        />
        {search.trace && (
          <Button size="small" onClick={() => change({ trace: undefined })}>
            trace {search.trace.slice(0, 8)}…
            <X aria-label="remove" />
          </Button>
        )}
        <Button onClick={() => toQuery(asQuery)} title={asQuery}>
          <Braces aria-hidden />
          Write as LogQL
        </Button>
      </div>
      <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1">
        <p className="text-ink-mute text-xs" aria-live="polite">
          {data && `${data.truncated ? 'newest ' : ''}${counted(data.logs.length, 'record')}`}
        </p>
        <span className="ml-auto flex items-center gap-1">
          <LookButtons look={look} onChange={setLook} />
          <ExportMenu
            name="logs"
            csv={() => csvOfLogs((data?.logs ?? []).map(entryOfRecord))}
            json={() => data?.logs ?? []}
          />
        </span>
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && (
        <div className="p-3">
          <SkeletonRows rows={12} />
        </div>
      )}
      {data && data.logs.length === 0 && (
        <Empty
          icon={ScrollText}
          title={filtered ? 'No record fits in this range' : 'No log records in this range'}
        >
          {filtered ? 'Choose a longer range or fewer words.' : <SendHelp only="logs" />}
        </Empty>
      )}
      {data && data.logs.length > 0 && (
        <LogList
          {...look}
          entries={data.logs.map(entryOfRecord)}
          onFilter={(added) => toQuery(withFilter(asQuery, added))}
        />
      )}
    </section>
  )
}
