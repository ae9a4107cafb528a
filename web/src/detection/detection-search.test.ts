import { expect, it } from 'vitest'
import { detectorQuery, readDetectionSearch } from './detection-search.ts'

it('takes what it knows and leaves out what an old link may hold', () => {
  expect(readDetectionSearch({ tab: 'settings', tier: 'MAGIC', state: 'LEARNING', x: 1 })).toEqual({
    ...{ tab: 'settings', state: 'LEARNING' },
  })
})

it('words are part of a name, a wildcard is what it says', () => {
  expect(detectorQuery({ metric: 'duration' })).toEqual({ metric: '*duration*' })
  expect(detectorQuery({ metric: 'http.*' })).toEqual({ metric: 'http.*' })
  expect(detectorQuery({ tab: 'learning' })).toEqual({})
})
