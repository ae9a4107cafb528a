import { describe, expect, it } from 'vitest'
import { at, cart, type Json, now, point, readBoth, readerOf, request, rows, text } from './metric.suite.ts'

describe('OTLP metrics', () => {
  it('keeps names with their dots and gives each series the promoted resource attributes', () => {
    const { samples } = readBoth([
      {
        name: 'queue.size',
        unit: '{item}',
        gauge: { dataPoints: [{ ...point, attributes: [text('queue', 'a')] }] },
      },
    ])
    expect(samples).toEqual([
      {
        labels: { __name__: 'queue.size', queue: 'a', ...cart },
        kind: 'GAUGE',
        unit: '{item}',
        timeMs: now,
        value: 2.5,
        bits: '4004000000000000',
      },
    ])
  })

  it('lets a point override its resource, and shows values that are no strings', () => {
    const attributes = [
      text('service.name', 'own'),
      { key: 'n', value: { intValue: '-9007199254740993' } },
      { key: 'b', value: { boolValue: false } },
      { key: 'd', value: { doubleValue: 0.5 } },
      { key: 'l', value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: '1' }] } } },
      { key: 'm', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } } },
    ]
    const { samples } = readBoth([{ name: 'g', gauge: { dataPoints: [{ ...point, attributes }] } }])
    expect(samples[0]?.labels).toEqual({
      __name__: 'g',
      'service.name': 'own',
      'k8s.pod.name': 'cart-1',
      n: '-9007199254740993',
      b: 'false',
      d: '0.5',
      l: '["x",1]',
      m: '{"k":true}',
    })
  })

  it('makes monotonic sums counters, other sums gauges, and notes deltas', () => {
    const read = readBoth([
      {
        name: 'c',
        sum: {
          isMonotonic: true,
          aggregationTemporality: 2,
          dataPoints: [{ timeUnixNano: at(now), asInt: '-7' }],
        },
      },
      { name: 'u', sum: { aggregationTemporality: 2, dataPoints: [point] } },
      {
        name: 'd',
        sum: {
          isMonotonic: true,
          aggregationTemporality: 1,
          dataPoints: [point, { ...point, timeUnixNano: at(now + 1) }],
        },
      },
    ])
    expect(rows(read)).toEqual([
      ['c', {}, 'COUNTER', -7],
      ['u', {}, 'GAUGE', 2.5],
      ['d', {}, 'COUNTER', 2.5],
      ['d', {}, 'COUNTER', 2.5],
    ])
    expect(read.deltas).toBe(2)
  })

  it('writes a histogram as cumulative buckets, sum and count', () => {
    const histogram = {
      aggregationTemporality: 2,
      dataPoints: [
        {
          timeUnixNano: at(now),
          count: '6',
          sum: 12.5,
          bucketCounts: ['1', '2', '3'],
          explicitBounds: [0.005, 10],
        },
      ],
    }
    const read = readBoth([{ name: 'h', unit: 's', histogram }])
    expect(rows(read)).toEqual([
      ['h_bucket', { le: '0.005' }, 'HISTOGRAM', 1],
      ['h_bucket', { le: '10' }, 'HISTOGRAM', 3],
      ['h_bucket', { le: '+Inf' }, 'HISTOGRAM', 6],
      ['h_count', {}, 'COUNTER', 6],
      ['h_sum', {}, 'COUNTER', 12.5],
    ])
    expect(read.samples.map((s) => s.unit)).toEqual(['s', 's', 's', '1', 's'])
  })

  it('takes a histogram without buckets or sum, and one whose bounds change', () => {
    const dataPoints = [
      { timeUnixNano: at(now), count: '6' },
      { timeUnixNano: at(now), count: '1', bucketCounts: ['0', '1'], explicitBounds: [1] },
      { timeUnixNano: at(now), count: '1', bucketCounts: ['0', '1'], explicitBounds: [2] },
    ]
    const read = readBoth([{ name: 'h', histogram: { dataPoints } }])
    expect(rows(read).map(([name, rest]) => [name, (rest as Json).le])).toEqual([
      ['h_count', undefined],
      ['h_bucket', '1'],
      ['h_bucket', '+Inf'],
      ['h_count', undefined],
      ['h_bucket', '2'],
      ['h_bucket', '+Inf'],
      ['h_count', undefined],
    ])
  })

  it('writes a summary as its quantiles, sum and count', () => {
    const read = readBoth([
      {
        name: 's',
        summary: {
          dataPoints: [
            {
              timeUnixNano: at(now),
              count: '4',
              sum: 8,
              quantileValues: [
                { quantile: 0.5, value: 2 },
                { quantile: 0.99, value: 3 },
              ],
            },
          ],
        },
      },
    ])
    expect(rows(read)).toEqual([
      ['s', { quantile: '0.5' }, 'SUMMARY', 2],
      ['s', { quantile: '0.99' }, 'SUMMARY', 3],
      ['s_count', {}, 'COUNTER', 4],
      ['s_sum', {}, 'COUNTER', 8],
    ])
  })

  it('keeps an exponential histogram as a native one, each bucket where it was', () => {
    const dataPoints = [
      {
        timeUnixNano: at(now),
        count: '11',
        sum: 30,
        scale: 1,
        zeroCount: '1',
        zeroThreshold: 0.001,
        // (√2², √2³], none in (√2³, √2⁴], (√2⁴, √2⁵]: Prometheus' index is that of the upper bound.
        positive: { offset: 2, bucketCounts: ['4', '0', '5'] },
        negative: { offset: 0, bucketCounts: ['1'] },
      },
    ]
    const read = readBoth([
      { name: 'e', unit: 's', exponentialHistogram: { aggregationTemporality: 2, dataPoints } },
    ])
    expect(read.samples).toEqual([])
    expect(read.histograms).toEqual([
      {
        name: 'e',
        delta: false,
        timeMs: now,
        histogram: { schema: 1, count: 11, sum: 30, zeroThreshold: 0.001, zeroCount: 1, reset: 'UNKNOWN' },
        positive: [
          [3, 4],
          [5, 5],
        ],
        negative: [[1, 1]],
      },
    ])
  })

  it('merges the buckets of a finer scale than native histograms have, and notes differences as such', () => {
    const positive = { offset: -3, bucketCounts: ['1', '2', '4', '8', '16'] }
    const read = readBoth([
      {
        name: 'e',
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [{ timeUnixNano: at(now), count: '31', scale: 9, positive }],
        },
      },
    ])
    // -3 and -4 lie in -2, -2 and -1 in -1, 0 and 1 in 0.
    expect(read.histograms).toMatchObject([
      {
        delta: true,
        histogram: { schema: 8, count: 31, sum: Number.NaN },
        positive: [
          [-1, 1],
          [0, 6],
          [1, 24],
        ],
      },
    ])
  })

  it('keeps the examples of a point with the series that they are examples of', () => {
    const example = (value: number, attributes: Json[] = []) => ({
      timeUnixNano: at(now - 5),
      asDouble: value,
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      filteredAttributes: attributes,
    })
    const read = readBoth([
      {
        name: 'c',
        sum: {
          isMonotonic: true,
          aggregationTemporality: 2,
          dataPoints: [{ ...point, exemplars: [example(1, [text('user', 'u')])] }],
        },
      },
      {
        name: 'h',
        histogram: {
          dataPoints: [
            {
              timeUnixNano: at(now),
              count: '3',
              bucketCounts: ['1', '1', '1'],
              explicitBounds: [1, 2],
              exemplars: [example(1), example(1.5), { asInt: '9' }],
            },
          ],
        },
      },
      {
        name: 'e',
        exponentialHistogram: {
          dataPoints: [
            {
              timeUnixNano: at(now),
              count: '1',
              positive: { bucketCounts: ['1'] },
              exemplars: [example(1.5)],
            },
          ],
        },
      },
    ])
    const ids = { trace_id: '5b8efff798038103d269b633813fc60c', span_id: 'eee19b7ec3c1b174' }
    expect(read.rejected).toBe(0)
    expect(
      read.exemplars.map(({ series, ...rest }) => ({ ...rest, series: [series.__name__, series.le] })),
    ).toEqual([
      { series: ['c', undefined], timeMs: now - 5, value: 1, labels: { ...ids, user: 'u' } },
      { series: ['h_bucket', '1'], timeMs: now - 5, value: 1, labels: ids },
      { series: ['h_bucket', '2'], timeMs: now - 5, value: 1.5, labels: ids },
      { series: ['h_bucket', '+Inf'], timeMs: now, value: 9, labels: {} },
      { series: ['e', undefined], timeMs: now - 5, value: 1.5, labels: ids },
    ])
  })

  it('takes a point whose example cannot be kept', () => {
    const bad = { asDouble: 1, filteredAttributes: [text('x', 'y'.repeat(5_000))] }
    const read = readBoth([{ name: 'g', gauge: { dataPoints: [{ ...point, exemplars: [bad] }] } }])
    expect([read.samples.length, read.exemplars, read.rejected]).toEqual([1, [], 0])
  })

  it('keeps two scopes of one metric apart where scopes are promoted, and not else', () => {
    const group = (version: string) => ({
      scope: { name: 'lib', version, attributes: [text('team', 'a')] },
      metrics: [{ name: 'g', gauge: { dataPoints: [point] } }],
    })
    const body = {
      resourceMetrics: [{ scopeMetrics: [group('1'), group('2'), { metrics: group('').metrics }] }],
    }
    const labelsOf = (promote: boolean) => {
      const { protobuf, json } = readerOf(1_000, promote)
      const first = protobuf(body)
      expect(protobuf(body)).toEqual(first)
      expect(json(body)).toEqual(first)
      return first.samples.map(({ labels: { __name__, ...rest } }) => rest)
    }
    expect(labelsOf(false)).toEqual([{}, {}, {}])
    const scope = { 'otel.scope.name': 'lib', 'otel.scope.team': 'a' }
    expect(labelsOf(true)).toEqual([
      { ...scope, 'otel.scope.version': '1' },
      { ...scope, 'otel.scope.version': '2' },
      {},
    ])
  })

  it('marks points without a value as stale', () => {
    const { protobuf } = readerOf()
    const histogram = { dataPoints: [{ timeUnixNano: at(now), count: '1', sum: 1, bucketCounts: ['1'] }] }
    protobuf(request({ name: 'h', histogram }))
    const gone = { timeUnixNano: at(now), flags: 1 }
    const read = protobuf(
      request(
        { name: 'h', histogram: { dataPoints: [gone] } },
        { name: 'g', gauge: { dataPoints: [gone, { timeUnixNano: at(now) }] } },
      ),
    )
    expect(read.samples.map((s) => [s.labels.__name__, s.bits])).toEqual(
      ['h_bucket', 'h_count', 'h_sum', 'g', 'g'].map((name) => [name, '7ff0000000000002']),
    )
  })

  it.each<[string, Json, string]>([
    ['no name', { name: '', gauge: { dataPoints: [point] } }, 'INVALID_LABELS'],
    [
      'an attribute given twice',
      { name: 'x', gauge: { dataPoints: [{ ...point, attributes: [text('a', '1'), text('a', '2')] }] } },
      'INVALID_LABELS',
    ],
    [
      '__proto__ as an attribute',
      { name: 'x', gauge: { dataPoints: [{ ...point, attributes: [text('__proto__', '1')] }] } },
      'INVALID_LABELS',
    ],
    [
      '__name__ as an attribute',
      { name: 'x', gauge: { dataPoints: [{ ...point, attributes: [text('__name__', '1')] }] } },
      'INVALID_LABELS',
    ],
    ['no time', { name: 'x', gauge: { dataPoints: [{ asDouble: 1 }] } }, 'INVALID_SAMPLE'],
    [
      'a time long ago',
      { name: 'x', gauge: { dataPoints: [{ ...point, timeUnixNano: at(now - 3_600_001) }] } },
      'INVALID_SAMPLE',
    ],
    [
      'a time far ahead',
      { name: 'x', gauge: { dataPoints: [{ ...point, timeUnixNano: at(now + 600_001) }] } },
      'INVALID_SAMPLE',
    ],
    [
      'too few bucket counts',
      {
        name: 'x',
        histogram: { dataPoints: [{ timeUnixNano: at(now), bucketCounts: ['1'], explicitBounds: [1] }] },
      },
      'INVALID_SAMPLE',
    ],
    [
      'bounds that fall',
      {
        name: 'x',
        histogram: {
          dataPoints: [{ timeUnixNano: at(now), bucketCounts: ['1', '1', '1'], explicitBounds: [2, 1] }],
        },
      },
      'INVALID_SAMPLE',
    ],
    [
      'too many buckets',
      {
        name: 'x',
        histogram: {
          dataPoints: [
            {
              timeUnixNano: at(now),
              bucketCounts: Array(40).fill('1'),
              explicitBounds: Array.from({ length: 39 }, (_, i) => i),
            },
          ],
        },
      },
      'INVALID_SAMPLE',
    ],
    [
      'an unknown scale',
      {
        name: 'x',
        exponentialHistogram: {
          dataPoints: [{ timeUnixNano: at(now), scale: 21, positive: { bucketCounts: ['1'] } }],
        },
      },
      'INVALID_SAMPLE',
    ],
  ])('leaves out a point with %s and takes the others', (_, bad, code) => {
    const good = { name: 'ok', gauge: { dataPoints: [point] } }
    const read = readBoth([good, bad, good])
    expect(read.samples.map((s) => s.labels.__name__)).toEqual(['ok', 'ok'])
    expect(read).toMatchObject({ rejected: 1, codes: [code] })
  })
})
