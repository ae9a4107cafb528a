import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headSamplesMax, SampleHeads } from './sample-heads.ts'

const outOfOrderMs = 120_000
const step = fc.record({
  ref: fc.nat(2),
  time: fc.integer({ min: 0, max: 400 }).map((i) => 1_000_000 + i * 1_000),
  value: fc.nat(3),
})

test('any order of samples reads back as a map of times would, over any number of seals', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const sealed: Map<number, number>[] = [new Map(), new Map(), new Map()]
      const oracle: Map<number, number>[] = [new Map(), new Map(), new Map()]
      const newest = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
      const seal = (ref: number): void => {
        for (const [time, value] of read(heads, ref)) sealed[ref]!.set(time, value)
        heads.clear(ref)
      }
      const heads = new SampleHeads(outOfOrderMs, seal, () => undefined)
      heads.reserve(3)
      for (const { ref, time, value } of steps) {
        heads.append(Uint32Array.of(ref), Float64Array.of(time), Float64Array.of(value), 1)
        if (time < newest[ref]! - outOfOrderMs) continue
        oracle[ref]!.set(time, value)
        newest[ref] = Math.max(newest[ref]!, time)
        expect(heads.lastTime(ref)).toBe(newest[ref])
        expect(heads.lastValue(ref)).toBe(oracle[ref]!.get(newest[ref]!))
      }
      for (let ref = 0; ref < 3; ref += 1) {
        const head = read(heads, ref)
        expect(head.map(([time]) => time)).toEqual(head.map(([time]) => time).sort((a, b) => a - b))
        const all = new Map([...sealed[ref]!, ...head])
        expect([...all].sort(([a], [b]) => a - b)).toEqual([...oracle[ref]!].sort(([a], [b]) => a - b))
      }
    }),
    { numRuns: 200 },
  )
})

test('a series costs at most 600 bytes however many series fill together', () => {
  const count = 4_096
  const heads = new SampleHeads(
    outOfOrderMs,
    (ref) => heads.clear(ref),
    () => undefined,
  )
  heads.reserve(count)
  const refs = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = 0; i < 400; i += 1)
    heads.append(refs, new Float64Array(count).fill(i * 15_000), new Float64Array(count), count)
  expect(heads.bytes / count).toBeLessThan(600)
})

function read(heads: SampleHeads, ref: number): [number, number][] {
  const times = new Float64Array(headSamplesMax)
  const values = new Float64Array(headSamplesMax)
  const count = heads.read(ref, times, new Uint32Array(values.buffer))
  return Array.from({ length: count }, (_, i) => [times[i]!, values[i]!])
}
