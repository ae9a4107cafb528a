import { describe, expect, it } from 'vitest'
import { facetOptions } from './facet-options.ts'

describe('facetOptions', () => {
  it('puts the most frequent first and words alike in order', () => {
    expect(facetOptions({ a: 1, c: 5, b: 1 }, []).map(({ value }) => value)).toEqual(['c', 'a', 'b'])
  })

  it('keeps what is chosen though nothing has it, so that it can be taken back', () => {
    expect(facetOptions({ a: 1 }, ['gone'])).toContainEqual({ value: 'gone', word: 'gone', count: 0 })
    expect(facetOptions(undefined, ['x'], (value) => `the ${value}`)).toEqual([
      { value: 'x', word: 'the x', count: 0 },
    ])
  })
})
