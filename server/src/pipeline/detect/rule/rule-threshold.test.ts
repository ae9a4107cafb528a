import { describe, expect, it } from 'vitest'
import { DetectConfig } from '../config.ts'
import { Engine } from '../engine.ts'
import type { Transition } from '../opened.ts'
import { registrationsOf } from '../registration.ts'
import { settingsOf } from '../settings.ts'
import { plainProfile } from './profile.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const startMs = Math.ceil(1_700_000_000_000 / hourMs) * hourMs
const config = DetectConfig.parse({})

/** What is told of a series that swings by 20 around 50 each hour, for a day, and then is `last` at its peak. */
function toldAtPeak(last: number): Transition[] {
  const engine = new Engine(settingsOf(config))
  const profile = { ...plainProfile(config), season: 'HOURLY' as const, above: 100, persistenceMs: 0 }
  engine.handle({
    kind: 'register',
    series: registrationsOf([{ index: 0, profile, place: { entity: 0, cohort: 0, steady: true } }]),
  })
  const told: Transition[] = []
  const peak = 24 * 60 + 15
  for (let minute = 0; minute < peak + 3; minute += 1) {
    const nowMs = startMs + minute * minuteMs
    const usual = 50 + 20 * Math.sin((2 * Math.PI * minute) / 60) + (minute % 7) / 10
    const { transitions } = engine.handle({
      ...{ kind: 'points', nowMs, series: Uint32Array.of(0), timesMs: Float64Array.of(nowMs) },
      values: Float64Array.of(minute < peak ? usual : last),
    })
    told.push(...structuredClone(transitions))
  }
  return told
}

describe('a limit that people set, of a series with a season', () => {
  it('is told with what is usual at that time of the season, not on average', () => {
    const [breach] = toldAtPeak(130).filter(({ opened }) => opened.shape === 'THRESHOLD_BREACH')
    expect(breach?.opened.high).toBe(100)
    expect(breach?.opened.mid).toBeGreaterThan(66)
    expect(breach?.opened.mid).toBeLessThan(74)
    expect(breach?.opened.low).toBeGreaterThan(50)
  })
})
