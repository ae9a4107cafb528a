import { expect, it } from 'vitest'
import { ManualClock } from './clock.ts'
import { TokenBuckets } from './token-bucket.ts'

const limits = { perMinute: 30, burst: 5, keysMax: 2 }

it('gives a burst at once, then one every two seconds, and says how long to wait', async () => {
  const clock = new ManualClock()
  const buckets = new TokenBuckets(clock, limits)
  expect(Array.from({ length: 6 }, () => buckets.take('a'))).toEqual([0, 0, 0, 0, 0, 2])
  await clock.advance(1_000)
  expect(buckets.take('a')).toBe(1)
  await clock.advance(1_000)
  expect(buckets.take('a')).toBe(0)
  expect(buckets.take('a')).toBe(2)
  await clock.advance(3_600_000)
  expect(Array.from({ length: 6 }, () => buckets.take('a'))).toEqual([0, 0, 0, 0, 0, 2])
})

it('keeps keys apart, and remembers as many as it may', () => {
  const buckets = new TokenBuckets(new ManualClock(), limits)
  for (let i = 0; i < 5; i += 1) buckets.take('a')
  expect(buckets.take('b')).toBe(0)
  expect(buckets.take('a')).toBe(2)
  expect(buckets.take('c')).toBe(0)
  expect(buckets.take('a')).toBe(2)
  buckets.take('b')
  buckets.take('c')
  expect(buckets.take('a')).toBe(0)
})

it('tells what is left, and when all of it is there again', async () => {
  const clock = new ManualClock()
  const buckets = new TokenBuckets(clock, limits)
  expect(buckets.quota('a')).toEqual({ limit: 5, remaining: 5, resetSeconds: 0 })
  for (let i = 0; i < 6; i += 1) buckets.take('a')
  expect(buckets.quota('a')).toEqual({ limit: 5, remaining: 0, resetSeconds: 10 })
  await clock.advance(4_000)
  expect(buckets.quota('a')).toEqual({ limit: 5, remaining: 2, resetSeconds: 6 })
  expect(buckets.quota('b').remaining).toBe(5)
})
