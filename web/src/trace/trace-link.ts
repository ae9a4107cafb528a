import type { Span, Trace } from '@aiops/contract/model/span'
import { quoted } from '../log/logql-text.ts'
import type { ExploreSearch } from '../series/explore-search.ts'
import { selectorOf } from '../series/selector.ts'

/** Clocks differ between hosts, and lines come late: a minute to either side. */
const aroundMs = 60_000
/** A chart needs some past to be read. */
const chartMs = 900_000

type Fixed = { from: number; to: number }

export const traceRange = ({ start_time, duration_ms }: Pick<Trace, 'start_time' | 'duration_ms'>): Fixed => {
  const start = Date.parse(start_time)
  return { from: Math.floor(start - aroundMs), to: Math.ceil(start + duration_ms + aroundMs) }
}

/** What the span's service wrote to its log within the trace. */
export const logsOfSpan = (span: Span, trace: Trace): ExploreSearch => ({
  ...{ tab: 'logs', ...traceRange(trace) },
  q: `{service_name=${quoted(span.service_name)}} | trace_id=${quoted(span.trace_id)}`,
})

const golden = ['traces.span.duration:p95', 'traces.span.rate', 'traces.span.error_ratio']

/** How the service did around the span: duration, rate and errors of its spans; the list beside has all its series. */
export const metricsOfSpan = (span: Span): ExploreSearch => {
  const service = { name: 'service.name', op: '=', value: span.service_name } as const
  const start = Date.parse(span.start_time)
  return {
    from: Math.floor(start - chartMs / 2),
    to: Math.ceil(start + span.duration_ms + chartMs / 2),
    text: selectorOf([service]),
    s: golden.map((value) => selectorOf([{ name: '__name__', op: '=', value }, service])),
  }
}
