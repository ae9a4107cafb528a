import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { encode } from '../wire/proto.suite.ts'
import { at, type Json, now, point, readerOf, request, text } from './metric.suite.ts'

describe('a reader of OTLP metrics', () => {
  it('never keeps more than the allowed buckets of an exponential histogram, and counts everything once', () => {
    const side = fc.record({
      offset: fc.integer({ min: -60, max: 60 }),
      bucketCounts: fc.array(fc.nat(50).map(String), { maxLength: 400 }),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 20 }),
        side,
        side,
        fc.nat(9),
        (scale, positive, negative, zero) => {
          const dataPoints = [{ timeUnixNano: at(now), scale, zeroCount: zero, positive, negative }]
          const read = readerOf().json(request({ name: 'e', exponentialHistogram: { dataPoints } }))
          // Outside of what a double holds the point is refused.
          const beyond = [positive, negative].some(({ offset, bucketCounts }) =>
            bucketCounts.some(
              (count, i) => count !== '0' && !isWithinDoubles((offset + i) * 2 ** -scale, scale),
            ),
          )
          expect(read.rejected).toBe(beyond ? 1 : 0)
          const [first] = read.histograms
          if (!first) return
          const buckets = [...first.positive, ...first.negative]
          const sum = [...positive.bucketCounts, ...negative.bucketCounts].reduce(
            (all, n) => all + Number(n),
            0,
          )
          expect(buckets.length).toBeLessThanOrEqual(160)
          expect(buckets.reduce((all, [, count]) => all + count, 0)).toBe(sum)
          expect(first.histogram.count).toBe(sum + zero)
          for (const half of [first.positive, first.negative])
            expect(half.every(([index, count], i) => count > 0 && index > (half[i - 1]?.[0] ?? -1e9))).toBe(
              true,
            )
          // Each bucket of the point lies within the one that its count went to.
          for (const [i, count] of positive.bucketCounts.entries()) {
            if (count === '0') continue
            const upper = (positive.offset + i + 1) * 2 ** -scale
            const { schema } = first.histogram
            expect(
              first.positive.some(
                ([index]) => index * 2 ** -schema >= upper && (index - 1) * 2 ** -schema < upper,
              ),
            ).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives the same samples from protobuf as from JSON, whatever the metrics', () => {
    const attribute = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'valueOf'),
      value: fc.oneof(
        fc.record({
          stringValue: fc.string({ unit: 'grapheme', maxLength: 8 }).filter((v) => !v.includes('\0')),
        }),
        fc.record({ intValue: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String) }),
        fc.record({ doubleValue: fc.double({ noNaN: true }) }),
        fc.record({ boolValue: fc.boolean() }),
      ),
    })
    const shared = {
      attributes: fc.uniqueArray(attribute, { selector: (a) => a.key, maxLength: 3 }),
      timeUnixNano: fc
        .bigInt({ min: 1_699_999_000_000_000_000n, max: 1_700_000_500_000_000_000n })
        .map(String),
    }
    const counts = (max: number) => fc.array(fc.nat(1_000).map(String), { maxLength: max })
    const number = fc.oneof(
      fc.record({ ...shared, asDouble: fc.double({ noNaN: true }), flags: fc.nat(1) }),
      fc.record({ ...shared, asInt: fc.maxSafeInteger().map(String) }),
      fc.record(shared),
    )
    const explicit = fc.record({
      ...shared,
      count: fc.nat().map(String),
      sum: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
      bucketCounts: counts(5),
      explicitBounds: fc.array(fc.double({ noNaN: true }), { maxLength: 4 }),
    })
    const exponential = fc.record({
      ...shared,
      count: fc.nat().map(String),
      scale: fc.integer({ min: -11, max: 21 }),
      zeroCount: fc.nat(9).map(String),
      positive: fc.record({ offset: fc.integer({ min: -50, max: 50 }), bucketCounts: counts(9) }),
    })
    const summary = fc.record({
      ...shared,
      count: fc.nat().map(String),
      sum: fc.double({ noNaN: true }),
      quantileValues: fc.uniqueArray(
        fc.record({ quantile: fc.constantFrom(0.5, 0.9, 1), value: fc.double({ noNaN: true }) }),
        { selector: (q) => q.quantile },
      ),
    })
    const points = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })
    const temporality = fc.constantFrom(0, 1, 2)
    const metric = fc
      .oneof(
        fc.record({ gauge: fc.record({ dataPoints: points(number) }) }),
        fc.record({
          sum: fc.record({
            dataPoints: points(number),
            aggregationTemporality: temporality,
            isMonotonic: fc.boolean(),
          }),
        }),
        fc.record({
          histogram: fc.record({ dataPoints: points(explicit), aggregationTemporality: temporality }),
        }),
        fc.record({
          exponentialHistogram: fc.record({
            dataPoints: points(exponential),
            aggregationTemporality: temporality,
          }),
        }),
        fc.record({ summary: fc.record({ dataPoints: points(summary) }) }),
      )
      .chain((data) =>
        fc
          .record({ name: fc.constantFrom('m', 'n.o'), unit: fc.constantFrom('', 's') })
          .map(({ name, unit }) => ({ name: nameOf(name, data), unit, ...data })),
      )
    // A name is used for one kind of metric, as senders do: what a series' kind is otherwise depends on who spoke last.
    const nameOf = (name: string, data: object): string =>
      `${name}.${Object.keys(data)[0]}.${'sum' in data && (data.sum as Json).isMonotonic}`
    const { protobuf, json } = readerOf(40)
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 4 }), (metrics) => {
        // JSON has no infinities: its mapping writes them as strings, as protobufjs takes them.
        const body = JSON.parse(
          JSON.stringify(request(...metrics), (_, value) =>
            value === Infinity
              ? 'Infinity'
              : value === -Infinity
                ? '-Infinity'
                : Object.is(value, -0)
                  ? 0
                  : value,
          ),
        )
        const numbers = JSON.parse(JSON.stringify(body), (_, value) =>
          value === 'Infinity' ? Infinity : value === '-Infinity' ? -Infinity : value,
        )
        expect(protobuf(numbers)).toEqual(json(body))
      }),
      { numRuns: 200 },
    )
  })

  it('decodes a known point no more, and one that is laid out unusually each time', () => {
    const { catalog, protobuf, bytes } = readerOf()
    const known = request({
      name: 'g',
      unit: 's',
      gauge: { dataPoints: [{ ...point, attributes: [text('a', '1')] }] },
    })
    const first = protobuf(known)
    protobuf(known)
    expect(catalog.interned).toBe(1)
    const metric = encode('otlp.Metric', {
      unit: 's',
      gauge: { dataPoints: [{ ...point, attributes: [text('a', '1')] }] },
    })
    const late = Buffer.concat([metric, encode('otlp.Metric', { name: 'g' })])
    const scope = wrap(0x12, wrap(0x12, late))
    const resource = wrap(
      0x0a,
      encode('otlp.Resource', { attributes: [text('service.name', 'cart'), text('k8s.pod.name', 'cart-1')] }),
    )
    expect(bytes(wrap(0x0a, Buffer.concat([scope, resource])))).toEqual(first)
  })

  it('throws nothing but a fault, whatever the bytes, and still reads what comes after', () => {
    const { bytes, protobuf } = readerOf()
    const good = request(
      {
        name: 'h',
        histogram: {
          dataPoints: [
            {
              timeUnixNano: at(now),
              count: '1',
              sum: 1,
              bucketCounts: ['1', '0'],
              explicitBounds: [1],
              attributes: [text('a', 'b')],
            },
          ],
        },
      },
      { name: 'g', gauge: { dataPoints: [point] } },
    )
    const whole = encode('otlp.MetricsRequest', good)
    const attempt = (body: Buffer): void => {
      try {
        bytes(body)
      } catch (error) {
        if (!isFault(error)) throw error
        expect(error.code).toBe('INVALID_REQUEST')
      }
    }
    for (let end = 0; end < whole.length; end += 1) attempt(whole.subarray(0, end))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (index, byte) => {
        const broken = Buffer.from(whole)
        broken[index] = byte
        attempt(broken)
      }),
      { numRuns: 1_000 },
    )
    expect(protobuf(good).samples).toHaveLength(5)
  })

  it.each<[string, unknown]>([
    ['a list', []],
    ['a string', 'x'],
    ['null', null],
    ['metrics that are no list', { resourceMetrics: [{ scopeMetrics: [{ metrics: 5 }] }] }],
    ['a point that is no object', request({ name: 'g', gauge: { dataPoints: [7] } })],
    [
      'a value that is no number',
      request({ name: 'g', gauge: { dataPoints: [{ ...point, asDouble: 'x' }] } }),
    ],
    ['a count that is no integer', request({ name: 'h', histogram: { dataPoints: [{ count: 1.5 }] } })],
    ['a name that is no string', request({ name: { a: 1 }, gauge: { dataPoints: [] } })],
  ])('refuses JSON that is %s and names the field', (_, body) => {
    expect(() => readerOf().json(body)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: [expect.objectContaining({ message: expect.stringMatching(/^must be/) })],
      }),
    )
  })
})

function wrap(tag: number, body: Buffer): Buffer {
  const length = body.length < 0x80 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const isWithinDoubles = (log2: number, scale: number): boolean => log2 < 1_024 && log2 + 2 ** -scale > -1_075
