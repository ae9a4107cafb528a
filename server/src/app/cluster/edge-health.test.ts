import { tmpdir } from 'node:os'
import { api } from '@aiops/contract/api/index'
import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import type { RelayState } from '../../service/relay/index.ts'
import { createEdgeHealth } from './edge-health.ts'

const nothing = { requests: 0, bytes: 0, fromMs: null, toMs: null }
const well: RelayState = {
  ...{ bufferedBytes: 0, bufferBytesMax: 1_000, oldestMs: null, problem: '', problemSinceMs: null },
  ...{ dropped: nothing, damaged: nothing, deadLetters: 0 },
}
function checksOf(change: Partial<RelayState>) {
  const relay = { state: () => ({ ...well, ...change }) }
  const health = createEdgeHealth({ relay, clock: new ManualClock(), dataFolder: tmpdir() }, '1.0.0')()
  expect(api.getHealth.response.parse(health)).toEqual(health)
  const { disk: _, ...checks } = Object.fromEntries(health.checks.map((check) => [check.name, check]))
  return checks
}
const degraded = (change: Partial<RelayState>): string[] =>
  Object.values(checksOf(change))
    .filter(({ status }) => status !== 'ok')
    .map(({ name, message }) => `${name}: ${message}`)

it('is well while the hub takes what is sent', () => {
  expect(degraded({})).toEqual([])
  expect(degraded({ bufferedBytes: 800, oldestMs: 0 })).toEqual([])
})

it('says since when and why nothing goes, and how much waits', () => {
  const change = { problem: 'It answered 503: full', problemSinceMs: 60_000, bufferedBytes: 950, oldestMs: 0 }
  expect(degraded(change)).toEqual([
    'hub: Nothing is sent on since 1970-01-01T00:01:00.000Z: It answered 503: full',
    'buffer: 950 of 1000 bytes wait to be sent on, the oldest since 1970-01-01T00:00:00.000Z',
  ])
})

it('says what was lost, and of which time', () => {
  expect(degraded({ dropped: { requests: 3, bytes: 700, fromMs: 0, toMs: 60_000 }, deadLetters: 2 })).toEqual(
    [
      'losses: 3 requests (700 bytes) were dropped for newer ones, received 1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z; 0 bytes could not be read back; 2 requests were refused by the hub since the start',
    ],
  )
})
