import { describe, expect, it } from 'vitest'
import { readObject, readTabSearch, startOf, writeObject } from './tab-search.ts'

describe('readTabSearch', () => {
  it('takes filters, the moment and the open object', () => {
    expect(
      readTabSearch({
        ...{ namespace: 'shop', problems: 'true', at: '2026-11-21T12:00:00Z', span: '15m' },
        ...{ object: 'Pod/shop/cart-1', part: 'logs', view: 'network' },
      }),
    ).toEqual({
      ...{ namespace: 'shop', problems: true, at: '2026-11-21T12:00:00.000Z', span: '15m' },
      ...{ object: 'Pod/shop/cart-1', part: 'logs', view: 'network' },
    })
  })

  it('leaves out what it does not understand', () => {
    expect(
      readTabSearch({ at: 'yesterday', span: '9d', object: 'Pod', part: 'logs', problems: 'no' }),
    ).toEqual({})
  })
})

describe('an object in the address', () => {
  it('comes back as it was written, with and without a namespace', () => {
    for (const one of [
      { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
      { kind: 'Node', namespace: '', name: 'worker-1' },
    ])
      expect(readObject(writeObject(one))).toEqual(one)
    expect(readObject(undefined)).toBeUndefined()
  })
})

describe('startOf', () => {
  it('goes back two hours unless a shorter span is chosen', () => {
    expect(startOf(undefined, Date.UTC(2026, 0, 1, 12))).toBe('2026-01-01T10:00:00.000Z')
    expect(startOf('15m', Date.UTC(2026, 0, 1, 12))).toBe('2026-01-01T11:45:00.000Z')
  })
})
