import { expect, test } from 'vitest'
import { widened, widenedFor } from './column.ts'

test('a column keeps its kind and its entries, and what it gained is zero', () => {
  expect(widened(Float64Array.of(1, Number.NaN), 4)).toEqual(Float64Array.of(1, Number.NaN, 0, 0))
  expect(widened(Uint32Array.of(7), 2)).toEqual(Uint32Array.of(7, 0))
})

test('a column that is large enough stays, one that is not gets room for the entry and half as many more', () => {
  const column = new Uint8Array(4)
  expect(widenedFor(column, 3)).toBe(column)
  expect(widenedFor(column, 4)).toHaveLength(6)
  expect(widenedFor(new Uint8Array(4), 99)).toHaveLength(100)
})
