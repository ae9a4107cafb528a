import { atOnce, type Stepwise } from '../../kernel/stepwise.ts'
import { requestOf } from './answer/pod-request.ts'
import { isReady } from './answer/pod-status.ts'
import { ownerFinder } from './object/owner.ts'
import type { Pod } from './object/pod.ts'
import { quantityOf } from './object/quantity.ts'
import type { ClusterView, ObjectRef } from './view.ts'

type Labels = Readonly<Record<string, string>>
export type Inventory = {
  nodes: { name: string; labels: Labels; allocatable: Record<string, number> }[]
  pods: ReturnType<typeof podOf>[]
}

/** Nodes and pods of a cluster in a few words: what whoever looks at its hardware needs to know of it. A step is 128 of them. */
export function* inventorySteps(view: ClusterView): Stepwise<Inventory> {
  const ownerOf = ownerFinder(view)
  const pods: Inventory['pods'] = []
  for (const pod of view.list('Pod')) {
    pods.push(podOf(pod, ownerOf(pod)))
    if (pods.length % 128 === 0) yield
  }
  return {
    nodes: view.list('Node').map(({ metadata, status }) => ({
      ...{ name: metadata.name, labels: metadata.labels },
      allocatable: Object.fromEntries(
        Object.entries(status.allocatable).map(([name, text]) => [name, quantityOf(text)]),
      ),
    })),
    pods,
  }
}

export const inventoryOf = (view: ClusterView): Inventory => atOnce(inventorySteps(view))

function podOf(pod: Pod, owner: ObjectRef | null) {
  const { metadata, spec, status } = pod
  return {
    ...{ namespace: metadata.namespace, name: metadata.name, uid: metadata.uid, labels: metadata.labels },
    ...{ node: spec.nodeName ?? '', owner: owner ? { kind: owner.kind, name: owner.name } : undefined },
    ...{ phase: status.phase, ready: isReady(pod), qosClass: status.qosClass ?? '' },
    requests: requestsOf(pod),
    images: spec.containers.map(({ image }) => image),
    containerIds: status.containerStatuses.flatMap(({ containerID }) => containerID ?? []),
  }
}

function requestsOf(pod: Pod): Record<string, number> {
  const names = new Set<string>()
  for (const { resources } of [...pod.spec.containers, ...pod.spec.initContainers])
    for (const name of [...Object.keys(resources.requests), ...Object.keys(resources.limits)]) names.add(name)
  return Object.fromEntries([...names].map((name) => [name, requestOf(pod, name)]))
}
