import { expect, it } from 'vitest'
import { linesOf, seriesName, seriesOf } from './result-line.ts'

it.each([
  [{ __name__: 'up', job: 'a"b' }, 'up{job="a\\"b"}'],
  [{ __name__: 'up' }, 'up'],
  [{}, '{}'],
  [{ b: '2', a: '1' }, '{a="1", b="2"}'],
  [{ __name__: 'http.server.duration', 'service.name': 'x' }, '{"http.server.duration", "service.name"="x"}'],
])('names %j as %s', (metric, name) => {
  expect(seriesName(metric)).toBe(name)
})

it('leaves a gap where steps have no point', () => {
  const values: [number, string][] = [
    [10, '1'],
    [20, '2'],
    [60, 'NaN'],
    [70, '4'],
  ]
  expect(linesOf([{ cluster: 'a', series: { metric: {}, values } }], 10)[0]?.points).toEqual([
    [10_000, 1],
    [20_000, 2],
    [30_000, null],
    [60_000, null],
    [70_000, 4],
  ])
})

it('tells clusters apart only where there are several', () => {
  const result = (cluster_name: string) => ({
    ...{ cluster_id: cluster_name, cluster_name, status: 'SUCCESS' as const, result_type: 'MATRIX' as const },
    ...{ data: [{ metric: { __name__: 'up' }, values: [] }], query_time_ms: 1 },
  })
  const labels = (...names: string[]) => linesOf(seriesOf(names.map(result)), 10).map(({ label }) => label)
  expect(labels('a')).toEqual(['up'])
  expect(labels('a', 'b')).toEqual(['a · up', 'b · up'])
})
