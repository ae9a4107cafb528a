import type { Labels } from '@aiops/contract/model/label'
import type { ClusterInventory } from '../index.ts'

export type PodName = { namespace: string; pod: string }
type Pod = ClusterInventory['pods'][number]
type Node = ClusterInventory['nodes'][number]

/** What is looked up in an inventory. Each index is made when it is first asked: of 20,000 pods one takes some milliseconds. */
class InventoryIndex {
  readonly #inventory: ClusterInventory
  #nodes: Map<string, Node> | undefined
  #shortNodes: Map<string, string> | undefined
  #pods: Map<string, Pod> | undefined
  #podsByName: Map<string, Pod> | undefined
  #podsByUid: Map<string, Pod> | undefined
  #podsByContainer: Map<string, Pod> | undefined
  #gpuPodsByNode: Map<string, Pod[]> | undefined
  constructor(inventory: ClusterInventory) {
    this.#inventory = inventory
  }

  get nodes(): ReadonlyMap<string, Node> {
    this.#nodes ??= new Map(this.#inventory.nodes.map((node) => [node.name, node]))
    return this.#nodes
  }
  /** Full names by what stands before their first dot. */
  get shortNodes(): ReadonlyMap<string, string> {
    this.#shortNodes ??= new Map(this.#inventory.nodes.map(({ name }) => [name.split('.')[0] ?? name, name]))
    return this.#shortNodes
  }
  /** By `namespace/name`. */
  get pods(): ReadonlyMap<string, Pod> {
    this.#pods ??= new Map(this.#inventory.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]))
    return this.#pods
  }
  get podsByName(): ReadonlyMap<string, Pod> {
    this.#podsByName ??= new Map(this.#inventory.pods.map((pod) => [pod.name, pod]))
    return this.#podsByName
  }
  get podsByUid(): ReadonlyMap<string, Pod> {
    this.#podsByUid ??= new Map(this.#inventory.pods.map((pod) => [pod.uid, pod]))
    return this.#podsByUid
  }
  get podsByContainer(): ReadonlyMap<string, Pod> {
    this.#podsByContainer ??= new Map(
      this.#inventory.pods.flatMap((pod) =>
        pod.containerIds.map((id) => [id.replace(/^.*:\/\//, ''), pod] as const),
      ),
    )
    return this.#podsByContainer
  }
  get gpuPodsByNode(): ReadonlyMap<string, Pod[]> {
    if (this.#gpuPodsByNode) return this.#gpuPodsByNode
    this.#gpuPodsByNode = new Map()
    for (const pod of this.#inventory.pods) {
      if (pod.node === '' || !Object.keys(pod.requests).some(isGpuResource)) continue
      const list = this.#gpuPodsByNode.get(pod.node)
      if (list) list.push(pod)
      else this.#gpuPodsByNode.set(pod.node, [pod])
    }
    return this.#gpuPodsByNode
  }
}

const indexes = new WeakMap<ClusterInventory, InventoryIndex>()

export function indexOf(inventory: ClusterInventory): InventoryIndex {
  const known = indexes.get(inventory) ?? new InventoryIndex(inventory)
  indexes.set(inventory, known)
  return known
}

/** `nvidia.com/gpu`, its shared form, and slices as `nvidia.com/mig-1g.10gb`. */
export const isGpuResource = (name: string): boolean => /^nvidia\.com\/(gpu(\.shared)?$|mig-)/.test(name)

const nodeLabels = [
  'Hostname',
  'hostname',
  'node',
  'kubernetes_node',
  'nodename',
  'node_name',
  'exported_node',
]

/**
 * Node that a sample speaks of. `Hostname` is the node where the exporter knows it, but may be the exporter's pod, or a short name of it;
 * a name that the inventory knows is believed before others.
 */
export function nodeOf(labels: Labels, inventory: ClusterInventory): string {
  const index = indexOf(inventory)
  const { nodes } = index
  let first: string | undefined
  for (const label of nodeLabels) {
    const name = labels[label]
    if (!name) continue
    if (nodes.has(name)) return name
    first ??= name
  }
  const host = (labels.instance ?? '').replace(/:\d{1,5}$/, '')
  if (nodes.has(host)) return host
  if (first === undefined) {
    const pod = labels.pod === undefined ? undefined : index.podsByName.get(labels.pod)
    return isExporter(labels) && pod?.node ? pod.node : (index.shortNodes.get(host) ?? host)
  }
  return index.podsByName.get(first)?.node || (index.shortNodes.get(first) ?? first)
}

/**
 * The pod that a GPU is given to. A scrape that puts its own target's labels on samples renames the exporter's to `exported_…`; where the
 * exporter said none, `pod` is the exporter itself.
 */
export function ownerOf(labels: Labels, inventory: ClusterInventory): PodName | undefined {
  if (labels.exported_pod)
    return { namespace: labels.exported_namespace || labels.namespace || '', pod: labels.exported_pod }
  if (labels.exported_pod === '' || !labels.pod || isExporter(labels)) return undefined
  const pod = indexOf(inventory).pods.get(`${labels.namespace ?? ''}/${labels.pod}`)
  if (pod?.images.some((image) => /dcgm/.test(image))) return undefined
  return { namespace: labels.namespace ?? '', pod: labels.pod }
}

const isExporter = ({ pod = '', container = '' }: Labels): boolean =>
  /dcgm/.test(pod) || /dcgm/.test(container) || container === 'exporter'
