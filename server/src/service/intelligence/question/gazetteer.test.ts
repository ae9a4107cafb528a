import { describe, expect, test } from 'vitest'
import { editDistance } from './edit-distance.ts'
import { createGazetteer, gazetteerSteps } from './gazetteer.ts'
import type { NamedThing } from './question.ts'

const service = (name: string): NamedThing => ({ kind: 'SERVICE', name, id: `service/${name}` })
const node = (name: string): NamedThing => ({ kind: 'NODE', name, id: `node/${name}` })
const gazetteer = createGazetteer([
  ...['inventory', 'inventory-export', 'transactions', 'cart', 'mail-service'].map(service),
  ...['rack-1', 'rack-2', 'rack-12'].map(node),
  {
    kind: 'WORKLOAD',
    name: 'cart',
    id: 'workload/shop/cart',
    namespace: 'shop',
    workload_kind: 'Deployment',
  },
  { kind: 'WORKLOAD', name: 'cart', id: 'workload/lab/cart', namespace: 'lab', workload_kind: 'Deployment' },
  { kind: 'CLUSTER', name: 'c-1', id: 'c-1', aliases: ['Frankfurt One'] },
])
const keys = (near: readonly { key: string }[]) => near.map(({ key }) => key)
const ids = (things: readonly NamedThing[]) => things.map(({ id }) => id)

describe('a gazetteer', () => {
  test.each(['rack-1', 'rack 1', 'rack1', 'Rack_1', 'RACK.1'])(
    'knows %s whatever its separators and case',
    (text) => {
      expect(ids(gazetteer.exact(text))).toEqual(['node/rack-1'])
    },
  )

  test('knows aliases, and services without their ending and with one', () => {
    expect(ids(gazetteer.exact('frankfurt one'))).toEqual(['c-1'])
    expect(ids(gazetteer.exact('mail'))).toEqual(['service/mail-service'])
    expect(ids(gazetteer.exact('inventory-service'))).toEqual(['service/inventory'])
  })

  test('lets what stands before a slash narrow', () => {
    expect(ids(gazetteer.exact('shop/cart'))).toEqual(['workload/shop/cart'])
    expect(ids(gazetteer.exact('service/cart'))).toEqual(['service/cart'])
    expect(gazetteer.exact('nowhere/cart')).toEqual([])
  })

  test.each([
    ['inventroy', ['inventory']],
    ['inventori', ['inventory']],
    ['transatcoins', ['transactions']],
    ['crat', []],
    ['rack3', []],
    ['invent', []],
  ])('takes %s for %j', (text, found) => {
    expect(keys(gazetteer.similar(text))).toEqual(found)
  })

  test('finds names by how a part of them begins, those with the whole part first', () => {
    expect(keys(gazetteer.beginning('inven'))).toEqual(['inventory', 'inventoryexport'])
    expect(keys(gazetteer.beginning('export'))).toEqual(['inventoryexport'])
    expect(keys(gazetteer.beginning('rac'))).toEqual([])
    expect(keys(gazetteer.beginning('rack'))).toEqual(['rack1', 'rack2', 'rack12'])
  })

  test('survives names of prototypes and of nothing', () => {
    const odd = createGazetteer([service('__proto__'), service('constructor'), service('---'), service('')])
    expect(ids(odd.exact('__proto__'))).toEqual(['service/__proto__'])
    expect(odd.exact('toString')).toEqual([])
    expect(odd.exact('')).toEqual([])
  })
})

test.each([
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['abc', 'abcd', 1],
  ['abcdef', 'abxdxf', 2],
  ['abcdef', 'ghijkl', 3],
  ['a', 'abcdefgh', 3],
])('%s and %s are %i slips apart, counted up to two', (a, b, slips) => {
  expect(editDistance(a, b, 2)).toBe(slips)
})

test('a gazetteer is built in steps of a few hundred names, so that a large fleet holds nobody up, and is the same', () => {
  const things = Array.from({ length: 10_000 }, (_, i) => service(`thing-${i}-${i % 7}`))
  const work = gazetteerSteps(things)
  let steps = 0
  let made = work.next()
  for (; !made.done; made = work.next()) steps += 1
  expect(steps).toBeGreaterThan(100)
  expect(ids(made.value.exact('thing-8123-3'))).toEqual(['service/thing-8123-3'])
  expect(ids(made.value.exact('thing-8123-3'))).toEqual(ids(createGazetteer(things).exact('thing-8123-3')))
})
