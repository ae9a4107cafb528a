import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Piece, PieceJoiner } from './piece.ts'
import { ColumnsWriter, unpackColumns } from './sample-columns.ts'

/** Runs of one series in any order, late ones among them, some times as whole columns that series share. */
const times = fc
  .uniqueArray(fc.nat(500), { minLength: 1, maxLength: 40 })
  .map((all) => Float64Array.from(all).sort())
const range = fc.record({
  startMs: fc.nat(500),
  endMs: fc.nat(500),
  newestOfMs: fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }),
})

/** What is stored of a moment: that of the run with the greatest order. */
function oracle(runs: readonly Float64Array[], startMs: number, endMs: number): Map<number, number> {
  const stored = new Map<number, number>()
  runs.forEach((timesMs, order) => {
    for (const time of timesMs) if (time >= startMs && time <= endMs) stored.set(time, sampleOf(time, order))
  })
  return stored
}
const sampleOf = (time: number, order: number): number => time * 100 + order

test('series of any runs come out whole, or with the newest sample of each stretch at least', () => {
  const series = fc.array(fc.array(times, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(series, range, (all, { startMs, endMs, newestOfMs }) => {
      const out = new ColumnsWriter()
      const joiner = new PieceJoiner(out, { startMs, endMs, newestOfMs })
      // Each series twice: the second one shares the times of the first.
      const twice = all.flatMap((runs) => [runs, runs])
      const counts = twice.map((runs, ref) => {
        const pieces = runs.map((timesMs, order): Piece | undefined => {
          const span = joiner.spanOf(timesMs)
          const values = timesMs.map((time) => sampleOf(time, order))
          return span && { order, span, values: { words: new Uint32Array(values.buffer) } }
        })
        return joiner.add(
          ref,
          pieces.filter((piece) => piece !== undefined),
        )
      })
      const found = new Map(unpackColumns(out.finish()).map((run) => [run.ref, run]))
      twice.forEach((runs, ref) => {
        const stored = oracle(runs, startMs, endMs)
        expect(counts[ref]).toBe(stored.size)
        const run = found.get(ref)
        const got = new Map([...(run?.timesMs ?? [])].map((time, i) => [time, run?.values[i]]))
        if (stored.size > 0) expect(run?.pickedFrom).toBe(stored.size)
        if (!newestOfMs) expect(got).toEqual(new Map([...stored].sort(([a], [b]) => a - b)))
        for (const [time, value] of got) expect(stored.get(time)).toBe(value)
        for (let until = endMs; newestOfMs && until > startMs; until -= newestOfMs) {
          const newest = Math.max(
            ...[...stored.keys()].filter((time) => time > until - newestOfMs && time <= until),
          )
          if (newest > 0) expect(got.has(newest)).toBe(true)
        }
      })
    }),
    { numRuns: 300 },
  )
})
