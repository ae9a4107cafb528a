import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTimeZone, nextRun, parseSchedule, runsBetween, type Schedule } from './schedule.ts'

const read = (text: string): Schedule => {
  const schedule = parseSchedule(text)
  if (schedule.kind === 'error') throw new Error(schedule.message)
  return schedule
}
const next = (text: string, after: string, zone?: string): string | undefined => {
  const ms = nextRun(read(text), Date.parse(after), zone)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

test.each([
  ['*/15 * * * *', '2026-05-01T12:01:30Z', '2026-05-01T12:15:00.000Z'],
  ['0 * * * *', '2026-05-01T12:00:00Z', '2026-05-01T13:00:00.000Z'],
  ['5/20 * * * *', '2026-05-01T12:26:00Z', '2026-05-01T12:45:00.000Z'],
  ['30 4 1,15 * 5', '2026-05-02T00:00:00Z', '2026-05-08T04:30:00.000Z'],
  ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['0 22 * * MON-FRI', '2026-05-01T22:00:00Z', '2026-05-04T22:00:00.000Z'],
  ['0 12 * jan,Jul ?', '2026-05-01T00:00:00Z', '2026-07-01T12:00:00.000Z'],
  ['@weekly', '2026-05-01T00:00:00Z', '2026-05-03T00:00:00.000Z'],
  ['@every 1h30m', '2026-05-01T00:00:00Z', '2026-05-01T01:30:00.000Z'],
  ['59 23 31 12 *', '2026-12-31T23:58:59.999Z', '2026-12-31T23:59:00.000Z'],
])('%s after %s is %s', (text, after, expected) => {
  expect(next(text, after)).toBe(expected)
})

describe('a time zone', () => {
  test('shifts the run', () => {
    expect(next('0 9 * * *', '2026-05-01T00:00:00Z', 'Asia/Kolkata')).toBe('2026-05-01T03:30:00.000Z')
    expect(next('TZ=Asia/Kolkata 0 9 * * *', '2026-05-01T00:00:00Z')).toBe('2026-05-01T03:30:00.000Z')
    expect(next('0 1 * * *', '2026-05-01T20:00:00Z', 'Pacific/Auckland')).toBe('2026-05-02T13:00:00.000Z')
  })
  test('leaves out a time that is not there, and has one twice that is there twice', () => {
    // Berlin, 29 March 2026, 2:00 to 3:00; 25 October 2026, 3:00 back to 2:00.
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30:00.000Z')
    const autumn = runsBetween(
      read('30 2 * * *'),
      Date.parse('2026-10-24T12:00Z'),
      Date.parse('2026-10-25T12:00Z'),
      'Europe/Berlin',
      10,
    )
    expect(autumn.map((ms) => new Date(ms).toISOString())).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ])
  })
  test.each(['Europe/Berlin', 'UTC', 'Etc/GMT+5'])('%s is one', (zone) => expect(isTimeZone(zone)).toBe(true))
  test.each(['Mars/Olympus', '+01:00', 'Local', ''])('%j is none', (zone) =>
    expect(isTimeZone(zone)).toBe(false),
  )
})

test.each([
  ['', 'fields'],
  ['* * * *', 'fields'],
  ['60 * * * *', 'minute'],
  ['* 24 * * *', 'hour'],
  ['* * 0 * *', 'day of month'],
  ['* * * 13 *', 'month'],
  // The controller's parser knows Sunday as 0 only.
  ['* * * * 7', 'day of week'],
  ['*/0 * * * *', 'step'],
  ['9-5 * * * *', 'ends before'],
  ['@reboot', 'macro'],
  ['@every soon', 'duration'],
  ['1-2-3 * * * *', 'minute'],
  [`${'1,'.repeat(500)}1 * * * *`, 'longer'],
])('%j is refused, naming the %s', (text, named) => {
  const schedule = parseSchedule(text)
  expect(schedule).toMatchObject({ kind: 'error', message: expect.stringContaining(named) })
})

test('no run is left out and none is made up', () => {
  const field = (from: number, to: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: from, max: to }).map(String),
      fc.integer({ min: 1, max: to }).map((step) => `*/${step}`),
      fc
        .array(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 3 })
        .map((list) => list.join(',')),
    )
  const schedules = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  const start = Date.parse('2026-02-27T00:00:00Z')
  fc.assert(
    fc.property(schedules, (fields) => {
      const schedule = read(fields.join(' '))
      const found = runsBetween(schedule, start, start + 3 * 86_400_000, undefined, 10_000)
      expect(found).toEqual(minutesOf(fields, start + 60_000, 3 * 1_440))
    }),
    { numRuns: 60 },
  )
})

/** Minute by minute, as the manual of cron says. */
function minutesOf(fields: readonly string[], fromMs: number, count: number): number[] {
  const among = (field: string, at: number, from: number): boolean =>
    field === '*' ||
    (field.startsWith('*/')
      ? (at - from) % Number(field.slice(2)) === 0
      : field.split(',').map(Number).includes(at))
  // A step of one is the same as a star.
  const isOpen = (field: string): boolean => field === '*' || field === '*/1'
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  return Array.from({ length: count }, (_, i) => fromMs + i * 60_000).filter((ms) => {
    const date = new Date(ms)
    const byDay = among(day, date.getUTCDate(), 1)
    const byWeekday = among(weekday, date.getUTCDay(), 0)
    const days = isOpen(day) || isOpen(weekday) ? byDay && byWeekday : byDay || byWeekday
    return (
      among(minute, date.getUTCMinutes(), 0) &&
      among(hour, date.getUTCHours(), 0) &&
      among(month, date.getUTCMonth() + 1, 1) &&
      days
    )
  })
}

test('no text makes it throw or hang', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const schedule = parseSchedule(text)
      if (schedule.kind !== 'error') nextRun(schedule, Date.parse('2026-05-01T00:00:00Z'))
    }),
  )
})
