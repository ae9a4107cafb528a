import { describe, expect, it } from 'vitest'
import { alertQuery, chosenOf, isFiltered, readAlertSearch } from './alert-search.ts'

describe('readAlertSearch', () => {
  it('takes what it knows and leaves out what an old link may hold', () => {
    expect(
      readAlertSearch({
        state: ['FIRING', 'ODD'],
        severity: 'WORST',
        label: ['region=eu', 'no'],
        sort: 'x',
        old: 1,
      }),
    ).toEqual({ state: ['FIRING'], label: ['region=eu'] })
    expect(readAlertSearch({ label: 'broken', entity: 'cart', silenced: 'maybe' })).toEqual({})
  })

  it('does not count the order or an open alert as a filter', () => {
    expect(isFiltered({ alert: 'f@1', sort: '-severity', tab: 'noise' })).toBe(false)
    expect(isFiltered({ silenced: 'no' })).toBe(true)
  })

  it('asks for the newest of all where nothing is chosen', () => {
    expect(alertQuery({ alert: 'f@1' })).toEqual({
      ...{ state: [], severity: [], source: [], name: [], service: [], label: [], sort: '-received_at' },
    })
  })

  it('finds the alert beside the list, also where its fingerprint holds the sign between', () => {
    expect(chosenOf('a@b@12')).toEqual({ fingerprint: 'a@b', id: '12' })
    expect(chosenOf('12')).toBeUndefined()
  })
})
