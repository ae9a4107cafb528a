import { expect, test } from 'vitest'
import { joinedAnswer } from './joined-answer.ts'
import type { MetricRangeAnswer } from './metric-range-answer.ts'

const answer = (name: string, missing: string[] = []): MetricRangeAnswer => ({
  ...{ query: name, partial: missing.length > 0, total_query_time_ms: 3.4, clusters_queried: 2 },
  missing: missing.map((id) => ({ cluster_id: id, cluster_name: id, status: 'TIMEOUT', reason: 'slow' })),
  ...{ clusters_succeeded: 2 - missing.length, warnings: ['w'], infos: [], stepSeconds: 5, from: 0, to: 10 },
  results: [
    {
      ...{ cluster_id: 'a', cluster_name: 'a', status: 'SUCCESS', result_type: 'MATRIX', query_time_ms: 1 },
      data: [{ metric: { __name__: name }, values: [[1, '1']] }],
    },
  ],
})

test('series of several queries are told apart by a letter, which waits for no other', () => {
  const joined = joinedAnswer([undefined, answer('y', ['eu'])])
  expect(joined?.found.map(({ query, series }) => [query, series.metric.__name__])).toEqual([['B', 'y']])
})

test('what one query misses, the whole misses, once', () => {
  const joined = joinedAnswer([answer('x', ['eu']), answer('y', ['eu', 'us'])])
  expect(joined?.missing.map(({ cluster_id }) => cluster_id)).toEqual(['eu', 'us'])
  expect(joined?.warnings).toEqual(['w'])
})

test('a single query needs no letter, and none has no answer', () => {
  expect(joinedAnswer([answer('x')])?.found[0]?.query).toBeUndefined()
  expect(joinedAnswer([])).toBeUndefined()
})
