import fc from 'fast-check'
import { expect, it } from 'vitest'
import { uniqueKeys } from './unique-keys.ts'

it('gives every row its own key, which rows put before it do not change', () => {
  const rows = fc.array(fc.constantFrom('a', 'b', '0 a'))
  fc.assert(
    fc.property(rows, rows, (older, newer) => {
      const before = uniqueKeys(older, (row) => row)
      const after = uniqueKeys([...newer, ...older], (row) => row)
      expect(new Set(after).size).toBe(after.length)
      expect(after.slice(newer.length)).toEqual(before)
    }),
  )
})
