import { expect, it } from 'vitest'
import { matchItems, type PaletteItem } from './palette-item.ts'

const item = (label: string, hint = ''): PaletteItem => ({
  id: label,
  group: 'Pages',
  label,
  hint,
  run: () => {},
})
const items = [
  item('Overview'),
  item('INC-7 slow cart', 'high, open'),
  item('Topology'),
  item('INC-8 cart down', 'critical, open'),
]
const labels = (typed: string): string[] => matchItems(items, typed).map((one) => one.label)

it('finds items that hold every word, in any order, in label or hint', () => {
  expect(labels('open cart')).toEqual(['INC-7 slow cart', 'INC-8 cart down'])
  expect(labels('critical')).toEqual(['INC-8 cart down'])
  expect(labels('nothing')).toEqual([])
})

it('puts labels that start with what was typed first and keeps the order otherwise', () => {
  expect(labels('o')[0]).toBe('Overview')
  expect(labels('')).toEqual(items.map((one) => one.label))
})
