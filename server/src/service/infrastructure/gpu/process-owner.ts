import type { ClusterInventory } from '../index.ts'
import { indexOf, type PodName } from './placement.ts'

/** Texts of `/proc/PID/cgroup`, each after a line `== PID`. */
export function parseCgroups(text: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const part of text.split(/^== /m).slice(1)) {
    const match = /^(\d{1,10})\n([\s\S]*)$/.exec(part)
    if (match) found.set(Number(match[1]), (match[2] as string).slice(0, 8_192))
  }
  return found
}

/** The pod whose container a control group is of: by the container's id, else by the pod's uid, which systemd writes with underscores. */
export function podOfCgroup(cgroup: string, inventory: ClusterInventory): PodName | undefined {
  const index = indexOf(inventory)
  for (const [id] of cgroup.matchAll(/[0-9a-f]{64}/g)) {
    const pod = index.podsByContainer.get(id)
    if (pod) return { namespace: pod.namespace, pod: pod.name }
  }
  const uid = /pod([0-9a-f]{8}[-_](?:[0-9a-f]{4}[-_]){3}[0-9a-f]{12})/.exec(cgroup)?.[1]?.replace(/_/g, '-')
  const pod = uid === undefined ? undefined : index.podsByUid.get(uid)
  return pod && { namespace: pod.namespace, pod: pod.name }
}

/** Where but one running pod of the node was given GPUs, it is that one. */
export function podOfSoleUser(node: string, inventory: ClusterInventory): PodName | undefined {
  const users =
    indexOf(inventory)
      .gpuPodsByNode.get(node)
      ?.filter(({ phase }) => phase === 'Running') ?? []
  const [only] = users
  return users.length === 1 && only ? { namespace: only.namespace, pod: only.name } : undefined
}
