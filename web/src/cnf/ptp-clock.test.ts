import type { PtpStatus } from '@aiops/contract/model/cnf'
import { describe, expect, it } from 'vitest'
import { isStale, nodesOf, offsetShare, offsetText, ptpLimitsIn, ptpPresets } from './ptp-clock.ts'

const clock = (cluster: string, node: string, part: Partial<PtpStatus> = {}): PtpStatus => ({
  ...{ cluster_id: cluster, cluster_name: cluster, node_name: node, interface: 'ens1', process: 'ptp4l' },
  ...{ state: 'LOCKED', offset_ns: 5, max_offset_ns: null, delay_ns: null, frequency_adjustment_ns: null },
  ...{ clock_class: 6, role: 'SLAVE', since: null, last_updated: '2026-01-01T00:00:00Z', ...part },
})
const order = (statuses: PtpStatus[], lost: string[] = []): string[] =>
  nodesOf(statuses, new Set(lost), ptpPresets).map(({ node }) => node)

describe('nodesOf', () => {
  it('shows nodes whose grandmaster is lost first, then the worst state, then the greatest offset', () => {
    const statuses = [
      clock('a', 'fine'),
      clock('a', 'off', { offset_ns: -400 }),
      clock('a', 'far', { offset_ns: 5_000 }),
      clock('b', 'orphan', { state: 'HOLDOVER' }),
      clock('c', 'free', { state: 'FREERUN' }),
      clock('c', 'holding', { state: 'HOLDOVER' }),
    ]
    expect(order(statuses, ['b'])).toEqual(['orphan', 'free', 'holding', 'far', 'off', 'fine'])
  })
  it('goes by the worst clock of a node, and tells nodes of one name in two clusters apart', () => {
    const statuses = [
      clock('a', 'du'),
      clock('b', 'du'),
      clock('b', 'du', { process: 'phc2sys', state: 'FREERUN' }),
    ]
    expect(
      nodesOf(statuses, new Set(), ptpPresets).map((one) => [one.cluster_id, one.clocks.length]),
    ).toEqual([
      ['b', 2],
      ['a', 1],
    ])
  })
})

describe('offsetShare', () => {
  it('keeps the sign, rises with the offset and ends at the end of the scale', () => {
    const shares = [-9_999, -2_200, -100, -1, 0, 1, 100, 1_100, 2_200, 9_999].map((ns) =>
      offsetShare(ns, 2_200),
    )
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares[0]).toBe(-1)
    expect(shares[4]).toBe(0)
    expect(shares.at(-1)).toBe(1)
    expect(offsetShare(-100, 2_200)).toBeCloseTo(-offsetShare(100, 2_200))
  })
})

it('writes an offset with its sign', () => {
  expect([12, -640, 2_150, 0.66, 0, -3.2e6, 2e9].map(offsetText)).toEqual(
    ['+12 ns', '−640 ns', '+2.15 µs', '+0.7 ns', '0 ns', '−3.2 ms', '+2 s'].map((text) =>
      text.replace(' ', '\u00a0'),
    ),
  )
})

it('takes the limits of the site, and presets where they are not told', () => {
  expect(ptpLimitsIn([{ name: 'infrastructure.cnf.ptp_offset_ns', value: 50 }])).toEqual({
    warning: 50,
    severe: 1_100,
  })
  expect(ptpLimitsIn([{ name: 'infrastructure.cnf.ptp_offset_ns', value: -1 }])).toEqual(ptpPresets)
})

it('calls a reading stale after two minutes', () => {
  const at = '2026-01-01T00:00:00Z'
  expect([119_000, 121_000].map((age) => isStale(at, Date.parse(at) + age))).toEqual([false, true])
})
