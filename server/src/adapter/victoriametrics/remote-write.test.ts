import fc from 'fast-check'
import protobuf from 'protobufjs'
import { expect, test } from 'vitest'
import { encodeLabels, encodeWrite } from './remote-write.ts'

const root = protobuf.parse(`syntax = "proto3";
message WriteRequest { repeated TimeSeries timeseries = 1; }
message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; }`).root
const WriteRequest = root.lookupType('WriteRequest')

test('a write request is read back by a generic decoder', () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), {
    maxLength: 5,
  })
  const samples = fc.array(fc.tuple(fc.nat({ max: 8_640_000_000_000_000 }), fc.double()), { maxLength: 5 })
  fc.assert(
    fc.property(fc.array(fc.tuple(pairs, samples), { maxLength: 6 }), (series) => {
      const encoded = encodeWrite(
        series.map(([labels, points]) => {
          const of = Float64Array.from(points, ([, value]) => value)
          return {
            labels: encodeLabels(labels),
            timesMs: points.map(([time]) => time),
            values: points.map((_, at) => ({ of, at })),
          }
        }),
      )
      const read = WriteRequest.toObject(WriteRequest.decode(encoded), {
        longs: Number,
        arrays: true,
        defaults: true,
      })
      expect(read.timeseries ?? []).toEqual(
        series.map(([labels, points]) => ({
          labels: labels.map(([name, value]) => ({ name: wellFormed(name), value: wellFormed(value) })),
          samples: points.map(([timestamp, value]) => ({ timestamp, value })),
        })),
      )
    }),
  )
})
test('a stale marker keeps its bits', () => {
  const of = new Float64Array(BigUint64Array.of(0x7ff0000000000002n).buffer)
  const encoded = encodeWrite([{ labels: new Uint8Array(0), timesMs: [1], values: [{ of, at: 0 }] }])
  expect([...encoded.subarray(5, 13)]).toEqual([2, 0, 0, 0, 0, 0, 0xf0, 0x7f])
})

/** What UTF-8 cannot say becomes U+FFFD on the way. */
const wellFormed = (text: string): string => text.toWellFormed()
