import { describe, expect, test } from 'vitest'
import { asksForLines, logqlOf, streamSelector, volumeQuery, withFilter } from './logql-text.ts'

describe('logqlOf', () => {
  test('writes what the simple search asks', () => {
    expect(logqlOf({ service: 'cart', contains: 'time "out"', traceId: 'ab12' })).toBe(
      '{service_name="cart"} |= "time \\"out\\"" | trace_id="ab12"',
    )
  })
  test('selects every named service where none is chosen', () => {
    expect(logqlOf({})).toBe('{service_name=~".+"}')
  })
})

describe('asksForLines', () => {
  test('tells lines from numbers, whatever stands in a comment before', () => {
    expect(asksForLines('# by hand\n {a="b"} |= "x"')).toBe(true)
    expect(asksForLines('sum(rate({a="b"}[1m]))')).toBe(false)
  })
})

describe('volumeQuery', () => {
  test('counts lines by level, without the comment that would swallow its end', () => {
    expect(volumeQuery('{a="#b"} |= "x" # why', 30)).toBe(
      'sum by (detected_level) (count_over_time({a="#b"} |= "x" [30s]))',
    )
  })
  test('is none of a query that gives numbers', () => {
    expect(volumeQuery('rate({a="b"}[1m])', 30)).toBeUndefined()
  })
})

describe('withFilter', () => {
  const stream = { name: 'k8s.pod.name', value: 'p-1', op: '=', of: 'stream' } as const
  test('adds a stream label within the selector, a brace in a string not being its end', () => {
    expect(withFilter('{a="}"} |= "x"', stream)).toBe('{a="}", k8s_pod_name="p-1"} |= "x"')
    expect(withFilter('{a="\\"}"}', stream)).toBe('{a="\\"}", k8s_pod_name="p-1"}')
    expect(withFilter('{ }', stream)).toBe('{ k8s_pod_name="p-1"}')
  })
  test('adds what stands beside a line behind the pipeline', () => {
    expect(withFilter('{a="b"} | json # c', { name: 'code', value: '5', op: '!=', of: 'line' })).toBe(
      '{a="b"} | json | code!="5"',
    )
  })
  test('writes no condition twice', () => {
    const once = withFilter('{a="b"}', stream)
    expect(withFilter(once, stream)).toBe(once)
  })
  test('leaves alone what has no selector', () => {
    expect(withFilter('vector(1)', stream)).toBe('vector(1)')
  })
})

test('a stream is selected by all its labels', () => {
  expect(streamSelector({ service_name: 'a', empty: '', path: 'c:\\d' })).toBe(
    '{service_name="a", path="c:\\\\d"}',
  )
})
