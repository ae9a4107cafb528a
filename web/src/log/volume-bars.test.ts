import { expect, test } from 'vitest'
import { volumeBars } from './volume-bars.ts'

const result = (level: string, values: [number, string][]) => ({
  ...({
    cluster_id: 'a',
    cluster_name: 'a',
    status: 'SUCCESS',
    result_type: 'MATRIX',
    query_time_ms: 1,
  } as const),
  data: [{ metric: { detected_level: level }, values }],
})

test('counts of several clusters stand in one bar, by level, and empty windows are bars too', () => {
  const { bars, most, totals } = volumeBars(
    [result('error', [[30, '2']]), result('error', [[30, '3']]), result('odd', [[90, '1']])],
    ...([0, 90_000, 30_000] as const),
  )
  expect(bars.map(({ from, to, total }) => [from, to, total])).toEqual([
    [0, 30_000, 5],
    [30_000, 60_000, 0],
    [60_000, 90_000, 1],
  ])
  expect(most).toBe(5)
  expect([...totals]).toEqual([
    ['ERROR', 5],
    ['UNSPECIFIED', 1],
  ])
})
