import { expect, it } from 'vitest'
import { FreezeConfig } from './config.ts'
import { activeFreeze, freezeState } from './freeze.ts'

const at = Date.parse
const weekend = FreezeConfig.parse({
  ...{ name: 'weekend', days: ['SAT'], start: '22:00', end: '06:00', time_zone: 'Europe/Berlin' },
})

it('holds from its time of day to that of the next day, as its own clocks say', () => {
  // 2026-07-04 is a Saturday; Berlin is two hours ahead.
  for (const [time, active] of [
    ['2026-07-04T19:59:59Z', false],
    ['2026-07-04T20:00:00Z', true],
    ['2026-07-05T03:59:59Z', true],
    ['2026-07-05T04:00:00Z', false],
    ['2026-07-05T21:00:00Z', false],
  ] as const)
    expect([time, activeFreeze([weekend], at(time)) !== undefined]).toEqual([time, active])
})

it('says when the next one begins and ends, over the end of summer time too', () => {
  // The clocks go back in the night to 2026-10-25, so that this one takes nine hours.
  expect(freezeState(weekend, at('2026-10-21T00:00:00Z'))).toEqual({
    ...{ name: 'weekend', active: false },
    ...{ startMs: at('2026-10-24T20:00:00Z'), endMs: at('2026-10-25T05:00:00Z') },
  })
})

it('may be once', () => {
  const fair = FreezeConfig.parse({
    name: 'fair',
    from: '2026-11-20T00:00:00Z',
    until: '2026-12-01T00:00:00Z',
  })
  expect(freezeState(fair, at('2026-11-21T00:00:00Z')).active).toBe(true)
  expect(freezeState(fair, at('2026-12-01T00:00:00Z'))).toEqual({
    ...{ name: 'fair', active: false, startMs: null, endMs: null },
  })
})

it('is refused without a time, and in a zone that there is not', () => {
  expect(FreezeConfig.safeParse({ name: 'x' }).success).toBe(false)
  expect(FreezeConfig.safeParse({ name: 'x', from: '2026-11-20T00:00:00Z' }).success).toBe(false)
  expect(FreezeConfig.safeParse({ name: 'x', days: ['SAT'], time_zone: 'Mars/Base' }).success).toBe(false)
})
