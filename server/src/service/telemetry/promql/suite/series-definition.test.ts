import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../../kernel/fault.ts'
import { parseSequence, parseSeriesDefinition } from './index.ts'

const numbers = (text: string): (number | string)[] =>
  parseSequence(text).map((point) => (point.kind === 'number' ? point.value : point.kind))

describe('a series written out', () => {
  it('has its labels and its points', () => {
    expect(parseSeriesDefinition('up{job="a b", path="/{x}"} 1 2')).toEqual({
      labels: { __name__: 'up', job: 'a b', path: '/{x}' },
      values: [
        { kind: 'number', value: 1 },
        { kind: 'number', value: 2 },
      ],
    })
    expect(parseSeriesDefinition('{"http.requests", "service.name"="x"} 1').labels).toEqual({
      __name__: 'http.requests',
      'service.name': 'x',
    })
    expect(parseSeriesDefinition('{}').labels).toEqual({})
  })

  it.each<[string, (number | string)[]]>([
    ['1 -2.5 1e3 .5', [1, -2.5, 1000, 0.5]],
    ['Inf -Inf NaN', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]],
    ['5x2', [5, 5, 5]],
    ['1+2x3', [1, 3, 5, 7]],
    ['-2-1x2', [-2, -3, -4]],
    ['1e1-1e-1x1', [10, 9.9]],
    ['_ _x2 3', ['omitted', 'omitted', 'omitted', 3]],
    ['1 stale', [1, 'stale']],
    ['', []],
  ])('%s expands', (text, values) => {
    expect(numbers(text)).toEqual(values)
  })

  it('adds histograms up', () => {
    const points = parseSequence('{{schema:0 sum:1 count:1 buckets:[1]}}+{{sum:2 count:3 buckets:[2 1]}}x2')
    expect(points.map((point) => point.kind === 'histogram' && point.histogram.sum)).toEqual([1, 3, 5])
    expect(points[2]).toMatchObject({ histogram: { count: 7 } })
  })

  it('reads every part of a histogram', () => {
    const [point] = parseSequence(
      '{{schema:1 sum:-0.3 count:22 z_bucket:7 z_bucket_w:0.5 buckets:[5 0 7] offset:-3 n_buckets:[4 1] n_offset:2 counter_reset_hint:gauge}}',
    )
    expect(point).toEqual({
      kind: 'histogram',
      resetGiven: true,
      histogram: {
        schema: 1,
        sum: -0.3,
        count: 22,
        zeroCount: 7,
        zeroThreshold: 0.5,
        positive: { indexes: Int32Array.of(-3, -1), counts: Float64Array.of(5, 7) },
        negative: { indexes: Int32Array.of(2, 3), counts: Float64Array.of(4, 1) },
        reset: 'GAUGE',
      },
    })
  })

  it('is refused with a sentence whatever else it is, and never grows beyond its bound', () => {
    for (const text of [
      'up{job=~"a"} 1',
      'up 1 2 three',
      'up 1x9999999999',
      'up {{sum:x}}',
      'up {{what:1}}',
      '"up" 1',
    ])
      expect(() => parseSeriesDefinition(text)).toThrow(/\w+/)
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseSeriesDefinition(text)
        } catch (error) {
          expect(isFault(error)).toBe(true)
        }
      }),
    )
  })
})
