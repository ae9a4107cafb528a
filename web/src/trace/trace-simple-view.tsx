import { Braces, Network, Waypoints } from 'lucide-react'
import { useId } from 'react'
import { ExportMenu } from '../query/export-menu.tsx'
import { isLive, rangeOf } from '../series/explore-search.ts'
import { ServiceField } from '../series/service-field.tsx'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { CheckMark } from '../ui/check-mark.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField } from '../ui/field.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { csvOfTraces } from './trace-export.ts'
import { TraceList } from './trace-list.tsx'
import { traceqlOf } from './traceql-text.ts'
import { useTraces } from './use-traces.ts'

const slowSteps = [100, 500, 1_000, 5_000]

/** Service, operation, duration, failure: what most searches are. The same in TraceQL is one click away. */
export function TraceSimpleView() {
  const [search, change] = useExploreSearch()
  const errorsId = useId()
  const filter = {
    service: search.service,
    operation: search.contains,
    slowMs: search.slow,
    errorsOnly: search.errors,
  }
  const { data, error, refetch } = useTraces(filter, rangeOf(search), isLive(search))
  const filtered = Boolean(search.service || search.contains || search.slow || search.errors)
  const asQuery = traceqlOf(filter)
  return (
    <section aria-label="Traces" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b p-3">
        <ServiceField
          value={search.service ?? ''}
          onChange={(service) => change({ service: service || undefined })}
        />
        <SearchField
          label="Operation name"
          value={search.contains ?? ''}
          onChange={(text) => change({ contains: text || undefined }, true)}
          className="min-w-48 flex-1"
        />
        <SelectField
          aria-label="Least duration"
          value={search.slow ?? ''}
          onChange={(event) => change({ slow: event.target.value || undefined })}
        >
          <option value="">Any duration</option>
          {slowSteps.map((ms) => (
            <option key={ms} value={ms}>
              ≥ {ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`}
            </option>
          ))}
        </SelectField>
        <span className="flex items-center gap-2">
          <CheckMark
            id={errorsId}
            checked={search.errors ?? false}
            onChange={(on) => change({ errors: on || undefined })}
          />
          <label htmlFor={errorsId}>Errors only</label>
        </span>
        <Button
          title={asQuery}
          onClick={() =>
            change({
              ...{ q: asQuery, service: undefined, contains: undefined },
              slow: undefined,
              errors: undefined,
            })
          }
        >
          <Braces aria-hidden />
          Write as TraceQL
        </Button>
        <Button onClick={() => change({ view: 'graph' })}>
          <Network aria-hidden />
          Service graph
        </Button>
      </div>
      <div className="flex items-center gap-2 border-b px-3 py-1">
        <p className="text-ink-mute text-xs" aria-live="polite">
          {data &&
            `${data.traces.length < data.total ? `${data.traces.length} of ` : ''}${counted(data.total, 'trace')}`}
        </p>
        <span className="ml-auto">
          <ExportMenu
            name="traces"
            csv={() => csvOfTraces(data?.traces ?? [])}
            json={() => data?.traces ?? []}
          />
        </span>
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && (
        <div className="p-3">
          <SkeletonRows rows={10} />
        </div>
      )}
      {data && data.traces.length === 0 && (
        <Empty icon={Waypoints} title={filtered ? 'No trace fits in this range' : 'No traces in this range'}>
          {filtered ? 'Choose a longer range or fewer conditions.' : <SendHelp only="traces" />}
        </Empty>
      )}
      {data && data.traces.length > 0 && (
        <TraceList traces={data.traces} onOpen={(trace) => change({ trace })} />
      )}
    </section>
  )
}
