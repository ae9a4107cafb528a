import { describe, expect, test } from 'vitest'
import { windowRows } from './window-rows.ts'

const base = { count: 10_000, rowHeight: 10, open: -1, openHeight: 0, top: 0, height: 100, beyond: 2 }

describe('windowRows', () => {
  test('makes the rows in sight and a few beyond, and leaves room for all others', () => {
    expect(windowRows(base)).toEqual({ first: 0, end: 13, before: 0, after: 99_870 })
    expect(windowRows({ ...base, top: 50_000 })).toEqual({
      first: 4_998,
      end: 5_013,
      before: 49_980,
      after: 49_870,
    })
    expect(windowRows({ ...base, top: 99_900 })).toMatchObject({ end: 10_000, after: 0 })
  })
  test('counts what the open row adds', () => {
    const open = { ...base, open: 3, openHeight: 200 }
    expect(windowRows(open).end).toBe(6)
    expect(windowRows({ ...open, top: 150 })).toMatchObject({ first: 1, before: 10 })
    expect(windowRows({ ...open, top: 1_000 })).toMatchObject({ first: 78, before: 980 })
    const { before, after, first, end } = windowRows({ ...open, top: 50_000 })
    expect(before + after + (end - first) * 10).toBe(100_200)
  })
  test('has nothing for no rows', () => {
    expect(windowRows({ ...base, count: 0 })).toEqual({ first: 0, end: 0, before: 0, after: 0 })
  })
})
