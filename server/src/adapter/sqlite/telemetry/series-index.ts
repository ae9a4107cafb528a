import type { Matcher } from '@aiops/contract/model/label'
import { atOnce, givingWay, type Stepwise } from '../../../kernel/stepwise.ts'
import type { Turn } from '../../../kernel/turn.ts'
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

/** Rows or values looked at in one step: a regular expression takes about a microsecond for each. */
const breathEvery = 256

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
    return atOnce(this.#selecting(tenant, matchers))
  }
  /** As `select`, giving way between its steps; what was added meanwhile may be missing. */
  find(tenant: number, matchers: readonly Matcher[], turn: Turn): Promise<number[]> {
    return givingWay(this.#selecting(tenant, matchers), async () => {
      if (turn.due()) await turn.give()
    })
  }
  *#selecting(tenant: number, matchers: readonly Matcher[]): Stepwise<number[]> {
    const checks = matchers.map((matcher) => this.#check(matcher))
    const candidates = yield* this.#candidates(tenant, checks)
    const rows: number[] = []
    // Rows that are added meanwhile come at the end.
    const end = candidates.length
    for (let i = 0; i < end; i += 1) {
      const ref = candidates[i]!
      if (this.#table.tenantOf(ref) === tenant && checks.every((check) => this.#fits(ref, check)))
        rows.push(ref)
      if (i % breathEvery === 0) yield
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
  *#candidates(tenant: number, checks: readonly Check[]): Stepwise<readonly number[]> {
    let best: readonly number[] = this.rowsOf(tenant)
    for (const check of checks) {
      if (check.equalTo === undefined) continue
      const rows = check.name < 0 ? [] : ((yield* this.#index(check.name)).get(check.equalTo) ?? [])
      if (rows.length < best.length) best = rows
    }
    if (checks.some((check) => check.equalTo !== undefined)) return best
    for (const check of checks) {
      if (check.fitsAbsent) continue
      const rows = yield* this.#union(check, best.length)
      if (rows && rows.length < best.length) best = rows
    }
    return best
  }
  /** Undefined when the name has so many rows that the union saves nothing. */
  *#union(check: Check, enough: number): Stepwise<number[] | undefined> {
    if (check.name < 0) return []
    const rows: number[] = []
    let looked = 0
    for (const [value, some] of yield* this.#index(check.name)) {
      looked += 1
      if (looked % breathEvery === 0) yield
      if (!check.fits(value)) continue
      if (rows.length + some.length >= enough) return undefined
      for (const row of some) rows.push(row)
    }
    return rows.sort((a, b) => a - b)
  }
  *#index(name: number): Stepwise<Map<number, number[]>> {
    const index = this.#names.get(name) ?? { upTo: 0, rows: new Map<number, number[]>() }
    this.#names.set(name, index)
    while (index.upTo < this.#table.count) {
      const row = index.upTo
      // Taken before it yields: another selection may go on from there meanwhile.
      index.upTo += 1
      const value = this.#table.valueOf(row, name)
      if (value >= 0) {
        const rows = index.rows.get(value)
        if (rows) rows.push(row)
        else index.rows.set(value, [row])
      }
      if (index.upTo % (breathEvery * 8) === 0) yield
    }
    return index.rows
  }
}
