import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterFrame, mayHoldAll } from './block-filter.ts'
import { unpacked } from './block-text.ts'

test('a block is never passed over that holds the text', () => {
  const message = fc.string({ unit: 'grapheme', maxLength: 40 })
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.nat(),
      (some, at, length) => {
        const messages = Array.from({ length: 200 }, (_, i) => some[i % some.length]!)
        const chosen = messages[at % messages.length]!
        const from = at % (chosen.length + 1)
        expect(mayHoldAll(filterFrame(messages), [chosen.slice(from, from + (length % 20))])).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})

test('most blocks without the text are passed over, and few messages need no set', () => {
  const messages = Array.from(
    { length: 2_000 },
    (_, i) => `GET /cart/${i * 7_919} status=200 took=${i % 900}ms`,
  )
  expect(mayHoldAll(filterFrame(messages), ['needle-in-the-hay'])).toBe(false)
  expect(mayHoldAll(filterFrame(messages), ['status=200'])).toBe(true)
  expect(filterFrame(messages.slice(0, 100))).toHaveLength(0)
  expect(mayHoldAll(Buffer.from('any block'), ['needle'])).toBe(true)
})

test('whoever decompresses the block does not see the set', async () => {
  const text = 'line '.repeat(5_000)
  const body = Buffer.concat([zstdCompressSync(text), filterFrame(new Array<string>(200).fill('line line'))])
  expect(zstdDecompressSync(body).toString()).toBe(text)
  expect((await unpacked(body, 1_000_000)).toString()).toBe(text)
})
