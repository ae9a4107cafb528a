import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePage, PagePacker, pageSeries, sealPage } from './catalog-page.ts'
import type { SeriesRow } from './message.ts'
import { InternedCatalog } from './series-catalog.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
const labels = fc.dictionary(fc.constantFrom('__name__', 'job', '__proto__', 'ünï', 'x'), text, {
  noNullPrototype: true,
})

/** Complete pages of a catalogue, as the writer writes them. */
function pagesOf(catalog: InternedCatalog): [number, Uint8Array][] {
  return catalog.take().pages.map((plain) => [plain.page, sealPage(plain)])
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
  const packer = new PagePacker((id) => 'ab'[id]!)
  packer.begin()
  packer.add(entry)
  const bytes = sealPage({ page: 3, body: packer.finish()! })
  expect(decodePage(3, bytes)).toEqual({ texts: ['a', 'b'], entries: [entry] })
  expect(decodePage(4, bytes)).toBeUndefined()
  for (let i = 0; i < bytes.length * 8; i += 1) {
    const flipped = bytes.slice()
    flipped[i >>> 3]! ^= 1 << (i & 7)
    expect(decodePage(3, flipped)).toBeUndefined()
  }
})

test('however series come, what was taken gives them all back, refined as they last were', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }), (steps) => {
      const catalog = new InternedCatalog(1e6, () => undefined)
      const pages = new Map<number, Uint8Array>()
      const rows = new Map<number, SeriesRow>()
      for (const [turn, step] of steps.entries()) {
        for (let i = 0; i < step; i += 1) catalog.intern('t', { turn: `${turn}-${i}` }, { kind: 'UNKNOWN' })
        if (catalog.refs > 0)
          catalog.intern('t', catalog.describe(step % catalog.refs).labels, { kind: 'GAUGE' })
        const batch = catalog.take()
        for (const plain of batch.pages) {
          pages.set(plain.page, sealPage(plain))
          for (const ref of rows.keys()) if (Math.floor(ref / pageSeries) === plain.page) rows.delete(ref)
        }
        for (const row of batch.rows) rows.set(row.ref, row)
      }
      const restored = new InternedCatalog(1e6, () => undefined)
      for (let page = 0; page * pageSeries < catalog.refs; page += 1) {
        const body = pages.get(page)
        if (body) expect(restored.restorePage(page, body)).toBe(true)
        for (let ref = page * pageSeries; ref < (page + 1) * pageSeries; ref += 1) {
          const row = rows.get(ref)
          if (row) expect(restored.restore(row)).toBe(true)
        }
      }
      const all = (of: InternedCatalog) => Array.from({ length: of.refs }, (_, ref) => of.describe(ref))
      expect(all(restored)).toEqual(all(catalog))
      expect(restored.take()).toEqual({ pages: [], rows: [] })
    }),
    { numRuns: 60 },
  )
})
