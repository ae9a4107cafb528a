import type { Labels } from '@aiops/contract/model/label'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InternedCatalog } from './series-catalog.ts'

const text = fc.oneof(fc.constantFrom('__name__', 'job', '__proto__'), fc.string({ maxLength: 4 }))
const labels = fc.dictionary(text, text, { maxKeys: 6, noNullPrototype: true })

test('at the limit what is known is still found, and what is not is refused, whatever of it is known', () => {
  const catalog = new InternedCatalog(2, () => undefined)
  const first = catalog.intern('t', { a: '1', b: '2' }, { kind: 'GAUGE' })
  catalog.intern('t', { a: '2' }, { kind: 'GAUGE' })
  expect(catalog.intern('t', { b: '2', a: '1', c: '' }, { kind: 'UNKNOWN' })).toBe(first)
  const refusals: Labels[] = [{ a: '2', b: '2' }, { a: 'new' }, { other: '1' }]
  for (const refused of refusals)
    expect(() => catalog.intern('t', refused, { kind: 'GAUGE' })).toThrow(/has 2 series/)
  expect(catalog.intern('u', { a: 'new' }, { kind: 'GAUGE' })).toBe(2)
})

test('what is told of a series piece by piece is what is told of it at once', () => {
  fc.assert(
    fc.property(fc.array(labels, { maxLength: 8 }), (all) => {
      const catalog = new InternedCatalog(1e6, () => undefined)
      all.forEach((own, i) => {
        const meta = { kind: 'COUNTER' as const, unit: i % 2 === 0 ? 's' : '', derived: i % 3 === 0 }
        const ref = catalog.intern('t', own, meta)
        const pairs = Object.entries(own)
        const [names, values] = [pairs.map(([name]) => name), pairs.map(([, value]) => value)]
        expect(catalog.internPairs('t', { names, values, labels: own }, meta)).toBe(ref)
      })
      for (let ref = 0; ref < catalog.refs; ref += 1) {
        const { tenant, labels: whole, meta } = catalog.describe(ref)
        const visited: [string, string][] = []
        catalog.eachLabel(ref, (name, value) => visited.push([name, value]))
        expect(Object.fromEntries(visited)).toEqual(whole)
        for (const [name, value] of visited) expect(catalog.labelOf(ref, name)).toBe(value)
        expect(catalog.labelOf(ref, 'never given')).toBeUndefined()
        expect([catalog.tenantOf(ref), catalog.metaOf(ref)]).toEqual([tenant, meta])
      }
    }),
  )
})
