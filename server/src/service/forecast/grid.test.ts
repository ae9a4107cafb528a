import { describe, expect, it } from 'vitest'
import { gridOf } from './grid.ts'

describe('a grid', () => {
  it('has the step that mostly lies between values, gaps where none came, and means where several did', () => {
    const times = [0, 60, 121, 179, 300, 359, 361].map((s) => s * 1_000)
    const grid = gridOf(times, [1, 2, 3, 4, 6, 7, 9])
    expect(grid).toMatchObject({ startMs: 0, stepMs: 60_000 })
    expect([...(grid?.values ?? [])]).toEqual([1, 2, 3, 4, Number.NaN, 6, 8])
  })
  it('is none of values that all came at once', () => {
    expect(gridOf([5, 5, 5], [1, 2, 3])).toBeUndefined()
    expect(gridOf([], [])).toBeUndefined()
  })
  it('stays small however far apart values lie', () => {
    const grid = gridOf([0, 1_000, 2_000, 1e15], [1, 2, 3, 4])
    expect(grid?.values.length).toBeLessThan(300_000)
  })
})
