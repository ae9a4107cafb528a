import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf, isTimeZone, wallOf } from '../../kernel/zone-time.ts'
import { occurrencesOf, type Plan } from './recurrence.ts'

const plan = (
  starts_at: string,
  duration: string,
  time_zone: string,
  rule: Partial<NonNullable<Plan['recurrence']>> | null,
): Plan => ({
  ...{ starts_at, duration, time_zone },
  recurrence: rule && { frequency: 'DAILY', interval: 1, by_day: [], until: null, ...rule },
})
const times = (of: Plan, from: string, limit: number): string[] =>
  occurrencesOf(of, Date.parse(from), limit).map(
    ({ startMs, endMs }) => `${new Date(startMs).toISOString().slice(0, 16)} ${(endMs - startMs) / 60_000}`,
  )

describe('occurrences', () => {
  it('begin at the same time by the wall over a change of the clocks, and last as long', () => {
    const berlin = plan('2026-03-27T22:00:00Z', '4h', 'Europe/Berlin', {})
    expect(times(berlin, '2026-03-27T00:00:00Z', 4)).toEqual([
      '2026-03-27T22:00 240',
      '2026-03-28T22:00 240',
      '2026-03-29T21:00 240',
      '2026-03-30T21:00 240',
    ])
    const autumn = plan('2026-10-23T21:00:00Z', '4h', 'Europe/Berlin', {})
    expect(times(autumn, '2026-10-23T00:00:00Z', 3)).toEqual([
      '2026-10-23T21:00 240',
      '2026-10-24T21:00 240',
      '2026-10-25T22:00 240',
    ])
  })

  it('at a time that a day does not have begin as much later, and at one it has twice the first time', () => {
    const spring = plan('2026-03-28T01:30:00Z', '1h', 'Europe/Berlin', {})
    expect(times(spring, '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30 60',
      '2026-03-29T01:30 60',
      '2026-03-30T00:30 60',
    ])
    const autumn = plan('2026-10-24T00:30:00Z', '1h', 'Europe/Berlin', {})
    expect(times(autumn, '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30 60',
      '2026-10-25T00:30 60',
      '2026-10-26T01:30 60',
    ])
    const york = plan('2026-03-07T07:30:00Z', '1h', 'America/New_York', {})
    expect(times(york, '2026-03-07T00:00:00Z', 3)).toEqual([
      '2026-03-07T07:30 60',
      '2026-03-08T07:30 60',
      '2026-03-09T06:30 60',
    ])
    const howe = plan('2026-10-02T15:45:00Z', '1h', 'Australia/Lord_Howe', {})
    expect(times(howe, '2026-10-02T00:00:00Z', 3)).toEqual([
      '2026-10-02T15:45 60',
      '2026-10-03T15:45 60',
      '2026-10-04T15:15 60',
    ])
    const second = plan('2026-10-25T01:30:00Z', '1h', 'Europe/Berlin', {})
    expect(times(second, '2026-10-25T00:00:00Z', 2)).toEqual(['2026-10-25T01:30 60', '2026-10-26T01:30 60'])
  })

  it('by week are on the days named, every so many weeks that begin on Monday', () => {
    const weekly = plan('2026-01-07T20:00:00Z', '2h', 'UTC', {
      frequency: 'WEEKLY',
      interval: 2,
      by_day: ['SA', 'MO'],
    })
    expect(times(weekly, '2026-01-01T00:00:00Z', 4)).toEqual([
      '2026-01-10T20:00 120',
      '2026-01-19T20:00 120',
      '2026-01-24T20:00 120',
      '2026-02-02T20:00 120',
    ])
    const bare = plan('2026-01-07T20:00:00Z', '2h', 'UTC', { frequency: 'WEEKLY' })
    expect(times(bare, '2026-01-08T00:00:00Z', 1)).toEqual(['2026-01-14T20:00 120'])
  })

  it('by month are on the day, or on the weekday at its place; months without it are left out', () => {
    const last = plan('2026-01-31T02:00:00Z', '1h', 'UTC', { frequency: 'MONTHLY' })
    expect(times(last, '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-01-31T02:00 60',
      '2026-03-31T02:00 60',
      '2026-05-31T02:00 60',
    ])
    const patch = plan('2026-01-01T02:00:00Z', '1h', 'UTC', { frequency: 'MONTHLY', by_day: ['2TU', '-1FR'] })
    expect(times(patch, '2026-01-01T00:00:00Z', 4)).toEqual([
      '2026-01-13T02:00 60',
      '2026-01-30T02:00 60',
      '2026-02-10T02:00 60',
      '2026-02-27T02:00 60',
    ])
    const fifth = plan('2026-01-01T02:00:00Z', '1h', 'UTC', { frequency: 'MONTHLY', by_day: ['5MO'] })
    expect(times(fifth, '2026-01-01T00:00:00Z', 2)).toEqual(['2026-03-30T02:00 60', '2026-06-29T02:00 60'])
  })

  it('end with the last start that is not after `until`, and one that goes on is the first', () => {
    const until = plan('2026-01-01T00:00:00Z', '6h', 'UTC', { until: '2026-01-03T00:00:00Z' })
    expect(times(until, '2026-01-02T03:00:00Z', 9)).toEqual(['2026-01-02T00:00 360', '2026-01-03T00:00 360'])
    expect(times(until, '2026-01-03T06:00:00Z', 9)).toEqual([])
    expect(times(plan('2026-01-01T00:00:00Z', '6h', 'UTC', null), '2026-01-01T05:59:00Z', 9)).toHaveLength(1)
    expect(times(plan('2026-01-01T00:00:00Z', '6h', 'UTC', null), '2026-01-01T06:00:00Z', 9)).toEqual([])
  })

  it('asked for from any time are those of the whole course that end after it', () => {
    const rules = fc.record({
      frequency: fc.constantFrom('DAILY' as const, 'WEEKLY' as const, 'MONTHLY' as const),
      interval: fc.integer({ min: 1, max: 5 }),
    })
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia')
    const start = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2025-12-31') })
    fc.assert(
      fc.property(
        rules,
        zones,
        start,
        fc.integer({ min: 1, max: 4_000 }),
        fc.integer({ min: 0, max: 500 }),
        (rule, zone, startMs, minutes, day) => {
          const of = plan(new Date(startMs).toISOString(), `${minutes}m`, zone, rule)
          const fromMs = startMs + day * 86_400_000
          const whole = occurrencesOf(of, startMs - 1, 600)
          expect(whole[0]?.startMs).toBe(startMs)
          expect(occurrencesOf(of, fromMs, 2)).toEqual(
            whole.filter(({ endMs }) => endMs > fromMs).slice(0, 2),
          )
          for (const { startMs: at } of whole.slice(0, 20))
            expect(instantOf(wallOf(at, zone), zone)).toBeLessThanOrEqual(at)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('time zones', () => {
  it('are IANA names', () => {
    expect(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'].every(isTimeZone)).toBe(true)
    expect(['Mars/Olympus', '+02:00', '', 'Europe/'].some(isTimeZone)).toBe(false)
  })
})
