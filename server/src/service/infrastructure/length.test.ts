import { expect, test } from 'vitest'
import { lengthOf } from './length.ts'

test.each([
  [0, '0 s'],
  [0.1, '6 s'],
  [1, '1 min'],
  [1.5, '90 s'],
  [2.97, '3 min'],
  [30, '30 min'],
  [119.6, '120 min'],
  [120, '2 h'],
  [1_440, '24 h'],
  [4_320, '3 days'],
])('%d minutes are said as people say them', (minutes, said) => {
  expect(lengthOf(minutes * 60_000)).toBe(said)
})
