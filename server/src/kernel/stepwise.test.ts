import fc from 'fast-check'
import { expect, it } from 'vitest'
import { atOnce, givingWay, sortedStepwise } from './stepwise.ts'

it('sorts as toSorted does, equal items in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 40 }), fc.constantFrom(1, 97, 310), (some, times) => {
      const items = Array.from({ length: times }, () => some)
        .flat()
        .map((key, at) => ({ key, at }))
      const compare = (a: { key: number }, b: { key: number }): number => a.key - b.key
      expect(atOnce(sortedStepwise(items, compare))).toEqual(items.toSorted(compare))
    }),
    { numRuns: 50 },
  )
})

it('gives way between steps of a long sort', async () => {
  let breaths = 0
  const items = Array.from({ length: 20_000 }, (_, i) => (i * 7_919) % 20_011)
  const sorted = await givingWay(
    sortedStepwise(items, (a, b) => a - b),
    async () => {
      breaths += 1
    },
  )
  expect(sorted).toEqual(items.toSorted((a, b) => a - b))
  expect(breaths).toBeGreaterThan(20)
})
