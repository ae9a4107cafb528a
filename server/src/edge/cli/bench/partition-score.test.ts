import { expect, it } from 'vitest'
import { partitionScore } from './partition-score.ts'

const truth = {
  a1: { incident: 'a', critical: true, service: 'x' },
  a2: { incident: 'a', service: 'x' },
  b1: { incident: 'b', critical: true, service: 'y' },
  n1: { incident: 'n', noise: true },
}

it('is one where each true incident is one incident and noise is in none', () => {
  expect(partitionScore(truth, { a1: '1', a2: '1', b1: '2', n1: null })).toEqual({
    ...{ events: 4, pairF1: 1, ari: 1, compression: 0.5, criticalMissed: 0 },
  })
})

it('counts pairs that were parted or put together wrongly, as by hand', () => {
  const score = partitionScore(truth, { a1: '1', a2: '2', b1: '2', n1: '2' })
  expect(score.pairF1).toBe(0)
  // Pairs together: true 1, found 3, both 0, of 6.
  expect(score.ari).toBeCloseTo((0 - 0.5) / (2 - 0.5))
})

it('misses a critical alert only where nothing of its service and incident is shown', () => {
  expect(partitionScore(truth, { a1: null, a2: '1', b1: null }).criticalMissed).toBe(1)
})
