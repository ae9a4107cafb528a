import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { GpuNode } from '@aiops/contract/model/gpu'
import type { QueryClient } from '@tanstack/react-query'

export type GpuNodes = OperationOutput<Api['listGpuNodes']>
export const gpuNodesKey = ['gpu-nodes'] as const

/** What was told of nodes, put into the list. Other nodes stay the objects that they are; an older telling changes nothing. */
export function patchNodes(list: GpuNodes, told: ReadonlyMap<string, GpuNode>): GpuNodes {
  const missing = new Map(told)
  const nodes = list.nodes.map((node) => {
    const key = nodeKey(node)
    const next = missing.get(key)
    missing.delete(key)
    return next && Date.parse(next.last_updated) >= Date.parse(node.last_updated) ? next : node
  })
  nodes.push(...missing.values())
  return { nodes, total: nodes.length }
}

export const nodeKey = (node: Pick<GpuNode, 'cluster_id' | 'node_name'>): string =>
  `${node.cluster_id}/${node.node_name}`

const flushMs = 250

/** Nodes come one by one, many a second in a large fleet: the page is drawn anew at most four times a second. */
export function createGpuLive(cache: QueryClient, after: (ms: number, run: () => void) => void) {
  const waiting = new Map<string, GpuNode>()
  const flush = (): void => {
    const told = new Map(waiting)
    waiting.clear()
    cache.setQueryData<GpuNodes>(gpuNodesKey, (old) => old && patchNodes(old, told))
  }
  return {
    take(node: GpuNode): void {
      // Where no page shows GPUs there is nothing to patch: the list is read when one does.
      if (cache.getQueryData(gpuNodesKey) === undefined) return
      if (waiting.size === 0) after(flushMs, flush)
      waiting.set(nodeKey(node), node)
    },
  }
}
