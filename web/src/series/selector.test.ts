import type { Series } from '@aiops/contract/model/series'
import { describe, expect, it } from 'vitest'
import { entitySelectors, keySeries, looksLikeSelector, selectorOf, selectorOfSeries } from './selector.ts'

const series = (id: number, name: string, part: Partial<Series> = {}): Series => ({
  id,
  name,
  labels: { __name__: name },
  kind: 'GAUGE',
  derived: false,
  ...part,
})

describe('selectors', () => {
  it('write dotted names plainly and order labels by name', () => {
    expect(
      selectorOfSeries({
        name: 'http.server.request.duration:p95',
        labels: { 'service.name': 'front', __name__: 'x', a: 'b' },
      }),
    ).toBe('http.server.request.duration:p95{a="b",service.name="front"}')
    expect(selectorOf([{ name: '__name__', op: '=', value: 'up' }])).toBe('up')
    expect(selectorOf([{ name: 'job', op: '=~', value: 'a|b' }])).toBe('{job=~"a|b"}')
  })

  it('quote and escape whatever a hostile sender may have named', () => {
    expect(
      selectorOf([
        { name: '__name__', op: '=', value: 'a"} or vector(1)' },
        { name: 'la bel', op: '=', value: 'x\\y"z\n' },
      ]),
    ).toBe('{__name__="a\\"} or vector(1)","la bel"="x\\\\y\\"z\\n"}')
  })

  it('are told from words by their braces', () => {
    expect(looksLikeSelector('cpu front')).toBe(false)
    expect(looksLikeSelector('{service.name="front"}')).toBe(true)
  })

  it('of an entity name it by every label that its kind is known by', () => {
    expect(entitySelectors('service/pay"ments')).toEqual([
      '{service.name="pay\\"ments"}',
      '{service="pay\\"ments"}',
      '{job="pay\\"ments"}',
    ])
    expect(entitySelectors('gpu/0')).toEqual(['{gpu="0"}'])
  })
})

it('the series to look at first are anomalous ones, then latency, errors, traffic, saturation', () => {
  const all = [
    series(1, 'process.memory.usage'),
    series(2, 'http.server.request.duration:rate', { derived: true }),
    series(3, 'http.server.request.duration:error_ratio', { derived: true }),
    series(4, 'http.server.request.duration:p95', { derived: true }),
    series(5, 'something.else'),
  ]
  expect(keySeries(all, new Set([5]), 4).map((one) => one.id)).toEqual([5, 4, 3, 2])
  expect(keySeries(all, new Set(), 2)).toHaveLength(2)
})
