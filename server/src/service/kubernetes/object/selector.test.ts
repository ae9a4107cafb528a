import { expect, test } from 'vitest'
import { hasLabels, selects } from './selector.ts'

const expression = (operator: string, ...values: string[]) => ({
  matchLabels: {},
  matchExpressions: [{ key: 'tier', operator, values }],
})

test.each([
  ['In', { tier: 'a' }, true],
  ['In', { tier: 'b' }, false],
  ['In', {}, false],
  ['NotIn', { tier: 'b' }, true],
  ['NotIn', {}, true],
  ['NotIn', { tier: 'a' }, false],
  ['Exists', { tier: '' }, true],
  ['Exists', {}, false],
  ['DoesNotExist', {}, true],
  ['DoesNotExist', { tier: 'a' }, false],
  ['Nonsense', { tier: 'a' }, false],
])('%s of %j is %s', (operator, labels, expected) => {
  expect(selects(expression(operator, 'a'), labels)).toBe(expected)
})

test('an empty selector selects everything, labels and expressions must both hold', () => {
  expect(selects({ matchLabels: {}, matchExpressions: [] }, {})).toBe(true)
  const both = { ...expression('Exists'), matchLabels: { app: 'x' } }
  expect([
    selects(both, { app: 'x', tier: '1' }),
    selects(both, { app: 'x' }),
    selects(both, { tier: '1' }),
  ]).toEqual([...[true, false, false]])
  expect(hasLabels({ constructor: 'x' }, {})).toBe(false)
})
