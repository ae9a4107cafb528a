import type { Labels } from '@aiops/contract/model/label'
import { type Stepwise, sortedStepwise } from '../../../../kernel/stepwise.ts'
import type { Grouping } from '../expression.ts'

/** Label sets are made by `fromEntries`, which sets `__proto__` as any other name. Names are sorted by UTF-16 units. */
export const metricName = '__name__'
export const noLabels: Labels = Object.freeze({})

/** One string for one label set, whatever the order. Length first, so that no value can imitate another pair. */
export function labelsKey(labels: Labels): string {
  const names = Object.keys(labels).sort()
  let key = ''
  for (const name of names) {
    const value = labels[name] as string
    key += `${name.length}:${name}${value.length}:${value}`
  }
  return key
}

/** One string for each group that `grouping` makes, told apart as `labelsKey` of `groupLabels` would, without building that label set. */
export function groupKey(labels: Labels, grouping: Grouping | undefined): string {
  if (!grouping) return ''
  if (!('by' in grouping) || grouping.by.length > listedMax) return labelsKey(groupLabels(labels, grouping))
  let key = ''
  for (const name of grouping.by) {
    const value = label(labels, name)
    key += `${value.length}:${value}`
  }
  return key
}

export const label = (labels: Labels, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] as string) : ''

export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  if (names.length > listedMax) {
    const set = setOf(names)
    return Object.fromEntries(Object.entries(labels).filter(([name, value]) => set.has(name) && value !== ''))
  }
  const kept: [string, string][] = []
  for (const name of names) {
    const value = label(labels, name)
    if (value !== '') kept.push([name, value])
  }
  return Object.fromEntries(kept)
}

export function dropLabels(labels: Labels, names: readonly string[]): Labels {
  const list = names.length > listedMax ? setOf(names) : undefined
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => !(list ? list.has(name) : names.includes(name))),
  )
}

/** Names to look through one by one; of more a set is kept for as long as the query holds the list. */
const listedMax = 16
const sets = new WeakMap<readonly string[], ReadonlySet<string>>()
function setOf(names: readonly string[]): ReadonlySet<string> {
  const known = sets.get(names) ?? new Set(names)
  sets.set(names, known)
  return known
}

/** An empty value takes the label away. */
export function setLabel(labels: Labels, name: string, value: string): Labels {
  const others = Object.entries(labels).filter(([known]) => known !== name)
  return Object.fromEntries(value === '' ? others : [...others, [name, value]])
}

export const withoutName = (labels: Labels): Labels =>
  Object.hasOwn(labels, metricName) ? dropLabels(labels, [metricName]) : labels

/** Labels that say what a metric is; they no longer fit what was computed from it. */
const metadata = [metricName, '__type__', '__unit__'] as const
export const withoutMetadata = (labels: Labels): Labels =>
  metadata.some((name) => Object.hasOwn(labels, name)) ? dropLabels(labels, metadata) : labels

/** The labels of the group that a series falls into. `without` takes the metric name away as well. */
export function groupLabels(labels: Labels, grouping: Grouping | undefined): Labels {
  if (!grouping) return noLabels
  if ('by' in grouping) return grouping.by.length === 0 ? noLabels : keepLabels(labels, grouping.by)
  return withoutName(grouping.without.length === 0 ? labels : dropLabels(labels, grouping.without))
}

/** As Prometheus prints a label set in messages: `{a="b", c="d"}`, the metric name among them. */
export function printLabels(labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map(
      (name) =>
        `${/^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(labels[name])}`,
    )
  return `{${pairs.join(', ')}}`
}

/** By names and values in turn, as Prometheus orders the series of an answer. */
export function* sortedByLabels<T extends { labels: Labels }>(series: readonly T[]): Stepwise<T[]> {
  const keyed: { one: T; names: string[] }[] = []
  for (const one of series) {
    keyed.push({ one, names: Object.keys(one.labels).sort() })
    if (keyed.length % 256 === 0) yield
  }
  const sorted = yield* sortedStepwise(keyed, (a, b) =>
    compareNamed(a.one.labels, a.names, b.one.labels, b.names),
  )
  return sorted.map(({ one }) => one)
}

export const compareLabels = (a: Labels, b: Labels): number =>
  compareNamed(a, Object.keys(a).sort(), b, Object.keys(b).sort())

function compareNamed(a: Labels, left: readonly string[], b: Labels, right: readonly string[]): number {
  for (let i = 0; i < left.length && i < right.length; i += 1) {
    const [x, y] = [left[i] as string, right[i] as string]
    if (x !== y) return x < y ? -1 : 1
    const [v, w] = [a[x] as string, b[x] as string]
    if (v !== w) return v < w ? -1 : 1
  }
  return left.length - right.length
}
