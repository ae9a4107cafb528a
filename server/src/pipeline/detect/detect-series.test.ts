import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import { DetectConfig } from './config.ts'
import { createSeriesDetector, detectSeries } from './detect-series.ts'
import { Engine } from './engine.ts'
import { registrationsOf } from './registration.ts'
import { plainProfile } from './rule/profile.ts'
import { settingsOf } from './settings.ts'

const config = DetectConfig.parse({})
const startMs = 1_700_000_000_000
const timesOf = (count: number, stepMs = 60_000) =>
  Array.from({ length: count }, (_, i) => startMs + i * stepMs)

describe('a recorded series', () => {
  const random = seededRandom(5)
  const values = Array.from(
    { length: 400 },
    (_, i) => 50 + 4 * random.next() + (i >= 300 && i < 310 ? 80 : 0),
  )

  it('scores low where it is usual and high where it is not', () => {
    const rows = detectSeries(timesOf(400), values, config)
    expect(Math.max(...rows.slice(0, 300).map(({ score }) => score))).toBeLessThan(0.5)
    // Suspected at once, and told for sure when the block that it falls in has ended.
    expect(rows[300]?.score).toBeGreaterThan(0.3)
    expect(Math.max(...rows.slice(300, 310).map(({ score }) => score))).toBeGreaterThan(0.6)
    expect(rows[301]?.isAnomaly).toBe(true)
    expect(rows[399]?.isAnomaly).toBe(false)
  })

  function liveAs(timesMs: readonly number[], values: readonly number[]): string[] {
    const rows = detectSeries(timesMs, values, config)
    const engine = new Engine(settingsOf(config))
    const place = { entity: 0, cohort: 0, steady: true }
    const series = registrationsOf([{ index: 0, profile: plainProfile(config), place }])
    engine.handle({ kind: 'register', series })
    const shapes: string[] = []
    let open = false
    timesMs.forEach((timeMs, i) => {
      const { transitions } = engine.handle({
        kind: 'points',
        nowMs: timeMs,
        series: Uint32Array.of(0),
        timesMs: Float64Array.of(timeMs),
        values: Float64Array.of(values[i] as number),
      })
      for (const { kind, opened } of transitions) {
        if (kind !== 'UPDATED') open = kind === 'OPENED'
        if (open) shapes.push(opened.shape)
      }
      expect(rows[i]?.isAnomaly, `row ${i}`).toBe(open)
    })
    return shapes
  }

  it('is judged as it is live: the same points through the engine open and end where the rows say', () => {
    expect(liveAs(timesOf(400, 2_000), values).length).toBeGreaterThan(0)
  })

  it('is judged as it is live with a season, too: what breaks it is told, what keeps it is not', () => {
    const step = 600_000
    const [day, count] = [144, 8 * 144]
    const daily = Array.from({ length: count }, (_, i) => {
      const broken = i >= 7 * day + 22 && i < 7 * day + 52
      return 100 + (broken ? 0 : 60 * Math.sin((2 * Math.PI * i) / day)) + 3 * random.next()
    })
    expect(liveAs(timesOf(count, step), daily)).toContain('SEASON_BREAK')
  })

  it('gives a row for each row, with scores from 0 to 1, the rows of a prefix being a prefix of the rows', () => {
    const cell = fc.oneof(fc.double(), fc.integer({ min: 0, max: 9 }), fc.constant(Number.NaN))
    const stamp = fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.constant(Number.NaN))
    fc.assert(
      fc.property(fc.array(fc.tuple(stamp, cell), { maxLength: 120 }), fc.nat(), (points, cut) => {
        const times = points.map(([at], i) => startMs + i * 60_000 + at)
        const cells = points.map(([, value]) => value)
        const rows = detectSeries(times, cells, config)
        const length = cut % (points.length + 1)
        expect(rows).toHaveLength(points.length)
        for (const { score } of rows) expect(score >= 0 && score <= 1).toBe(true)
        expect(detectSeries(times.slice(0, length), cells.slice(0, length), config)).toEqual(
          rows.slice(0, length),
        )
      }),
      { numRuns: 100 },
    )
  })

  it('of several metrics names the one that is most unusual', () => {
    const detector = createSeriesDetector(3, config)
    const noise = seededRandom(2)
    const rows = timesOf(200).map((timeMs, i) =>
      detector.push(timeMs, [noise.next(), 10 + noise.next(), (i >= 150 ? 90 : 20) + noise.next()]),
    )
    expect(rows[151]).toMatchObject({ isAnomaly: true, top: 2 })
  })
})
