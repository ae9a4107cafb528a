import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rangeBounds, rangeQuery, typedRange, zoomed } from './range.ts'

it('a relative range is counted back from now, a fixed one stands', () => {
  expect(rangeBounds({ duration: '15m' }, 1_000_000)).toEqual({ from: 100_000, to: 1_000_000 })
  expect(rangeBounds({ from: 1, to: 2 }, 1_000_000)).toEqual({ from: 1, to: 2 })
  expect(rangeQuery({ duration: '6h' })).toEqual({ duration: '6h' })
  expect(rangeQuery({ from: 0, to: 1_000 })).toEqual({
    start: '1970-01-01T00:00:00.000Z',
    end: '1970-01-01T00:00:01.000Z',
  })
})

it('a typed range is local time that ends no later than now; what cannot be one is said', () => {
  const now = Date.parse('2026-03-01T12:00:00')
  const at = (text: string): number => Date.parse(text)
  expect(typedRange('2026-03-01T02:00:00', '2026-03-01T03:00', now)).toEqual({
    range: { from: at('2026-03-01T02:00:00'), to: at('2026-03-01T03:00:00') },
  })
  expect(typedRange('2026-03-01T11:00', '2026-03-01T13:00', now)).toEqual({
    range: { from: at('2026-03-01T11:00:00'), to: now },
  })
  for (const [from, to] of [
    ['', '2026-03-01T03:00'],
    ['2026-03-01T03:00', '2026-03-01T03:00'],
    ['2026-03-01T04:00', '2026-03-01T03:00'],
    ['2026-03-01T13:00', '2026-03-01T14:00'],
  ] as const)
    expect(typedRange(from, to, now)).toHaveProperty('problem')
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
