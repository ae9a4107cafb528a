import { expect, test } from 'vitest'
import { quantityOf } from './quantity.ts'

test.each([
  ['250m', 0.25],
  ['1', 1],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['123456n', 0.000123456],
  ['123Ki', 123 * 1024],
  ['12e3', 12_000],
  ['1E', 1e18],
  ['1E2', 100],
  ['-2k', -2_000],
  ['.5', 0.5],
])('%s is %d', (text, value) => {
  expect(quantityOf(text)).toBeCloseTo(value, 12)
})

test.each(['', '1Kb', 'x', '1 Gi', '1.2.3', '0x10', undefined])('%s is no quantity', (text) => {
  expect(quantityOf(text)).toBeNaN()
})
