import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventData } from './event-stream.ts'

async function read(text: string, cuts: readonly number[]): Promise<string[]> {
  const bytes = Buffer.from(text)
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  async function* chunks() {
    let from = 0
    for (const to of [...places, bytes.length]) {
      yield bytes.subarray(from, to)
      from = to
    }
  }
  return Array.fromAsync(eventData(chunks()))
}

test('events come whole however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), async (texts, cuts) => {
      const said = texts.map((text) => JSON.stringify(text))
      const body = said.map((text, i) => `:\n\nevent: x\nid: ${i}\ndata: ${text}\n\n`).join('')
      expect(await read(body, cuts)).toEqual(said)
    }),
  )
})

test('lines of one event are joined, comments are no events, and what is not ended is not told', async () => {
  expect(await read('data: a\ndata:b\n\n: hello\n\ndata: c\n', [3, 9])).toEqual(['a\nb'])
  expect(await read('data: a\r\n\r\ndata: b\r\n\r\n', [8])).toEqual(['a', 'b'])
})
