import { Trace } from '@aiops/contract/model/span'
import { expect, it } from 'vitest'
import { MemoryLogStore, MemoryMetricStore, MemoryTraceStore } from '../../adapter/memory/telemetry.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { createTelemetry } from './index.ts'

const startMs = 1_700_000_000_000
const span = (spanId: string, more: Partial<StoredSpan> = {}): StoredSpan => ({
  traceId: 'a'.repeat(32),
  spanId,
  parentSpanId: '',
  name: 'GET /',
  service: 'cart',
  kind: 'SERVER',
  startMs,
  durationMs: 5,
  status: 'OK',
  statusMessage: '',
  attributes: {},
  ...more,
})

it('shows the events and links of a span, and none where there are none', async () => {
  const traceStore = new MemoryTraceStore()
  const telemetry = createTelemetry({
    metricStore: new MemoryMetricStore(),
    logStore: new MemoryLogStore(),
    traceStore,
  })
  const events = [{ timeMs: startMs + 1, name: 'exception', attributes: { 'exception.type': 'E' } }]
  const links = [{ traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), attributes: { why: 'batch' } }]
  const spans = [span('1'.repeat(16), { events, links }), span('2'.repeat(16), { startMs: startMs + 1 })]
  traceStore.append({ tenant: 'default', spans }, 1)
  const trace = Trace.parse(await telemetry.trace('default', 'a'.repeat(32)))
  expect(trace.spans[0]).toMatchObject({
    events: [{ time: '2023-11-14T22:13:20.001Z', name: 'exception', attributes: { 'exception.type': 'E' } }],
    links: [{ trace_id: 'b'.repeat(32), span_id: 'c'.repeat(16), attributes: { why: 'batch' } }],
  })
  expect(trace.spans[1]).not.toHaveProperty('events')
})
