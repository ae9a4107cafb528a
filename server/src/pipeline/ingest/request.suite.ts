import { compressSync } from 'snappy'
import { expect } from 'vitest'
import { encode } from './wire/proto.suite.ts'

/** Requests as senders write them, at one time. */
export const now = 1_700_000_000_000
export const nanos = (ms: number): string => `${BigInt(ms) * 1_000_000n}`
export const coded = (code: string) => expect.objectContaining({ code })
export const snappy = (body: Buffer): Buffer => compressSync(body)
export const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
export const up = (timestamp = now, value = 1, instance = 'a') => ({
  labels: [
    { name: '__name__', value: 'up' },
    { name: 'instance', value: instance },
  ],
  samples: [{ value, timestamp }],
})
export const write = (...timeseries: unknown[]): Buffer =>
  snappy(encode('prometheus.WriteRequest', { timeseries }))
export const gauge = (value: number, timeMs = now, name = 'g') => ({
  name,
  gauge: { dataPoints: [{ asDouble: value, timeUnixNano: nanos(timeMs) }] },
})
export const metrics = (...list: unknown[]) => ({
  resourceMetrics: [
    { resource: { attributes: [text('service.name', 'cart')] }, scopeMetrics: [{ metrics: list }] },
  ],
})
export const delta = (value: number, timeMs: number) => ({
  name: 'd',
  sum: {
    isMonotonic: true,
    aggregationTemporality: 1,
    dataPoints: [{ asDouble: value, timeUnixNano: nanos(timeMs) }],
  },
})
export const logs = {
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ timeUnixNano: nanos(now), body: { stringValue: 'hello' } }] }] },
  ],
}
export const span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'x',
  startTimeUnixNano: nanos(now),
  endTimeUnixNano: nanos(now + 1),
}
export const traces = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }

export const PROTOBUF = { 'content-type': 'application/x-protobuf' }
export const SNAPPY = { ...PROTOBUF, 'content-encoding': 'snappy' }
export const JSON_TYPE = { 'content-type': 'application/json' }
