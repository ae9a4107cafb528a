import { describe, expect, test } from 'vitest'
import { type Excess, explainedShare } from './counterfactual.ts'

const stepMs = 1_000
const excess = (values: readonly number[]): Excess => ({
  timesMs: Float64Array.from(values, (_, at) => at * stepMs),
  values: Float64Array.from(values),
})
const quiet = Array.from({ length: 12 }, () => 0)

describe('how much of a symptom would be gone', () => {
  test('is all of it where it follows the candidate, in whatever unit', () => {
    const shape = [...quiet, 1, 2, 3, 2, 1]
    const share = explainedShare(excess(shape), excess(shape.map((value) => 40 * value)), stepMs)
    expect(share).toBeCloseTo(1, 9)
  })

  test('is all of it where it follows two samples later', () => {
    const share = explainedShare(excess([...quiet, 0, 0, 1, 2, 3]), excess([...quiet, 1, 2, 3, 0, 0]), stepMs)
    expect(share).toBeCloseTo(1, 9)
  })

  test('is none where the candidate is as usual, or out of it at other times', () => {
    expect(explainedShare(excess([...quiet, 1, 1, 1]), excess([...quiet, 0, 0, 0]), stepMs)).toBe(0)
    expect(explainedShare(excess([...quiet, 1, 1, 1]), excess([1, 1, 1, ...quiet]), stepMs)).toBe(0)
  })

  test('is a part where they are out of the usual together only for a part of the time', () => {
    const share = explainedShare(
      excess([...quiet, 1, 1, 1, 1, 1, 1, 1, 1]),
      excess([...quiet, 0, 0, 0, 0, 1, 1, 1, 1]),
      stepMs,
    )
    expect(share).toBeGreaterThan(0.3)
    expect(share).toBeLessThan(0.8)
  })

  test('is not told from a handful of samples', () => {
    expect(explainedShare(excess([0, 0, 1, 1]), excess([0, 0, 1, 1]), stepMs)).toBeUndefined()
    expect(explainedShare(excess([...quiet, 0, 1]), excess([...quiet, 0, 1]), stepMs)).toBeUndefined()
  })
})
