import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { Seasons } from './rule-season.ts'

const startMs = 1_700_006_400_000
const minuteMs = 60_000

/** Feeds points and answers the season in use after each day. */
function fed(
  seasons: Seasons,
  days: number,
  stepMs: number,
  valueAt: (timeMs: number) => number,
  asked = 'AUTO',
) {
  seasons.admit(1)
  const inUse: (string | undefined)[] = []
  for (let at = 0; at < days * 1_440 * minuteMs; at += stepMs) {
    seasons.learn(1, startMs + at, valueAt(startMs + at), asked as 'AUTO')
    if ((at + stepMs) % (1_440 * minuteMs) === 0) inUse.push(seasons.inUse(1)?.period)
  }
  return inUse
}
const wave = (periodMs: number) => (timeMs: number) => 50 + 20 * Math.sin((2 * Math.PI * timeMs) / periodMs)
const dayMs = 1_440 * minuteMs

describe('seasons', () => {
  it('are found where there is one: of a day after two of them, and by points an hour apart too', () => {
    expect(fed(new Seasons(4), 4, 5 * minuteMs, wave(dayMs))).toEqual([
      undefined,
      undefined,
      'DAILY',
      'DAILY',
    ])
    expect(fed(new Seasons(4), 4, 60 * minuteMs, wave(dayMs)).at(-1)).toBe('DAILY')
    expect(fed(new Seasons(4), 1, minuteMs, wave(60 * minuteMs))).toEqual(['HOURLY'])
  })

  it('take away what the time of day explains', () => {
    const seasons = new Seasons(4)
    fed(seasons, 4, 5 * minuteMs, wave(dayMs))
    for (let at = 0; at < dayMs; at += 17 * minuteMs) {
      const timeMs = startMs + 4 * dayMs + at
      expect(Math.abs(wave(dayMs)(timeMs) - seasons.offset(1, timeMs) - 50)).toBeLessThan(2)
    }
  })

  it('are not found in noise, in a walk, or in a line', () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const random = seededRandom(seed)
      let walk = 0
      const series = [
        () => random.next(),
        () => {
          walk += random.next() - 0.5
          return walk
        },
        (timeMs: number) => timeMs / dayMs,
        () => 7,
      ]
      for (const valueAt of series)
        expect(fed(new Seasons(4), 15, 60 * minuteMs, valueAt).at(-1)).toBeUndefined()
    }
  })

  it('are given up once they are gone', () => {
    const seasons = new Seasons(4)
    fed(seasons, 4, 5 * minuteMs, wave(dayMs))
    const random = seededRandom(3)
    let inUse: unknown = 'DAILY'
    for (let at = 4 * dayMs; at < 12 * dayMs; at += 5 * minuteMs) {
      seasons.learn(1, startMs + at, 50 + random.next() * 10, 'AUTO')
      inUse = seasons.inUse(1)
    }
    expect(inUse).toBeNull()
  })

  it('have room for so many series', () => {
    const seasons = new Seasons(1)
    expect([seasons.admit(1), seasons.admit(2)]).toEqual([true, false])
    seasons.release(1)
    expect(seasons.admit(2)).toBe(true)
    expect(seasons.offset(2, startMs)).toBe(0)
  })
})
