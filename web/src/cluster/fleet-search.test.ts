import { expect, it } from 'vitest'
import { parseSearch, stringifySearch } from '../shell/search.ts'
import { isFiltered, readFleetSearch } from './fleet-search.ts'

it('reads every filter from the address and drops what is unknown or usual', () => {
  const address =
    '?text=paris&state=OFFLINE&state=NOPE&type=EDGE&environment=LAB&region=eu-west&gpu=yes&cnf=no&stale=yes' +
    '&label=team%3Dradio&label=broken&group=label:site&view=table&sort=-score'
  const search = readFleetSearch(parseSearch(address))
  expect(search).toEqual({
    ...{ text: 'paris', state: ['OFFLINE'], type: ['EDGE'], environment: ['LAB'], region: ['eu-west'] },
    ...{ gpu: 'yes', cnf: 'no', stale: 'yes', label: ['team=radio'], group: 'label:site' },
    ...{ view: 'table', sort: '-score' },
  })
  expect(readFleetSearch(parseSearch(stringifySearch(search)))).toEqual(search)
  expect(readFleetSearch({ sort: 'state', group: 'label:', gpu: 'maybe', view: 'cards' })).toEqual({})
})

it('knows that grouping, order and view leave nothing out', () => {
  expect(isFiltered({ group: 'region', view: 'table', sort: 'name' })).toBe(false)
  expect(isFiltered({ gpu: 'no' })).toBe(true)
})
