import { describe, expect, it } from 'vitest'
import { isLive, rangeOf, readExploreSearch, selectionMax } from './explore-search.ts'

describe('explore address', () => {
  it('is live over the last 15 minutes unless it says otherwise', () => {
    expect(readExploreSearch({})).toEqual({})
    expect(rangeOf({})).toEqual({ duration: '15m' })
    expect(isLive({})).toBe(true)
    expect(isLive({ paused: true })).toBe(false)
  })

  it('a fixed range wins over a relative one and is not live', () => {
    const search = readExploreSearch({ range: '1h', from: '1000', to: '9000' })
    expect(search).toEqual({ from: 1_000, to: 9_000 })
    expect(rangeOf(search)).toEqual({ from: 1_000, to: 9_000 })
    expect(isLive(search)).toBe(false)
  })

  it('ignores ranges and ids that make no sense', () => {
    expect(
      readExploreSearch({ from: '9000', to: '1000', range: '7m', trace: '../x', tab: 'nope', slow: '-1' }),
    ).toEqual({})
  })

  it('charts one selection or several, up to the limit, none twice', () => {
    expect(readExploreSearch({ s: 'up' }).s).toEqual(['up'])
    expect(readExploreSearch({ s: ['up', 'up', 'down'] }).s).toEqual(['up', 'down'])
    expect(readExploreSearch({ s: Array.from({ length: 50 }, (_, i) => `m${i}`) }).s).toHaveLength(
      selectionMax,
    )
  })
})
