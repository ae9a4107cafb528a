import fc from 'fast-check'
import { compressSync, uncompressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { snappyLength } from './body.ts'
import { SnappyBlocks } from './snappy.ts'

/** Text that repeats itself at short and long distances, as labels do. */
const repetitive = fc
  .array(fc.tuple(fc.constantFrom('a', 'ab', 'label_name_', 'x'.repeat(70), 'é'.repeat(9)), fc.nat(40_000)), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.map(([text, n]) => text.repeat(1 + (n % 40)) + n).join('')))
const anything = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))

describe('snappy blocks', () => {
  it('come out as they went in, one after the other through the same memory', () => {
    const blocks = new SnappyBlocks()
    fc.assert(
      fc.property(fc.oneof(repetitive, anything), (plain) => {
        const block = compressSync(plain) as Buffer
        expect(blocks.uncompress(block, snappyLength(block)).equals(plain)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('come out whole where they are larger than what is kept', () => {
    const blocks = new SnappyBlocks()
    for (const size of [100_000, 9_000_000, 100_000]) {
      const plain = Buffer.alloc(size, 'some text that repeats')
      const block = compressSync(plain) as Buffer
      expect(blocks.uncompress(block, size).equals(plain)).toBe(true)
    }
  })

  it.each<[string, string, string]>([
    ['a literal whose length takes four bytes', '03fc020000 00616263', 'abc'],
    ['a copy whose distance takes four bytes', '06086162630b03000000', 'abcabc'],
    ['a copy over itself', '0500610101', 'aaaaa'],
    ['nothing', '00', ''],
  ])('may hold %s', (_, hex, text) => {
    const block = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    expect(new SnappyBlocks().uncompress(block, snappyLength(block)).toString()).toBe(text)
  })

  it.each<[string, string]>([
    ['a literal past the end', '0308'],
    ['a length of a literal past the end', '03f4'],
    ['a literal longer than the claim', '0108616263'],
    ['a copy from before the beginning', '0500610102'],
    ['a copy from nowhere', '0500610100'],
    ['a copy without its distance', '05006101'],
    ['a copy longer than the claim', '0200610101'],
    ['less than it claims', '0908616263'],
    ['no end of its length', 'ffffffffffff'],
  ])('are refused with %s', (_, hex) => {
    const block = Buffer.from(hex, 'hex')
    const length = block[0]! < 0x80 ? block[0]! : 5
    expect(() => new SnappyBlocks().uncompress(block, length)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    )
  })

  it('are refused or come out as another decoder gives them, with bytes changed anywhere', () => {
    const blocks = new SnappyBlocks()
    fc.assert(
      fc.property(repetitive, fc.nat(), fc.nat(255), (plain, at, byte) => {
        const block = Buffer.from(compressSync(plain) as Buffer)
        block[at % block.length] = byte
        const length = snappyLength(block)
        if (length < 0 || length > 1_000_000) return
        const expected = attempt(() => uncompressSync(block) as Buffer)
        const found = attempt(() => blocks.uncompress(block, length))
        expect(found === undefined).toBe(expected === undefined)
        if (found && expected) expect(found.equals(expected)).toBe(true)
      }),
      { numRuns: 2_000, endOnFailure: true },
    )
  })
})

function attempt(run: () => Buffer): Buffer | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw error
    expect(isFault(error) || error instanceof Error).toBe(true)
    return undefined
  }
}
