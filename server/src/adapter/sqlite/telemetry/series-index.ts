import type { Matcher } from '@aiops/contract/model/label'
import { labelPattern } from './label-pattern.ts'
import type { SeriesTable } from './series-table.ts'
import type { StringPool } from './string-pool.ts'

/** Rows by value of one label name, ascending; built when first asked for and kept up to date from there. */
type NameIndex = { upTo: number; rows: Map<number, number[]> }
type Check = {
  name: number
  fits: (value: number) => boolean
  fitsAbsent: boolean
  equalTo: number | undefined
}

/**
 * Finds rows by their labels. No work is done when a series is added: a name is indexed by the first selection that uses it.
 * Cost of a selection: the rows of the rarest `=` matcher, or the distinct values of a name, or all rows.
 */
export class SeriesIndex {
  readonly #table: SeriesTable
  readonly #strings: StringPool
  readonly #names = new Map<number, NameIndex>()
  readonly #tenants = new Map<number, number[]>()
  #tenantsUpTo = 0
  constructor(table: SeriesTable, strings: StringPool) {
    this.#table = table
    this.#strings = strings
  }

  select(tenant: number, matchers: readonly Matcher[]): number[] {
    const checks = matchers.map((matcher) => this.#check(matcher))
    const rows: number[] = []
    for (const ref of this.#candidates(tenant, checks)) {
      if (this.#table.tenantOf(ref) === tenant && checks.every((check) => this.#fits(ref, check)))
        rows.push(ref)
    }
    return rows
  }
  rowsOf(tenant: number): readonly number[] {
    for (; this.#tenantsUpTo < this.#table.count; this.#tenantsUpTo += 1) {
      const owner = this.#table.tenantOf(this.#tenantsUpTo)
      const rows = this.#tenants.get(owner)
      if (rows) rows.push(this.#tenantsUpTo)
      else this.#tenants.set(owner, [this.#tenantsUpTo])
    }
    return this.#tenants.get(tenant) ?? []
  }

  #fits(ref: number, check: Check): boolean {
    const value = check.name < 0 ? -1 : this.#table.valueOf(ref, check.name)
    return value < 0 ? check.fitsAbsent : check.fits(value)
  }
  #check({ name, op, value }: Matcher): Check {
    const id = this.#strings.find(name) ?? -1
    if (op === '=' || op === '!=') {
      const wanted = this.#strings.find(value) ?? -1
      const positive = op === '='
      return {
        name: id,
        fits: (found) => (found === wanted) === positive,
        fitsAbsent: (value === '') === positive,
        equalTo: positive && value !== '' ? wanted : undefined,
      }
    }
    const pattern = labelPattern(value)
    const positive = op === '=~'
    const known = new Map<number, boolean>()
    const fits = (found: number): boolean => {
      const verdict = known.get(found) ?? pattern(this.#strings.text(found)) === positive
      known.set(found, verdict)
      return verdict
    }
    return { name: id, fits, fitsAbsent: pattern('') === positive, equalTo: undefined }
  }
  /** Ascending rows that hold at least all that fit. */
  #candidates(tenant: number, checks: readonly Check[]): readonly number[] {
    let best: readonly number[] = this.rowsOf(tenant)
    for (const check of checks) {
      if (check.equalTo === undefined) continue
      const rows = check.name < 0 ? [] : (this.#index(check.name).get(check.equalTo) ?? [])
      if (rows.length < best.length) best = rows
    }
    if (checks.some((check) => check.equalTo !== undefined)) return best
    for (const check of checks) {
      if (check.fitsAbsent) continue
      const rows = this.#union(check, best.length)
      if (rows && rows.length < best.length) best = rows
    }
    return best
  }
  /** Undefined when the name has so many rows that the union saves nothing. */
  #union(check: Check, enough: number): number[] | undefined {
    if (check.name < 0) return []
    const rows: number[] = []
    for (const [value, some] of this.#index(check.name)) {
      if (!check.fits(value)) continue
      if (rows.length + some.length >= enough) return undefined
      for (const row of some) rows.push(row)
    }
    return rows.sort((a, b) => a - b)
  }
  #index(name: number): Map<number, number[]> {
    const index = this.#names.get(name) ?? { upTo: 0, rows: new Map<number, number[]>() }
    this.#names.set(name, index)
    for (; index.upTo < this.#table.count; index.upTo += 1) {
      const value = this.#table.valueOf(index.upTo, name)
      if (value < 0) continue
      const rows = index.rows.get(value)
      if (rows) rows.push(index.upTo)
      else index.rows.set(value, [index.upTo])
    }
    return index.rows
  }
}
