import { describe, expect, it } from 'vitest'
import { readCnfSearch } from './cnf-search.ts'

describe('readCnfSearch', () => {
  it('takes what it knows', () => {
    expect(
      readCnfSearch({
        tab: 'ptp',
        cluster: 'a',
        state: ['FREERUN', 'LOST'],
        type: 'UPF',
        pod: 'a/du-0',
        page: '2',
      }),
    ).toEqual({ tab: 'ptp', cluster: ['a'], state: ['FREERUN'], type: ['UPF'], pod: 'a/du-0', page: 2 })
  })
  it('is empty for what an old or broken link says', () => {
    expect(readCnfSearch({ tab: 'workloads', state: 'x', pod: 'no-cluster', page: '0' })).toEqual({})
  })
})
