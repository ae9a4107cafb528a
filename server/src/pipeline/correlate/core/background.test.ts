import { expect, it } from 'vitest'
import { Background } from './background.ts'

const minute = 60_000

it('starts from a guess and learns what begins alone, without what is going on now', () => {
  const background = new Background()
  const guess = background.perHour('MEDIUM', 0)
  for (let at = 0; at < 120; at += 1) background.note('MEDIUM', at * minute)
  expect(background.perHour('MEDIUM', 120 * minute)).toBeGreaterThan(guess)
  expect(background.perHour('MEDIUM', 120 * minute)).toBeLessThan(60)
  const quiet = background.perHour('HIGH', 120 * minute)
  for (let i = 0; i < 1_000; i += 1) background.note('HIGH', 120 * minute)
  expect(background.perHour('HIGH', 121 * minute)).toBe(quiet)
})

it('takes back what turned out to belong to something, and forgets what is two hours old', () => {
  const background = new Background()
  const at = background.note('MEDIUM', 0)
  background.note('MEDIUM', 0)
  background.note('MEDIUM', 60 * minute)
  const before = background.perHour('MEDIUM', 60 * minute)
  background.forget('MEDIUM', at)
  expect(background.perHour('MEDIUM', 66 * minute)).toBeLessThan(before)
  background.note('MEDIUM', 600 * minute)
  expect(background.perHour('MEDIUM', 601 * minute)).toBeCloseTo(14 / 3)
})
