import { expect, test } from 'vitest'
import { atOnce, inTurns, isStep, type Steps } from './steps.ts'
import { Turn } from './turn.ts'

/** A tenth of a millisecond of a clock that the work itself moves. */
function* count(upTo: number, clock: { ms: number }): Steps<number> {
  let sum = 0
  for (let i = 0; i < upTo; i += 1) {
    sum += i
    clock.ms += 0.1 / 256
    if (isStep(i)) yield
  }
  return sum
}

test('work in steps gives the same at once and in turns, and lets others in between as often as a turn says', async () => {
  const clock = { ms: 0, monotonic: () => clock.ms }
  expect(atOnce(count(1_000, clock))).toBe(499_500)
  let others = 0
  let done = false
  const other = (): void => {
    others += 1
    if (!done) setImmediate(other)
  }
  setImmediate(other)
  expect(await inTurns(count(256_000, clock), new Turn(clock, 5))).toBe(32_767_872_000)
  done = true
  // 100 ms of work in slices of 5 ms.
  expect(others).toBeGreaterThanOrEqual(18)
})
