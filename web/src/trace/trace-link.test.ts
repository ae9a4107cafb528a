import type { Span, Trace } from '@aiops/contract/model/span'
import { expect, test } from 'vitest'
import { readExploreSearch } from '../series/explore-search.ts'
import { logsOfSpan, metricsOfSpan, traceRange } from './trace-link.ts'

const span = {
  ...{ trace_id: 'ab12', span_id: 's1', service_name: 'pay"ments', operation_name: 'POST /charges' },
  ...{ kind: 'SERVER', start_time: '2026-11-21T08:00:00.250Z', duration_ms: 10.5, status: 'OK', tags: {} },
} as Span
const trace = { start_time: span.start_time, duration_ms: 10.5 } as Trace

test('a trace reaches a minute beyond its ends, for clocks that differ', () => {
  const { from, to } = traceRange(trace)
  expect(new Date(from).toISOString()).toBe('2026-11-21T07:59:00.250Z')
  expect(to - from).toBe(120_011)
})

test('links to logs and metrics are addresses that the page reads back unchanged', () => {
  expect(logsOfSpan(span, trace).q).toBe('{service_name="pay\\"ments"} | trace_id="ab12"')
  for (const link of [logsOfSpan(span, trace), metricsOfSpan(span)])
    expect(readExploreSearch(JSON.parse(JSON.stringify(link)))).toEqual(link)
})
