import { describe, expect, it } from 'vitest'
import { findingQuery, isFiltered, readFindingSearch } from './finding-search.ts'

describe('readFindingSearch', () => {
  it('takes what it knows and leaves out what an old link may hold', () => {
    expect(
      readFindingSearch({ severity: ['HIGH', 'FATAL'], area: 'GPU', rule: 'pod-oom-killed', old: '1' }),
    ).toEqual({ severity: ['HIGH'], area: ['GPU'], rule: ['pod-oom-killed'] })
    expect(readFindingSearch({ severity: 'none', text: '' })).toEqual({})
  })

  it('does not count an open finding as a filter', () => {
    expect(isFiltered({ id: 'kf-1' })).toBe(false)
    expect(isFiltered({ id: 'kf-1', text: 'oom' })).toBe(true)
  })

  it('asks for all where nothing is chosen', () => {
    expect(findingQuery({})).toMatchObject({ severity: [], cluster_ids: [], search: '' })
    expect(findingQuery({ cluster: ['c-1'], text: 'oom' })).toMatchObject({
      cluster_ids: ['c-1'],
      search: 'oom',
    })
  })
})
