import { expect, test } from 'vitest'
import { entryOf, levelOf, nanosecondsOf, timestampOf } from './log-entry.ts'

const line = {
  ...{ cluster_id: 'eu', cluster_name: 'eu-1', timestamp: '2026-11-21T08:00:00.123456789Z' },
  ...{ stream: { service_name: 'cart', level: 'INFO' }, message: 'x' },
}

test('the level is what the store found, then what the sender wrote', () => {
  expect(entryOf({ ...line, metadata: { detected_level: 'warn' } }).level).toBe('WARN')
  expect(entryOf(line).level).toBe('INFO')
  expect(levelOf({ level: 'constructor' })).toBe('UNSPECIFIED')
  expect(levelOf({})).toBe('UNSPECIFIED')
})

test('a trace id is one only where it can be one', () => {
  expect(entryOf({ ...line, metadata: { trace_id: '4D6CF04AC398A493EA73E6C971044AB1' } }).traceId).toBe(
    '4d6cf04ac398a493ea73e6c971044ab1',
  )
  expect(entryOf({ ...line, metadata: { trace_id: 'javascript:1' } }).traceId).toBe('')
})

test('nanoseconds are kept to and fro', () => {
  expect(nanosecondsOf(line.timestamp) % 1_000_000_000n).toBe(123_456_789n)
  expect(timestampOf(nanosecondsOf(line.timestamp))).toBe(line.timestamp)
  expect(timestampOf(nanosecondsOf('2026-11-21T09:00:00.5+01:00'))).toBe('2026-11-21T08:00:00.500000000Z')
  expect(nanosecondsOf('yesterday')).toBe(0n)
})
