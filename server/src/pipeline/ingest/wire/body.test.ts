import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { decompress, parseJson, snappyLength } from './body.ts'

const limits = { bodyBytesMax: 100_000, decompressedBytesMax: 1_000_000, jsonBytesMax: 500_000 }
const coded = (code: string) => expect.objectContaining({ code })
const compressors = {
  gzip: gzipSync,
  zstd: zstdCompressSync,
  snappy: (body: Buffer) => compressSync(body),
} as const
const encodings = Object.keys(compressors) as (keyof typeof compressors)[]

describe('a request body', () => {
  it.each(encodings)('comes out of %s as it went in', (encoding) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3_000 }),
        (bytes) =>
          void expect(
            decompress(compressors[encoding](Buffer.from(bytes)), encoding, 'protobuf', limits).equals(
              Buffer.from(bytes),
            ),
          ).toBe(true),
      ),
    )
  })

  it.each(encodings)('is refused when %s makes it too large, whatever it is compressed to', (encoding) => {
    const bomb = compressors[encoding](Buffer.alloc(1_000_001))
    expect(bomb.length).toBeLessThan(limits.bodyBytesMax)
    expect(() => decompress(bomb, encoding, 'protobuf', limits)).toThrow(coded('BODY_TOO_LARGE'))
    const json = compressors[encoding](Buffer.alloc(500_001, 32))
    expect(() => decompress(json, encoding, 'json', limits)).toThrow(coded('BODY_TOO_LARGE'))
    expect(decompress(json, encoding, 'protobuf', limits)).toHaveLength(500_001)
  })

  it('is refused when snappy claims 4 GiB, before anything is allocated', () => {
    const before = process.memoryUsage().arrayBuffers
    const claims = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0])
    expect(snappyLength(claims)).toBe(4_294_967_295)
    expect(() => decompress(claims, 'snappy', 'protobuf', limits)).toThrow(coded('BODY_TOO_LARGE'))
    expect(() => decompress(Buffer.from([0xa0, 0x8d, 0x06, 0, 0]), 'snappy', 'protobuf', limits)).toThrow(
      coded('INVALID_REQUEST'),
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20)
  })

  it('is refused when it is larger than the limit as received', () => {
    expect(() => decompress(Buffer.alloc(100_001), 'identity', 'protobuf', limits)).toThrow(
      coded('BODY_TOO_LARGE'),
    )
  })

  it.each(encodings)('is refused, and nothing worse, when it is not %s', (encoding) => {
    const attempt = (body: Buffer): void => {
      try {
        decompress(body, encoding, 'protobuf', limits)
      } catch (error) {
        if (!isFault(error)) throw error
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => attempt(Buffer.from(bytes))))
    const whole = compressors[encoding](Buffer.from('some text, some text, some text'))
    for (let end = 0; end < whole.length; end += 1) attempt(whole.subarray(0, end))
    expect(() => decompress(Buffer.from('nonsense'), encoding, 'protobuf', limits)).toThrow(
      coded('INVALID_REQUEST'),
    )
  })

  it('is JSON or is refused', () => {
    expect(parseJson(Buffer.from('{"a":1}'))).toEqual({ a: 1 })
    for (const bad of ['', '{', "{'a':1}", '{"a":NaN}', '[1,]', '\ufeff{}'])
      expect(() => parseJson(Buffer.from(bad))).toThrow(coded('INVALID_REQUEST'))
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(coded('INVALID_REQUEST'))
  })
})
