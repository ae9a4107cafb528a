import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../kernel/fault.ts'
import { FrameDecoder, type FrameOptions } from './frame-decoder.ts'

function decode(chunks: readonly (string | Buffer)[], options: Partial<FrameOptions> = {}) {
  const messages: string[] = []
  let truncated = 0
  const decoder = new FrameDecoder({
    bytesMax: 1_000,
    framing: 'AUTO',
    message: (bytes) => messages.push(bytes.toString('latin1')),
    truncated: () => {
      truncated += 1
    },
    ...options,
  })
  for (const chunk of chunks) decoder.push(Buffer.from(chunk as string))
  decoder.end()
  return { messages, truncated }
}
/** Cut anywhere into parts. */
const cutUp = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}
const cuts = fc.array(fc.nat(5_000), { maxLength: 12 })

describe('frames of a byte stream', () => {
  it('are counted where the stream begins with a digit, else lines', () => {
    expect(decode(['5 hello11 hello\nworld'])).toEqual({ messages: ['hello', 'hello\nworld'], truncated: 0 })
    expect(decode(['<1>a\n<2>b\n2024 is a year\n'])).toEqual({
      messages: ['<1>a', '<2>b', '2024 is a year'],
      truncated: 0,
    })
    expect(decode(['3 abc\n3 def\n'])).toEqual({ messages: ['abc', 'def'], truncated: 0 })
    expect(decode(['1:2|c\n3:4|c'], { framing: 'LINE' }).messages).toEqual(['1:2|c', '3:4|c'])
  })

  it('that are longer than allowed are cut, and what follows them is whole', () => {
    expect(decode(['10 0123456789', '2 ab'], { bytesMax: 4 })).toEqual({
      messages: ['0123', 'ab'],
      truncated: 1,
    })
    expect(decode(['<1>345', '6789\nab\n'], { bytesMax: 4 })).toEqual({
      messages: ['<1>3', 'ab'],
      truncated: 1,
    })
  })

  it('that a broken connection leaves unfinished are given as far as they came', () => {
    expect(decode(['10 abc'])).toEqual({ messages: ['abc'], truncated: 1 })
    expect(decode(['<1>abc'])).toEqual({ messages: ['<1>abc'], truncated: 0 })
  })

  it.each(['5x', '5 hellox', '9999999999 a', '0 0 x'])(
    'with a count that is none are refused: %s',
    (text) => {
      expect(() => decode([text])).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
    },
  )

  it('come out the same however the stream is cut', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 12 }), cuts, (messages, at) => {
        const stream = Buffer.concat(messages.flatMap((bytes) => [Buffer.from(`${bytes.length} `), bytes]))
        expect(decode(cutUp(stream, at)).messages).toEqual(messages.map((bytes) => bytes.toString('latin1')))
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z<>]{1,30}$/), { minLength: 1 }), cuts, (lines, at) => {
        expect(decode(cutUp(Buffer.from(`${lines.join('\n')}\n`), at)).messages).toEqual(lines)
      }),
    )
  })

  it('hold no more than one message and throw nothing but a fault, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), (chunks) => {
        try {
          const { messages } = decode(
            chunks.map((chunk) => Buffer.from(chunk)),
            { bytesMax: 16 },
          )
          expect(messages.every((text) => text.length <= 16)).toBe(true)
        } catch (error) {
          expect(isFault(error)).toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
