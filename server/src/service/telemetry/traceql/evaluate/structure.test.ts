import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Relation } from '../expression.ts'
import { span } from '../traceql.suite.ts'
import { related } from './structure.ts'
import { TraceView } from './trace-view.ts'

/** Parents by number, some missing, some in circles. */
const forest = fc
  .array(fc.integer({ min: -2, max: 11 }), { minLength: 1, maxLength: 12 })
  .map((parents) => parents)
const chosen = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })

it('relates spans as following parents one by one does', () => {
  fc.assert(
    fc.property(forest, chosen, chosen, (parents, inLeft, inRight) => {
      const spans = parents.map((parent, i) =>
        span(1, i + 1, parent < 0 ? (parent === -1 ? 0 : 99) : (parent % parents.length) + 1),
      )
      const view = new TraceView('t', spans)
      const list = (marks: boolean[]) => spans.flatMap((_, i) => (marks[i] ? [i] : []))
      const [left, right] = [list(inLeft), list(inRight)]
      const parentOf = (i: number): number =>
        spans.findIndex(
          ({ spanId }) =>
            spanId === spans[i]?.parentSpanId && i !== spans.findIndex((s) => s.spanId === spanId),
        )
      const rooted = (i: number): boolean => {
        const seen = new Set<number>()
        for (let at = i; at >= 0; at = parentOf(at)) {
          if (seen.has(at)) return false
          seen.add(at)
        }
        return true
      }
      const above = (i: number): number[] => {
        const found: number[] = []
        if (rooted(i)) for (let at = parentOf(i); at >= 0; at = parentOf(at)) found.push(at)
        return found
      }
      const stands: Record<Relation, (l: number, r: number) => boolean> = {
        '>': (l, r) => parentOf(r) === l,
        '<': (l, r) => parentOf(l) === r,
        '>>': (l, r) => above(r).includes(l),
        '<<': (l, r) => above(l).includes(r),
        '~': (l, r) =>
          l !== r && spans[l]?.parentSpanId !== '' && spans[l]?.parentSpanId === spans[r]?.parentSpanId,
      }
      // Spans in a circle have no ancestors to speak of; what is above them is not asked here.
      if (!spans.every((_, i) => rooted(i))) {
        for (const relation of Object.keys(stands) as Relation[])
          related(view, { relation, negated: false, union: true }, left, right)
        return
      }
      for (const relation of Object.keys(stands) as Relation[]) {
        const test = stands[relation]
        const plain = right.filter((r) => left.some((l) => test(l, r)))
        const without = right.filter((r) => !left.some((l) => test(l, r)))
        const both = [...new Set([...plain, ...left.filter((l) => right.some((r) => test(l, r)))])].sort(
          (a, b) => a - b,
        )
        expect(related(view, { relation, negated: false, union: false }, left, right)).toEqual(plain)
        expect(related(view, { relation, negated: true, union: false }, left, right)).toEqual(without)
        expect(related(view, { relation, negated: false, union: true }, left, right)).toEqual(both)
      }
    }),
    { numRuns: 500 },
  )
})

it('numbers a trace so that descendants lie between their ancestor', () => {
  const view = new TraceView('t', [span(1, 1, 0), span(1, 2, 1), span(1, 3, 2), span(1, 4, 1), span(1, 5, 5)])
  const { left, right, childCounts } = view.tree
  expect([...left]).toEqual([1, 2, 3, 6, 9])
  expect([...right]).toEqual([8, 5, 4, 7, 10])
  expect([...childCounts]).toEqual([2, 1, 0, 0, 0])
})
