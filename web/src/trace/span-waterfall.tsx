import type { Trace } from '@aiops/contract/model/span'
import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { formatDuration } from '../ui/format.ts'
import { criticalOf } from './critical-path.ts'
import { SpanDetail } from './span-detail.tsx'
import { SpanRow, spanColumns } from './span-row.tsx'
import type { WaterfallRow } from './waterfall.ts'
import { windowRows } from './window-rows.ts'

const rowHeight = 29
const beyond = 12

type WaterfallProps = {
  trace: Trace
  /** Names of the clusters that have the spans, where several were asked. */
  clusters: Readonly<Record<string, string>>
  rows: readonly WaterfallRow[]
  totalMs: number
  colorOf: (service: string) => string
  analysis: TraceAnalysis | undefined
  open: string | undefined
  onOpen: (spanId: string | undefined) => void
}

/** Spans in time, a row each. Rows out of sight are not made: a trace may have tens of thousands. */
export function SpanWaterfall({
  trace,
  clusters,
  rows,
  totalMs,
  colorOf,
  analysis,
  open,
  onOpen,
}: WaterfallProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState({ top: 0, height: 600 })
  const [detailHeight, setDetailHeight] = useState(0)
  const critical = useMemo(() => criticalOf(analysis, trace), [analysis, trace])
  const origins = useMemo(() => new Set(analysis?.errors.map(({ span_id }) => span_id)), [analysis])
  const opened = open === undefined ? -1 : rows.findIndex(({ span }) => span.span_id === open)
  const { first, end, before, after } = windowRows({
    ...{ count: rows.length, rowHeight, beyond, ...sight },
    ...{ open: opened, openHeight: opened < 0 ? 0 : detailHeight },
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: a span that the address names is looked for once, and when it changes
  useEffect(() => {
    const element = scroller.current
    if (!element || opened < 0) return
    const y = opened * rowHeight
    if (y < element.scrollTop || y > element.scrollTop + element.clientHeight - rowHeight * 4)
      element.scrollTop = y - rowHeight * 2
  }, [open])
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = (): void => setSight({ top: element.scrollTop, height: element.clientHeight })
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  return (
    <div
      ref={scroller}
      className="relative max-h-[max(24rem,calc(100dvh-17rem))] scroll-pt-8 scroll-pb-10 overflow-auto [overflow-anchor:none]"
    >
      <div className="min-w-[34rem]">
        <div
          className={`${spanColumns} sticky top-0 z-10 border-b bg-surface px-3 py-1 text-ink-mute text-xs`}
        >
          <span>Service and operation</span>
          <span className="pr-4 text-right">Duration</span>
          <span className="flex justify-between">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share}>{formatDuration(totalMs * share)}</span>
            ))}
          </span>
        </div>
        <ul aria-label={`${rows.length} spans`} style={{ paddingTop: before, paddingBottom: after }}>
          {rows.slice(first, end).map((row, i) => (
            <li
              key={row.span.span_id}
              aria-posinset={first + i + 1}
              aria-setsize={rows.length}
              className="border-b"
            >
              <SpanRow
                {...{ row, totalMs }}
                color={colorOf(row.span.service_name)}
                critical={critical.get(row.span.span_id)}
                origin={origins.has(row.span.span_id)}
                open={first + i === opened}
                onKeyDown={moveFocus}
                onToggle={() => onOpen(open === row.span.span_id ? undefined : row.span.span_id)}
              />
              {first + i === opened && (
                <SpanDetail
                  {...{ row, trace }}
                  cluster={clusters[row.span.span_id]}
                  criticalMs={critical.size > 0 ? criticalTime(critical.get(row.span.span_id)) : undefined}
                  onHeight={setDetailHeight}
                />
              )}
            </li>
          ))}
        </ul>
      </div>
      {critical.size > 0 && (
        <p className="sticky bottom-0 left-0 border-t bg-surface px-4 py-1.5 text-ink-mute text-xs">
          <span aria-hidden className="mr-2 inline-block h-1 w-6 rounded-sm bg-ink align-middle" />
          Critical path: what the trace waited for at every moment.
        </p>
      )}
    </div>
  )
}

const criticalTime = (segments: readonly { durationMs: number }[] = []): number =>
  segments.reduce((sum, { durationMs }) => sum + durationMs, 0)

/** Arrows go from row to row. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const row = (event.target as HTMLElement).closest('button[aria-expanded]')?.closest('li')
  if (step === 0 || !row) return
  const next = step === 1 ? row.nextElementSibling : row.previousElementSibling
  const button = next?.querySelector<HTMLElement>('button[aria-expanded]')
  if (!button) return
  event.preventDefault()
  button.focus()
}
