import type { Cluster } from '@aiops/contract/model/cluster'
import type { Severity } from '@aiops/contract/model/severity'
import { environmentWords, states, titleOf, typeLooks, types, versionText } from './cluster-look.ts'
import type { FleetColumn, FleetSearch } from './fleet-search.ts'

/** Open findings of one cluster; undefined where they are not known. */
export type FindingCounts = ReadonlyMap<string, Partial<Record<Severity, number>>>

export type FleetGroup = { name: string | undefined; clusters: readonly Cluster[] }

/** Clusters that fit the filter. */
export function filterFleet(clusters: readonly Cluster[], search: FleetSearch): Cluster[] {
  const text = (search.text ?? '').toLowerCase()
  const labels = (search.label ?? []).map((label): [string, string] => {
    const at = label.indexOf('=')
    return [label.slice(0, at), label.slice(at + 1)]
  })
  return clusters.filter(
    (one) =>
      (text === '' || `${one.name} ${one.display_name ?? ''}`.toLowerCase().includes(text)) &&
      among(search.state, one.status.state) &&
      among(search.type, one.cluster_type) &&
      among(search.environment, one.environment) &&
      among(search.region, one.region ?? '-') &&
      agrees(search.gpu, one.capabilities?.has_gpu_nodes ?? false) &&
      agrees(search.cnf, one.capabilities?.has_cnf_workloads ?? false) &&
      agrees(search.stale, one.status.stale) &&
      labels.every(([key, value]) => Object.hasOwn(one.labels, key) && one.labels[key] === value),
  )
}

const among = <T>(chosen: readonly T[] | undefined, value: T): boolean => !chosen || chosen.includes(value)
const agrees = (wanted: 'yes' | 'no' | undefined, is: boolean): boolean =>
  wanted === undefined || (wanted === 'yes') === is

/** In the order of a column, `-` backwards; then by name. Without one: worst state first, then the lowest score. */
export function sortFleet(
  clusters: readonly Cluster[],
  sort: FleetSearch['sort'],
  findings?: FindingCounts,
): Cluster[] {
  const down = sort?.startsWith('-') ? -1 : 1
  const column = (sort?.replace(/^-/, '') ?? 'state') as FleetColumn
  const keyed = clusters.map((cluster) => ({ cluster, key: keyOf(cluster, column, findings) }))
  keyed.sort(
    (a, b) =>
      down * compare(a.key, b.key) ||
      (column === 'state' ? a.cluster.status.health_score - b.cluster.status.health_score : 0) ||
      byName(a.cluster, b.cluster),
  )
  return keyed.map(({ cluster }) => cluster)
}

type Key = number | string

function keyOf(cluster: Cluster, column: FleetColumn, findings: FindingCounts | undefined): Key {
  const { status, capabilities } = cluster
  switch (column) {
    case 'state':
      return states.indexOf(status.state)
    case 'name':
      return titleOf(cluster)
    case 'score':
      return status.checked_at === null ? -1 : status.health_score
    case 'type':
      return types.indexOf(cluster.cluster_type)
    case 'environment':
      return environmentWords[cluster.environment]
    case 'region':
      return cluster.region ?? ''
    case 'version':
      return versionText(cluster)
    case 'nodes':
      return capabilities?.node_count ?? -1
    case 'gpus':
      return capabilities?.gpu_count ?? 0
    case 'findings':
      return weightOf(findings?.get(cluster.id))
    case 'checked':
      return status.checked_at ? Date.parse(status.checked_at) : 0
  }
}

/** Severity before number: one that is critical weighs more than any number of lesser ones. */
const weightOf = (counts: Partial<Record<Severity, number>> = {}): number =>
  (counts.CRITICAL ?? 0) * 1e9 + (counts.HIGH ?? 0) * 1e6 + (counts.MEDIUM ?? 0) * 1e3 + (counts.LOW ?? 0)

const collator = new Intl.Collator('en', { numeric: true })
const compare = (a: Key, b: Key): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
const byName = (a: Cluster, b: Cluster): number => collator.compare(a.name, b.name)

/** Groups by name, those without a value last; one without a name where nothing groups. Order within stays. */
export function groupFleet(clusters: readonly Cluster[], group: string | undefined): FleetGroup[] {
  if (group === undefined) return [{ name: undefined, clusters }]
  const found = Map.groupBy(clusters, (cluster) => groupValue(cluster, group))
  return [...found]
    .sort(([a], [b]) => Number(a === none) - Number(b === none) || collator.compare(a, b))
    .map(([name, members]) => ({ name, clusters: members }))
}

const none = 'without'
function groupValue(cluster: Cluster, group: string): string {
  if (group === 'type') return typeLooks[cluster.cluster_type].word
  if (group === 'environment') return environmentWords[cluster.environment]
  if (group === 'region') return cluster.region ?? none
  const key = group.replace(/^label:/, '')
  return Object.hasOwn(cluster.labels, key) ? (cluster.labels[key] ?? none) : none
}

/** Label keys of the fleet, the most used first, and regions by name. What one may filter and group by. */
export function choicesOf(clusters: readonly Cluster[]): { regions: string[]; labelKeys: string[] } {
  const regions = new Set<string>()
  const keys = new Map<string, number>()
  for (const { region, labels } of clusters) {
    regions.add(region ?? '-')
    for (const key of Object.keys(labels)) keys.set(key, (keys.get(key) ?? 0) + 1)
  }
  return {
    regions: [...regions].sort(collator.compare),
    labelKeys: [...keys].sort(([a, n], [b, m]) => m - n || collator.compare(a, b)).map(([key]) => key),
  }
}

export type FleetFigures = {
  total: number
  byState: Partial<Record<Cluster['status']['state'], number>>
  score: number | null
  checked: number
  stale: number
  gpus: number
  gpuClusters: number
  cnf: number
  warnings: number
}

/** Counted from what the page shows, so that each figure and its list always agree. */
export function figuresOf(clusters: readonly Cluster[]): FleetFigures {
  const byState: FleetFigures['byState'] = {}
  const sum = { score: 0, checked: 0, stale: 0, gpus: 0, gpuClusters: 0, cnf: 0, warnings: 0 }
  for (const { status, capabilities, warnings } of clusters) {
    byState[status.state] = (byState[status.state] ?? 0) + 1
    if (status.checked_at !== null) {
      sum.checked += 1
      sum.score += status.health_score
    }
    if (status.stale) sum.stale += 1
    if (capabilities?.has_gpu_nodes) sum.gpuClusters += 1
    if (capabilities?.has_cnf_workloads) sum.cnf += 1
    if (warnings.length > 0) sum.warnings += 1
    sum.gpus += capabilities?.gpu_count ?? 0
  }
  const score = sum.checked === 0 ? null : sum.score / sum.checked
  return { total: clusters.length, byState, ...sum, score }
}
