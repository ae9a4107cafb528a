import { expect, it } from 'vitest'
import { interleave } from './interleaving.suite.ts'

it('breaks no rule in any of 400 histories of races, lies, crashes and people', {
  timeout: 120_000,
}, async () => {
  let applies = 0
  let crashes = 0
  const states = new Map<string, number>()
  for (let seed = 1; seed <= 400; seed += 1) {
    const found = await interleave(seed)
    expect({ seed, violations: found.violations }).toEqual({ seed, violations: [] })
    applies += found.applies
    crashes += found.crashes
    for (const state of found.states) states.set(state, (states.get(state) ?? 0) + 1)
  }
  // Otherwise nothing was tried.
  expect(applies).toBeGreaterThan(100)
  expect(crashes).toBeGreaterThan(500)
  expect([...states.keys()]).toEqual(
    expect.arrayContaining(['KEPT', 'REVERTED', 'DENIED', 'CLOSED', 'FAILED']),
  )
})
