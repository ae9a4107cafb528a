import type { EntityId } from '@aiops/contract/model/entity'
import type { TopologyInput } from '@aiops/contract/model/topology'

/**
 * A cluster of two services as the watch of it tells the topology: cart (two pods on n1 and n2, made by a Deployment) is called by front
 * (one pod on n3), and far away there is mail in another namespace, with a pod on n1.
 */
export function clusterTopology(): TopologyInput {
  const entities = new Set<EntityId>(['cluster/east'])
  const edges: TopologyInput['edges'] = []
  const link = (source: EntityId, type: 'OWNS' | 'RUNS_ON' | 'DEPENDS' | 'CALLS', target: EntityId): void => {
    entities.add(source).add(target)
    edges.push({ source, target, type })
  }
  const workload = (namespace: string, name: string, pods: readonly [string, string][]): void => {
    const maker = `workload/east/${namespace}/Deployment/${name}`
    link(`namespace/east/${namespace}`, 'OWNS', maker)
    link(`service/${name}`, 'DEPENDS', maker)
    for (const [pod, node] of pods) {
      link(maker, 'OWNS', `pod/${pod}`)
      link(`service/${name}`, 'DEPENDS', `pod/${pod}`)
      link(`pod/${pod}`, 'RUNS_ON', `node/${node}`)
      link('cluster/east', 'OWNS', `node/${node}`)
    }
  }
  workload('shop', 'cart', [
    ['cart-6d-a', 'n1'],
    ['cart-6d-b', 'n2'],
  ])
  workload('shop', 'front', [['front-7f-a', 'n3']])
  workload('shop', 'ads', [['ads-1', 'n4']])
  workload('post', 'mail', [['mail-1', 'n1']])
  link('service/front', 'CALLS', 'service/cart')
  return { entities: [...entities].map((id) => ({ id, labels: {} })), edges }
}
