import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WindowTable } from './window-table.ts'

const sizes = [10_000, 60_000, 300_000]
const startMs = 1_700_000_100_000

/** A table that takes samples one by one, and knows counters as its owner does. */
function table() {
  const windows = new WindowTable(sizes, 120_000)
  const before = new Map<number, { timeMs: number; value: number }>()
  return {
    add(ref: number, timeMs: number, value: number, counter: boolean): void {
      const last = before.get(ref)
      const later = !last || timeMs > last.timeMs
      const increase = counter && last && later ? (value >= last.value ? value - last.value : value) : 0
      if (counter && later) before.set(ref, { timeMs, value })
      windows.add(
        Uint32Array.of(ref),
        Float64Array.of(timeMs),
        Float64Array.of(value),
        Float64Array.of(increase),
        1,
      )
    },
    windows: (ref: number, sizeMs: number) => windows.windows(ref, sizeMs, before.has(ref)),
    get lateCount() {
      return windows.lateCount
    },
    get sizeBytes() {
      return windows.sizeBytes
    },
  }
}

describe('windows of a series', () => {
  it('hold count, mean, min, max, last, and no rate for a gauge', () => {
    const windows = table()
    for (const [at, value] of [
      [0, 4],
      [2_000, 1],
      [4_000, 7],
    ] as const)
      windows.add(0, startMs + at, value, false)
    expect(windows.windows(0, 10_000)).toEqual([
      { startMs, endMs: startMs + 10_000, count: 3, mean: 4, min: 1, max: 7, last: 7, ratePerSecond: null },
    ])
  })

  it('hold the rate of a counter, a fall being a reset', () => {
    const windows = table()
    for (const [at, value] of [
      [0, 100],
      [2_000, 110],
      [4_000, 5],
      [6_000, 25],
    ] as const)
      windows.add(0, startMs + at, value, true)
    expect(windows.windows(0, 10_000)[0]?.ratePerSecond).toBeCloseTo((10 + 5 + 20) / 10)
  })

  it('are corrected by samples up to two minutes late, and not by later ones', () => {
    const windows = table()
    windows.add(0, startMs, 1, false)
    windows.add(0, startMs + 119_000, 1, false)
    windows.add(0, startMs + 1_000, 9, false)
    expect(windows.windows(0, 10_000)[0]).toMatchObject({ startMs, count: 2, max: 9, last: 9 })
    windows.add(0, startMs + 140_000, 1, false)
    windows.add(0, startMs + 2_000, 50, false)
    expect(windows.windows(0, 10_000).every(({ max }) => max < 50)).toBe(true)
    expect(windows.lateCount).toBe(1)
  })

  it('keep the last value by time, whatever the order of arrival', () => {
    const windows = table()
    windows.add(0, startMs + 8_000, 8, false)
    windows.add(0, startMs + 3_000, 3, false)
    expect(windows.windows(0, 10_000)[0]?.last).toBe(8)
  })

  it('of a minute are merged from those of ten seconds', () => {
    const windows = table()
    const minute = Math.floor(startMs / 60_000) * 60_000
    for (let i = 0; i < 60; i += 1) windows.add(0, minute + i * 1_000, i, false)
    expect(windows.windows(0, 60_000)).toEqual([
      {
        startMs: minute,
        endMs: minute + 60_000,
        count: 60,
        mean: expect.closeTo(29.5, 3),
        min: 0,
        max: 59,
        last: 59,
        ratePerSecond: null,
      },
    ])
  })

  it('are none for a series never seen or a size not kept', () => {
    const windows = table()
    windows.add(3, startMs, 1, false)
    expect(windows.windows(4, 10_000)).toEqual([])
    expect(windows.windows(900_000, 10_000)).toEqual([])
    expect(windows.windows(3, 7_000)).toEqual([])
  })

  it('agree with all samples of the window, in any order within lateness', () => {
    const sample = fc.record({
      at: fc.integer({ min: 0, max: 110_000 }),
      value: fc.integer({ min: -1_000, max: 1_000 }),
    })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 80 }), (samples) => {
        const windows = table()
        for (const { at, value } of samples) windows.add(7, startMs + at, value, false)
        const found = windows.windows(7, 10_000)
        for (const window of found) {
          const inside = samples
            .filter(({ at }) => startMs + at >= window.startMs && startMs + at < window.endMs)
            .map(({ value }) => value)
          expect(window.count).toBe(inside.length)
          expect(window.min).toBe(Math.min(...inside))
          expect(window.max).toBe(Math.max(...inside))
          expect(window.mean).toBeCloseTo(inside.reduce((a, b) => a + b, 0) / inside.length, 1)
        }
        expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(samples.length)
      }),
      { numRuns: 100 },
    )
  })

  it('of many series in one batch are those of each series alone, numbers that are none left out', () => {
    const together = new WindowTable(sizes, 120_000)
    const alone = table()
    const count = 1_000
    const series = Uint32Array.from({ length: count }, (_, i) => (i * 7_919) % 613)
    const timesMs = Float64Array.from({ length: count }, (_, i) => startMs + ((i * 37) % 90) * 1_000)
    const values = Float64Array.from({ length: count }, (_, i) => (i % 11 === 0 ? Number.NaN : i))
    together.add(series, timesMs, values, new Float64Array(count), count)
    for (let i = 0; i < count; i += 1)
      if (Number.isFinite(values[i]))
        alone.add(series[i] as number, timesMs[i] as number, values[i] as number, false)
    for (let ref = 0; ref < 613; ref += 1)
      for (const sizeMs of sizes)
        expect(together.windows(ref, sizeMs, false)).toEqual(alone.windows(ref, sizeMs))
  })

  it('take at most 450 bytes a series', () => {
    const windows = table()
    for (let ref = 0; ref < 8_192; ref += 1) windows.add(ref, startMs, 1, false)
    expect(windows.sizeBytes / 8_192).toBeLessThan(450)
  })
})
