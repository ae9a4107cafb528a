import { crc32 } from 'node:zlib'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import { assert } from '../../../kernel/assert.ts'
import { widenedFor } from '../../../kernel/column.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Turn } from '../../../kernel/turn.ts'
import type {
  LabelPairs,
  SeriesCatalog,
  SeriesDescription,
  SeriesMeta,
  SeriesRef,
} from '../../../port/metric-store.ts'
import { decodePage, PagePacker, pageSeries, sealPage } from './catalog-page.ts'
import type { SeriesBatch, SeriesRow, Slice } from './message.ts'
import { PairScratch } from './pair-scratch.ts'
import { SeriesIndex } from './series-index.ts'
import { SeriesTable } from './series-table.ts'
import { StringPool } from './string-pool.ts'

const kinds: readonly SeriesKind[] = ['UNKNOWN', 'GAUGE', 'COUNTER', 'HISTOGRAM', 'SUMMARY']
/** The tenant of rows that cannot be read any more: no sender can name it. */
const nobody = ''
/** Kinds with their units that are kept as objects: senders invent units. */
const metasMax = 1_024

/** New series of a page from which on it is written whole rather than as rows of theirs. */
const pagedFrom = 32

/** Names to numbers in memory; new and refined series are taken by the writer before anything that uses their number is written. */
export class InternedCatalog implements SeriesCatalog {
  readonly #strings = new StringPool()
  readonly #table = new SeriesTable()
  readonly #index = new SeriesIndex(this.#table, this.#strings)
  readonly #changed: () => void
  readonly #packer = new PagePacker((id) => this.#strings.text(id))
  readonly #metas = new Map<number, SeriesMeta>()
  readonly #seriesMax: number
  readonly #counts = new Map<number, number>()
  readonly #refusals = new Map<number, Fault>()
  #kinds = new Uint8Array(256)
  #derived = new Uint8Array(256)
  #units = new Uint32Array(256)
  readonly #pairs = new PairScratch(this.#strings)
  readonly #noUnit = this.#strings.intern('')
  /** Pages with series that are rows of their own on disk. */
  readonly #unpaged = new Set<number>()
  #staged: number[] = []
  /** Numbers from here on are new to the writer, and so is what was refined of those below. */
  #freshFrom = 0
  readonly #refined = new Set<number>()

  /** `changed` hears of each series that there is to `take`. */
  constructor(seriesMax: number, changed: () => void) {
    this.#seriesMax = seriesMax
    this.#changed = changed
  }

  intern(tenant: TenantId, labels: Labels, meta: SeriesMeta): SeriesRef {
    const names = Object.keys(labels)
    return this.#intern(
      tenant,
      names,
      names.map((name) => labels[name]!),
      meta,
    )
  }
  internPairs(tenant: TenantId, { names, values }: LabelPairs, meta: SeriesMeta): SeriesRef {
    return this.#intern(tenant, names, values, meta)
  }
  /**
   * Takes a row of the file back, in order of `ref` and after the pages before it. False when the row is damaged: its series is gone, its
   * number stays taken by what comes after it, or by `reserve`. Of a series that is known, from a page, the row tells what was refined since.
   */
  restore(row: SeriesRow): boolean {
    // Not even the number of a damaged row is to be believed; who comes after it hides it.
    if (crc32(row.labels, row.ref) !== row.crc) return false
    this.#hideUpTo(row.ref)
    this.#freshFrom = Math.max(this.#freshFrom, row.ref + 1)
    this.#unpaged.add(Math.floor(row.ref / pageSeries))
    if (row.ref < this.#table.count) {
      this.#restoreMeta(row.ref, row)
      return true
    }
    const flat = JSON.parse(row.labels) as string[]
    this.#pairs.fill(flat.length, (i) => this.#strings.intern(flat[i]!))
    const ref = this.#add(this.#strings.intern(row.tenant), flat.length, false)
    this.#restoreMeta(ref, row)
    return true
  }
  /** Takes a page of the file back, in order. False when it is damaged: its numbers stay taken likewise. */
  restorePage(page: number, body: Uint8Array): boolean {
    const found = decodePage(page, body)
    if (!found || page * pageSeries < this.#table.count) return false
    this.#hideUpTo(page * pageSeries)
    this.#freshFrom = page * pageSeries + found.entries.length
    const ids = found.texts.map((text) => this.#strings.intern(text))
    for (const { tenant, kind, unit, derived, hidden, pairs } of found.entries) {
      this.#pairs.fill(pairs.length, (i) => ids[pairs[i]!]!)
      const ref = this.#add(ids[tenant]!, pairs.length, hidden)
      this.#kinds[ref] = kind
      this.#units[ref] = ids[unit]!
      this.#derived[ref] = derived ? 1 : 0
    }
    return true
  }
  /** Numbers below this are taken, whether their series are known or lost. */
  reserve(refs: number): void {
    this.#hideUpTo(refs)
    this.#freshFrom = Math.max(this.#freshFrom, refs)
  }
  /**
   * What the writer does not know yet: pages that are complete or gained many series, and rows of the rest, since a row for a handful of
   * series costs less than a page each time. A page takes the place of its series' rows.
   */
  take(): SeriesBatch {
    const batch: SeriesBatch = { rows: [], pages: [] }
    const count = this.#table.count
    for (let from = this.#freshFrom; from < count; ) {
      const page = Math.floor(from / pageSeries)
      const end = (page + 1) * pageSeries
      const to = Math.min(count, end)
      const body = to === end || to - from >= pagedFrom ? this.#pack(page, to) : undefined
      if (body) {
        batch.pages.push({ page, body })
        this.#unpaged.delete(page)
        for (const ref of this.#refined) if (ref >= page * pageSeries && ref < to) this.#refined.delete(ref)
      } else for (let ref = from; ref < to; ref += 1) this.#refined.add(ref)
      from = to
    }
    for (const ref of this.#refined) {
      this.#unpaged.add(Math.floor(ref / pageSeries))
      batch.rows.push(this.#rowOf(ref))
    }
    this.#freshFrom = count
    this.#refined.clear()
    return batch
  }
  /** Complete pages to take the place of rows that were written since. */
  *stage(): Generator<Slice> {
    const complete = [...this.#unpaged].filter((page) => (page + 1) * pageSeries <= this.#table.count)
    for (const page of complete) {
      // From here on, what is refined has to be written again.
      this.#unpaged.delete(page)
      this.#staged.push(page)
      const [from, to] = [page * pageSeries, (page + 1) * pageSeries]
      const plain = this.#pack(page, to)
      if (!plain) continue
      const body = sealPage({ page, body: plain })
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
    // fromEntries defines properties, so that a label named __proto__ is a label.
    return {
      ref,
      tenant: this.#strings.text(this.#table.tenantOf(ref)),
      labels: Object.fromEntries(entries),
      meta: this.metaOf(ref),
    }
  }
  metaOf(ref: SeriesRef): SeriesMeta {
    const key = (this.#units[ref]! * 2 + this.#derived[ref]!) * kinds.length + this.#kinds[ref]!
    const known = this.#metas.get(key)
    if (known) return known
    const unit = this.#strings.text(this.#units[ref]!)
    const derived = this.#derived[ref] === 1
    const meta = { kind: this.kindOf(ref), ...(unit ? { unit } : {}), ...(derived ? { derived } : {}) }
    if (this.#metas.size >= metasMax) this.#metas.clear()
    this.#metas.set(key, meta)
    return meta
  }
  labelOf(ref: SeriesRef, name: string): string | undefined {
    const id = this.#strings.find(name)
    const value = id === undefined ? -1 : this.#table.valueOf(ref, id)
    return value < 0 ? undefined : this.#strings.text(value)
  }
  eachLabel(ref: SeriesRef, visit: (name: string, value: string) => void): void {
    const pairs = this.#table.pairsOf(ref)
    for (let i = 0; i < pairs.length; i += 2)
      visit(this.#strings.text(pairs[i]!), this.#strings.text(pairs[i + 1]!))
  }
  kindOf(ref: SeriesRef): SeriesKind {
    return kinds[this.#kinds[ref]!]!
  }
  select(tenant: TenantId, matchers: readonly Matcher[]): SeriesRef[] {
    return this.#index.select(this.#strings.find(tenant) ?? -1, matchers)
  }
  find(tenant: TenantId, matchers: readonly Matcher[], turn: Turn): Promise<SeriesRef[]> {
    return this.#index.find(this.#strings.find(tenant) ?? -1, matchers, turn)
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
  #intern(
    tenant: TenantId,
    names: readonly string[],
    values: readonly string[],
    meta: SeriesMeta,
  ): SeriesRef {
    const owner = this.#strings.intern(tenant)
    // Of a series that is refused nothing is kept, not even its texts: a sender may invent them without end.
    const full = (this.#counts.get(owner) ?? 0) >= this.#seriesMax
    const length = full ? this.#pairs.gatherKnown(names, values) : this.#pairs.gather(names, values)
    const known = length < 0 ? -1 : this.#table.find(owner, this.#pairs.numbers, length)
    if (known >= 0) {
      if (this.#refine(known, meta)) this.#keep(known)
      return known
    }
    if (full) throw this.#refusal(tenant, owner)
    const ref = this.#add(owner, length, false)
    this.#refine(ref, meta)
    this.#keep(ref)
    return ref
  }
  /** One a tenant, thrown again and again: a stack for each of a million refused series costs more than reading it. */
  #refusal(tenant: TenantId, owner: number): Fault {
    const known = this.#refusals.get(owner)
    if (known) return known
    const message = `Tenant ${tenant} has ${this.#seriesMax} series, the most it may have.`
    const refusal = new Fault('SERIES_LIMIT', message)
    this.#refusals.set(owner, refusal)
    return refusal
  }
  #add(owner: number, length: number, hidden: boolean): number {
    const ref = this.#table.add(owner, this.#pairs.numbers, length, hidden)
    this.#kinds = widenedFor(this.#kinds, ref)
    this.#derived = widenedFor(this.#derived, ref)
    this.#units = widenedFor(this.#units, ref)
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
    if (ref < this.#freshFrom) this.#refined.add(ref)
    this.#changed()
  }
  #pack(page: number, to: number): Uint8Array | undefined {
    this.#packer.begin()
    for (let ref = page * pageSeries; ref < to; ref += 1) {
      const tenant = this.#table.tenantOf(ref)
      this.#packer.add({
        tenant,
        kind: this.#kinds[ref]!,
        unit: this.#units[ref]!,
        derived: this.#derived[ref] === 1,
        hidden: this.#strings.text(tenant) === nobody,
        pairs: this.#table.pairsOf(ref),
      })
    }
    return this.#packer.finish()
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
