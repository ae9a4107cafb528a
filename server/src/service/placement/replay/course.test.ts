import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cheapest, hindsight, never, walk } from './course.ts'

const rate = fc.double({ min: 0.1, max: 3, noNaN: true })

test('hindsight is the least of all courses there are', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 6 })
        .chain((count) =>
          fc.array(fc.array(rate, { minLength: count, maxLength: count }), { minLength: 2, maxLength: 3 }),
        ),
      fc.double({ min: 0, max: 2, noNaN: true }),
      (columns, move) => {
        const rates = columns.map((column) => Float64Array.from(column))
        const count = rates[0]!.length
        const best = hindsight(rates, 0, 1, () => move)
        let least = Number.POSITIVE_INFINITY
        for (let plan = 0; plan < rates.length ** count; plan += 1) {
          const course = walk(
            rates,
            0,
            1,
            () => move,
            (step) => Math.floor(plan / rates.length ** step) % rates.length,
          )
          least = Math.min(least, course.bill)
        }
        expect(best.bill).toBeCloseTo(least, 9)
        expect(best.migration).toBeCloseTo(best.moves.length * move, 9)
      },
    ),
    { numRuns: 100 },
  )
})

test('a bill counts the place that runs, and nothing of the others', () => {
  const rates = [Float64Array.of(1, 1, 1), Float64Array.of(9, 9, 9)]
  expect(never(rates, 0, 1).bill).toBe(3)
  expect(cheapest(rates, 1, 1, () => 0.5)).toMatchObject({ bill: 3.5, migration: 0.5 })
})

test('where nothing was told nobody moves to, and nothing is billed', () => {
  const unknown = Float64Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0.1)
  const rates = [Float64Array.of(1, 1, 1), unknown]
  expect(hindsight(rates, 0, 1, () => 0.1).moves).toEqual([{ at: 2, from: 0, to: 1 }])
  expect(
    walk(
      rates,
      0,
      1,
      () => 0,
      () => 1,
    ).moves,
  ).toEqual([{ at: 2, from: 0, to: 1 }])
})
