import { describe, expect, it } from 'vitest'
import { anomalyQuery, isFiltered, readAnomalySearch } from './anomaly-search.ts'

describe('readAnomalySearch', () => {
  it('takes what it knows and leaves out what an old link may hold', () => {
    expect(
      readAnomalySearch({ shape: ['SPIKE', 'WOBBLE'], tier: 'BASIC', state: 'OPEN', entity: 'cart', old: 1 }),
    ).toEqual({ shape: ['SPIKE'], tier: ['BASIC'] })
    expect(readAnomalySearch({ entity: 'service/cart', state: 'ACTIVE' })).toEqual({
      ...{ entity: 'service/cart', state: 'ACTIVE' },
    })
  })

  it('does not count an open anomaly as a filter', () => {
    expect(isFiltered({ id: 'a' })).toBe(false)
    expect(isFiltered({ id: 'a', state: 'ENDED' })).toBe(true)
  })

  it('asks for all where nothing is chosen', () => {
    expect(anomalyQuery({ id: 'a' })).toEqual({ severity: [], shape: [], tier: [] })
    expect(anomalyQuery({ text: 'p95', shape: ['DROP'] })).toMatchObject({ text: 'p95', shape: ['DROP'] })
  })
})
