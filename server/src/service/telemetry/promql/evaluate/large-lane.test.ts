import { expect, it } from 'vitest'
import { createPromqlEngine } from '../engine.ts'
import type { SampleSource } from '../index.ts'
import type { RawSeries } from '../value.ts'
import { LargeLane, largeSeries } from './large-lane.ts'

/** So many series, in batches; says how many selections are under way. */
function sourceOf(count: number): { source: SampleSource; most: () => number } {
  let [under, most] = [0, 0]
  const source: SampleSource = {
    async *select() {
      for (let from = 0; from < count; from += 500) {
        if (from === largeSeries + 500) {
          under += 1
          most = Math.max(most, under)
        }
        yield Array.from({ length: 500 }, (_, i): RawSeries => {
          const labels = { __name__: 'a', n: String(from + i) }
          return { labels, timesMs: Float64Array.of(0), values: Float64Array.of(1) }
        })
        await new Promise((resolve) => setImmediate(resolve))
      }
      under -= 1
    },
  }
  return { source, most: () => most }
}

it('evaluates few large queries at a time, and all of them in the end', async () => {
  const engine = createPromqlEngine()
  const { source, most } = sourceOf(12_000)
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => engine.instant('count(a)', 0, { source })),
  )
  for (const { value } of answers) expect(value).toMatchObject({ samples: [{ value: 12_000 }] })
  expect(most()).toBe(2)
})

it('lets small queries past large ones that wait', async () => {
  const engine = createPromqlEngine()
  const large = Array.from({ length: 4 }, () => engine.instant('count(a)', 0, sourceOf(20_000)))
  let largeDone = 0
  for (const one of large) void one.then(() => (largeDone += 1))
  await engine.instant('count(a)', 0, sourceOf(500))
  expect(largeDone).toBe(0)
  await Promise.all(large)
})

it('refuses at once who would wait behind too many, and lets nobody wait who gave up', async () => {
  const lane = new LargeLane(1, 1)
  const still = new AbortController().signal
  await lane.enter(still)
  const gone = new AbortController()
  const waits = lane.enter(gone.signal)
  expect(() => lane.enter(still)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }))
  gone.abort(new Error('gone'))
  await expect(waits).rejects.toThrow('gone')
  const next = lane.enter(still)
  lane.leave()
  await next
})
