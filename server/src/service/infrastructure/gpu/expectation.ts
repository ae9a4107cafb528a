import type { ClusterInventory } from '../index.ts'
import { indexOf } from './placement.ts'

/** Whole GPUs that a node says may be given to pods; null where the inventory does not know it, or it has none. */
export function allocatableOf(node: string, inventory: ClusterInventory): number | null {
  const known = indexOf(inventory).nodes.get(node)
  const count = known?.allocatable['nvidia.com/gpu']
  return count === undefined ? null : Math.trunc(count)
}

/**
 * How many boards a node should show; undefined where nobody says. GPU feature discovery counts them in a label; else what may be allocated
 * does, unless each is offered several times (time slicing, MPS) or in slices.
 */
export function boardsOf(node: string, inventory: ClusterInventory): number | undefined {
  const known = indexOf(inventory).nodes.get(node)
  if (!known) return undefined
  const { labels, allocatable } = known
  if (/shared/i.test(labels['nvidia.com/gpu.product'] ?? '') && !labels['nvidia.com/gpu.replicas'])
    return undefined
  const replicas = Math.max(1, Number.parseInt(labels['nvidia.com/gpu.replicas'] ?? '1', 10) || 1)
  const count = allocatable['nvidia.com/gpu']
  // With strategy `single` each slice counts as a GPU.
  if (labels['nvidia.com/mig.strategy'] === 'single' && /MIG/.test(labels['nvidia.com/gpu.product'] ?? ''))
    return undefined
  const counted = Number.parseInt(labels['nvidia.com/gpu.count'] ?? '', 10)
  const offered = count === undefined ? 0 : count / replicas
  if (Number.isSafeInteger(counted) && counted > 0) return Math.max(counted, offered)
  return offered > 0 ? offered : undefined
}
