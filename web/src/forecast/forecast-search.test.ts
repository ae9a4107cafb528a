import { expect, it } from 'vitest'
import { limitOf, readForecastSearch } from './forecast-search.ts'

it('takes what it knows and leaves out what an old link may hold', () => {
  expect(readForecastSearch({ tab: 'query', q: 'up', horizon: '2y', kinds: ['DISK', 'TAPE'] })).toEqual({
    ...{ tab: 'query', q: 'up', kinds: ['DISK'] },
  })
})

it('a limit is a number or nothing', () => {
  expect([limitOf('0,9'), limitOf(' 12 '), limitOf(''), limitOf('much'), limitOf(undefined)]).toEqual([
    ...[0.9, 12, undefined, undefined, undefined],
  ])
})
