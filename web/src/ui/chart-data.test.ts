import type { Point, Series } from '@aiops/contract/model/series'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignLines, axisBounds, type ChartLine, seriesLabels, valueAt } from './chart-data.ts'

const line = (key: string, points: Point[]): ChartLine => ({ key, label: key, metric: key, points })
const points = fc
  .uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 60 }), fc.option(fc.double({ noNaN: true }), { nil: null })),
    { selector: ([t]) => t },
  )
  .map((list) => list.sort((a, b) => a[0] - b[0]) as Point[])

describe('alignLines', () => {
  it('keeps every point of every line at its time and marks the rest as not measured', () => {
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 5 }), (lists) => {
        const [times, ...columns] = alignLines(lists.map((list, i) => line(String(i), list)))
        expect(times).toEqual([...new Set(lists.flat().map(([t]) => t))].sort((a, b) => a - b))
        for (const [i, list] of lists.entries()) {
          const back = times.flatMap((t, row) =>
            columns[i]?.[row] === undefined ? [] : [[t, columns[i]?.[row]]],
          )
          expect(back).toEqual(list)
        }
      }),
    )
  })
})

describe('valueAt', () => {
  const list: Point[] = [
    [1_000, 1],
    [2_000, null],
    [9_000, 3],
  ]
  it('is the last point at or before the time', () => {
    expect(valueAt(list, 999, 5_000)).toBeNull()
    expect(valueAt(list, 1_000, 5_000)).toBe(1)
    expect(valueAt(list, 9_500, 5_000)).toBe(3)
  })
  it('does not carry an old value forward', () => {
    expect(valueAt(list, 15_000, 5_000)).toBeNull()
  })
  it('says that a gap is a gap', () => {
    expect(valueAt(list, 2_500, 5_000)).toBeNull()
  })
})

describe('axisBounds', () => {
  it('starts at zero unless that would flatten the line', () => {
    expect(axisBounds(10, 100)).toEqual([0, 109])
    const [low, high] = axisBounds(95, 100)
    expect(low).toBeGreaterThan(90)
    expect(high).toBeLessThan(101)
  })
  it('always has an extent that holds the values', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
        fc.double({ noNaN: true, min: 0, max: 1e12 }),
        (min, size) => {
          const [low, high] = axisBounds(min, min + size)
          expect(low).toBeLessThan(high)
          expect(low).toBeLessThanOrEqual(min)
          expect(high).toBeGreaterThanOrEqual(min + size)
        },
      ),
    )
    expect(axisBounds(null, null)).toEqual([0, 1])
  })
})

describe('seriesLabels', () => {
  const series = (name: string, labels: Record<string, string>): Series => ({
    id: 0,
    name,
    labels: { __name__: name, ...labels },
    kind: 'GAUGE',
    derived: false,
  })
  it('names only what differs', () => {
    expect(
      seriesLabels([series('cpu', { host: 'a', mode: 'user' }), series('cpu', { host: 'a', mode: 'idle' })]),
    ).toEqual(['user', 'idle'])
    expect(seriesLabels([series('cpu', { host: 'a' })])).toEqual(['cpu'])
    expect(seriesLabels([series('cpu', { host: 'a' }), series('mem', { host: 'b' })])).toEqual([
      'cpu · a',
      'mem · b',
    ])
  })
  it('does not take inherited names for labels', () => {
    expect(seriesLabels([series('x', { constructor: 'a' }), series('x', {})])).toEqual(['a', 'x'])
  })
})
