import { expect, it } from 'vitest'
import { filterSettings, type Setting, valueText } from './setting-text.ts'

const setting = (name: string, value: unknown, source: Setting['source'] = 'default'): Setting => ({
  name,
  value,
  source,
  description: `about ${name}`,
})

it('writes values as one would in YAML, and nothing as a dash', () => {
  expect([true, 0, 'x', ['a'], { a: 1 }, null, undefined, ''].map(valueText)).toEqual([
    'true',
    '0',
    'x',
    '["a"]',
    '{"a":1}',
    '–',
    '–',
    '–',
  ])
})

it('finds settings by all words in name, value or description, and those that were changed', () => {
  const all = [setting('gateway.port', 8080, 'flag'), setting('gateway.host', 'localhost')]
  expect(filterSettings(all, 'gateway 8080', false)).toHaveLength(1)
  expect(filterSettings(all, '', true).map((one) => one.name)).toEqual(['gateway.port'])
  expect(filterSettings(all, 'about host', false)).toHaveLength(1)
})
