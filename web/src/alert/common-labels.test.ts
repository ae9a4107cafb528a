import { expect, it } from 'vitest'
import { commonLabels } from './common-labels.ts'

it('keeps the labels that all have with one value', () => {
  const alerts = [
    { labels: { zone: 'a', service: 'cart', pod: '1', 'two words': 'x', none: '' } },
    { labels: { service: 'cart', zone: 'a', pod: '2', 'two words': 'x', none: '' } },
  ]
  expect(commonLabels(alerts)).toEqual([
    { name: 'service', op: '=', value: 'cart' },
    { name: 'zone', op: '=', value: 'a' },
  ])
})

it('is all labels of one alert and none of none, whatever a label is called', () => {
  expect(commonLabels([{ labels: { constructor: 'x' } }, { labels: {} }])).toEqual([])
  expect(commonLabels([{ labels: { a: '1' } }])).toHaveLength(1)
  expect(commonLabels([])).toEqual([])
})
