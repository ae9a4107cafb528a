import { expect, test } from 'vitest'
import { hashShare } from './label-hash.ts'

// Hashes of Prometheus 3's `labels.Labels.Hash()` for the same label sets.
test.each([
  [{ __name__: 'up', job: 'a' }, 12372323049859431179n],
  [{ __name__: 'up', job: 'b' }, 10792926923680902277n],
  // Names in the order of their bytes, and a value whose length takes four bytes.
  [{ a: 'x'.repeat(300), ü: 'y', '😀': '1', '\uffee': '2' }, 29292395362151756n],
])('hashes %j as Prometheus does', (labels, hash) => {
  expect(hashShare(labels)).toBe(Number(hash) / 2 ** 64)
})

test('does not mind the order in which labels are held', () => {
  expect(hashShare({ b: '1', a: '2' })).toBe(hashShare({ a: '2', b: '1' }))
})
