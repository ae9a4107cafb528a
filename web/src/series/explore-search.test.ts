import { describe, expect, it } from 'vitest'
import { furtherMax, isLive, rangeOf, readExploreSearch, selectionMax } from './explore-search.ts'
import { fixedSearch } from './share-button.tsx'

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

  it('takes the span and the view of a trace, and only ids that can be one', () => {
    expect(readExploreSearch({ tab: 'traces', trace: 'ab12', span: 'cd34', view: 'flame' })).toEqual({
      ...{ tab: 'traces', trace: 'ab12', span: 'cd34', view: 'flame' },
    })
    expect(readExploreSearch({ trace: 'ab12', span: '"><x', view: 'pie' })).toEqual({ trace: 'ab12' })
    expect(readExploreSearch({ span: 'cd34' })).toEqual({})
  })

  it('keeps further queries beside the first, up to the limit', () => {
    expect(readExploreSearch({ q: 'a', and: 'b' }).and).toEqual(['b'])
    expect(readExploreSearch({ q: 'a', and: ['b', 'c', 'd', 'e', 'f'] }).and).toHaveLength(furtherMax)
  })

  it('a link to share has the range that is seen now', () => {
    expect(fixedSearch({ tab: 'logs', range: '5m', paused: true }, 1_000_000)).toEqual({
      ...{ tab: 'logs', from: 700_000, to: 1_000_000 },
    })
  })
})
