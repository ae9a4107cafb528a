import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PlacementConfig } from '../config.ts'
import { flipSentences, flipsOf, withWeight } from './flip.ts'
import { falling, scoreOf, weightsOf } from './score.ts'

const { scales, weights: declared } = PlacementConfig.parse({})
const weights = weightsOf(declared)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const factors = fc.record({ COST: share, LATENCY: share, CREDITS: share, AVAILABILITY: share })

test('a flip is where the order turns: on one side the winner wins, on the other the rival', () => {
  let solved = 0
  fc.assert(
    fc.property(factors, factors, (a, b) => {
      const winner = scoreOf(a, weights) >= scoreOf(b, weights) ? a : b
      const rival = winner === a ? b : a
      for (const flip of flipsOf(winner, rival, weights, scales)) {
        const step = 1e-6
        const lead = (value: number): number => {
          if (flip.kind === 'WEIGHT') {
            const turned = withWeight(weights, flip.factor, value)
            return scoreOf(winner, turned) - scoreOf(rival, turned)
          }
          const scale = flip.kind === 'COST' ? scales.cost_hourly_usd : scales.latency_ms
          return scoreOf({ ...winner, [flip.kind]: falling(value, scale) }, weights) - scoreOf(rival, weights)
        }
        expect(Math.abs(lead(flip.at))).toBeLessThan(1e-6)
        const sign = flip.direction === 'above' ? 1 : -1
        expect(lead(flip.at - sign * step)).toBeGreaterThanOrEqual(-1e-9)
        expect(lead(flip.at + sign * step)).toBeLessThanOrEqual(1e-9)
        solved += 1
      }
    }),
    { numRuns: 500 },
  )
  expect(solved).toBeGreaterThan(200)
})

test('weights that are changed still sum to 1', () => {
  const turned = withWeight(weights, 'LATENCY', 0.41)
  expect(Object.values(turned).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12)
})

test('a flip is said with where it is now', () => {
  const said = flipSentences(
    flipsOf(
      { COST: 0.8, LATENCY: 0.5 },
      { COST: 0.5, LATENCY: 0.9 },
      { COST: 0.6, LATENCY: 0.4, CREDITS: 0, AVAILABILITY: 0 },
      scales,
    ),
    { COST: 0.6, LATENCY: 0.4, CREDITS: 0, AVAILABILITY: 0 },
    'aws',
  )
  expect(said[0]).toMatch(
    /^flips if the (cost weight is below|latency weight is above) 0\.\d+ \(it is 0\.\d\)$/,
  )
  expect(said.some((one) => one.startsWith('flips if aws costs more than $'))).toBe(true)
})
