import type { ClusterInventory } from '../index.ts'

type Pod = ClusterInventory['pods'][number]
type Node = ClusterInventory['nodes'][number]

/** A running pod, with what a test says of it. */
export const pod = (name: string, of: Partial<Pod> = {}): Pod => ({
  ...{ namespace: 'app', name, uid: `uid-${of.namespace ?? 'app'}-${name}`, node: 'node-1', labels: {} },
  ...{ owner: undefined, phase: 'Running', ready: true, qosClass: 'Burstable', requests: {} },
  ...{ images: [], containerIds: [] },
  ...of,
})

export const node = (name: string, allocatable: Node['allocatable'] = {}): Node => ({
  ...{ name, allocatable, labels: {} },
})

export const inventoryOf = (pods: Pod[], nodes: Node[] = [node('node-1')]): ClusterInventory => ({
  pods,
  nodes,
})
