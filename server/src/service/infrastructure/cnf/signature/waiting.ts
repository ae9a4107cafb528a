import type { ClusterInventory } from '../../index.ts'

type Pod = ClusterInventory['pods'][number]

/** Pods that wait for a resource of which no node has enough left. */
export type Waiting = {
  resource: string
  pods: Pod[]
  /** Nodes that offer the resource at all. */
  nodes: number
  mostFree: number
}

/** One entry for each resource of the kind that matters. */
export function waitingFor(
  { nodes, pods }: ClusterInventory,
  matters: (resource: string) => boolean,
): Waiting[] {
  const wanted = new Map<string, Pod[]>()
  for (const pod of pods) {
    if (pod.phase !== 'Pending' || pod.node !== '') continue
    for (const [resource, amount] of Object.entries(pod.requests)) {
      if (amount <= 0 || !matters(resource)) continue
      const list = wanted.get(resource)
      if (list) list.push(pod)
      else wanted.set(resource, [pod])
    }
  }
  if (wanted.size === 0) return []
  const used = usedByNode(pods, wanted)
  return [...wanted].flatMap(([resource, waiting]) => {
    const offers = nodes.filter((node) => (node.allocatable[resource] ?? 0) > 0)
    const free = offers.map(
      (node) => (node.allocatable[resource] ?? 0) - (used.get(resource)?.get(node.name) ?? 0),
    )
    const mostFree = Math.max(0, ...free)
    // What would fit somewhere waits for another reason.
    const unfit = waiting.filter((pod) => (pod.requests[resource] ?? 0) > mostFree)
    return unfit.length > 0 ? [{ resource, pods: unfit, nodes: offers.length, mostFree }] : []
  })
}

function usedByNode(
  pods: readonly Pod[],
  wanted: ReadonlyMap<string, unknown>,
): Map<string, Map<string, number>> {
  const used = new Map([...wanted.keys()].map((resource) => [resource, new Map<string, number>()]))
  for (const pod of pods) {
    if (!pod.node || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    for (const [resource, byNode] of used) {
      const amount = pod.requests[resource]
      if (amount) byNode.set(pod.node, (byNode.get(pod.node) ?? 0) + amount)
    }
  }
  return used
}
