import fc from 'fast-check'
import { expect, test } from 'vitest'
import { measureChange, type Split } from './change.ts'
import { meaningOf } from './meaning.ts'

const split: Split = { startMs: 0, baseEndMs: 60_000, endMs: 100_000 }
const latency = meaningOf('latency', undefined, {}, false)
const times = (count: number) => Float64Array.from({ length: count }, (_, at) => at * 1_000)
const wobble = (at: number) => 1 + ((at * 7) % 11) / 100
const stepAt = (onset: number, from: number, to: number) =>
  Float64Array.from({ length: 100 }, (_, at) => (at < onset ? from : to) * wobble(at))

test('a step is measured with its levels and its onset', () => {
  const change = measureChange(times(100), stepAt(70, 10, 40), split, latency)!
  expect(change.before).toBeCloseTo(10.5, 0)
  expect(Math.abs(change.after - 42)).toBeLessThan(1)
  expect(change.z).toBeGreaterThan(20)
  expect(change.onsetMs).toBe(70_000)
})

test('the distance does not depend on the unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (scale) => {
      const plain = measureChange(times(100), stepAt(65, 10, 14), split, latency)!
      const scaled = measureChange(times(100), stepAt(65, 10 * scale, 14 * scale), split, latency)!
      expect(scaled.z / plain.z).toBeCloseTo(1, 6)
    }),
  )
})

test('a change that began inside the baseline is seen by a baseline that ends earlier', () => {
  expect(
    measureChange(times(100), stepAt(45, 10, 40), { ...split, baseEndMs: 40_000 }, latency)!.z,
  ).toBeGreaterThan(20)
})

test('a few faulty samples in the baseline do not hide the fault', () => {
  const values = stepAt(60, 10, 40)
  for (const at of [12, 13, 14, 30, 31, 32]) values[at] = 40
  expect(measureChange(times(100), values, split, latency)!.z).toBeGreaterThan(2)
})

test('what had changed before the time in question is no news', () => {
  const old = Float64Array.from({ length: 100 }, (_, at) => (at < 55 ? 10 : 40) * wobble(at))
  expect(measureChange(times(100), old, split, latency)!.z).toBeLessThan(5)
})

test('a series that never moved and moves a little is no change; one that was always zero is new', () => {
  const quiet = Float64Array.from({ length: 100 }, (_, at) => (at < 60 ? 100 : 101))
  expect(measureChange(times(100), quiet, split, latency)!.z).toBeLessThan(1)
  const zero = Float64Array.from({ length: 100 }, (_, at) => (at < 60 ? 0 : 3))
  const z = measureChange(times(100), zero, split, latency)!.z
  expect(z).toBeGreaterThan(5)
  expect(z).toBeLessThan(50)
})

test('shares of success count by what fails', () => {
  const availability = meaningOf('availability', undefined, {}, false)
  const values = Float64Array.from({ length: 100 }, (_, at) => (at < 60 ? 100 : 95))
  const change = measureChange(times(100), values, split, availability)!
  expect(change.before).toBeCloseTo(100, 6)
  expect(change.after).toBeCloseTo(95, 6)
  expect(change.z).toBeGreaterThan(3)
})

test('too little history, no sample after, and values that are none give no change', () => {
  expect(measureChange(times(3), Float64Array.of(1, 1, 1), split, latency)).toBeUndefined()
  expect(measureChange(times(50), new Float64Array(50), split, latency)).toBeUndefined()
  expect(measureChange(times(100), new Float64Array(100).fill(Number.NaN), split, latency)).toBeUndefined()
})

test('every change is finite', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double(), { minLength: 1, maxLength: 100 }),
      fc.constantFrom('latency', 'error_ratio', 'availability', 'cpu', 'requests'),
      (values, metric) => {
        const change = measureChange(
          times(values.length),
          Float64Array.from(values),
          { startMs: 0, baseEndMs: values.length * 600, endMs: values.length * 1_000 },
          meaningOf(metric, undefined, {}, false),
        )
        if (change)
          for (const field of ['z', 'octaves', 'fall', 'onsetMs'] as const)
            expect(Number.isNaN(change[field])).toBe(false)
      },
    ),
  )
})
