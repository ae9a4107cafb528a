import { crc32 } from 'node:zlib'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import { assert } from '../../../kernel/assert.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { SeriesCatalog, SeriesDescription, SeriesMeta, SeriesRef } from '../../../port/metric-store.ts'
import { decodePage, encodePage, type PageEntry, PageTexts, pageSeries } from './catalog-page.ts'
import type { SeriesRow, Slice } from './message.ts'
import { SeriesIndex } from './series-index.ts'
import { SeriesTable } from './series-table.ts'
import { StringPool } from './string-pool.ts'

const kinds: readonly SeriesKind[] = ['UNKNOWN', 'GAUGE', 'COUNTER', 'HISTOGRAM', 'SUMMARY']
/** The tenant of rows that cannot be read any more: no sender can name it. */
const nobody = ''

/** Names to numbers in memory; new and refined series are handed to `save` before anything that uses their number is written. */
export class InternedCatalog implements SeriesCatalog {
  readonly #strings = new StringPool()
  readonly #table = new SeriesTable()
  readonly #index = new SeriesIndex(this.#table, this.#strings)
  readonly #save: (row: SeriesRow) => void
  readonly #seriesMax: number
  readonly #counts = new Map<number, number>()
  #kinds = new Uint8Array(256)
  #derived = new Uint8Array(256)
  #units = new Uint32Array(256)
  #pairs = new Uint32Array(128)
  readonly #noUnit = this.#strings.intern('')
  /** Pages with series that are rows of their own on disk. */
  readonly #unpaged = new Set<number>()
  #staged: number[] = []

  constructor(seriesMax: number, save: (row: SeriesRow) => void) {
    this.#seriesMax = seriesMax
    this.#save = save
  }

  intern(tenant: TenantId, labels: Labels, meta: SeriesMeta): SeriesRef {
    const owner = this.#strings.intern(tenant)
    const length = this.#gather(labels)
    const known = this.#table.find(owner, this.#pairs, length)
    if (known >= 0) {
      if (this.#refine(known, meta)) this.#keep(known)
      return known
    }
    if ((this.#counts.get(owner) ?? 0) >= this.#seriesMax) {
      throw new Fault('SERIES_LIMIT', `Tenant ${tenant} has ${this.#seriesMax} series, the most it may have.`)
    }
    const ref = this.#add(owner, length, false)
    this.#refine(ref, meta)
    this.#keep(ref)
    return ref
  }
  /**
   * Takes a row of the file back, in order of `ref` and after the pages before it. False when the row is damaged: its number stays taken,
   * its series is gone. Of a series that is known, from a page, the row tells what was refined since.
   */
  restore(row: SeriesRow): boolean {
    this.#hideUpTo(row.ref)
    const intact = crc32(row.labels, row.ref) === row.crc
    this.#unpaged.add(Math.floor(row.ref / pageSeries))
    if (row.ref < this.#table.count) {
      if (intact) this.#restoreMeta(row.ref, row)
      return intact
    }
    if (!intact) {
      this.#hideUpTo(row.ref + 1)
      return false
    }
    const flat = JSON.parse(row.labels) as string[]
    if (this.#pairs.length < flat.length) this.#pairs = new Uint32Array(flat.length * 2)
    for (let i = 0; i < flat.length; i += 1) this.#pairs[i] = this.#strings.intern(flat[i]!)
    this.#sort(flat.length)
    const ref = this.#add(this.#strings.intern(row.tenant), flat.length, false)
    this.#restoreMeta(ref, row)
    return true
  }
  /** Takes a page of the file back, in order. False when it is damaged: its numbers stay taken. */
  restorePage(page: number, body: Uint8Array): boolean {
    this.#hideUpTo(page * pageSeries)
    const found = decodePage(page, body)
    if (!found) {
      this.#hideUpTo((page + 1) * pageSeries)
      return false
    }
    const ids = found.texts.map((text) => this.#strings.intern(text))
    for (const { tenant, kind, unit, derived, hidden, pairs } of found.entries) {
      if (this.#pairs.length < pairs.length) this.#pairs = new Uint32Array(pairs.length * 2)
      for (let i = 0; i < pairs.length; i += 1) this.#pairs[i] = ids[pairs[i]!]!
      this.#sort(pairs.length)
      const ref = this.#add(ids[tenant]!, pairs.length, hidden)
      this.#kinds[ref] = kind
      this.#units[ref] = ids[unit]!
      this.#derived[ref] = derived ? 1 : 0
    }
    return true
  }
  /** Complete pages to take the place of their series' rows; a row for a handful of series costs less than a page each time. */
  *stage(): Generator<Slice> {
    const complete = [...this.#unpaged].filter((page) => (page + 1) * pageSeries <= this.#table.count)
    for (const page of complete) {
      // From here on, what is refined has to be written again.
      this.#unpaged.delete(page)
      this.#staged.push(page)
      const body = this.#encode(page)
      if (!body) continue
      const [from, to] = [page * pageSeries, (page + 1) * pageSeries]
      yield {
        writes: [
          { sql: 'INSERT OR REPLACE INTO catalog_page VALUES (?, ?)', rows: [[page, body]] },
          { sql: 'DELETE FROM series WHERE ref >= ? AND ref < ?', rows: [[from, to]] },
        ],
      }
    }
  }
  staged(): void {
    this.#staged = []
  }
  unstage(): void {
    for (const page of this.#staged) this.#unpaged.add(page)
    this.#staged = []
  }
  describe(ref: SeriesRef): SeriesDescription {
    assert(ref < this.#table.count, `series ${ref} was never given out`)
    const pairs = this.#table.pairsOf(ref)
    const entries: [string, string][] = []
    for (let i = 0; i < pairs.length; i += 2)
      entries.push([this.#strings.text(pairs[i]!), this.#strings.text(pairs[i + 1]!)])
    const unit = this.#strings.text(this.#units[ref]!)
    const meta: SeriesMeta = {
      kind: this.kindOf(ref),
      ...(unit ? { unit } : {}),
      ...(this.#derived[ref] ? { derived: true } : {}),
    }
    // fromEntries defines properties, so that a label named __proto__ is a label.
    return {
      ref,
      tenant: this.#strings.text(this.#table.tenantOf(ref)),
      labels: Object.fromEntries(entries),
      meta,
    }
  }
  kindOf(ref: SeriesRef): SeriesKind {
    return kinds[this.#kinds[ref]!]!
  }
  select(tenant: TenantId, matchers: readonly Matcher[]): SeriesRef[] {
    return this.#index.select(this.#strings.find(tenant) ?? -1, matchers)
  }
  labelNames(tenant: TenantId): string[] {
    const names = new Set<number>()
    for (const ref of this.#rows(tenant)) {
      const pairs = this.#table.pairsOf(ref)
      for (let i = 0; i < pairs.length; i += 2) names.add(pairs[i]!)
    }
    return [...names].map((id) => this.#strings.text(id)).sort()
  }
  labelValues(tenant: TenantId, name: string): string[] {
    const id = this.#strings.find(name)
    if (id === undefined) return []
    const values = new Set<number>()
    for (const ref of this.#rows(tenant)) values.add(this.#table.valueOf(ref, id))
    values.delete(-1)
    return [...values].map((value) => this.#strings.text(value)).sort()
  }
  tenantOf(ref: SeriesRef): TenantId {
    return this.#strings.text(this.#table.tenantOf(ref))
  }
  count(tenant?: TenantId): number {
    if (tenant !== undefined) return this.#counts.get(this.#strings.find(tenant) ?? -1) ?? 0
    let sum = 0
    for (const count of this.#counts.values()) sum += count
    return sum
  }
  /** Numbers given out so far, those of damaged rows included. */
  get refs(): number {
    return this.#table.count
  }
  /** Refs of a tenant, or all of them, ascending. */
  refsOf(tenant?: TenantId): Uint32Array {
    if (tenant !== undefined) return Uint32Array.from(this.#rows(tenant))
    return Uint32Array.from({ length: this.refs }, (_, ref) => ref)
  }
  tenants(): TenantId[] {
    return [...this.#counts.keys()]
      .map((owner) => this.#strings.text(owner))
      .filter((name) => name !== nobody)
  }
  has(tenant: TenantId, ref: SeriesRef): boolean {
    return ref < this.#table.count && this.#table.tenantOf(ref) === this.#strings.find(tenant)
  }

  #rows(tenant: TenantId): readonly number[] {
    const owner = this.#strings.find(tenant)
    return owner === undefined ? [] : this.#index.rowsOf(owner)
  }
  /** Fills the scratch pairs, ascending by name; an empty value is no label, as in Prometheus. */
  #gather(labels: Labels): number {
    const names = Object.keys(labels)
    if (this.#pairs.length < names.length * 2) this.#pairs = new Uint32Array(names.length * 4)
    let length = 0
    for (const name of names) {
      const value = labels[name]!
      if (value === '') continue
      this.#pairs[length++] = this.#strings.intern(name)
      this.#pairs[length++] = this.#strings.intern(value)
    }
    this.#sort(length)
    return length
  }
  /** Insertion sort: few pairs, mostly in order. */
  #sort(length: number): void {
    const pairs = this.#pairs
    for (let i = 2; i < length; i += 2) {
      const name = pairs[i]!
      const value = pairs[i + 1]!
      let at = i
      for (; at > 0 && pairs[at - 2]! > name; at -= 2) {
        pairs[at] = pairs[at - 2]!
        pairs[at + 1] = pairs[at - 1]!
      }
      pairs[at] = name
      pairs[at + 1] = value
    }
  }
  #add(owner: number, length: number, hidden: boolean): number {
    const ref = this.#table.add(owner, this.#pairs, length, hidden)
    if (ref >= this.#kinds.length) this.#grow(ref * 2)
    this.#units[ref] = this.#noUnit
    if (!hidden) this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1)
    return ref
  }
  #hideUpTo(ref: number): void {
    while (this.#table.count < ref) this.#add(this.#strings.intern(nobody), 0, true)
  }
  #restoreMeta(ref: number, row: SeriesRow): void {
    this.#kinds[ref] = Math.max(0, kinds.indexOf(row.kind as SeriesKind))
    this.#units[ref] = this.#strings.intern(row.unit)
    this.#derived[ref] = row.derived
  }
  #keep(ref: number): void {
    this.#unpaged.add(Math.floor(ref / pageSeries))
    this.#save(this.#rowOf(ref))
  }
  #encode(page: number): Uint8Array | undefined {
    const texts = new PageTexts()
    const idOf = (id: number): number => texts.idOf(id, () => this.#strings.text(id))
    const entries = Array.from({ length: pageSeries }, (_, i): PageEntry => {
      const ref = page * pageSeries + i
      const tenant = this.#table.tenantOf(ref)
      return {
        tenant: idOf(tenant),
        kind: this.#kinds[ref]!,
        unit: idOf(this.#units[ref]!),
        derived: this.#derived[ref] === 1,
        hidden: this.#strings.text(tenant) === nobody,
        pairs: this.#table.pairsOf(ref).map(idOf),
      }
    })
    return encodePage(page, texts.texts, entries)
  }
  #grow(size: number): void {
    const [kindsBefore, derivedBefore, unitsBefore] = [this.#kinds, this.#derived, this.#units]
    this.#kinds = new Uint8Array(size)
    this.#derived = new Uint8Array(size)
    this.#units = new Uint32Array(size)
    this.#kinds.set(kindsBefore)
    this.#derived.set(derivedBefore)
    this.#units.set(unitsBefore)
  }
  /** True when something became known that was not. */
  #refine(ref: number, meta: SeriesMeta): boolean {
    const kind = kinds.indexOf(meta.kind)
    const unit = meta.unit ? this.#strings.intern(meta.unit) : this.#units[ref]!
    const derived = meta.derived === true ? 1 : this.#derived[ref]!
    const kindNow = kind > 0 ? kind : this.#kinds[ref]!
    if (kindNow === this.#kinds[ref] && unit === this.#units[ref] && derived === this.#derived[ref])
      return false
    this.#kinds[ref] = kindNow
    this.#units[ref] = unit
    this.#derived[ref] = derived
    return true
  }
  #rowOf(ref: number): SeriesRow {
    const labels = JSON.stringify([...this.#table.pairsOf(ref)].map((id) => this.#strings.text(id)))
    return {
      ref,
      tenant: this.#strings.text(this.#table.tenantOf(ref)),
      labels,
      crc: crc32(labels, ref),
      kind: this.kindOf(ref),
      unit: this.#strings.text(this.#units[ref]!),
      derived: this.#derived[ref]!,
    }
  }
}
