import { expect, it } from 'vitest'
import { parseSearch } from '../shell/search.ts'
import { isFiltered, readAlertSearch } from './alert-search.ts'
import { givenPresets } from './preset.ts'

it('has given ones that the page reads whole', () => {
  for (const { search } of givenPresets) {
    const raw = parseSearch(search)
    expect(isFiltered(readAlertSearch(raw))).toBe(true)
    expect(Object.keys(readAlertSearch(raw))).toEqual(expect.arrayContaining(Object.keys(raw)))
  }
})
