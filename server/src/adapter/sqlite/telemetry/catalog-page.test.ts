import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePage, encodePage, pageSeries } from './catalog-page.ts'
import { InternedCatalog } from './series-catalog.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
const labels = fc.dictionary(fc.constantFrom('__name__', 'job', '__proto__', 'ünï', 'x'), text, {
  noNullPrototype: true,
})

/** Complete pages of a catalogue, as a checkpoint writes them. */
function pagesOf(catalog: InternedCatalog): [number, Uint8Array][] {
  return [...catalog.stage()].map(({ writes }) => writes![0]!.rows[0] as unknown as [number, Uint8Array])
}
const describeAll = (catalog: InternedCatalog) =>
  Array.from({ length: pageSeries }, (_, ref) => catalog.describe(ref))
function filled(first: readonly Record<string, string>[]): InternedCatalog {
  const catalog = new InternedCatalog(1e6, () => undefined)
  first.forEach((one, i) => {
    catalog.intern(`t${i % 2}`, one, { kind: 'COUNTER', unit: i % 3 === 0 ? 's' : '', derived: i % 5 === 0 })
  })
  for (let i = 0; catalog.refs < pageSeries; i += 1) catalog.intern('t', { i: String(i) }, { kind: 'GAUGE' })
  return catalog
}

test('a page gives back every series as it was, whatever its labels are', () => {
  fc.assert(
    fc.property(fc.array(labels, { maxLength: 12 }), (first) => {
      const catalog = filled(first)
      const pages = pagesOf(catalog)
      const restored = new InternedCatalog(1e6, () => undefined)
      for (const [page, body] of pages) expect(restored.restorePage(page, body)).toBe(true)
      expect(pages).toHaveLength(1)
      expect(describeAll(restored)).toEqual(describeAll(catalog))
      for (const { ref, tenant, labels: own } of describeAll(catalog))
        expect(restored.intern(tenant, own, { kind: 'UNKNOWN' })).toBe(ref)
    }),
    { numRuns: 100 },
  )
})

test('text that UTF-8 cannot say keeps its series out of pages: they stay rows', () => {
  expect(pagesOf(filled([{ half: '\ud800' }]))).toEqual([])
})

test('a damaged page gives its numbers to no other series, and what comes after it is whole', () => {
  const catalog = filled([])
  for (let i = 0; i < pageSeries; i += 1) catalog.intern('t', { j: String(i) }, { kind: 'GAUGE' })
  const [first, second] = pagesOf(catalog)
  first![1][20]! ^= 1
  const restored = new InternedCatalog(1e6, () => undefined)
  expect(restored.restorePage(...first!)).toBe(false)
  expect(restored.restorePage(...second!)).toBe(true)
  expect(restored.select('t', [])).toEqual(Array.from({ length: pageSeries }, (_, i) => pageSeries + i))
  expect(restored.intern('t', { i: '0' }, { kind: 'GAUGE' })).toBe(2 * pageSeries)
})

test('a flipped bit anywhere is seen', () => {
  const entry = { tenant: 0, kind: 1, unit: 1, derived: false, hidden: false, pairs: Uint32Array.of(0, 1) }
  const bytes = encodePage(3, ['a', 'b'], [entry])!
  expect(decodePage(3, bytes)).toEqual({ texts: ['a', 'b'], entries: [entry] })
  expect(decodePage(4, bytes)).toBeUndefined()
  for (let i = 0; i < bytes.length * 8; i += 1) {
    const flipped = bytes.slice()
    flipped[i >>> 3]! ^= 1 << (i & 7)
    expect(decodePage(3, flipped)).toBeUndefined()
  }
})
