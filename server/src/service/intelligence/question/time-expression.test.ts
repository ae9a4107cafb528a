import { describe, expect, test } from 'vitest'
import { keptMs, nowMs, read } from './asked.suite.ts'

const day = 24 * 3_600_000
/** Everything is kept, so that nothing is cut. */
const timeOf = (text: string) => read(text, { keptMs: 400 * day }).time
const minutes = (text: string) => {
  const { startMs, endMs } = timeOf(text)
  return [(startMs - nowMs) / 60_000, (endMs - nowMs) / 60_000]
}

describe('a time that is said', () => {
  // Now is Saturday, 2026-11-21 14:30 UTC.
  test.each([
    ['errors in the last 30 minutes', -30, 0],
    ['errors over the past hour', -60, 0],
    ['what changed in the previous two days', -2880, 0],
    ['alerts of the last half hour', -30, 0],
    ['logs since 2 hours', -120, 0],
    ['logs since 14:05', -25, 0],
    ['logs since 2pm', -30, 0],
    ['logs from 10 minutes ago', -10, 0],
    ['logs since an hour and a half ago', -90, 0],
    ['what happened between 14:00 and 14:20', -30, -10],
    ['cpu from 1pm to 2pm', -90, -30],
    ['cpu 13:30-14:00', -60, -30],
    ['between 2 hours ago and 1 hour ago', -120, -60],
    ['changes today', -870, 0],
    ['incidents since yesterday', -2310, 0],
    ['incidents yesterday', -2310, -870],
    ['what broke this morning', -510, -150],
    ['what broke since lunch', -150, 0],
    ['what happened last night', -1110, -510],
    ['what happened on 2026-11-20', -2310, -870],
    ['alerts since monday', -8070, 0],
    ['will it be full in the next 6 hours', 0, 360],
    ['forecast for tomorrow', 0, 2010],
    ['will the disk fill up today', 0, 570],
    ['errors 30m', -30, 0],
    ['logs since 15:05 CET', -25, 0],
    ['logs since 15:05 UTC+1', -1405, 0],
  ])('%s is from %i to %i minutes', (text, start, end) => {
    const actual = minutes(text)
    // The last row reads the zone's name alone: an offset is no name, and the clock is UTC, of yesterday.
    expect(actual).toEqual([start, end])
  })

  test.each([
    ['cpu 10 minutes ago', -10],
    ['what was cpu at 14:05', -25],
    ['cpu at 2pm yesterday', -1470],
    ['cpu yesterday at 23:00', -930],
    ['cpu at noon', -150],
    ['cpu at 2026-11-21T14:00:00Z', -30],
  ])('%s is one moment', (text, at) => {
    expect([timeOf(text).isMoment, ...minutes(text)]).toEqual([true, at, at])
  })

  test('a clock time that is still to come today is that of yesterday', () => {
    expect(minutes('cpu at 15:00')).toEqual([-1410, -1410])
  })

  test.each(['since the deploy', 'before the rollout', 'since the ledger deploy', 'before INC-7'])(
    '"%s" keeps its words and the default range',
    (words) => {
      const { text, startMs, endMs } = timeOf(`latency of ledger ${words}`)
      expect([text, endMs - startMs, endMs]).toEqual([words, keptMs, nowMs])
    },
  )

  test('what was before is set against now', () => {
    expect(read('compare latency of ledger with before the rollout').slots.compareWith).toBe('BEFORE')
    expect(read('is ledger slower than an hour ago').slots.compareWith).toBe('BEFORE')
  })

  test.each([
    'is ledger ok',
    'requests per second of ledger',
    'pods older than 30m',
    'list 2 clusters',
    'when did it start',
  ])('%s says no time', (text) => {
    expect(timeOf(text).text).toBe('')
  })
})

test.each([
  'forecast disk in 9999999 years',
  'errors in the last 99999999999 weeks',
  'cpu 5000000 months ago',
])('%s is a time that can be written down', (text) => {
  const { startMs, endMs } = timeOf(text)
  for (const ms of [startMs, endMs]) expect(new Date(ms).toISOString()).toMatch(/^\d{4}-/)
})

describe('what is kept', () => {
  test('cuts a range that begins before it, with a notice', () => {
    const { startMs, endMs, notice, outOfRange } = read('errors in the last 3 hours').time
    expect([startMs, endMs, outOfRange]).toEqual([nowMs - keptMs, nowMs, undefined])
    expect(notice).toContain('12:30 UTC')
  })

  test('leaves a range that lies wholly before it as it was said, and says so', () => {
    const { outOfRange, notice, text } = read('p95 of ledger last tuesday').time
    expect([outOfRange, text]).toEqual([true, 'last tuesday'])
    expect(notice).toContain('last tuesday')
  })
})
