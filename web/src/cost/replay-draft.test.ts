import { expect, it } from 'vitest'
import { firstReplay, replayOf } from './replay-draft.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const weights = firstReplay.weights

it('asks for the period back from now, with the weights in force unless others are wanted', () => {
  expect(replayOf({ ...firstReplay, period: '6h' }, now)).toEqual({
    ...{ start: '2026-11-21T06:00:00.000Z', end: '2026-11-21T12:00:00.000Z' },
  })
  expect(replayOf({ ...firstReplay, ownWeights: true }, now)?.weights).toEqual({
    ...{ COST: 0.4, LATENCY: 0.25, CREDITS: 0.2, AVAILABILITY: 0.15 },
  })
})

it('asks for nothing with weights that are none', () => {
  for (const COST of ['-1', '101', 'much'])
    expect(replayOf({ ...firstReplay, ownWeights: true, weights: { ...weights, COST } }, now)).toBeUndefined()
  const none = { COST: '0', LATENCY: '', CREDITS: '0', AVAILABILITY: '' }
  expect(replayOf({ ...firstReplay, ownWeights: true, weights: none }, now)).toBeUndefined()
})
