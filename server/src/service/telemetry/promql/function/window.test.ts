import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findFunction, type WindowResult } from './index.ts'
import { exponentialOf, KeptNotes, windowOf } from './window.suite.ts'

function call(name: string, window: ReturnType<typeof windowOf>, parameters: number[] = []) {
  const found = findFunction(name)
  if (found?.kind !== 'window') throw new Error(`${name} is no function of windows`)
  const notes = new KeptNotes()
  const value: WindowResult = found.evaluate(window, parameters, notes)
  return { value, ...notes }
}
const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })

describe('functions of windows', () => {
  it('increase is the growth from the first to the last sample where samples reach both ends of the window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 2, maxLength: 30 }), (steps) => {
        // One sample each second from right after the start; resets are where the counter begins at 0 again.
        let total = 0
        let counter = 1e9
        const values = steps.map((step, i) => {
          if (i > 0) total += step
          if (i > 0 && step % 7 === 3 && step < counter) counter = 0
          counter += i > 0 ? step : 0
          return counter
        })
        const rangeMs = (values.length - 1) * 1_000 + 1
        const { value } = call('increase', windowOf(values, { stepMs: 1_000, rangeMs }))
        expect(value).toBeCloseTo(total, -Math.log10(Math.max(1, total) * 2e-3))
      }),
    )
  })

  it('rate stretches to the ends of the window, but not below zero and not far beyond the samples', () => {
    // 20 samples of +15 each 15 s: one a second.
    const steady = Array.from({ length: 20 }, (_, i) => 1_000 + i * 15)
    expect(call('rate', windowOf(steady)).value).toBeCloseTo(1, 9)
    // Began within the window: half a distance before the first sample is all that is added.
    expect(call('increase', windowOf([1_000, 1_015, 1_030])).value).toBeCloseTo(37.5, 9)
    // Led back from its first sample this counter was zero right then.
    expect(call('increase', windowOf([0, 15, 30])).value).toBeCloseTo(30, 9)
    expect(call('delta', windowOf([0, 15, 30])).value).toBeCloseTo(37.5, 9)
    expect(call('rate', windowOf([5])).value).toBeUndefined()
  })

  it('say where a metric may be no counter, and where kinds are mixed', () => {
    expect(call('rate', windowOf([1, 2], { metricName: 'queue' })).infos).toEqual([
      'metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "queue"',
    ])
    const mixed = windowOf([1, 2])
    mixed.series.histograms = { timesMs: Float64Array.of(595_000), histograms: [exponentialOf([1])] }
    mixed.histogramTo = 1
    expect(call('rate', mixed)).toMatchObject({
      value: undefined,
      warnings: ['encountered a mix of histograms and floats for metric name "requests_total"'],
    })
    expect(call('max_over_time', mixed)).toMatchObject({
      value: 2,
      infos: [
        'ignored histograms in a range containing both floats and histograms for metric name "requests_total"',
      ],
    })
    expect(call('count_over_time', mixed).value).toBe(3)
    expect(call('changes', mixed).value).toBe(2)
  })

  it('rate of a histogram makes its resets good and is a gauge', () => {
    const window = windowOf([])
    const histograms = [
      exponentialOf([1, 1]),
      exponentialOf([2, 3]),
      exponentialOf([1, 0]),
      exponentialOf([4, 2]),
    ]
    window.series.histograms = { timesMs: Float64Array.of(555_000, 570_000, 585_000, 600_000), histograms }
    window.histogramTo = 4
    const { value } = call('increase', { ...window, startMs: 554_999, rangeMs: 45_001 })
    expect(value).toMatchObject({ reset: 'GAUGE' })
    expect((value as { count: number }).count).toBeCloseTo(3 + 6, 2)
    expect(call('resets', window).value).toBe(1)
  })

  it('averages lie between the extremes and agree with sums, also where a sum overflows', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const window = windowOf(values)
        const [min, avg, max] = ['min', 'avg', 'max'].map(
          (name) => call(`${name}_over_time`, window).value as number,
        )
        expect(avg).toBeGreaterThanOrEqual(min! - 1e-6)
        expect(avg).toBeLessThanOrEqual(max! + 1e-6)
        expect(avg! * values.length).toBeCloseTo(call('sum_over_time', window).value as number, 5)
        expect(call('stdvar_over_time', window).value).toBeGreaterThanOrEqual(0)
      }),
    )
    expect(call('avg_over_time', windowOf([1.7e308, 1.7e308, 1.7e308])).value).toBeCloseTo(1.7e308, -300)
    expect(call('sum_over_time', windowOf([1, 1e100, 1, -1e100])).value).toBe(2)
  })

  it('quantiles never fall as φ rises; NaN counts as the least', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map(
            (q) => call('quantile_over_time', windowOf(values), [q]).value as number,
          )
          expect(low).toBeLessThanOrEqual(high! + 1e-6)
        },
      ),
    )
    expect(call('quantile_over_time', windowOf([Number.NaN, 1, 2]), [0]).value).toBeNaN()
    expect(call('quantile_over_time', windowOf([Number.NaN, 1, 2]), [1]).value).toBe(2)
    expect(call('quantile_over_time', windowOf([1, 2]), [1.5])).toMatchObject({
      value: Number.POSITIVE_INFINITY,
      warnings: ['quantile value should be between 0 and 1, got 1.5'],
    })
    expect(call('mad_over_time', windowOf([4, 6, 2, 1, 999, 1, 2])).value).toBe(1)
  })

  it('find the line through samples that lie on one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e4, max: 1e4 }),
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: 2, max: 30 }),
        (start, slope, count) => {
          const window = windowOf(Array.from({ length: count }, (_, i) => start + slope * 15 * i))
          expect(call('deriv', window).value).toBeCloseTo(slope, 6)
          expect(call('predict_linear', window, [60]).value).toBeCloseTo(
            start + slope * (15 * (count - 1) + 60),
            4,
          )
        },
      ),
    )
    expect(call('predict_linear', { ...windowOf([0, 15, 30]), timeMs: 660_000 }, [0]).value).toBeCloseTo(
      90,
      6,
    )
  })

  it('refuse smoothing factors that are none', () => {
    expect(() => call('double_exponential_smoothing', windowOf([1, 2]), [1, 0.5])).toThrow(
      'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000',
    )
  })
})
