import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blocksInSight, offsetsOf } from './window-blocks.ts'

it('has every block in sight that the screen touches, and makes few others', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 300 }),
      fc.integer({ min: -2_000, max: 60_000 }),
      (heights, top) => {
        const offsets = offsetsOf(heights)
        const { first, end } = blocksInSight(offsets, top, 900, 100)
        heights.forEach((height, i) => {
          const start = offsets[i] ?? 0
          if (start < top + 900 && start + height > top) expect(i >= first && i < end).toBe(true)
        })
        expect(end - first).toBeLessThanOrEqual(1_102)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(heights.length)
      },
    ),
  )
})
