import { describe, expect, test } from 'vitest'
import type { ExplainCase } from '../case.ts'
import { usualNoise } from './noise.ts'

const minuteMs = 60_000
const times = Float64Array.from({ length: 40 }, (_, at) => at * minuteMs)
const input: ExplainCase = {
  series: [{ id: 'a', entity: 'a', metric: 'latency', timesMs: times, values: times }],
  edges: [],
  changes: [{ entity: 'a', version: '2', atMs: 0 }],
  detectedAtMs: 31 * minuteMs,
  startMs: 0,
  endMs: 35 * minuteMs,
}
const split = { startMs: 0, baseEndMs: 30 * minuteMs, endMs: 35 * minuteMs }

describe('what healthy windows of the same system are blamed for', () => {
  test('is the middle of three windows, so that one earlier incident does not make a system restless', () => {
    const scores = [0.2, 9, 0.5]
    expect(usualNoise(input, split, () => scores.shift() ?? 0)).toBe(0.5)
  })

  test('comes from windows as long as the one to be explained, one before the other, nearest first', () => {
    const seen: [number, number][] = []
    usualNoise(input, split, (healthy) => {
      seen.push([healthy.detectedAtMs / minuteMs, Math.ceil(healthy.endMs / minuteMs)])
      return 0
    })
    expect(seen).toEqual([
      [26, 30],
      [21, 25],
      [16, 20],
    ])
  })

  test('sees no sample from after a window and nothing that was told later', () => {
    usualNoise(input, split, (healthy) => {
      expect(healthy.series[0]!.timesMs.at(-1)!).toBeLessThanOrEqual(healthy.endMs)
      expect(healthy.changes).toEqual([])
      return 0
    })
  })

  test('is 0 where the time before is too short for a window', () => {
    const short = { ...split, startMs: 28 * minuteMs }
    expect(usualNoise({ ...input, startMs: 28 * minuteMs }, short, () => 5)).toBe(0)
  })
})
