import { describe, expect, it } from 'vitest'
import { breachOf } from './breach.ts'

const bandsOf = (middle: (i: number) => number, half: (i: number) => number) => {
  const over = (at: (i: number) => number) => Float64Array.from({ length: 100 }, (_, i) => at(i + 1))
  return {
    p10: over((i) => middle(i) - half(i)),
    p50: over(middle),
    p90: over((i) => middle(i) + half(i)),
  }
}

describe('when a limit is reached', () => {
  it('is where each edge of the band meets it', () => {
    const bands = bandsOf(
      (i) => i,
      () => 10,
    )
    const found = breachOf(bands, { value: 50, direction: 'ABOVE' })
    expect([found.p10, found.p50, found.p90]).toEqual([40, 50, 60])
    expect(found.probability).toBeGreaterThan(0.99)
  })

  it('counts from above as well', () => {
    const bands = bandsOf(
      (i) => 100 - i,
      () => 10,
    )
    const found = breachOf(bands, { value: 50, direction: 'BELOW' })
    expect([found.p10, found.p50, found.p90]).toEqual([40, 50, 60])
  })

  it('is never where the band does not come near, with a small chance where it almost does', () => {
    const bands = bandsOf(
      () => 10,
      () => 5,
    )
    expect(breachOf(bands, { value: 50, direction: 'ABOVE' })).toMatchObject({
      p10: null,
      p50: null,
      p90: null,
    })
    const near = breachOf(bands, { value: 16, direction: 'ABOVE' })
    expect(near.probability).toBeGreaterThan(0.04)
    expect(near.probability).toBeLessThan(0.1)
  })

  it('is certain or not at all where there is no band', () => {
    const bands = bandsOf(
      (i) => i,
      () => 0,
    )
    expect(breachOf(bands, { value: 50, direction: 'ABOVE' })).toEqual({
      probability: 1,
      p10: 50,
      p50: 50,
      p90: 50,
    })
    expect(breachOf(bands, { value: 101, direction: 'ABOVE' }).probability).toBe(0)
  })
})
