import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { snappyBlock } from './snappy-block.ts'

/** The format read as its description says, with nothing left unchecked. */
function decoded(block: Uint8Array): Uint8Array {
  let at = 0
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = block[at++]!
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  const out = new Uint8Array(length)
  let to = 0
  while (at < block.length) {
    const tag = block[at++]!
    if ((tag & 3) === 0) {
      let size = tag >>> 2
      if (size === 60) size = block[at++]!
      else if (size === 61) size = block[at++]! | (block[at++]! << 8)
      else if (size > 61) throw new Error('a literal longer than a fragment')
      out.set(block.subarray(at, at + size + 1), to)
      at += size + 1
      to += size + 1
    } else if ((tag & 3) === 2) {
      const offset = block[at++]! | (block[at++]! << 8)
      if (offset === 0 || offset > to) throw new Error('a copy of what is not there')
      for (let i = 0; i <= tag >>> 2; i += 1) {
        out[to] = out[to - offset]!
        to += 1
      }
    } else throw new Error('a tag that is never written')
  }
  if (to !== length) throw new Error('the length does not fit')
  return out
}
const same = (input: Uint8Array): boolean => Buffer.from(decoded(snappyBlock(input))).equals(input)

describe('a snappy block', () => {
  test('gives back any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (input) => same(input)))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('job', 'instance', 'api', '\0\x01'), fc.nat(300)), {
          maxLength: 300,
        }),
        (parts) => same(Buffer.from(parts.map(([text, times]) => text.repeat(times % 40)).join(''))),
      ),
    )
  })
  test('gives back lengths around every boundary', () => {
    for (const length of [
      0, 1, 3, 4, 59, 60, 61, 62, 127, 128, 255, 256, 257, 65_535, 65_536, 65_537, 200_000,
    ]) {
      expect(same(Uint8Array.from({ length }, (_, i) => (i * i) % 251))).toBe(true)
      expect(same(new Uint8Array(length).fill(7))).toBe(true)
    }
  })
  test('makes repeated labels small, and adds little to what cannot be made smaller', () => {
    const labels = Buffer.from(
      Array.from({ length: 500 }, (_, i) => `http_requests_total job=api instance=${i}`).join(),
    )
    expect(snappyBlock(labels).length).toBeLessThan(labels.length / 3)
    let state = 1
    const noise = Uint8Array.from({ length: 10_000 }, () => (state = (state * 48_271) % 2_147_483_647))
    expect(snappyBlock(noise).length).toBeLessThan(10_100)
  })
})
