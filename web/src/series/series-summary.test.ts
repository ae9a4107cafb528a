import { expect, it } from 'vitest'
import { groupByUnit } from './group-by-unit.ts'
import { summaryOf } from './series-summary.ts'

it('a gap counts for nothing, and nothing at all has no numbers', () => {
  expect(
    summaryOf([
      [1, 2],
      [2, null],
      [3, 4],
    ]),
  ).toEqual({ last: 4, mean: 3, min: 2, max: 4 })
  expect(
    summaryOf([
      [1, 2],
      [2, null],
    ]).last,
  ).toBeNull()
  expect(summaryOf([[1, null]])).toEqual({ last: null, mean: null, min: null, max: null })
})

it('series of different units share no axis', () => {
  const of = (name: string, unit?: string) => ({
    series: { id: 1, name, labels: {}, kind: 'GAUGE' as const, derived: false, ...(unit ? { unit } : {}) },
    points: [],
  })
  const groups = groupByUnit([
    of('a.duration', 's'),
    of('b.duration', 's'),
    of('cpu.utilization', '1'),
    of('queue', '1'),
  ])
  expect(groups.map((group) => [group.title, group.results.length])).toEqual([
    ['In s', 2],
    ['cpu.utilization', 1],
    ['queue', 1],
  ])
})
