import type { Trace } from '@aiops/contract/model/span'
import { Link } from '@tanstack/react-router'
import { ChartSpline, ScrollText } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { buttonStyle } from '../ui/button.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { logsOfSpan, metricsOfSpan } from './trace-link.ts'
import type { WaterfallRow } from './waterfall.ts'

type SpanDetailProps = {
  row: WaterfallRow
  trace: Trace
  cluster: string | undefined
  /** How long the trace waited for this span; undefined where it is not known. */
  criticalMs: number | undefined
  /** Tells how tall it is, in pixels. */
  onHeight: (height: number) => void
}

/** All that is known of a span, and where to go on from it. */
export function SpanDetail({ row, trace, cluster, criticalMs, onHeight }: SpanDetailProps) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const observer = new ResizeObserver(() => onHeight(element.offsetHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [onHeight])
  const { span } = row
  const facts: [string, string][] = [
    ['duration', formatDuration(span.duration_ms)],
    ['own time', formatDuration(row.selfMs)],
    ...(criticalMs === undefined
      ? []
      : ([['on critical path', formatDuration(criticalMs)]] as [string, string][])),
    ['kind', span.kind],
    ['status', span.status_message ? `${span.status}: ${span.status_message}` : span.status],
    ['span', span.span_id],
    ...(cluster === undefined ? [] : ([['cluster', cluster]] as [string, string][])),
    ...(row.orphan ? ([['parent', `${span.parent_span_id}, never received`]] as [string, string][]) : []),
    ...Object.entries(span.tags),
  ]
  return (
    <div ref={host} className="space-y-2 bg-sunken/50 px-6 py-2">
      <div className="flex flex-wrap gap-2">
        <Link to="/explore" search={logsOfSpan(span, trace)} className={buttonStyle({ size: 'small' })}>
          <ScrollText aria-hidden />
          Logs of {span.service_name} in this trace
        </Link>
        <Link to="/explore" search={metricsOfSpan(span)} className={buttonStyle({ size: 'small' })}>
          <ChartSpline aria-hidden />
          Metrics of {span.service_name}
        </Link>
      </div>
      <Facts facts={facts} />
      {span.events?.map((event, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events may be equal, and their order is fixed
        <section key={i}>
          <h3 className="text-xs">
            <span className="font-medium">{event.name}</span>{' '}
            <Moment at={event.time} form="precise" className="text-ink-mute" />
          </h3>
          <Facts facts={Object.entries(event.attributes)} />
        </section>
      ))}
      {span.links?.map((link, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: links may be equal, and their order is fixed
        <p key={i} className="text-xs">
          Linked to{' '}
          <Link
            to="/explore"
            search={{ tab: 'traces', trace: link.trace_id, span: link.span_id }}
            className="break-all font-mono text-accent hover:underline"
          >
            {link.trace_id}
          </Link>
        </p>
      ))}
    </div>
  )
}

function Facts({ facts }: { facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(8rem,auto)_1fr] gap-x-4 gap-y-0.5 font-mono text-xs">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="break-all text-ink-mute">{name}</dt>
          <dd className="whitespace-pre-wrap break-all">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
