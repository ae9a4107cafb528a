import type { ClusterHealthPeriod, ClusterState } from '@aiops/contract/model/cluster'
import { expect, it } from 'vitest'
import { bandOf, onlineShare, worstOf } from './health-band.ts'

const minute = 60_000
const period = (from: number, to: number, state: ClusterState, health_score = 100): ClusterHealthPeriod =>
  ({
    ...{ from: new Date(from * minute).toISOString(), to: new Date(to * minute).toISOString() },
    ...{ state, health_score },
  }) as ClusterHealthPeriod
/** Newest first, as the server gives them: checked each minute, nothing checked from 40 to 70. */
const periods = [period(70, 99, 'ONLINE'), period(21, 40, 'OFFLINE', 15), period(0, 20, 'ONLINE')]
const band = bandOf(periods, 0, 100 * minute, minute)

it('covers the whole span without holes, and says where nothing was checked', () => {
  expect(band.map(({ fromMs, toMs, period: one }) => [fromMs / minute, toMs / minute, one?.state])).toEqual([
    [0, 21, 'ONLINE'],
    [21, 40, 'OFFLINE'],
    [40, 70, undefined],
    [70, 100, 'ONLINE'],
  ])
})

it('begins in the middle of a stretch, and is one gap where there is no history', () => {
  expect(bandOf(periods, 30 * minute, 100 * minute, minute)[0]).toMatchObject({ fromMs: 30 * minute })
  expect(bandOf([], 0, 10, minute)).toEqual([{ fromMs: 0, toMs: 10, period: undefined }])
})

it('makes each piece as bad as the worst in it', () => {
  const pieces = worstOf(band, 0, 100 * minute, 10)
  expect(pieces.map((one) => one?.state)).toEqual([
    ...[
      'ONLINE',
      'ONLINE',
      'OFFLINE',
      'OFFLINE',
      undefined,
      undefined,
      undefined,
      'ONLINE',
      'ONLINE',
      'ONLINE',
    ],
  ])
})

it('counts the share online of the time that was checked alone', () => {
  expect(onlineShare(band)).toBeCloseTo(51 / 70)
  expect(onlineShare(bandOf([], 0, 10, minute))).toBeNull()
})
