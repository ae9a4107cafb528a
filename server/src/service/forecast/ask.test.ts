import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { answerForecast, type ForecastAsk } from './ask.ts'
import type { QueryRange } from './course.ts'

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]
const clock = new ManualClock(1_700_000_000_000)
const asked: { startMs: number; endMs: number; stepMs: number }[] = []
/** Three series that rise by the hour; the second is too short. */
const queryRange: QueryRange = async (_tenant, _query, startMs, endMs, stepMs) => {
  asked.push({ startMs, endMs, stepMs })
  const timesMs = Array.from(
    { length: Math.floor((endMs - startMs) / stepMs) + 1 },
    (_, i) => startMs + i * stepMs,
  )
  const values = timesMs.map((timeMs) => 10 + (timeMs - endMs) / hourMs)
  return [
    { labels: { pod: 'c' }, timesMs, values },
    { labels: { pod: 'b' }, timesMs: timesMs.slice(-3), values: values.slice(-3) },
    { labels: { pod: 'a' }, timesMs, values },
  ]
}
const answer = (other: Partial<ForecastAsk> = {}) =>
  answerForecast({ clock, queryRange, unitOf: () => undefined }, 'default', {
    ...{ query: 'x', horizonMs: 6 * hourMs, limits: [], bounds: {}, seriesMax: 20, pointsMax: 50, ...other },
  })

describe('a question about the future', () => {
  it('looks back four horizons in round steps unless something else is said', async () => {
    await answer()
    const { startMs, endMs, stepMs } = asked.at(-1)!
    expect(stepMs).toBe(5 * minuteMs)
    expect(endMs - startMs).toBeLessThanOrEqual(dayMs)
    expect(endMs - startMs).toBeGreaterThan(dayMs - 10 * minuteMs)
    await answer({
      startMs: clock.now() - hourMs,
      endMs: clock.now() - 10 * minuteMs,
      stepMs: minuteMs,
      horizonMs: 10 * minuteMs,
    })
    expect(asked.at(-1)!.stepMs).toBe(minuteMs)
    expect(asked.at(-1)!.endMs).toBeLessThanOrEqual(clock.now() - 10 * minuteMs)
  })

  it('is answered for each series by its labels, so many of them, and for those too short with the reason', async () => {
    const all = await answer({ limits: [{ value: 12, direction: 'ABOVE' }] })
    expect(all.forecasts.map(({ labels, refused }) => [labels.pod, refused])).toEqual([
      ['a', null],
      ['b', 'There are 3 values; a forecast needs at least 8.'],
      ['c', null],
    ])
    const [first] = all.forecasts
    const inHours = (Date.parse(first?.breaches[0]?.p50 ?? '') - Date.parse(first?.last?.time ?? '')) / hourMs
    expect(inHours).toBeCloseTo(2, 0)
    expect(first?.trend_per_day).toMatchObject({ mid: expect.closeTo(24, 6), significant: true })
    expect(first?.points).toHaveLength(50)
    const one = await answer({ seriesMax: 1 })
    expect([one.forecasts.length, one.total, one.notices]).toEqual([
      ...[1, 3, ['The query has 3 series; the first 1 are foretold.']],
    ])
  })

  it('says that a limit is reached already, instead of when', async () => {
    const { forecasts } = await answer({ limits: [{ value: 5, direction: 'ABOVE' }] })
    expect(forecasts[0]?.breaches).toEqual([
      { limit: 5, direction: 'ABOVE', probability: 1, already: true, p10: null, p50: null, p90: null },
    ])
  })

  it('is refused where it would be too much, or nothing', async () => {
    const refusal = (other: Partial<ForecastAsk>) =>
      answer(other).then(
        () => '',
        (error: Error) => error.message,
      )
    expect(await refusal({ stepMs: dayMs })).toContain('shorter than one step')
    expect(await refusal({ stepMs: 100, startMs: clock.now() - minuteMs })).toContain('more than 20000 steps')
    expect(await refusal({ stepMs: minuteMs, startMs: 0 })).toContain('more than 10000 steps')
    expect(await refusal({ startMs: clock.now() + hourMs })).toBe('start does not lie before end.')
  })
})
