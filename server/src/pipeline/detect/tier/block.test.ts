import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Blocks, blockLevels } from './block.ts'

type Ended = {
  level: number
  phase: number
  end: number
  mean: number
  spread: number
  high: number
  low: number
  step: number
}

function blocksOf(values: readonly number[], place = 0): Ended[] {
  const blocks = new Blocks()
  blocks.reserve(place + 1)
  blocks.clear(place)
  const ended: Ended[] = []
  values.forEach((value, i) => {
    if (!blocks.push(place, value)) return
    for (let level = 0; level < blockLevels && blocks.end(place, level); level += 1) {
      const { phase, mean, spread, high, low, step } = blocks
      ended.push({ level, phase, end: i + 1, mean, spread, high, low, step })
      if (phase !== 0) return
    }
  })
  return ended
}

it('blocks of 8 to 64 points end each half of their length, the two phases in turn', () => {
  const ends = blocksOf(Array.from({ length: 256 }, (_, i) => i))
  for (let level = 0; level < blockLevels; level += 1) {
    const half = 4 << level
    const found = ends.filter((each) => each.level === level).map(({ end, phase }) => [end, phase])
    expect(found).toEqual(Array.from({ length: 256 / half - 1 }, (_, i) => [(i + 2) * half, i % 2]))
  }
})

it('a block is told as its points have it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 64, maxLength: 200 }),
      fc.nat(3),
      (values, place) => {
        for (const { level, end, mean, spread, high, low, step } of blocksOf(values, place)) {
          const points = values.slice(end - (8 << level), end)
          const middle = points.reduce((sum, value) => sum + value, 0) / points.length
          const variance = points.reduce((sum, value) => sum + (value - middle) ** 2, 0) / points.length
          expect(Math.abs(mean - middle)).toBeLessThan(1e-8 * 1e6)
          expect(Math.abs(spread - Math.sqrt(variance))).toBeLessThan(1e-2)
          const steps = points.map((value, i) =>
            Math.abs(value - (values[end - (8 << level) + i - 1] ?? value)),
          )
          expect(step).toBe(Math.max(...steps))
          expect([high, low]).toEqual([Math.max(...points), Math.min(...points)])
        }
      },
    ),
    { numRuns: 50 },
  )
})
