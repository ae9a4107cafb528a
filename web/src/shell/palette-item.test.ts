import { expect, it } from 'vitest'
import { incidentNumber, matchItems, type PaletteItem } from './palette-item.ts'

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

it('offers what there is much of only when something is typed', () => {
  const entity: PaletteItem = { ...item('payments', 'service'), typedOnly: true }
  expect(matchItems([entity], '')).toEqual([])
  expect(matchItems([entity], 'pay')).toEqual([entity])
})

it('reads the number of an incident however it is written', () => {
  expect(['INC-57', 'inc-57', ' 57 '].map(incidentNumber)).toEqual(['57', '57', '57'])
  expect(['INC-', 'pay 57', ''].map(incidentNumber)).toEqual([undefined, undefined, undefined])
})
