import { expect, test } from 'vitest'
import { Budget } from './budget.ts'

const limits = { spansMax: 1_000, seriesMax: 10, stepsMax: 10, timeoutMs: 60_000 }
const started = () => {
  const clock = { ms: 5_000 }
  return { clock, budget: new Budget(limits, () => clock.ms) }
}

test('a query that has to look at each of too many spans is refused before it looks at one', () => {
  const { budget } = started()
  expect(() => budget.expect(2_000, true)).toThrow(/more than 2,000 spans and may look at 1,000/)
  expect(() => budget.expect(2_000, false)).not.toThrow()
  expect(() => budget.expect(1_000, true)).not.toThrow()
})

test('within a second it shows that a query would take too long, and says how long and what to narrow', () => {
  const { budget, clock } = started()
  budget.expect(1_000_000, false)
  budget.pass(1_000)
  clock.ms += 500
  expect(budget.outlook).toBeUndefined()
  clock.ms += 300
  expect(budget.outlook).toMatchObject({
    code: 'QUERY_TOO_LARGE',
    message: expect.stringMatching(
      /about 800 s for the 1,000,000 spans .* may take 60 s\. Ask for a shorter/,
    ),
  })
})

test('so does one that would look at too many, once a part of it did', () => {
  const { budget, clock } = started()
  budget.expect(100_000, false)
  budget.pass(10_000)
  budget.count(200, 20)
  clock.ms += 800
  expect(budget.outlook?.message).toMatch(/about 2,000 spans and may look at 1,000/)
})

test('a query that gets on, or of which nothing is known beforehand, runs until its budget is spent', () => {
  const { budget, clock } = started()
  budget.pass(1)
  clock.ms += 59_000
  expect(budget.outlook).toBeUndefined()
  clock.ms += 1_000
  expect(budget.outlook).toMatchObject({ code: 'QUERY_TIMEOUT' })
})
