import type { Gpu, GpuNode, GpuProcess } from '@aiops/contract/model/gpu'
import { type GpuHealth, type GpuSearch, type GpuSort, gpuHealths } from './gpu-search.ts'
import { measureOf } from './measure.ts'

/** A GPU with the node that has it. */
export type GpuRow = { key: string; node: GpuNode; gpu: Gpu }

/** As the address names it; a UUID alone is only as unique as its cluster is honest. */
export const gpuKey = (node: Pick<GpuNode, 'cluster_id' | 'node_name'>, gpu: Pick<Gpu, 'uuid'>): string =>
  `${node.cluster_id}/${node.node_name}/${gpu.uuid}`

/** Names of objects of findings about GPUs. */
export const gpuObjectName = (node: Pick<GpuNode, 'node_name'>, gpu: Pick<Gpu, 'uuid'>): string =>
  `${node.node_name}/${gpu.uuid}`

type Filter = Pick<GpuSearch, 'cluster' | 'node' | 'type' | 'health' | 'text'>
export type NodeGroup = { node: GpuNode; gpus: readonly Gpu[] }
export type ClusterGroup = { id: string; name: string; nodes: NodeGroup[]; gpus: number }

/** Nodes with the GPUs that fit, by cluster and node. A node all of whose GPUs fit keeps its own list, so that nothing is drawn anew. */
export function groupsOf(nodes: readonly GpuNode[], filter: Filter): ClusterGroup[] {
  const words = wordsOf(filter.text)
  const clusters = new Map<string, ClusterGroup>()
  for (const node of nodes) {
    if (filter.cluster && !filter.cluster.includes(node.cluster_id)) continue
    if (filter.node && filter.node !== node.node_name) continue
    const fitting = node.gpus.filter((gpu) => fits(node, gpu, filter, words))
    if (fitting.length === 0) continue
    const gpus = fitting.length === node.gpus.length ? node.gpus : fitting
    let group = clusters.get(node.cluster_id)
    if (!group) {
      group = { id: node.cluster_id, name: node.cluster_name, nodes: [], gpus: 0 }
      clusters.set(node.cluster_id, group)
    }
    group.nodes.push({ node, gpus })
    group.gpus += gpus.length
  }
  for (const { nodes: list } of clusters.values())
    list.sort((a, b) => byName(a.node.node_name, b.node.node_name))
  return [...clusters.values()].sort((a, b) => byName(a.name, b.name))
}

export const rowsOf = (groups: readonly ClusterGroup[]): GpuRow[] =>
  groups.flatMap(({ nodes }) =>
    nodes.flatMap(({ node, gpus }) => gpus.map((gpu) => ({ key: gpuKey(node, gpu), node, gpu }))),
  )

export const findGpu = (nodes: readonly GpuNode[], key: string): GpuRow | undefined => {
  for (const node of nodes)
    for (const gpu of node.gpus) if (gpuKey(node, gpu) === key) return { key, node, gpu }
  return undefined
}

/** Greatest first, worst first for health; what is not told comes last, whatever the order. */
export function sortRows(rows: readonly GpuRow[], sort: GpuSort): GpuRow[] {
  if (sort === 'name') return [...rows]
  const rank = ({ node, gpu }: GpuRow): number =>
    sort === 'health' ? -gpuHealths.indexOf(healthOf(node, gpu)) : (measureOf(gpu, sort) ?? -1)
  const ranks = new Map(rows.map((row) => [row, rank(row)]))
  return rows.toSorted((a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0))
}

/** How it is, as far as that still holds. */
export const healthOf = (node: Pick<GpuNode, 'stale'>, gpu: Pick<Gpu, 'health'>): GpuHealth =>
  node.stale ? 'UNKNOWN' : gpu.health

export type ProcessRow = { row: GpuRow; process: GpuProcess }

/** Most memory first. */
export const processesOf = (rows: readonly GpuRow[]): ProcessRow[] =>
  rows
    .flatMap((row) => row.gpu.processes.map((process) => ({ row, process })))
    .sort((a, b) => (b.process.used_memory_mb ?? -1) - (a.process.used_memory_mb ?? -1))

/** GPUs that the node offers to pods and that nobody tells of. A divided GPU is not offered as a whole. */
export const vanishedOf = ({ allocatable, gpus }: GpuNode): number =>
  allocatable === null ? 0 : Math.max(0, allocatable - gpus.length)

export type Facet = { value: string; word: string; count: number }
export type Facets = { clusters: Facet[]; types: Facet[] }

/** What there is to filter by, and how many GPUs have it. */
export function facetsOf(nodes: readonly GpuNode[]): Facets {
  const clusters = new Map<string, Facet>()
  const types = new Map<string, Facet>()
  const count = (facets: Map<string, Facet>, value: string, word: string): void => {
    const facet = facets.get(value)
    if (facet) facet.count += 1
    else facets.set(value, { value, word, count: 1 })
  }
  for (const node of nodes)
    for (const { name } of node.gpus) {
      count(clusters, node.cluster_id, node.cluster_name)
      count(types, name, name)
    }
  const sorted = (facets: Map<string, Facet>): Facet[] =>
    [...facets.values()].sort((a, b) => byName(a.word, b.word))
  return { clusters: sorted(clusters), types: sorted(types) }
}

const wordsOf = (text: string | undefined): string[] =>
  (text ?? '').toLowerCase().split(/\s+/).filter(Boolean)

function fits(node: GpuNode, gpu: Gpu, { type, health }: Filter, words: readonly string[]): boolean {
  if (type && !type.includes(gpu.name)) return false
  if (health && !health.includes(healthOf(node, gpu))) return false
  if (words.length === 0) return true
  const slices = gpu.mig_instances.map(({ namespace, pod }) => `${namespace} ${pod}`)
  const processes = gpu.processes.map(({ process_name, pod }) => `${process_name} ${pod}`)
  const owner = gpu.pod === null ? '' : `${gpu.namespace}/${gpu.pod}`
  const text = [node.cluster_name, node.node_name, gpu.uuid, gpu.name, owner, ...slices, ...processes]
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

const collator = new Intl.Collator('en', { numeric: true })
/** `gpu-9` before `gpu-10`. */
export const byName = (a: string, b: string): number => collator.compare(a, b)
