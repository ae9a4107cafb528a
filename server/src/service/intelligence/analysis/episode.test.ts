import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { episodesOf, type Points } from './episode.ts'
import { isolationScores } from './isolation-forest.ts'
import { confidenceOf, spreadOf } from './robust-score.ts'

const minute = 60_000
/** Noise about 100 with a standard deviation of about 5, changed by `shape`. */
function series(length: number, shape: (value: number, i: number) => number): Points {
  const random = seededRandom(7)
  const noise = () => (random.next() + random.next() + random.next() - 1.5) * 10
  return Array.from({ length }, (_, i) => [i * minute, shape(100 + noise(), i)] as const)
}
/** What is more likely than not no chance. */
const found = (points: Points, method: 'STATISTICAL' | 'ML_BASED' = 'STATISTICAL') =>
  episodesOf(points, method, 'LOW', seededRandom(1)).filter((one) => one.confidence_score > 0.5)

describe('episodes of a series', () => {
  test('noise alone holds none', () => {
    expect(found(series(500, (value) => value))).toEqual([])
    expect(
      found(
        series(500, (value) => value),
        'ML_BASED',
      ),
    ).toEqual([])
  })

  test.each(['STATISTICAL', 'ML_BASED'] as const)('a spike is one spike, where it is (%s)', (method) => {
    const [one, ...more] = found(
      series(500, (value, i) => (i >= 200 && i < 204 ? value + 80 : value)),
      method,
    )
    expect(more).toEqual([])
    expect(one).toMatchObject({
      anomaly_type: 'SPIKE',
      severity: 'HIGH',
      startMs: 200 * minute,
    })
    // A forest also finds the step back.
    expect(one!.endMs / minute).toBeGreaterThanOrEqual(203)
    expect(one!.endMs / minute).toBeLessThanOrEqual(method === 'STATISTICAL' ? 203 : 204)
    expect(one!.expected).toBeCloseTo(100, -1)
    expect(one!.confidence_score).toBeGreaterThan(0.99)
  })

  test('a drop is a drop', () => {
    const [one] = found(series(300, (value, i) => (i === 150 ? 0 : value)))
    expect(one).toMatchObject({ anomaly_type: 'DROP', actual: 0 })
  })

  test('a new level that stays is a break of the pattern, a ramp a change of trend', () => {
    expect(found(series(500, (value, i) => (i >= 400 ? value + 100 : value)))[0]?.anomaly_type).toBe(
      'PATTERN_BREAK',
    )
    expect(
      found(series(500, (value, i) => (i >= 380 ? value + (i - 380) * 3 : value)))[0]?.anomaly_type,
    ).toBe('TREND_CHANGE')
  })

  test('a constant series, and one of nine points, hold none', () => {
    expect(found(series(100, () => 5))).toEqual([])
    expect(found(series(9, (value, i) => (i === 4 ? 1e6 : value)))).toEqual([])
  })

  test('a value beside a constant is found although the median distance is nothing', () => {
    expect(found(series(200, (_, i) => (i === 100 ? 50 : 5)))).toHaveLength(1)
  })

  test('more sensitive finds no less', () => {
    const points = series(500, (value, i) => (i % 97 === 0 ? value + 22 : value))
    const counts = (['LOW', 'MEDIUM', 'HIGH', 'EXTREME'] as const).map((sensitivity) =>
      episodesOf(points, 'STATISTICAL', sensitivity, seededRandom(1)).reduce(
        (sum, { startMs, endMs }) => sum + (endMs - startMs) / minute + 1,
        0,
      ),
    )
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  })
})

describe('parts', () => {
  test('an isolated row scores higher than all others, and the same seed gives the same scores', () => {
    const random = seededRandom(3)
    const rows = Array.from({ length: 300 }, () => [random.next(), random.next()])
    rows.push([9, 9])
    const scores = isolationScores(rows, seededRandom(1))
    expect(Math.max(...scores)).toBe(scores.at(-1))
    expect(isolationScores(rows, seededRandom(1))).toEqual(scores)
  })

  test('confidence falls with how often chance had the opportunity', () => {
    expect(confidenceOf(1.96, 1)).toBeCloseTo(0.95, 3)
    expect(confidenceOf(3, 100)).toBeCloseTo(0.73, 2)
    expect(confidenceOf(3, 1_000)).toBe(0)
  })

  test('the robust deviation is not moved by a few wild values', () => {
    const calm = Array.from({ length: 99 }, (_, i) => i / 10)
    expect(spreadOf([...calm, 1e9]).mad).toBeCloseTo(spreadOf(calm).mad, 0)
  })
})
