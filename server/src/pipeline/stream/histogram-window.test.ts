import { expect, it } from 'vitest'
import { quantileWindows } from './histogram-window.ts'
import type { Window } from './index.ts'

const window = (startMs: number, ratePerSecond: number | null): Window => ({
  startMs,
  endMs: startMs + 10_000,
  count: 5,
  mean: 0,
  min: 0,
  max: 0,
  last: 0,
  ratePerSecond,
})
const buckets = [
  { ref: 3, bound: Number.POSITIVE_INFINITY },
  { ref: 1, bound: 0.1 },
  { ref: 2, bound: 0.5 },
]

it('takes quantiles from how much each bucket grew in the window, whatever the order of the buckets', () => {
  const grown: Record<number, number> = { 1: 5, 2: 9, 3: 10 }
  const [found] = quantileWindows(buckets, [0.5, 0.9, 0.99], (ref) => [window(0, grown[ref] ?? 0)])
  expect(found?.values[0]).toBeCloseTo(0.1)
  expect(found?.values[1]).toBeCloseTo(0.5)
  expect(found?.values[2]).toBe(0.5)
})

it('has no quantile where a bucket was not seen or nothing was observed', () => {
  const missing = quantileWindows(buckets, [0.5], (ref) => [window(0, ref === 2 ? null : 1)])
  const idle = quantileWindows(buckets, [0.5], () => [window(0, 0)])
  expect([missing[0]?.values, idle[0]?.values]).toEqual([[null], [null]])
})
