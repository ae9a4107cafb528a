import type { Trace } from '@aiops/contract/model/span'
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { SpanRow } from './span-row.tsx'
import { useTrace } from './use-traces.ts'
import { waterfall } from './waterfall.ts'

/** Above this many spans the rest is named, not drawn. */
const rowsMax = 500

export function TraceView({ id, onBack }: { id: string; onBack: () => void }) {
  const { data, error, refetch } = useTrace(id)
  return (
    <section aria-label="Trace" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b p-3">
        <Button look="quiet" onClick={onBack}>
          <ArrowLeft aria-hidden />
          All traces
        </Button>
        {data && <TraceHeading trace={data} />}
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && (
        <div className="p-3">
          <SkeletonRows rows={8} />
        </div>
      )}
      {data && <Waterfall trace={data} />}
    </section>
  )
}

function TraceHeading({ trace }: { trace: Trace }) {
  return (
    <>
      <h2 className="font-semibold text-base">
        <span className="text-ink-mute">{trace.root_service}</span> {trace.root_operation}
      </h2>
      <span className="text-ink-soft">
        {formatDuration(trace.duration_ms)} · {counted(trace.span_count, 'span')} ·{' '}
        {counted(trace.service_count, 'service')} · <Moment at={trace.start_time} form="precise" />
      </span>
      <Link
        to="/explore"
        search={{ tab: 'logs', trace: trace.trace_id, range: '24h' }}
        className="ml-auto font-medium text-accent hover:underline"
      >
        Logs of this trace
      </Link>
    </>
  )
}

function Waterfall({ trace }: { trace: Trace }) {
  const { rows, totalMs } = useMemo(() => waterfall(trace.spans), [trace.spans])
  const services = useMemo(() => [...new Set(rows.map((row) => row.span.service_name))], [rows])
  const [open, setOpen] = useState<string>()
  return (
    <div className="relative overflow-x-auto">
      <div className="min-w-[34rem]">
        <div className="grid grid-cols-[12rem_4rem_1fr] sm:grid-cols-[20rem_4.5rem_1fr] border-b px-3 py-1 text-ink-mute text-xs">
          <span>Service and operation</span>
          <span className="pr-4 text-right">Duration</span>
          <span className="flex justify-between">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share}>{formatDuration(totalMs * share)}</span>
            ))}
          </span>
        </div>
        <ul>
          {rows.slice(0, rowsMax).map((row) => (
            <SpanRow
              key={row.span.span_id}
              row={row}
              totalMs={totalMs}
              color={`var(--series-${(services.indexOf(row.span.service_name) % 8) + 1})`}
              open={open === row.span.span_id}
              onToggle={() => setOpen((old) => (old === row.span.span_id ? undefined : row.span.span_id))}
            />
          ))}
        </ul>
        {rows.length > rowsMax && (
          <p className="p-3 text-ink-mute">{counted(rows.length - rowsMax, 'more span')} not drawn.</p>
        )}
      </div>
    </div>
  )
}
