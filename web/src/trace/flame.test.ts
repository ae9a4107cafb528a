import type { Span } from '@aiops/contract/model/span'
import { expect, test } from 'vitest'
import { flameBars, flameOf } from './flame.ts'
import type { WaterfallRow } from './waterfall.ts'

const row = (operation_name: string, depth: number, selfMs: number, status = 'OK'): WaterfallRow => ({
  ...{ depth, selfMs, offsetMs: 0, orphan: false },
  span: { service_name: 's', operation_name, status } as Span,
})

test('spans reached by the same way stand as one, as wide as the time below them', () => {
  const root = flameOf([
    row('a', 0, 10),
    row('b', 1, 20),
    row('c', 2, 5),
    row('b', 1, 30, 'ERROR'),
    row('c', 2, 5),
    row('d', 1, 30),
  ])
  expect(root.totalMs).toBe(100)
  const a = root.children[0]
  expect(a).toMatchObject({ operation: 'a', spans: 1, selfMs: 10, totalMs: 100 })
  expect(
    a?.children.map(({ operation, spans, errors, selfMs, totalMs }) => [
      operation,
      spans,
      errors,
      selfMs,
      totalMs,
    ]),
  ).toEqual([
    ['b', 2, 1, 50, 60],
    ['d', 1, 0, 30, 30],
  ])
  expect(a?.children[0]?.children).toMatchObject([{ operation: 'c', spans: 2, totalMs: 10 }])
})

test('children never reach beyond their parent, and what cannot be seen is counted', () => {
  const root = flameOf([row('a', 0, 1), row('wide', 1, 998), row('thin', 1, 0.5)])
  const { bars, hidden, depth } = flameBars(root)
  expect(bars.map(({ node }) => node.operation)).toEqual(['a', 'wide'])
  expect(hidden).toBe(1)
  expect(depth).toBe(2)
  for (const { left, width } of bars) expect(left + width).toBeLessThanOrEqual(1 + 1e-9)
})

test('a trace that took no time has no width to divide', () => {
  expect(flameBars(flameOf([row('a', 0, 0)])).bars).toEqual([])
})
