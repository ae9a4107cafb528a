import type { Labels } from '@aiops/contract/model/label'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Exemplar, MetricStore, NativeHistogram, SampleBatch, SeriesRef } from './metric-store.ts'

export type MetricStoreSubject = {
  store: MetricStore
  /** Ends the store and opens it again. */
  restart(): Promise<MetricStore>
  close(): Promise<void>
}

const start = 1_700_000_000_000
const everything = { startMs: 0, endMs: 8e15, samplesMax: 1_000_000 }
const noSamples: SampleBatch = {
  tenant: 'default',
  count: 0,
  series: new Uint32Array(0),
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
}

/** What every metric store promises of what comes with samples: native histograms and exemplars. */
export function histogramConformance(
  name: string,
  open: () => Promise<MetricStoreSubject>,
  restartable: boolean,
): void {
  describe(`${name} as a MetricStore`, () => {
    let subject: MetricStoreSubject
    let store: MetricStore
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())
    const intern = (labels: Labels): SeriesRef =>
      store.catalog.intern('default', labels, { kind: 'HISTOGRAM' })

    describe('native histograms', () => {
      const everyHistogram = { ...everything, tenant: 'default' }
      const addTo = (
        ref: SeriesRef,
        samples: readonly (readonly [number, NativeHistogram])[],
        position = 0,
      ): void =>
        store.append(
          {
            ...noSamples,
            histograms: samples.map(([timeMs, histogram]) => ({ ref, timeMs, histogram })),
          },
          position,
        )
      const read = async (ref: SeriesRef): Promise<[number, NativeHistogram][]> => {
        const [data] = await store.histograms({ ...everyHistogram, refs: [ref] })
        return data ? [...data.timesMs].map((time, i) => [time, data.histograms[i]!]) : []
      }
      const many = (count: number, stepMs = 15_000): [number, NativeHistogram][] =>
        Array.from({ length: count }, (_, i) => [start + i * stepMs, growing(i)])

      test('come back exactly as they were: buckets, custom bounds, floats, infinities, resets', async () => {
        const ref = intern({ __name__: 'h' })
        const samples: [number, NativeHistogram][] = oddHistograms.map((histogram, i) => [
          start + i * 1_000,
          histogram,
        ])
        addTo(ref, samples)
        expect(await read(ref)).toEqual(samples)
        await store.checkpoint()
        expect(await read(ref)).toEqual(samples)
      })
      test('of a moment sent again are one, the last; late ones are put in their place, far too late ones dropped', async () => {
        const ref = intern({ __name__: 'h' })
        addTo(ref, [
          [start, growing(0)],
          [start + 30_000, growing(2)],
          [start + 15_000, growing(1)],
          [start + 30_000, growing(3)],
          [start - 7_200_000, growing(0)],
        ])
        expect(await read(ref)).toEqual([
          [start, growing(0)],
          [start + 15_000, growing(1)],
          [start + 30_000, growing(3)],
        ])
      })
      test('are found by range, over a budget refused, and by their own tenant only', async () => {
        const ref = intern({ __name__: 'h' })
        addTo(ref, many(300))
        const within = { ...everyHistogram, refs: [ref], startMs: start + 15_000, endMs: start + 45_000 }
        expect((await store.histograms(within))[0]!.timesMs).toEqual(
          Float64Array.of(start + 15_000, start + 30_000, start + 45_000),
        )
        const all = { ...everyHistogram, refs: [ref] }
        await expect(store.histograms({ ...all, samplesMax: 299 })).rejects.toMatchObject({
          code: 'INVALID_REQUEST',
        })
        expect((await store.histograms({ ...all, samplesMax: 300 }))[0]!.histograms).toHaveLength(300)
        expect(await store.histograms({ ...all, tenant: 'other' })).toEqual([])
      })
      test('older than a time are deleted as whole data', async () => {
        const ref = intern({ __name__: 'h' })
        const gone = intern({ __name__: 'gone' })
        addTo(ref, many(1_000))
        addTo(gone, many(3))
        await store.checkpoint()
        const cutoff = start + 900 * 15_000
        await store.deleteBefore(cutoff)
        const left = await read(ref)
        expect(left.length).toBeLessThan(1_000)
        expect(left.filter(([time]) => time >= cutoff)).toEqual(many(1_000).slice(900))
        expect(await read(gone)).toEqual([])
      })
      test.skipIf(!restartable)('outlive restarts, and grow on after them', async () => {
        const ref = intern({ __name__: 'h' })
        const samples = many(700)
        addTo(ref, samples.slice(0, 500))
        store = await subject.restart()
        expect(await read(ref)).toEqual(samples.slice(0, 500))
        addTo(ref, samples.slice(400))
        expect(await read(ref)).toEqual(samples)
        store = await subject.restart()
        expect(await read(ref)).toEqual(samples)
      })
    })

    describe('exemplars', () => {
      const exemplarOf = (ref: SeriesRef, i: number): Exemplar => ({
        ref,
        timeMs: start + i * 1_000,
        value: i / 7,
        labels: { trace_id: `${i}`, __proto___: 'ünï' },
      })
      const add = (...exemplars: Exemplar[]): void => store.append({ ...noSamples, exemplars }, 0)
      const read = (refs: SeriesRef[], more: object = {}): Promise<Exemplar[]> =>
        store.exemplars({ ...everything, tenant: 'default', refs, ...more })

      test('come back by time, the same one once, and by their own tenant only', async () => {
        const [a, b] = [intern({ __name__: 'a' }), intern({ __name__: 'b' })]
        add(exemplarOf(a, 3), exemplarOf(b, 2), exemplarOf(a, 1), exemplarOf(a, 3))
        expect(await read([a, b])).toEqual([exemplarOf(a, 1), exemplarOf(b, 2), exemplarOf(a, 3)])
        expect(await read([a])).toEqual([exemplarOf(a, 1), exemplarOf(a, 3)])
        expect(await read([a, b], { startMs: start + 2_000 })).toEqual([exemplarOf(b, 2), exemplarOf(a, 3)])
        expect(await read([a, b], { samplesMax: 1 })).toEqual([exemplarOf(a, 3)])
        expect(await read([a, b], { tenant: 'other' })).toEqual([])
      })
      test('are the newest of their series', async () => {
        const [busy, calm] = [intern({ __name__: 'busy' }), intern({ __name__: 'calm' })]
        add(exemplarOf(calm, 0))
        for (let i = 0; i < 500; i += 1) add(exemplarOf(busy, i))
        const found = await read([busy])
        expect(found.length).toBeGreaterThanOrEqual(10)
        expect(found).toEqual(
          Array.from({ length: found.length }, (_, i) => exemplarOf(busy, 500 - found.length + i)),
        )
        expect(await read([calm])).toEqual([exemplarOf(calm, 0)])
      })
      test('older than a time are deleted', async () => {
        const ref = intern({ __name__: 'a' })
        add(exemplarOf(ref, 0), exemplarOf(ref, 5))
        await store.checkpoint()
        await store.deleteBefore(start + 3_000)
        expect(await read([ref])).toEqual([exemplarOf(ref, 5)])
        await store.deleteBefore(start + 9_000)
        expect(await read([ref])).toEqual([])
      })
      test.skipIf(!restartable)('outlive restarts', async () => {
        const ref = intern({ __name__: 'a' })
        add(exemplarOf(ref, 0), exemplarOf(ref, 1))
        store = await subject.restart()
        add(exemplarOf(ref, 1), exemplarOf(ref, 2))
        store = await subject.restart()
        expect(await read([ref])).toEqual([0, 1, 2].map((i) => exemplarOf(ref, i)))
        await store.deleteBefore(start + 9_000)
        store = await subject.restart()
        expect(await read([ref])).toEqual([])
      })
    })
  })
}

/** A histogram as one that is scraped over and over: buckets appear, counts grow. */
function growing(i: number): NativeHistogram {
  const indexes = Int32Array.from({ length: 5 + Math.min(20, Math.floor(i / 10)) }, (_, k) => k * 2 - 7)
  const counts = Float64Array.from(indexes, (_, k) => i * (k + 1))
  const count = counts.reduce((sum, one) => sum + one, i)
  return {
    schema: 3,
    count,
    sum: i * 1.37,
    zeroThreshold: 2 ** -128,
    zeroCount: i,
    positive: { indexes, counts },
    negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
    reset: i === 0 ? 'UNKNOWN' : 'NO',
  }
}
const buckets = (indexes: number[], counts: number[]): NativeHistogram['positive'] => ({
  indexes: Int32Array.from(indexes),
  counts: Float64Array.from(counts),
})
const emptyHistogram: NativeHistogram = {
  schema: 0,
  count: 0,
  sum: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: buckets([], []),
  negative: buckets([], []),
  reset: 'UNKNOWN',
}
const oddHistograms: NativeHistogram[] = [
  emptyHistogram,
  { ...emptyHistogram, sum: Number.NaN, reset: 'YES' },
  { ...emptyHistogram, schema: -4, count: 3, sum: -0, positive: buckets([-(2 ** 31), 2 ** 31 - 1], [1, 2]) },
  {
    ...emptyHistogram,
    schema: -4,
    count: 3.5,
    sum: -0,
    positive: buckets([-(2 ** 31), 2 ** 31 - 1], [1.25, 2.25]),
  },
  { ...emptyHistogram, schema: -4, count: 4, sum: 1, positive: buckets([-(2 ** 31), 2 ** 31 - 1], [2, 2]) },
  {
    ...emptyHistogram,
    count: 2 ** 60,
    sum: Number.POSITIVE_INFINITY,
    negative: buckets([3, 4], [2 ** 60, 0.1]),
  },
  {
    ...emptyHistogram,
    schema: -53,
    count: 6,
    bounds: Float64Array.of(0.1, 0.5, 1),
    positive: buckets([0, 3], [1, 5]),
  },
  {
    ...emptyHistogram,
    schema: -53,
    count: 7,
    bounds: Float64Array.of(0.1, 0.5, 1),
    positive: buckets([0, 3], [1, 6]),
    reset: 'GAUGE',
  },
  { ...emptyHistogram, schema: -53, count: 7, bounds: Float64Array.of(), reset: 'NO' },
]
