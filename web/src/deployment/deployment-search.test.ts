import { expect, it } from 'vitest'
import { deploymentQuery, isFiltered, readDeploymentSearch } from './deployment-search.ts'

it('keeps of an address what the page can show, and asks for that', () => {
  const search = readDeploymentSearch({
    tab: 'list',
    state: ['DENIED', 'FAILED', 'LOST'],
    service: 'cart',
    since: '7d',
    page: '3',
  })
  expect(search).toEqual({ state: ['DENIED', 'FAILED'], service: 'cart', since: '7d', page: 3 })
  expect(isFiltered(search)).toBe(true)
  expect(deploymentQuery(search)).toEqual({
    ...{ state: ['DENIED', 'FAILED'], service: ['cart'], duration: '7d' },
    ...{ page: 3, page_size: 25 },
  })
})

it('takes what does not fit as absent, and a tab is no filter', () => {
  const search = readDeploymentSearch({ tab: 'drift', state: 'NEW', since: '3 weeks', page: '-1' })
  expect(search).toEqual({ tab: 'drift' })
  expect(isFiltered(search)).toBe(false)
})
