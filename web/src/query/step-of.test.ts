import { expect, it } from 'vitest'
import { stepOf } from './step-of.ts'

it.each([
  [300_000, 1],
  [900_000, 5],
  [3_600_000, 15],
  [21_600_000, 120],
  [86_400_000, 300],
  [30 * 86_400_000, 10_800],
  [365 * 86_400_000, 172_800],
])('draws %d ms in steps of %d s', (rangeMs, step) => {
  expect(stepOf(rangeMs)).toBe(step)
})
