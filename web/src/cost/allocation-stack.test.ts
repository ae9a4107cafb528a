import type { Allocation } from '@aiops/contract/model/allocation'
import { usd } from '@aiops/contract/model/money'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocationWord, idleName, niceTop, otherName, stackOf } from './allocation-stack.ts'

const allocation = (name: string, total: number) => ({ name, total_usd: usd(total) }) as Allocation
const step = (hour: number, by_name: Record<string, number>) => ({
  start: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  end: new Date(Date.UTC(2026, 0, 1, hour + 1)).toISOString(),
  by_name: Object.fromEntries(Object.entries(by_name).map(([name, value]) => [name, usd(value)])),
})

describe('bars of spend', () => {
  it('put the greatest below, idle on top, and sum to the step', () => {
    const { bands, bars } = stackOf({
      allocations: [allocation('ml', 3), allocation('shop', 9), allocation(idleName, 20)],
      steps: [step(0, { ml: 3, shop: 9, [idleName]: 20 })],
    })
    expect(bands.map(({ name }) => name)).toEqual(['shop', 'ml', idleName])
    expect(bars[0]?.parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 9],
      [9, 12],
      [12, 32],
    ])
    expect(bars[0]?.totalUsd).toBe(32)
  })

  it('show a step of which nothing is known as that, not as no spend', () => {
    const { bars } = stackOf({ allocations: [allocation('a', 1)], steps: [step(0, {}), step(1, { a: 0 })] })
    expect(bars.map(({ totalUsd }) => totalUsd)).toEqual([null, 0])
  })

  it('never lose a cent of many names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 40 }),
        (cents) => {
          const by = Object.fromEntries(cents.map((value, i) => [`n${i}`, value / 100]))
          const { bands, bars } = stackOf({
            allocations: Object.entries(by).map(([name, value]) => allocation(name, value)),
            steps: [step(0, by)],
          })
          expect(bands.length).toBeLessThanOrEqual(8)
          expect(bars[0]?.totalUsd).toBeCloseTo(cents.reduce((sum, one) => sum + one, 0) / 100, 6)
          if (cents.length > 8) expect(bands.at(-1)?.name).toBe(otherName)
        },
      ),
    )
  })

  it('have a round top that holds them', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (value) => {
        expect(niceTop(value)).toBeGreaterThanOrEqual(value * 0.998)
        expect(niceTop(value)).toBeLessThanOrEqual(value * 10.01)
      }),
    )
    expect(niceTop(0)).toBe(1)
  })

  it('name what is nobody’s in words', () => {
    expect(allocationWord('__idle__')).toBe('Idle capacity')
    expect(allocationWord('shop/__unallocated__')).toBe('shop/not told')
  })
})
