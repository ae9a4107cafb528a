import { expect, test } from 'vitest'
import { createPromqlEngine, evaluateSteps } from './engine.ts'
import type { SampleSource } from './index.ts'
import { parsePromql } from './parse/parse.ts'
import { NUMBER, type RawSeries } from './value.ts'

const engine = createPromqlEngine()
const minuteMs = 60_000
const range = { startMs: 0, endMs: 10 * minuteMs, stepMs: minuteMs }

/** Series `a{n="0"}`, `a{n="1"}`, … with a sample each minute, in batches of two; counts what was asked of it. */
function sourceOf(series: number, samples = 11): SampleSource & { batches: number } {
  const source = {
    batches: 0,
    async *select(): AsyncIterable<RawSeries[]> {
      for (let n = 0; n < series; n += 2) {
        source.batches += 1
        yield [n, n + 1].map((i) => ({
          labels: { __name__: 'a', n: String(i) },
          timesMs: Float64Array.from({ length: samples }, (_, k) => k * minuteMs),
          values: Float64Array.from({ length: samples }, (_, k) => k + i),
        }))
      }
    },
  }
  return source
}

test('series of a range query come by their labels, those of an instant one as they were made', async () => {
  const source = sourceOf(4)
  const { value } = await engine.range('a > 3', range, { source })
  expect(value.type === 'matrix' && value.series.map(({ labels }) => labels.n)).toEqual(['0', '1', '2', '3'])
  const ranked = await engine.instant('topk(2, a)', 0, { source })
  expect(ranked.value).toMatchObject({ samples: [{ labels: { n: '3' }, value: 3 }, { labels: { n: '2' } }] })
})

test('counts the samples it read, and refuses a query over the limit before reading the rest', async () => {
  const source = sourceOf(100)
  expect((await engine.range('sum(a)', range, { source })).samplesRead).toBe(1_100)
  const refused = sourceOf(100)
  await expect(
    engine.range('sum(a)', range, { source: refused, limits: { samplesMax: 100 } }),
  ).rejects.toMatchObject({
    code: 'QUERY_TOO_LARGE',
  })
  expect(refused.batches).toBeLessThan(10)
})

test('refuses too many series, and too many steps before anything is read', async () => {
  await expect(
    engine.instant('a', 0, { source: sourceOf(10), limits: { seriesMax: 4 } }),
  ).rejects.toMatchObject({
    code: 'QUERY_TOO_LARGE',
  })
  const source = sourceOf(2)
  await expect(engine.range('a', { ...range, stepMs: 1 }, { source })).rejects.toMatchObject({
    code: 'QUERY_TOO_LARGE',
  })
  expect(source.batches).toBe(0)
})

test('ends with QUERY_TIMEOUT when its time is over, and with the caller’s reason when told to stop', async () => {
  const endless: SampleSource = {
    async *select(selection) {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        selection.signal?.throwIfAborted()
        yield []
      }
    },
  }
  await expect(engine.instant('a', 0, { source: endless, limits: { timeoutMs: 20 } })).rejects.toMatchObject({
    code: 'QUERY_TIMEOUT',
  })
  const stop = new AbortController()
  const asked = engine.instant('a', 0, { source: endless, signal: stop.signal })
  stop.abort(new Error('nobody listens any more'))
  await expect(asked).rejects.toThrow('nobody listens')
})

test('answers given for a part stand in its place, as often as it is used', async () => {
  const given = {
    type: 'vector' as const,
    series: [
      {
        labels: { x: '1' },
        dropName: false,
        values: new Float64Array(11).fill(2),
        kinds: new Uint8Array(11).fill(NUMBER),
      },
    ],
  }
  const part = { node: 'given' as const, key: 'k', type: 'vector' as const, span: { from: 0, to: 0 } }
  const expression = { ...parsePromql('a + on(x) b'), left: part, right: { ...part } }
  const { value } = await evaluateSteps(expression, range, {
    source: sourceOf(0),
    given: new Map([['k', given]]),
  })
  expect(value.type === 'vector' && value.series[0]?.values[10]).toBe(4)
  expect(given.series[0]?.values[0]).toBe(2)
})

test('a part that is the same at every step is asked for once', async () => {
  const source = sourceOf(2)
  const { value } = await engine.range('sum(a @ 120)', range, { source })
  expect(source.batches).toBe(1)
  expect(value.type === 'matrix' && value.series[0]?.values).toEqual(new Array(11).fill(5))
})

test('range selectors answer instant queries alone', async () => {
  const source = sourceOf(2)
  const { value } = await engine.instant('a[2m]', 5 * minuteMs, { source })
  expect(value).toMatchObject({
    type: 'matrix',
    series: [{ timesMs: [240_000, 300_000], values: [4, 5] }, {}],
  })
  await expect(engine.range('a[2m]', range, { source })).rejects.toMatchObject({ code: 'INVALID_PROMQL' })
})

test('a long query lets others run', async () => {
  let turns = 0
  let running = true
  const count = (): void => {
    turns += 1
    if (running) setImmediate(count)
  }
  setImmediate(count)
  await engine.range(
    'sum(rate(a[5m]))',
    { startMs: 0, endMs: 2_000 * minuteMs, stepMs: minuteMs },
    { source: sourceOf(400, 2_000) },
  )
  running = false
  expect(turns).toBeGreaterThan(3)
})
