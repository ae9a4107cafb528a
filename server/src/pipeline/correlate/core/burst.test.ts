import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBursts, gapMsOf, goingOn, noteBeginning } from './burst.ts'

const windowMs = 6_000

it('is the same whatever the order in which beginnings are noted', () => {
  const drawn = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c'), startMs: fc.integer({ min: 0, max: 60_000 }) }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(drawn, fc.infiniteStream(fc.nat()), (beginnings, order) => {
      const noted = (list: typeof beginnings) => {
        const bursts = createBursts()
        for (const { key, startMs } of list) noteBeginning(bursts, key, startMs, windowMs)
        const seen = bursts.list.map(({ firstMs, lastMs, keys }) => [
          firstMs,
          lastMs,
          [...keys].sort().join(),
        ])
        return { largest: bursts.largest, list: seen.sort((a, b) => Number(a[0]) - Number(b[0])) }
      }
      const shuffled = beginnings
        .map((one) => ({ one, at: order.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one)
      expect(noted(shuffled)).toEqual(noted(beginnings))
    }),
  )
})

it('tells how many different alerts begin around a time, and how far two are apart', () => {
  const bursts = createBursts()
  for (const [key, startMs] of [
    ['a', 0],
    ['b', 5_000],
    ['a', 6_000],
    ['c', 30_000],
  ] as const)
    noteBeginning(bursts, key, startMs, windowMs)
  expect([-6_000, 12_000, 12_001, 30_000].map((at) => goingOn(bursts, at, windowMs))).toEqual([2, 2, 0, 1])
  const other = createBursts()
  noteBeginning(other, 'd', 50_000, windowMs)
  expect(gapMsOf(bursts.list, other.list)).toBe(20_000)
  expect(gapMsOf(bursts.list, [])).toBe(Number.POSITIVE_INFINITY)
})
