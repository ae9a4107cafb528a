import { expect, test, vi } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import type { MetricStore, NativeHistogram, RangeQuery, RollupQuery } from '../../../port/metric-store.ts'
import { storeSource } from './store-source.ts'
import type { RawSeries } from './value.ts'

const empty = { indexes: new Int32Array(0), counts: new Float64Array(0) }
const histogram: NativeHistogram = {
  schema: 0,
  count: 1,
  sum: 1,
  zeroThreshold: 0,
  zeroCount: 1,
  positive: empty,
  negative: empty,
  reset: 'UNKNOWN',
}

/** `series` series of ten samples each; the last one has a histogram besides. */
function storeOf(series: number) {
  const range = vi.fn(async ({ refs, samplesMax }: RangeQuery) => {
    if (refs.length * 10 > samplesMax) throw new Fault('INVALID_REQUEST', 'too many')
    return refs.map((ref) => ({ ref, timesMs: new Float64Array(10), values: new Float64Array(10).fill(ref) }))
  })
  const histograms = vi.fn(async ({ refs }: RangeQuery) =>
    refs.includes(series - 1)
      ? [{ ref: series - 1, timesMs: new Float64Array(1), histograms: [histogram] }]
      : [],
  )
  const catalog = {
    find: async () => Array.from({ length: series }, (_, ref) => ref),
    describe: (ref: number) => ({ labels: { __name__: 'a', n: String(ref) } }),
  }
  return { range, histograms, store: { range, histograms, catalog } as unknown as MetricStore }
}
const selection = {
  matchers: [],
  startMs: 0,
  endMs: 1,
  samplesMax: 1_000_000,
  hints: { stepMs: 0, rangeMs: 0, func: '' },
}
async function all(batches: AsyncIterable<RawSeries[]>): Promise<RawSeries[][]> {
  const found: RawSeries[][] = []
  for await (const batch of batches) found.push(batch)
  return found
}

test('gives whole series with labels, numbers and histograms, a small batch first and then by samples', async () => {
  const { store } = storeOf(130)
  const batches = await all(storeSource(store, 'default').select(selection))
  expect(batches.map((batch) => batch.length)).toEqual([64, 66])
  expect(batches[1]?.[65]).toMatchObject({ labels: { n: '129' }, histograms: { histograms: [histogram] } })
  expect(batches[0]?.[3]?.values).toEqual(new Float64Array(10).fill(3))
})

test('refuses more series than it may before it reads any', async () => {
  const { store, range } = storeOf(130)
  await expect(
    all(storeSource(store, 'default', { seriesMax: 100 }).select(selection)),
  ).rejects.toMatchObject({
    code: 'QUERY_TOO_LARGE',
  })
  expect(range).not.toHaveBeenCalled()
})

test('refuses after the first batch what would be far too much, and says QUERY_TOO_LARGE where the store does not', async () => {
  const { store, range } = storeOf(6_400)
  const select = (samplesMax: number) =>
    all(storeSource(store, 'default').select({ ...selection, samplesMax }))
  await expect(select(10_000)).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' })
  expect(range.mock.calls.length).toBeLessThan(3)
  await expect(select(600)).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' })
})

/** `storeOf`, with rollups whose last values are 7 and 8. */
function rolledUp(series: number) {
  const { store, range } = storeOf(series)
  const rollup = vi.fn(async ({ refs }: RollupQuery) => ({
    resolutionMs: 300_000,
    series: refs.map((ref) => ({ ref, timesMs: Float64Array.of(0, 300_000), last: Float64Array.of(7, 8) })),
  }))
  const told: string[] = []
  const hints = {
    ...selection.hints,
    stepMs: 300_000,
    approximate: (sentence: string) => told.push(sentence),
  }
  return { store: { ...store, rollup } as unknown as MetricStore, range, told, hints }
}
const dayMs = 86_400_000

test('hands out the last of each 5 minutes of a day where there are too many samples, that is allowed, and says so', async () => {
  const { store, range, told, hints } = rolledUp(6_400)
  const source = storeSource(store, 'default', { rollupAbove: 1_000 })
  const batches = await all(source.select({ ...selection, endMs: dayMs, hints }))
  expect(range).toHaveBeenCalledTimes(1)
  expect(batches.flat()).toHaveLength(6_400)
  expect(batches[1]?.[0]).toMatchObject({
    timesMs: Float64Array.of(299_999, 599_999),
    values: Float64Array.of(7, 8),
  })
  expect(batches.flat().at(-1)).toMatchObject({ histograms: { histograms: [histogram] } })
  expect(told).toHaveLength(1)
})

test('reads samples of less than a day, unless there are more than it may read', async () => {
  const { store, told, hints } = rolledUp(6_400)
  const select = (samplesMax: number) =>
    all(
      storeSource(store, 'default', { rollupAbove: 1_000 }).select({
        ...selection,
        samplesMax,
        endMs: 600_000,
        hints,
      }),
    )
  expect((await select(1_000_000)).flat()[9]?.timesMs).toHaveLength(10)
  expect(told).toHaveLength(0)
  expect((await select(20_000)).flat()[9]?.timesMs).toHaveLength(2)
  expect(told).toHaveLength(1)
})

test('asks for the newest sample of each step alone where no other is looked at', async () => {
  const { store, range } = storeOf(3)
  const asked = async (hints: object) => {
    await all(storeSource(store, 'default').select({ ...selection, hints: { ...selection.hints, ...hints } }))
    return range.mock.lastCall?.[0].newestOfMs
  }
  expect(await asked({ newestOnly: true, stepMs: 60_000 })).toBe(60_000)
  expect(await asked({ newestOnly: true })).toBe(2)
  expect(await asked({ stepMs: 60_000 })).toBeUndefined()
})

test('a failed read ends the selection with its reason, also one that was under way already', async () => {
  const { store, range } = storeOf(130)
  range.mockResolvedValueOnce([]).mockRejectedValueOnce(new Error('disk'))
  await expect(all(storeSource(store, 'default').select(selection))).rejects.toThrow('disk')
})
