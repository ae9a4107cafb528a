import type { Span } from '@aiops/contract/model/span'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { waterfall } from './waterfall.ts'

const span = (span_id: string, parent: string | undefined, startMs: number, duration_ms: number): Span => ({
  trace_id: 't',
  span_id,
  operation_name: span_id,
  service_name: 's',
  kind: 'SERVER',
  start_time: new Date(startMs).toISOString(),
  duration_ms,
  status: 'OK',
  tags: {},
  ...(parent === undefined ? {} : { parent_span_id: parent }),
})

it('shows every span exactly once, even of senders whose parents make a cycle or are missing', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'gone')
  const spans = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      parent: fc.option(id, { nil: undefined }),
      start: fc.integer({ min: 0, max: 100 }),
      duration: fc.integer({ min: 0, max: 100 }),
    }),
    { selector: (one) => one.id },
  )
  fc.assert(
    fc.property(spans, (list) => {
      const given = list.map((one) => span(one.id, one.parent, one.start, one.duration))
      expect(
        waterfall(given)
          .rows.map((row) => row.span.span_id)
          .sort(),
      ).toEqual(given.map((one) => one.span_id).sort())
    }),
  )
})

it('puts children under their parent by start, with their depth and offset', () => {
  const { rows, totalMs } = waterfall([
    span('late', 'root', 60, 30),
    span('root', undefined, 0, 100),
    span('early', 'root', 10, 40),
    span('deep', 'early', 20, 5),
  ])
  expect(rows.map((row) => [row.span.span_id, row.depth, row.offsetMs])).toEqual([
    ['root', 0, 0],
    ['early', 1, 10],
    ['deep', 2, 20],
    ['late', 1, 60],
  ])
  expect(totalMs).toBe(100)
})

it("a span's own time is what its children do not cover, overlaps counted once", () => {
  const { rows } = waterfall([
    span('root', undefined, 0, 100),
    span('a', 'root', 10, 40),
    span('b', 'root', 30, 40),
    span('c', 'root', 90, 50),
  ])
  expect(rows[0]?.selfMs).toBe(30)
})

it('says that a parent was never received', () => {
  expect(waterfall([span('a', 'gone', 0, 1)]).rows[0]?.orphan).toBe(true)
  expect(waterfall([]).rows).toEqual([])
})
