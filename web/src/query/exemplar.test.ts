import { expect, test } from 'vitest'
import { exemplarsMax, exemplarsOf } from './exemplar.ts'

const answer = (exemplars: { labels: Record<string, string>; value: string; timestamp: number }[]) => ({
  data: [{ seriesLabels: { __name__: 'x_bucket' }, exemplars }],
})

test('exemplars with a trace are points, the greatest first', () => {
  expect(
    exemplarsOf(
      answer([
        { labels: { trace_id: 'AB12' }, value: '0.5', timestamp: 10.5 },
        { labels: { traceID: 'cd34' }, value: '2', timestamp: 11 },
      ]),
    ),
  ).toEqual([
    { at: 11_000, value: 2, traceId: 'cd34', series: { __name__: 'x_bucket' } },
    { at: 10_500, value: 0.5, traceId: 'ab12', series: { __name__: 'x_bucket' } },
  ])
})

test('what leads to no trace, or has no number, is no point', () => {
  const bad: Parameters<typeof answer>[0] = [
    { labels: { user: 'x' }, value: '1', timestamp: 1 },
    { labels: { trace_id: '../x' }, value: '1', timestamp: 1 },
    { labels: { trace_id: 'ab' }, value: 'NaN', timestamp: 1 },
  ]
  expect(exemplarsOf(answer(bad))).toEqual([])
  expect(exemplarsOf({})).toEqual([])
})

test('too many are thinned to the greatest', () => {
  const many = Array.from({ length: 500 }, (_, i) => ({
    labels: { trace_id: 'ab' },
    value: String(i),
    timestamp: i,
  }))
  const found = exemplarsOf(answer(many))
  expect(found).toHaveLength(exemplarsMax)
  expect(found.at(-1)?.value).toBe(500 - exemplarsMax)
})
