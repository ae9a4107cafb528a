import { expect, it } from 'vitest'
import { Backoff } from './backoff.ts'
import { KnownVersions, versionNumber } from './known-version.ts'

it('what is told twice or late is no news, a new object under an old name is', () => {
  const known = new KnownVersions()
  known.reset(new Map([['a/p', 10]]))
  expect([known.put('a/p', 10), known.put('a/p', 9), known.put('a/p', 12)]).toEqual([false, false, true])
  expect([known.remove('a/p', 11), known.remove('a/p', 13), known.remove('a/p', 13)]).toEqual([
    false,
    true,
    false,
  ])
  // A change from before the deletion that arrives after it.
  expect([known.put('a/p', 12), known.put('a/p', 14), known.size]).toEqual([false, true, 1])
  expect(known.remove('a/p', 13)).toBe(false)
})

it('versions that are no numbers are taken as they come', () => {
  const known = new KnownVersions()
  const odd = versionNumber('etag-7')
  expect([known.put('a/p', odd), known.put('a/p', odd), known.remove('a/p', odd)]).toEqual([true, true, true])
  expect([versionNumber('12'), versionNumber('1e3'), versionNumber('9'.repeat(20))]).toEqual([
    12,
    Number.NaN,
    Number.NaN,
  ])
})

it('deletions that are remembered are bounded', () => {
  const known = new KnownVersions()
  for (let i = 1; i <= 10_000; i += 1) {
    known.put(`a/${i}`, i)
    known.remove(`a/${i}`, i)
  }
  expect([known.put('a/10000', 10_000), known.put('a/1', 1)]).toEqual([false, true])
})

it('waits double up to half a minute, begin anew after a success, and heed what the API server asks for', () => {
  const backoff = new Backoff({ next: () => 0.5, uuid: () => '', bytes: () => new Uint8Array() })
  const waits = Array.from({ length: 9 }, () => backoff.next())
  expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000])
  backoff.succeeded()
  expect(backoff.next(60_000)).toBeGreaterThanOrEqual(60_000)
  expect(backoff.next(86_400_000)).toBeLessThan(400_000)
})
