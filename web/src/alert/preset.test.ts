import { expect, it } from 'vitest'
import { parseSearch } from '../shell/search.ts'
import { isFiltered, readAlertSearch } from './alert-search.ts'
import { givenPresets, keepPresets, readPresets, withPreset } from './preset.ts'

function storageOf(first: string | null) {
  let kept = first
  return {
    getItem: () => kept,
    setItem: (_: string, text: string) => {
      kept = text
    },
  }
}

it('gives back what was kept, and nothing where that cannot be read', () => {
  const storage = storageOf(null)
  keepPresets([{ name: 'mine', search: '?text=a' }], storage)
  expect(readPresets(storage)).toEqual([{ name: 'mine', search: '?text=a' }])
  for (const broken of ['{', '[1]', '[{"name":""}]', 'null'])
    expect(readPresets(storageOf(broken))).toEqual([])
})

it('replaces one of the same name and keeps at most 30', () => {
  let presets = withPreset([{ name: 'a', search: '?x' }], { name: 'a', search: '?y' })
  expect(presets).toEqual([{ name: 'a', search: '?y' }])
  for (let i = 0; i < 40; i += 1) presets = withPreset(presets, { name: `p${i}`, search: '' })
  expect(presets).toHaveLength(30)
  expect(presets.at(-1)?.name).toBe('p39')
})

it('has given ones that the page reads whole', () => {
  for (const { search } of givenPresets) {
    const raw = parseSearch(search)
    expect(isFiltered(readAlertSearch(raw))).toBe(true)
    expect(Object.keys(readAlertSearch(raw))).toEqual(expect.arrayContaining(Object.keys(raw)))
  }
})
