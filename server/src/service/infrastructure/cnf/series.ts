import type { Labels } from '@aiops/contract/model/label'
import { figureText } from '@aiops/contract/model/number-text'
import type { ClusterInventory, Reading, Sample } from '../index.ts'
import type { ReadingHistory } from '../signature/signature.ts'

export type Series = { labels: Readonly<Labels>; value: number }

/** Name and id of the cluster that a view is of. */
export type ClusterName = { id: string; name: string }

/** Made once for each reading, however many signatures ask. */
export function oncePerReading<T>(make: (history: ReadingHistory) => T): (history: ReadingHistory) => T {
  const made = new WeakMap<Reading, { value: T }>()
  return (history) => {
    const known = made.get(history.now)
    if (known) return known.value
    const value = make(history)
    made.set(history.now, { value })
    return value
  }
}

/** The inventory as it was when the reading was first looked at; making one goes over all pods. */
export const inventoryOf = oncePerReading(({ inventory }) => inventory)

const indexes = new WeakMap<Reading, Map<string, Sample[]>>()

/** Samples of a reading by metric name; made once for each reading. */
export function byName(reading: Reading): ReadonlyMap<string, readonly Sample[]> {
  const known = indexes.get(reading)
  if (known) return known
  const made = new Map<string, Sample[]>()
  for (const sample of reading.samples) {
    if (Number.isNaN(sample.value)) continue
    const name = sample.labels.__name__ ?? ''
    const list = made.get(name)
    if (list) list.push(sample)
    else made.set(name, [sample])
  }
  indexes.set(reading, made)
  return made
}

export const samplesOf = (reading: Reading, name: string): readonly Sample[] =>
  byName(reading).get(name) ?? []

/**
 * A label as the exporter gave it. Where a scrape has labels of the same name of its own, Prometheus renames the exporter's to
 * `exported_…`: then `pod` is the exporter's pod and not the one it speaks of.
 */
export const labelOf = (labels: Readonly<Labels>, name: string): string | undefined =>
  labels[`exported_${name}`] || labels[name] || undefined

/** Host of `10.0.0.1:9100`, `[::1]:9100` or `node-1`. */
const hostOf = (instance: string): string => instance.replace(/:\d{1,5}$/, '')

/** Node that a sample speaks of; the node of the exporter's own pod where the sample does not say. */
export function nodeOf(labels: Readonly<Labels>, inventory?: ClusterInventory): string {
  const said =
    labelOf(labels, 'node') ??
    labels.nodename ??
    labels.node_name ??
    labels.kubernetes_node ??
    labels.hostname
  if (said) return said
  if (inventory && labels.pod) {
    const pod = podsOf(inventory).get(`${labels.namespace ?? ''}/${labels.pod}`)
    if (pod?.node) return pod.node
  }
  return hostOf(labels.instance ?? '')
}

type Pod = ClusterInventory['pods'][number]
const pods = new WeakMap<ClusterInventory, Map<string, Pod>>()

/** Pods by `namespace/name`; made once for each inventory. */
export function podsOf(inventory: ClusterInventory): ReadonlyMap<string, Pod> {
  const known = pods.get(inventory)
  if (known) return known
  const made = new Map(inventory.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]))
  pods.set(inventory, made)
  return made
}

/** Labels that say where a scrape came from, not what it speaks of. */
const scrape = new Set([
  '__name__',
  'job',
  'endpoint',
  'service',
  'prometheus',
  'prometheus_replica',
  'cluster',
])

/** A label that is longer tells nobody anything, and without it the selector still finds the series. */
const valueMax = 256

/** A PromQL selector that finds the series again. */
export function selectorOf(labels: Readonly<Labels>): string {
  const matchers = Object.keys(labels)
    .filter((name) => !scrape.has(name) && labels[name] && labels[name].length <= valueMax)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
  return `${labels.__name__ ?? ''}${matchers.length > 0 ? `{${matchers.join(',')}}` : ''}`
}

/** Key of what a sample speaks of. */
export const keyOf = (first: string, second: string, third?: string): string =>
  third === undefined ? `${first}\u0000${second}` : `${first}\u0000${second}\u0000${third}`
export const partsOf = (key: string): string[] => key.split('\u0000')

/** Most things of one sort that a view shows; an exporter that invents more is cut off. */
export const viewMax = 20_000

/** Groups by key, in the order of first sight, at most `max` groups. */
export function groupBy<T>(
  items: Iterable<T>,
  keyOfItem: (item: T) => string,
  max = viewMax,
): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOfItem(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else if (groups.size < max) groups.set(key, [item])
  }
  return groups
}

export const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** Digits that a reader needs: whole numbers as they are, others to four places. */
export const figure = (value: number): string => figureText(value, 4)

export const percent = (ratio: number): string => `${figure(ratio * 100)} %`
