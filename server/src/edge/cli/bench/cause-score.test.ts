import { describe, expect, test } from 'vitest'
import { type Answer, abstention, accuracyAt, averageAt5, bothWithin, reliability } from './cause-score.ts'
import { causeFigures } from './explain-figure.ts'
import { isReached } from './figure.ts'

const answer = (given: Partial<Answer>): Answer => ({
  ...{ set: 'petshop', first: 0, last: 0, said: 0.9, unknown: 0.1, cpuSeconds: 0 },
  ...given,
})

describe('scores of causes', () => {
  test('a cause that is not named is a miss at every depth', () => {
    const answers = [answer({}), answer({ first: 2 }), answer({ first: Number.POSITIVE_INFINITY })]
    expect(accuracyAt(answers, 1)).toBeCloseTo(1 / 3)
    expect(accuracyAt(answers, 3)).toBeCloseTo(2 / 3)
    expect(averageAt5(answers)).toBeCloseTo((1 + 1 + 2 + 2 + 2) / 15)
  })

  test('of two faults the later one counts', () => {
    expect(bothWithin([answer({ last: 2 }), answer({ first: 0, last: 3 })], 3)).toBe(0.5)
  })

  test('probabilities that come true as often as they say have no error', () => {
    const sure = Array.from({ length: 10 }, (_, at) => answer({ said: 0.9, first: at === 0 ? 1 : 0 }))
    expect(reliability(sure).error).toBeCloseTo(0)
    expect(reliability(sure.map((one) => ({ ...one, first: 1 }))).error).toBeCloseTo(0.9)
  })

  test('it abstains where the unknown is likelier than any cause', () => {
    expect(abstention([answer({ said: 0.3, unknown: 0.6 }), answer({})])).toBe(0.5)
  })
})

test('a figure below what it should reach is marked as missed', () => {
  const wrong = Array.from({ length: 4 }, () => answer({ first: 1 }))
  const figures = causeFigures({
    recorded: new Map([['petshop', wrong]]),
    late: new Map([['petshop', wrong]]),
    simulated: wrong,
    pairs: wrong,
    quietRecorded: wrong,
    quietSimulated: wrong,
    seconds: [{ size: '46 × 741', median: 0.1, most: 0.1 }],
  })
  const missed = figures.filter((figure) => isReached(figure) === false).map(({ measure }) => measure)
  expect(missed).toContain('petshop AC@1')
  expect(figures.find(({ measure }) => measure.startsWith('CPU seconds'))).toMatchObject({ atMost: 0.5 })
})
