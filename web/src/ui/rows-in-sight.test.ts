import { describe, expect, it } from 'vitest'
import { pagesOf, rowsInSight } from './rows-in-sight.ts'

describe('rowsInSight', () => {
  const list = { count: 10_000, rowHeight: 40, beyond: 5 }

  it('makes the rows in sight and some beyond, not all', () => {
    expect(rowsInSight(list, { top: 0, height: 400 })).toEqual({ first: 0, end: 15 })
    expect(rowsInSight(list, { top: 4_000, height: 400 })).toEqual({ first: 95, end: 115 })
  })

  it('ends with the last row, also where the list became shorter than it was scrolled', () => {
    expect(rowsInSight(list, { top: 399_600, height: 400 }).end).toBe(10_000)
    expect(rowsInSight({ ...list, count: 3 }, { top: 40_000, height: 400 })).toEqual({ first: 3, end: 3 })
    expect(rowsInSight({ ...list, count: 0 }, { top: 0, height: 400 })).toEqual({ first: 0, end: 0 })
  })
})

describe('pagesOf', () => {
  it('names the pages that rows stand on, counted from 1', () => {
    expect(pagesOf(0, 30, 200)).toEqual([1])
    expect(pagesOf(190, 230, 200)).toEqual([1, 2])
    expect(pagesOf(400, 600, 200)).toEqual([3])
    expect(pagesOf(0, 0, 200)).toEqual([])
  })
})
