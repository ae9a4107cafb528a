import { expect, it } from 'vitest'
import { interleavings } from './interleaving.ts'

it('parts the alerts of a burst into the same incidents however late, often and backwards they come', () => {
  expect(interleavings({ runs: 150, seed: 5, spreadS: 6, lateMs: 60_000 })).toMatchObject({ other: 0 })
})

it('seldom parts alerts that begin over two minutes otherwise when they come up to a minute late', () => {
  expect(interleavings({ runs: 100, seed: 5, spreadS: 120, lateMs: 60_000 }).other).toBeLessThanOrEqual(4)
})
