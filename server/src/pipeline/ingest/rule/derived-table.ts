import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesRef } from '../../../port/metric-store.ts'
import type { Action, Aggregate } from './rule-document.ts'

export type DerivedReading = {
  tenant: TenantId
  metric: string
  labels: Labels
  kind: 'GAUGE' | 'COUNTER'
  value: number
}

type Aggregation = Extract<Action, { do: 'aggregate' }>
type Group = {
  tenant: TenantId
  labels: Labels
  rule: Aggregation
  /** The newest value of each member in this interval. */
  members: Map<SeriesRef, number>
  nextMs: number
}
type Counter = { tenant: TenantId; metric: string; labels: Labels; total: number; changed: boolean }

/**
 * What rules derive from many samples or records: aggregates of series over an interval, and counts of records. Both have a bound;
 * over it a new group is left out and counted in `refused`. A crash loses the interval that was running, and counts nothing twice.
 */
export class DerivedTable {
  readonly #groups = new Map<string, Group>()
  readonly #counters = new Map<string, Counter>()
  readonly #groupsMax: number
  readonly #membersMax: number
  refused = 0

  constructor(limits: { groupsMax: number; membersMax: number }) {
    this.#groupsMax = limits.groupsMax
    this.#membersMax = limits.membersMax
  }

  add(
    tenant: TenantId,
    ref: SeriesRef,
    labels: Labels,
    rule: Aggregation,
    value: number,
    nowMs: number,
  ): void {
    if (Number.isNaN(value)) return
    const group = this.#group(tenant, labels, rule, nowMs)
    if (!group) return
    if (group.members.size >= this.#membersMax && !group.members.has(ref)) this.refused += 1
    else group.members.set(ref, value)
  }

  count(tenant: TenantId, metric: string, labels: Labels): void {
    const key = JSON.stringify([tenant, metric, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
    const known = this.#counters.get(key)
    if (known) {
      known.total += 1
      known.changed = true
    } else if (this.#counters.size >= this.#groupsMax) this.refused += 1
    else this.#counters.set(key, { tenant, metric, labels, total: 1, changed: true })
  }

  /** What is due by now. `totalOf` gives the total that a counter had before this process, 0 where it had none. */
  due(nowMs: number, totalOf: (counter: DerivedReading) => number): DerivedReading[] {
    const readings: DerivedReading[] = []
    for (const [key, group] of this.#groups) {
      if (nowMs < group.nextMs) continue
      if (group.members.size === 0) {
        this.#groups.delete(key)
        continue
      }
      const { tenant, labels, rule, members } = group
      const value = aggregates[rule.function]([...members.values()])
      readings.push({ tenant, metric: rule.metric, labels, kind: 'GAUGE', value })
      members.clear()
      group.nextMs = endOfInterval(nowMs, rule.everyMs)
    }
    for (const counter of this.#counters.values()) {
      if (!counter.changed) continue
      const { tenant, metric, labels, total } = counter
      const reading: DerivedReading = { tenant, metric, labels, kind: 'COUNTER', value: total }
      readings.push({ ...reading, value: total + this.#before(counter, reading, totalOf) })
      counter.changed = false
    }
    return readings
  }

  readonly #bases = new WeakMap<Counter, number>()
  #before(counter: Counter, reading: DerivedReading, totalOf: (reading: DerivedReading) => number): number {
    const known = this.#bases.get(counter)
    if (known !== undefined) return known
    const base = totalOf(reading)
    this.#bases.set(counter, base)
    return base
  }

  #group(tenant: TenantId, labels: Labels, rule: Aggregation, nowMs: number): Group | undefined {
    const own = rule.by.map((name) => [name, labels[name] ?? ''] as const).filter(([, value]) => value !== '')
    const key = JSON.stringify([tenant, rule.metric, own])
    const known = this.#groups.get(key)
    if (known) return known
    if (this.#groups.size >= this.#groupsMax) {
      this.refused += 1
      return undefined
    }
    const made: Group = {
      tenant,
      labels: Object.fromEntries(own),
      rule,
      members: new Map(),
      nextMs: endOfInterval(nowMs, rule.everyMs),
    }
    this.#groups.set(key, made)
    return made
  }
}

const endOfInterval = (nowMs: number, everyMs: number): number => (Math.floor(nowMs / everyMs) + 1) * everyMs

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const aggregates: Record<Aggregate, (values: readonly number[]) => number> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => values.reduce((least, value) => Math.min(least, value)),
  max: (values) => values.reduce((most, value) => Math.max(most, value)),
  count: (values) => values.length,
}
