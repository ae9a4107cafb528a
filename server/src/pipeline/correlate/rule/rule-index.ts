import { labelValue } from '../../../kernel/matcher.ts'
import type { Condition } from './condition.ts'
import type { SignalView } from './signal-view.ts'

type Entry<T> = { item: T; condition: Condition; place: number }
type Column<T> = { of: string; key: string; values: Map<string, Entry<T>[]> }

/**
 * Which conditions hold without trying each: one that needs a constant lies under it. Cost: fields in use × one look-up, then those
 * found there and those that name no constant.
 */
export class RuleIndex<T> {
  readonly #columns: Column<T>[] = []
  readonly #rest: Entry<T>[] = []
  readonly size: number

  constructor(conditions: readonly { item: T; condition: Condition }[]) {
    this.size = conditions.length
    for (const [place, { item, condition }] of conditions.entries()) {
      const entry = { item, condition, place }
      if (!condition.constants) this.#rest.push(entry)
      else for (const constant of condition.constants) this.#put(constant, entry)
    }
  }

  /** In the order given. */
  matching(view: SignalView): T[] {
    const found: Entry<T>[] = []
    for (const { of, key, values } of this.#columns) {
      const value = key === '' ? view[of as 'name'] : labelValue(view.labels, key)
      const under = value === '' ? undefined : values.get(value)
      if (under) for (const entry of under) if (entry.condition.test(view)) found.push(entry)
    }
    const indexed = found.length
    for (const entry of this.#rest) if (entry.condition.test(view)) found.push(entry)
    if (found.length === 0) return []
    // One that lies under several constants may have been found by each.
    if (indexed > 0) found.sort((a, b) => a.place - b.place)
    const items: T[] = []
    for (let at = 0; at < found.length; at += 1)
      if (found[at] !== found[at - 1]) items.push((found[at] as Entry<T>).item)
    return items
  }

  #put({ of, key, value }: { of: string; key: string; value: string }, entry: Entry<T>): void {
    let column = this.#columns.find((one) => one.of === of && one.key === key)
    if (!column) {
      column = { of, key, values: new Map() }
      this.#columns.push(column)
    }
    const under = column.values.get(value)
    if (!under) column.values.set(value, [entry])
    else if (under.at(-1) !== entry) under.push(entry)
  }
}
