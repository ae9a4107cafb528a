import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemClock } from './clock.ts'
import { encodeText, jsonText } from './large-text.ts'
import { Turn } from './turn.ts'

const turn = (): Turn => new Turn(systemClock)

it('writes any value as JSON.stringify does, large or small', async () => {
  const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom(1, 5_000), async (one, times) => {
      const large = { list: Array.from({ length: times }, () => one), one, none: undefined, at: new Date(0) }
      expect((await jsonText(large, turn())).toString()).toBe(JSON.stringify(large))
    }),
    { numRuns: 60 },
  )
})

it('encodes a long text piece by piece without breaking a character', async () => {
  for (const text of ['', 'ü', `a${'\u{1f600}'.repeat(300_000)}`, `${'\u{1f600}'.repeat(300_000)}\ud800`])
    expect((await encodeText(text, turn())).equals(Buffer.from(text))).toBe(true)
})

it('lets others run while it writes much', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => ({ name: `row-${i}`, labels: { a: 'b', c: i } }))
  let rounds = 0
  const timer = setInterval(() => {
    rounds += 1
  }, 1)
  await jsonText({ rows }, turn())
  clearInterval(timer)
  expect(rounds).toBeGreaterThan(3)
})
