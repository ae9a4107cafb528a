import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Breaker } from './breaker.ts'

const opened = () => {
  const clock = new ManualClock()
  const breaker = new Breaker(clock, { failures: 3, recoveryMs: 30_000, trials: 1 })
  for (let i = 0; i < 3; i += 1) breaker.failed('refused')
  return { clock, breaker }
}

it('asks as usual until failures in a row are too many', () => {
  const breaker = new Breaker(new ManualClock(), { failures: 3, recoveryMs: 30_000, trials: 1 })
  for (let i = 0; i < 20; i += 1) {
    breaker.failed('refused')
    breaker.failed('refused')
    expect(breaker.admit()).toBe(true)
    breaker.succeeded()
  }
})

it('asks nothing while it is open, and says for how long', () => {
  const { clock, breaker } = opened()
  expect(breaker.state).toBe('OPEN')
  expect(breaker.admit()).toBe(false)
  clock.advance(29_999)
  expect(breaker.admit()).toBe(false)
  expect(breaker.retryInMs).toBe(1)
})

it('lets one through afterwards, and closes when that succeeds', () => {
  const { clock, breaker } = opened()
  clock.advance(30_000)
  expect([breaker.state, breaker.admit(), breaker.admit()]).toEqual(['HALF_OPEN', true, false])
  breaker.succeeded()
  expect([breaker.state, breaker.admit()]).toEqual(['CLOSED', true])
})

it('opens again when that fails, and tries another when that was called off', () => {
  const { clock, breaker } = opened()
  clock.advance(30_000)
  breaker.admit()
  breaker.abandoned()
  expect(breaker.admit()).toBe(true)
  breaker.failed('still refused')
  expect([breaker.state, breaker.lastError]).toEqual(['OPEN', 'still refused'])
})
