import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { RollupResult, Windows } from '../../../../port/metric-store.ts'
import { foldWindows, rollupOfRange, widenWindows } from '../../../../port/metric-window.ts'
import { dayMs, hourMs, KeepRig, minuteMs, startMs } from '../keep/keep-rig.suite.ts'
import { decodeWindows, encodeWindows } from './rollup-codec.ts'

const value = fc.oneof(
  fc.double({ noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NaN),
)
const samplesOf = (stepMs: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: stepMs }), value), { minLength: 1, maxLength: 200 })
    .map((pairs) => {
      let at = startMs
      const timesMs = Float64Array.from(pairs, ([gap]) => (at += gap))
      return { timesMs, values: Float64Array.from(pairs, ([, one]) => one) }
    })
const plain = (windows: Windows) =>
  Object.fromEntries(Object.entries(windows).map(([name, column]) => [name, [...(column as Float64Array)]]))
/** All but sums and increases, whose last bits depend on the order of adding. */
const exact = ({ timesMs, count, min, max, last }: Windows) =>
  plain({ timesMs, count, min, max, last } as Windows)
const near = (a: Windows, b: Windows): void => {
  expect(exact(a)).toEqual(exact(b))
  for (const name of ['sum', 'increase'] as const)
    a[name]?.forEach((one, i) => {
      const other = b[name]![i]!
      if (Number.isFinite(one))
        expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(one) * 200))
      else expect(other).toBe(one)
    })
}

describe('windows', () => {
  test('wider windows made of narrow ones are those made of samples', () => {
    const tame = samplesOf(20 * minuteMs).map(({ timesMs, values }) => ({
      timesMs,
      values: values.map((one) => (Math.abs(one) < 1e12 ? one : 1)),
    }))
    fc.assert(
      fc.property(tame, (samples) => {
        const end = samples.timesMs.at(-1)! + 1
        const narrow = foldWindows(samples, 5 * minuteMs, startMs, end, true)
        near(widenWindows(narrow, hourMs), foldWindows(samples, hourMs, startMs, end, true))
      }),
    )
  })
  test('come back from bytes bit for bit, and not from damaged ones', () => {
    fc.assert(
      fc.property(samplesOf(10 * minuteMs), fc.boolean(), fc.nat(), (samples, withIncrease, place) => {
        const windows = foldWindows(samples, 5 * minuteMs, startMs, Number.POSITIVE_INFINITY, withIncrease)
        if (windows.timesMs.length === 0) return
        const bytes = encodeWindows(7, windows)
        expect(plain(decodeWindows(7, bytes)!)).toEqual(plain(windows))
        expect(decodeWindows(8, bytes)).toBeUndefined()
        const flipped = bytes.slice()
        flipped[place % bytes.length]! ^= 1 << (place % 8)
        const read = decodeWindows(7, flipped)
        if (read) expect(plain(read)).toEqual(plain(windows))
      }),
    )
  })
  test('a counter that starts anew counts from zero, a gap of more than an hour counts nothing', () => {
    const samples = {
      timesMs: Float64Array.of(0, 60_000, 120_000, 180_000, 180_000 + hourMs + 1),
      values: Float64Array.of(10, 15, 3, 5, 100),
    }
    const { increase, timesMs } = foldWindows(samples, hourMs, 0, 1e9, true)
    expect([...timesMs]).toEqual([0, hourMs])
    expect([...increase!]).toEqual([5 + 3 + 2, 0])
  })
})

describe('rollups of a store', () => {
  let rig: KeepRig
  afterEach(() => rig.remove())
  const all = { startMs: 0, endMs: 8e14, samplesMax: 1e8 }
  /** Rollups answer what samples would. */
  async function compare(
    refs: number[],
    stepMs: number,
    from = startMs,
    to = rig.clock.now(),
  ): Promise<number> {
    const query = { tenant: 'default', refs, ...all, startMs: from, endMs: to, stepMs }
    const { metricStore } = rig.store
    const got = await metricStore.rollup(query)
    const wanted = await rollupOfRange(metricStore, query)
    expect(got.series.map(({ ref }) => ref)).toEqual(wanted.series.map(({ ref }) => ref))
    for (const [i, one] of got.series.entries()) near(one, wanted.series[i]!)
    return got.resolutionMs
  }

  /** A column asked for alone is that of the whole windows. */
  async function compareColumn(refs: number[], stepMs: number, only: 'min' | 'max' | 'last'): Promise<void> {
    const query = { tenant: 'default', refs, ...all, endMs: rig.clock.now(), stepMs }
    const { metricStore } = rig.store
    const [whole, alone] = [await metricStore.rollup(query), await metricStore.rollup({ ...query, only })]
    const columns = ({ series }: RollupResult) =>
      series.map((one) => ({ ref: one.ref, times: [...one.timesMs], values: [...one[only]] }))
    expect(columns(alone)).toEqual(columns(whole))
  }

  test('answer as samples do, for gauges, counters with resets, gaps, ended, late and new series', {
    timeout: 60_000,
  }, async () => {
    rig = await new KeepRig().open()
    const gauge = rig.series('gauge')
    const counter = rig.series('counter', 'COUNTER')
    const ended = rig.series('ended', 'COUNTER')
    const sparse = rig.series('sparse', 'UNKNOWN')
    let total = 0
    for (let at = 0; at < 4 * dayMs; at += 30_000) {
      const time = startMs + at
      rig.sample(gauge, time, Math.round(Math.sin(at / 1e6) * 1_000) / 10)
      total = at % (7 * hourMs) === 0 ? 1 : total + (at % 7)
      if (at % (11 * hourMs) > hourMs) rig.sample(counter, time, total)
      if (at < 1.3 * dayMs) rig.sample(ended, time, at / 1_000)
      if (at % (3 * hourMs) === 0) rig.sample(sparse, time, at)
      if (at % dayMs === dayMs - 30_000) {
        await rig.clock.advance(startMs + at + 30_000 - rig.clock.now())
        await rig.store.checkpoint()
        await rig.store.maintain()
      }
    }
    await rig.clock.advance(hourMs)
    await rig.store.maintain()
    // Came late, into days that were rolled up before.
    const late = rig.series('late')
    for (let i = 0; i < 500; i += 1) rig.sample(late, startMs + dayMs + i * 60_000, i)
    const refs = [gauge, counter, ended, sparse, late]
    expect(await compare(refs, hourMs)).toBe(hourMs)
    expect(await compare(refs, 6 * hourMs)).toBe(hourMs)
    expect(await compare(refs, 5 * minuteMs)).toBe(5 * minuteMs)
    expect(await compare(refs, 15 * minuteMs, startMs + 20 * hourMs + 1, startMs + 50 * hourMs)).toBe(
      5 * minuteMs,
    )
    expect(await compare(refs, 7 * minuteMs)).toBe(0)
    for (const stepMs of [5 * minuteMs, 15 * minuteMs, hourMs])
      for (const only of ['min', 'max', 'last'] as const) await compareColumn(refs, stepMs, only)
    await rig.reopen()
    expect(await compare(refs, hourMs)).toBe(hourMs)
    const one = { tenant: 'other', refs, ...all, stepMs: hourMs }
    expect((await rig.store.metricStore.rollup(one)).series).toEqual([])
  })

  test.for(['2h', '2d'])('outlive samples kept for %s, complete', { timeout: 60_000 }, async (age) => {
    rig = await new KeepRig({
      retention: { metrics: { age } },
      rollup: { age_5m: '20d', age_1h: '30d' },
    }).open()
    const counter = rig.series('c', 'COUNTER')
    const ended = rig.series('e', 'COUNTER')
    const written = { timesMs: [] as number[], values: [] as number[] }
    for (let at = 0; at < 5 * dayMs; at += 60_000) {
      const total = (at / 60_000) % 5_000
      rig.sample(counter, startMs + at, total)
      if (at < 1.4 * dayMs) rig.sample(ended, startMs + at, total)
      written.timesMs.push(startMs + at)
      written.values.push(total)
      if (at % (6 * hourMs) === 0) {
        await rig.clock.advance(startMs + at - rig.clock.now() + 1_000)
        await rig.store.checkpoint()
        await rig.store.maintain()
      }
    }
    const oldest = (await rig.times(counter))[0]!
    expect(oldest).toBeGreaterThan(startMs + 2.5 * dayMs)
    const samples = { timesMs: Float64Array.from(written.timesMs), values: Float64Array.from(written.values) }
    for (const stepMs of [5 * minuteMs, hourMs]) {
      const query = { tenant: 'default', refs: [counter, ended], ...all, stepMs }
      const { series } = await rig.store.metricStore.rollup(query)
      near(series[0]!, foldWindows(samples, stepMs, 0, 8e14, true))
      const until = samples.timesMs.findIndex((time) => time >= startMs + 1.4 * dayMs)
      const part = { timesMs: samples.timesMs.subarray(0, until), values: samples.values.subarray(0, until) }
      near(series[1]!, foldWindows(part, stepMs, 0, 8e14, true))
    }
    await rig.clock.advance(18 * dayMs)
    await rig.store.maintain()
    const query = { tenant: 'default', refs: [counter], ...all }
    const fine = await rig.store.metricStore.rollup({ ...query, stepMs: 5 * minuteMs })
    expect(fine.series[0]!.timesMs[0]).toBeGreaterThanOrEqual(rig.clock.now() - 20 * dayMs)
    const coarse = await rig.store.metricStore.rollup({ ...query, stepMs: hourMs })
    expect(coarse.series[0]!.timesMs[0]).toBe(startMs)
  })
})
