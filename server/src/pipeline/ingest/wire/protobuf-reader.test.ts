import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { millisOfNanos, ProtobufReader } from './protobuf-reader.ts'

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
const words = (value: bigint): [number, number] => [Number(value & 0xffff_ffffn), Number(value >> 32n)]
const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })

describe('a protobuf reader', () => {
  it('reads every 64-bit varint exactly', () => {
    fc.assert(
      fc.property(uint64, (value) => {
        const reader = new ProtobufReader(varint(value))
        expect(reader.bigint64()).toBe(BigInt.asIntN(64, value))
        expect([reader.lo, reader.hi]).toEqual(words(value))
        expect(reader.pos).toBe(reader.end)
      }),
    )
  })

  it('reads signed numbers within ±2⁵³ and zigzag ones', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        (value) => void expect(new ProtobufReader(varint(BigInt(value))).int64()).toBe(value),
      ),
    )
    fc.assert(
      fc.property(
        fc.integer(),
        (value) =>
          void expect(
            new ProtobufReader(varint(BigInt.asUintN(32, BigInt((value << 1) ^ (value >> 31))))).sint32(),
          ).toBe(value),
      ),
    )
  })

  it('turns nanoseconds into whole milliseconds without rounding up', () => {
    fc.assert(
      fc.property(
        uint64,
        (nanos) => void expect(millisOfNanos(...words(nanos))).toBe(Number(nanos / 1_000_000n)),
      ),
      { numRuns: 2_000 },
    )
    for (const nanos of [999_999n, 1_000_000n, 1_544_712_660_300_000_000n, 1_544_712_660_299_999_999n]) {
      expect(millisOfNanos(...words(nanos))).toBe(Number(nanos / 1_000_000n))
    }
  })

  it.each([
    ['a number that goes on too long', 'ffffffffffffffffffff01'],
    ['a number that ends in the middle', 'ff'],
    ['a field number of 0', '02'],
    ['a group', '0b'],
    ['a length past the end', '0a05aa'],
    ['a length beyond 32 bits', '0affffffffff01'],
    ['a fixed 64-bit number cut short', '09000000'],
    ['a fixed 32-bit number cut short', '0d0000'],
  ])('refuses %s', (_, hex) => {
    const reader = new ProtobufReader(Buffer.from(hex, 'hex'))
    expect(() => reader.skip(reader.tag())).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })

  it('does not read past the message it entered', () => {
    const reader = new ProtobufReader(Buffer.from('0a01ff01', 'hex'))
    reader.tag()
    reader.enter()
    expect(() => reader.varint64()).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })
})
