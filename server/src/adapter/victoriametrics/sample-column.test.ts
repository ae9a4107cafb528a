import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SampleColumn } from './sample-column.ts'

test('a column gives what was pushed, by time, the last one of each time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(200), fc.double({ noNaN: true })), { maxLength: 300 }),
      (samples) => {
        const column = new SampleColumn()
        for (const [time, value] of samples) column.push(time, value)
        const { timesMs, values } = column.finish()
        const expected = [...new Map(samples)].sort(([a], [b]) => a - b)
        expect([...timesMs].map((time, i) => [time, values[i]])).toEqual(expected)
      },
    ),
  )
})
test('stale markers keep their bits, pushed and sorted', () => {
  const stale = new Float64Array(BigUint64Array.of(0x7ff0000000000002n).buffer)
  const column = new SampleColumn()
  column.pushStale(3)
  column.pushFrom(1, stale, 0)
  column.push(2, 5)
  const { values } = column.finish()
  expect([...new BigUint64Array(values.buffer, values.byteOffset, 3)]).toEqual([
    0x7ff0000000000002n,
    0x4014000000000000n,
    0x7ff0000000000002n,
  ])
})
