import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Breaker } from './breaker.ts'

const rested = async () => {
  const clock = new ManualClock()
  const breaker = new Breaker(clock, { failures: 5, restMs: 30_000, trials: 3 })
  for (let turn = 0; turn < 5; turn += 1) breaker.failed()
  await clock.advance(30_000)
  return { clock, breaker }
}

it('asks on while failures are not in a row', () => {
  const breaker = new Breaker(new ManualClock(), { failures: 5, restMs: 30_000, trials: 3 })
  for (let turn = 0; turn < 40; turn += 1) {
    if (turn % 5 === 4) breaker.succeeded()
    else breaker.failed()
    expect(breaker.admit()).toBe(true)
  }
})

it('lets three through after its rest, one success of which ends it', async () => {
  const { breaker } = await rested()
  expect([1, 2, 3, 4].map(() => breaker.admit())).toEqual([true, true, true, false])
  breaker.abandoned()
  expect([breaker.admit(), breaker.admit()]).toEqual([true, false])
  breaker.succeeded()
  expect([1, 2, 3, 4, 5].map(() => breaker.admit())).not.toContain(false)
})

it('rests again after one failed trial', async () => {
  const { breaker } = await rested()
  breaker.admit()
  breaker.failed()
  expect([breaker.admit(), breaker.restMs]).toEqual([false, 30_000])
})

it('rests as long as it was told to, whatever was asked before then succeeds', async () => {
  const clock = new ManualClock()
  const breaker = new Breaker(clock, { failures: 5, restMs: 30_000, trials: 3 })
  breaker.failed(7_000)
  breaker.succeeded()
  expect(breaker.admit()).toBe(false)
  await clock.advance(7_000)
  expect(breaker.admit()).toBe(true)
})
