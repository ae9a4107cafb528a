import { describe, expect, it } from 'vitest'
import { chartOf } from './report-chart.ts'

const chart = { title: 'p95', unit: 'ms', query: 'q', cites: ['e1'], marks: [] }

describe("a report's chart", () => {
  it('reaches from its first stored point to its last', () => {
    const { from, to, lines } = chartOf({
      ...chart,
      series: [
        {
          name: 'a',
          points: [
            [1_000, 2],
            [4_000, null],
          ],
        },
        { name: 'b', points: [[500, 1]] },
        { name: 'b', points: [] },
      ],
    })
    expect([from, to]).toEqual([500, 4_000])
    expect(new Set(lines.map(({ key }) => key)).size).toBe(3)
    expect(lines[0]).toMatchObject({
      label: 'a',
      unit: 'ms',
      points: [
        [1_000, 2],
        [4_000, null],
      ],
    })
  })

  it('draws as many lines as can be told apart, and says how many are left out', () => {
    const series = Array.from({ length: 11 }, (_, i) => ({ name: String(i), points: [] }))
    const { lines, more } = chartOf({ ...chart, unit: null, series })
    expect([lines.length, more]).toEqual([8, 3])
    expect(lines[0]).not.toHaveProperty('unit')
  })
})
