import type { Labels } from '@aiops/contract/model/label'
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

export const label = (labels: Labels, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] as string) : ''

export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  const kept: [string, string][] = []
  for (const name of names) {
    const value = label(labels, name)
    if (value !== '') kept.push([name, value])
  }
  return Object.fromEntries(kept)
}

export const dropLabels = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))

/** An empty value takes the label away. */
export function setLabel(labels: Labels, name: string, value: string): Labels {
  const others = Object.entries(labels).filter(([known]) => known !== name)
  return Object.fromEntries(value === '' ? others : [...others, [name, value]])
}

export const withoutName = (labels: Labels): Labels =>
  Object.hasOwn(labels, metricName) ? dropLabels(labels, [metricName]) : labels

/** The labels of the group that a series falls into. `without` takes the metric name away as well. */
export function groupLabels(labels: Labels, grouping: Grouping | undefined): Labels {
  if (!grouping) return noLabels
  if ('by' in grouping) return grouping.by.length === 0 ? noLabels : keepLabels(labels, grouping.by)
  return dropLabels(labels, [...grouping.without, metricName])
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
export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [Object.keys(a).sort(), Object.keys(b).sort()]
  for (let i = 0; i < left.length && i < right.length; i += 1) {
    const [x, y] = [left[i] as string, right[i] as string]
    if (x !== y) return x < y ? -1 : 1
    const [v, w] = [a[x] as string, b[x] as string]
    if (v !== w) return v < w ? -1 : 1
  }
  return left.length - right.length
}
