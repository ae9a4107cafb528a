import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asFlag,
  asInteger,
  asOneOf,
  asSomeOf,
  asText,
  asTexts,
  parseSearch,
  stringifySearch,
} from './search.ts'

describe('search parameters', () => {
  it('come back as they were written', () => {
    const value = fc.string({ minLength: 1 })
    const search = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(value, fc.array(value, { minLength: 2, maxLength: 4 })),
    )
    fc.assert(
      fc.property(search, (one) => {
        expect(parseSearch(stringifySearch(one))).toEqual(Object.fromEntries(Object.entries(one)))
      }),
    )
  })

  it('write repeated keys instead of JSON, and leave out what is not set', () => {
    expect(
      stringifySearch({
        status: ['OPEN', 'RESOLVED'],
        text: 'a b',
        page: 2,
        gone: undefined,
        off: false,
        empty: '',
      }),
    ).toBe('?status=OPEN&status=RESOLVED&text=a+b&page=2')
    expect(stringifySearch({})).toBe('')
  })

  it('take names such as __proto__ as plain keys', () => {
    expect(Object.getPrototypeOf(parseSearch('?__proto__=x'))).toBe(Object.prototype)
  })
})

describe('readers of parameters', () => {
  it('drop what does not fit instead of failing', () => {
    expect(asInteger('12x', 0, 100)).toBeUndefined()
    expect(asInteger('101', 0, 100)).toBeUndefined()
    expect(asInteger('7', 0, 100)).toBe(7)
    expect(asOneOf('BAD', ['OPEN'] as const)).toBeUndefined()
    expect(asSomeOf(['RESOLVED', 'BAD', 'OPEN'], ['OPEN', 'RESOLVED'] as const)).toEqual(['OPEN', 'RESOLVED'])
    expect(asSomeOf('BAD', ['OPEN'] as const)).toBeUndefined()
    expect(asText('x'.repeat(50), 10)).toHaveLength(10)
    expect(asTexts(['a', 'a', 'b'])).toEqual(['a', 'b'])
    expect(asFlag('true')).toBe(true)
    expect(asFlag(undefined)).toBeUndefined()
  })
})
