import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteIndex } from './byte-index.ts'

const bounds = { entriesMax: 1_000, bytesMax: 1 << 16, seed: 3 }

describe('an index of byte runs', () => {
  it('behaves as a map from parent and bytes to the order of first sight', () => {
    const run = fc.record({ parent: fc.nat(2), bytes: fc.uint8Array({ maxLength: 9, max: 3 }) })
    fc.assert(
      fc.property(fc.array(run, { maxLength: 300 }), fc.integer(), (runs, seed) => {
        const index = new ByteIndex({ ...bounds, seed })
        const model = new Map<string, number>()
        for (const { parent, bytes } of runs) {
          const body = Buffer.concat([Buffer.from([9]), bytes, Buffer.from([9])])
          const key = `${parent}:${bytes}`
          const found = index.find(parent, body, 1, body.length - 1)
          expect(found).toBe(model.get(key) ?? -1)
          if (found < 0) model.set(key, index.add(parent, body, 1, body.length - 1))
          expect(index.prefix(model.get(key)!, body, 1, body.length)).toBe(bytes.length)
        }
        expect(index.size).toBe(model.size)
      }),
      { numRuns: 200 },
    )
  })

  it('finds several runs at once as it finds each alone', () => {
    const text = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b') })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), fc.array(text, { maxLength: 16 }), (known, asked) => {
        const index = new ByteIndex(bounds)
        for (const one of known) {
          const body = Buffer.from(one)
          if (index.find(0, body, 0, body.length) < 0) index.add(0, body, 0, body.length)
        }
        const body = Buffer.from(asked.join(''))
        const stops = Int32Array.from(asked, (_, i) => asked.slice(0, i + 1).join('').length)
        const starts = Int32Array.from(asked, (one, i) => stops[i]! - one.length)
        const ids = new Int32Array(16)
        index.findAll(0, body, starts, stops, asked.length, ids)
        expect([...ids.subarray(0, asked.length)]).toEqual(
          asked.map((_, i) => index.find(0, body, starts[i]!, stops[i]!)),
        )
      }),
    )
  })

  it('keeps apart more runs than a 32-bit hash alone could', () => {
    const index = new ByteIndex({ entriesMax: 200_000, bytesMax: 1 << 24, seed: 5 })
    const body = Buffer.alloc(16)
    for (let i = 0; i < 120_000; i += 1) {
      body.write(`series-${i}`.padEnd(16))
      expect(index.find(0, body, 0, 16) === -1 && index.add(0, body, 0, 16) === i).toBe(true)
    }
    body.write('series-77777'.padEnd(16))
    expect(index.find(0, body, 0, 16)).toBe(77_777)
  })

  it('takes no more than its bounds and starts over when cleared', () => {
    const index = new ByteIndex({ entriesMax: 3, bytesMax: 100, seed: 1 })
    const put = (text: string): number => {
      const body = Buffer.from(text)
      const found = index.find(0, body, 0, body.length)
      return found < 0 ? index.add(0, body, 0, body.length) : found
    }
    expect(['a', 'b', 'a', 'x'.repeat(200), 'c', 'd'].map(put)).toEqual([0, 1, 0, -1, 2, -1])
    expect(index.full).toBe(true)
    index.clear()
    expect(['d', 'a'].map(put)).toEqual([0, 1])
  })
})
