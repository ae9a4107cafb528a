import { expect, it } from 'vitest'
import { mergeRequestQuery, readMergeRequestSearch } from './merge-request-search.ts'

it('shows open requests unless the address says otherwise', () => {
  expect(readMergeRequestSearch({ state: 'OPEN', page: '1' })).toEqual({})
  expect(mergeRequestQuery({})).toEqual({ state: 'OPEN', page: 1, page_size: 20 })
  expect(mergeRequestQuery(readMergeRequestSearch({ state: 'ALL', page: '2' }))).toEqual({
    page: 2,
    page_size: 20,
  })
  expect(readMergeRequestSearch({ state: 'DRAFT', page: 'x' })).toEqual({})
})
