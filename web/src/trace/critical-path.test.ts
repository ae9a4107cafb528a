import type { Span } from '@aiops/contract/model/span'
import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import { expect, test } from 'vitest'
import { criticalOf } from './critical-path.ts'

const span = (span_id: string, ms: number) => ({ span_id, start_time: new Date(ms).toISOString() }) as Span
const segment = (span_id: string, offset_ms: number, duration_ms: number) => ({
  ...{ span_id, offset_ms, duration_ms, service_name: '', operation_name: '' },
})

test('stretches stand where the waterfall draws their spans, also where a span begins before the root', () => {
  const analysis = {
    critical_path: [segment('root', 0, 5), segment('child', 5, 10), segment('root', 15, 1)],
  } as TraceAnalysis
  const found = criticalOf(analysis, {
    spans: [span('root', 1_020), span('early', 1_000), span('child', 1_025)],
  })
  expect(found.get('root')).toEqual([
    { offsetMs: 20, durationMs: 5 },
    { offsetMs: 35, durationMs: 1 },
  ])
  expect(found.get('child')).toEqual([{ offsetMs: 25, durationMs: 10 }])
  expect(criticalOf(undefined, { spans: [] }).size).toBe(0)
})
