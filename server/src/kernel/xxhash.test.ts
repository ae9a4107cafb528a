import { expect, test } from 'vitest'
import { type Word64, xxhash64 } from './xxhash.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const whole = ({ high, low }: Word64): bigint => (BigInt(high) << 32n) | BigInt(low)

// Figures of the reference implementation (xxhsum -H64) for seed 0.
test.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
  ['xxhash', 0x32dd38952c4bc720n],
  ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
])('hashes %j as the reference does', (value, hash) => {
  expect(whole(xxhash64(text(value)))).toBe(hash)
})

test('hashes a part of a larger buffer as a copy of it', () => {
  const larger = text('some bytes before, and more than thirty-two bytes that are hashed')
  const part = larger.subarray(19)
  expect(xxhash64(part)).toEqual(xxhash64(part.slice()))
})
