import type { Labels } from '@aiops/contract/model/label'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { claims, type Limits } from './claim.suite.ts'
import { histogramConformance, type MetricStoreSubject } from './histogram.suite.ts'
import type { MetricStore, SampleBatch, SeriesData, SeriesRef } from './metric-store.ts'
import { catalogConformance } from './series-catalog.suite.ts'

const start = 1_700_000_000_000
const everything = { startMs: 0, endMs: 8e15, samplesMax: 1_000_000 }
const staleMarker = 0x7ff0000000000002n
const oddBits = [
  staleMarker,
  0x7ff8000000000001n,
  0xfff8dead0000beefn,
  0x8000000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  1n,
]

/** What every metric store promises. `seriesMax` of the subject must be 50. Restarts are skipped where nothing outlives the process. */
export function metricStoreConformance(
  name: string,
  open: () => Promise<MetricStoreSubject>,
  restartable = true,
  limits: Limits = {},
): void {
  const test = claims(limits)
  catalogConformance(name, open, test)
  histogramConformance(name, open, restartable)
  describe(`${name} as a MetricStore`, () => {
    let subject: MetricStoreSubject
    let store: MetricStore
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())

    const intern = (labels: Labels, tenant = 'default'): SeriesRef =>
      store.catalog.intern(tenant, labels, { kind: 'GAUGE' })
    const append = (
      ref: SeriesRef,
      samples: readonly (readonly [number, number | bigint])[],
      tenant = 'default',
    ): void =>
      store.append(
        batchOf(
          tenant,
          samples.map(([time, value]) => [ref, time, value]),
        ),
        0,
      )
    const all = async (ref: SeriesRef, tenant = 'default'): Promise<[number, number][]> =>
      pairs((await store.range({ tenant, refs: [ref], ...everything }))[0])

    describe('samples', () => {
      test('are seen as soon as they are appended, by series and in range', async () => {
        const [a, b] = [intern({ __name__: 'a' }), intern({ __name__: 'b' })]
        append(a, [
          [start, 1],
          [start + 1_000, 2],
          [start + 2_000, 3],
        ])
        append(b, [[start, 10]])
        const found = await store.range({
          tenant: 'default',
          refs: [a, b],
          startMs: start + 1_000,
          endMs: start + 2_000,
          samplesMax: 10,
        })
        expect(found.map((data) => [data.ref, pairs(data)])).toEqual([
          [
            a,
            [
              [start + 1_000, 2],
              [start + 2_000, 3],
            ],
          ],
        ])
      })
      test('are the newest of each stretch at least, counted back from the end, where these are enough', async () => {
        const ref = intern({ __name__: 'a' })
        const times = Array.from({ length: 300 }, (_, i) => start + i * 700 + (i % 7) * 10)
        append(
          ref,
          times.map((time) => [time, time - start]),
        )
        await store.checkpoint()
        append(ref, [[start + 300 * 700, 1]])
        const query = { startMs: start + 5_000, endMs: start + 200_000, samplesMax: 1_000, newestOfMs: 9_000 }
        const [found] = await store.range({ tenant: 'default', refs: [ref], ...query })
        const inRange = times.filter((time) => time >= query.startMs && time <= query.endMs)
        const got = pairs(found)
        for (let until = query.endMs; until > query.startMs; until -= 9_000) {
          const newest = inRange.findLast((time) => time > until - 9_000 && time <= until)
          if (newest !== undefined) expect(got).toContainEqual([newest, newest - start])
        }
        for (const [time, value] of got) expect([inRange.includes(time), value]).toEqual([true, time - start])
        expect(found?.pickedFrom ?? got.length).toBe(inRange.length)
        const tight = { ...query, samplesMax: inRange.length - 1 }
        await expect(store.range({ tenant: 'default', refs: [ref], ...tight })).rejects.toMatchObject({
          code: 'INVALID_REQUEST',
        })
      })
      test('keep their exact bits, in memory, sealed and on disk', async () => {
        const ref = intern({ __name__: 'a' })
        append(
          ref,
          Array.from({ length: 700 }, (_, i) => [start + i, oddBits[i % oddBits.length]!]),
        )
        const bits = async () => [
          ...new BigUint64Array(
            ownCopy((await store.range({ tenant: 'default', refs: [ref], ...everything }))[0]!.values),
          ),
        ]
        const expected = Array.from({ length: 700 }, (_, i) => oddBits[i % oddBits.length]!)
        expect(await bits()).toEqual(expected)
        await store.checkpoint()
        expect(await bits()).toEqual(expected)
      })
      test('sent again are ignored; with another value the last one holds', async () => {
        const ref = intern({ __name__: 'a' })
        append(ref, [
          [start, 1],
          [start + 1_000, 2],
          [start, 1],
          [start + 1_000, 5],
          [start, 7],
        ])
        expect(await all(ref)).toEqual([
          [start, 7],
          [start + 1_000, 5],
        ])
      })
      test('sent again after they were sealed and checkpointed are still ignored, or replaced', async () => {
        const ref = intern({ __name__: 'a' })
        const samples = Array.from({ length: 500 }, (_, i) => [start + i * 100, i] as const)
        append(ref, samples)
        await store.checkpoint()
        append(ref, samples)
        append(ref, [[start + 490 * 100, -1]])
        const found = await all(ref)
        expect(found).toEqual(samples.map(([time, value]) => [time, value === 490 ? -1 : value]))
      })
      test('two minutes late are put in their place, across sealed chunks too', async () => {
        const ref = intern({ __name__: 'a' })
        const times = Array.from({ length: 600 }, (_, i) => start + i * 500)
        append(
          ref,
          times.filter((_, i) => i < 400 || i % 7 !== 0).map((time) => [time, time - start]),
        )
        await store.checkpoint()
        append(
          ref,
          times.filter((_, i) => i >= 400 && i % 7 === 0).map((time) => [time, time - start]),
        )
        expect(await all(ref)).toEqual(times.map((time) => [time, time - start]))
      })
      test('of any order within two minutes read back ascending and unique', async () => {
        const ref = intern({ __name__: 'a' })
        const times = Array.from({ length: 900 }, (_, i) => start + i * 250)
        // A fixed shuffle within windows of 200 samples, 50 seconds.
        const shuffled = times
          .map((time, i) => ({ time, at: i + ((i * 7_919) % 200) }))
          .sort((a, b) => a.at - b.at)
        append(
          ref,
          shuffled.map(({ time }) => [time, time - start]),
        )
        expect(await all(ref)).toEqual(times.map((time) => [time, time - start]))
      })
      test('far behind the newest of their series are dropped', async () => {
        const ref = intern({ __name__: 'a' })
        append(ref, [
          [start, 1],
          [start - 7_200_000, 2],
        ])
        expect(await all(ref)).toEqual([[start, 1]])
      })
      test('without a usable time are dropped and disturb nothing', async () => {
        const ref = intern({ __name__: 'a' })
        append(ref, [
          [Number.NaN, 1],
          [-5, 1],
          [Number.POSITIVE_INFINITY, 1],
          [start, 2],
        ])
        expect(await all(ref)).toEqual([[start, 2]])
      })
      test('days apart are all there', async () => {
        const ref = intern({ __name__: 'a' })
        const samples = Array.from({ length: 40 }, (_, i) => [start + i * 40 * 86_400_000, i] as const)
        append(ref, samples)
        expect(await all(ref)).toEqual(samples)
      })
      test('only the first `count` entries of a batch hold', async () => {
        const ref = intern({ __name__: 'a' })
        store.append(
          {
            ...batchOf('default', [
              [ref, start, 1],
              [ref, start + 1, 2],
            ]),
            count: 1,
          },
          0,
        )
        expect(await all(ref)).toEqual([[start, 1]])
      })
      test('of another tenant are not readable by number', async () => {
        const theirs = intern({ __name__: 'a' }, 'other')
        append(theirs, [[start, 1]], 'other')
        expect(await store.range({ tenant: 'default', refs: [theirs], ...everything })).toEqual([])
        expect(await all(theirs, 'other')).toEqual([[start, 1]])
      })
      test('over the budget of a range throw INVALID_REQUEST, at the budget they do not', async () => {
        const ref = intern({ __name__: 'a' })
        append(
          ref,
          Array.from({ length: 1_000 }, (_, i) => [start + i, i]),
        )
        const range = (samplesMax: number) =>
          store.range({ tenant: 'default', refs: [ref], startMs: 0, endMs: 8e15, samplesMax })
        await expect(range(999)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
        expect(pairs((await range(1_000))[0])).toHaveLength(1_000)
      })
      test('newest of each series are known from memory', () => {
        const [a, b, c] = [intern({ __name__: 'a' }), intern({ __name__: 'b' }), intern({ __name__: 'c' })]
        append(
          a,
          Array.from({ length: 120 }, (_, i) => [start + i, i]),
        )
        append(b, [
          [start + 5, 5],
          [start, 1],
        ])
        expect(store.latest([a, b, c])).toEqual(
          new Map([
            [a, { timeMs: start + 119, value: 119 }],
            [b, { timeMs: start + 5, value: 5 }],
          ]),
        )
      })
      test('older than a time are deleted as whole data; newer ones stay', async () => {
        const [a, b] = [intern({ __name__: 'a' }), intern({ __name__: 'b' })]
        append(
          a,
          Array.from({ length: 500 }, (_, i) => [start + i * 1_000, i]),
        )
        append(b, [[start, 1]])
        await store.checkpoint()
        await store.deleteBefore(start + 400_000)
        const left = await all(a)
        expect(left.length).toBeLessThan(500)
        expect(left.filter(([time]) => time >= start + 400_000)).toHaveLength(100)
        expect(await all(b)).toEqual([])
      })
    })

    describe('checkpoint', () => {
      test('covers the newest position appended before it', async () => {
        const ref = intern({ __name__: 'a' })
        expect(store.checkpointed()).toBe(0)
        store.append(batchOf('default', [[ref, start, 1]]), 3)
        store.append(batchOf('default', [[ref, start + 1, 1]]), 4)
        expect(await store.checkpoint()).toBe(4)
        expect(store.checkpointed()).toBe(4)
      })
      test('while samples keep coming loses and doubles none', async () => {
        const refs = Array.from({ length: 40 }, (_, i) => intern({ __name__: `m${i}` }))
        for (let round = 0; round < 30; round += 1) {
          const running = store.checkpoint()
          for (let step = 0; step < 20; step += 1) {
            const time = start + (round * 20 + step) * 1_000
            store.append(
              batchOf(
                'default',
                refs.map((ref) => [ref, time, ref + time]),
              ),
              0,
            )
          }
          await running
        }
        for (const data of await store.range({ tenant: 'default', refs, ...everything })) {
          expect(pairs(data)).toEqual(
            Array.from({ length: 600 }, (_, i) => [start + i * 1_000, data.ref + start + i * 1_000]),
          )
        }
      })
      test.skipIf(!restartable)(
        'and a restart keep series, numbers, what is known of them, samples and the position',
        async () => {
          const ref = store.catalog.intern(
            'default',
            { __name__: 'a', job: 'x' },
            { kind: 'COUNTER', unit: 's', derived: true },
          )
          const late = intern({ __name__: 'late' })
          store.append(
            batchOf(
              'default',
              Array.from({ length: 333 }, (_, i) => [ref, start + i * 1_000, i]),
            ),
            9,
          )
          append(late, [
            [start, 1],
            [start - 1_000, staleMarker],
          ])
          store = await subject.restart()
          expect(store.catalog.intern('default', { job: 'x', __name__: 'a' }, { kind: 'UNKNOWN' })).toBe(ref)
          expect(store.catalog.describe(ref).meta).toEqual({ kind: 'COUNTER', unit: 's', derived: true })
          expect(intern({ __name__: 'new' })).toBe(2)
          expect(store.checkpointed()).toBe(9)
          expect(await all(ref)).toEqual(Array.from({ length: 333 }, (_, i) => [start + i * 1_000, i]))
          expect(store.latest([ref]).get(ref)).toEqual({ timeMs: start + 332_000, value: 332 })
          const found = await store.range({ tenant: 'default', refs: [late], ...everything })
          expect(new BigUint64Array(ownCopy(found[0]!.values))[0]).toBe(staleMarker)
          append(ref, [
            [start + 333_000, 333],
            [start + 300_000, -1],
          ])
          expect((await all(ref)).slice(299)).toEqual(
            Array.from({ length: 35 }, (_, i) => [start + (299 + i) * 1_000, i === 1 ? -1 : 299 + i]),
          )
        },
      )
    })
  })
}

function batchOf(
  tenant: string,
  samples: readonly (readonly [SeriesRef, number, number | bigint])[],
): SampleBatch {
  const values = new Float64Array(samples.length)
  const bits = new BigUint64Array(values.buffer)
  samples.forEach(([, , value], i) => {
    if (typeof value === 'bigint') bits[i] = value
    else values[i] = value
  })
  return {
    tenant,
    count: samples.length,
    series: Uint32Array.from(samples, ([ref]) => ref),
    timesMs: Float64Array.from(samples, ([, time]) => time),
    values,
  }
}

const pairs = (data: SeriesData | undefined): [number, number][] =>
  data ? [...data.timesMs].map((time, i) => [time, data.values[i]!]) : []
const ownCopy = (values: Float64Array): ArrayBuffer =>
  values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength) as ArrayBuffer
