import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rangeBounds, rangeQuery, zoomed } from './range.ts'

it('a relative range is counted back from now, a fixed one stands', () => {
  expect(rangeBounds({ duration: '15m' }, 1_000_000)).toEqual({ from: 100_000, to: 1_000_000 })
  expect(rangeBounds({ from: 1, to: 2 }, 1_000_000)).toEqual({ from: 1, to: 2 })
  expect(rangeQuery({ duration: '6h' })).toEqual({ duration: '6h' })
  expect(rangeQuery({ from: 0, to: 1_000 })).toEqual({
    start: '1970-01-01T00:00:00.000Z',
    end: '1970-01-01T00:00:01.000Z',
  })
})

it('a zoom is whole milliseconds, at least two seconds wide and never in the future, whichever way one dragged', () => {
  const ms = fc.double({ min: 0, max: 2e12, noNaN: true })
  fc.assert(
    fc.property(ms, ms, (a, b) => {
      const now = 1.8e12
      const { from, to } = zoomed(a, b, now)
      expect(Number.isInteger(from) && Number.isInteger(to)).toBe(true)
      expect(to - from).toBeGreaterThanOrEqual(2_000)
      expect(to).toBeLessThanOrEqual(now)
      expect(zoomed(b, a, now)).toEqual({ from, to })
    }),
  )
})
