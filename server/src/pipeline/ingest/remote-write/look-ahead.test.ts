import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { now } from '../request.suite.ts'
import { decoderOf, encodeCases, oracle, plain, type SeriesCase } from './series-case.suite.ts'

/** Some with a label so long that its length takes two bytes, one so long that it takes three. */
const labelOf = (i: number): string =>
  i === 77 ? 'y'.repeat(4_000) : i % 5 === 0 ? `${i}-${'x'.repeat(150)}` : `${i}`
const seriesAt = (i: number, turn: number): SeriesCase => ({
  labels: [
    ['__name__', `metric_${i % 7}`],
    ['id', labelOf(i)],
  ],
  samples: [{ value: i + turn / 8, timestamp: now - 60_000 + turn }],
})

describe('a sender without an order', () => {
  it('has each sample given to its series, known, new, twice in a request, or of a label so long that nobody looks ahead', () => {
    const { read, catalog } = decoderOf(1, { knownSeriesMax: 10_000, ageMsMax: 3_600_000 })
    const random = seededRandom(11)
    for (let turn = 0; turn < 40; turn += 1) {
      // Every fourth request brings series that were never seen; some come twice.
      const numbers = Array.from({ length: 120 }, () => Math.floor(random.next() * (100 + 40 * turn)))
      const times = new Map<number, number>()
      const body = encodeCases(
        1,
        numbers.map((i) => {
          times.set(i, (times.get(i) ?? 0) + 1)
          return seriesAt(i, turn * 100 + (times.get(i) as number))
        }),
      )
      const { samples, rejected } = read(body)
      expect(plain(samples)).toEqual(oracle(1, body))
      expect(rejected).toBe(0)
    }
    expect(new Set(catalog.select('default', []).map((ref) => catalog.describe(ref).labels.id)).size).toBe(
      catalog.count(),
    )
  })
})
