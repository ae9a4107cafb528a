import type { CnfWorkload, SriovStatus } from '@aiops/contract/model/cnf'
import type { Finding } from '@aiops/contract/model/finding'

export type PodChoice = { cluster: string; pod: string }

/** Pods that are likely to use DPDK: those of findings about packets first, then those with virtual functions. */
export function podChoices(
  cards: readonly SriovStatus[],
  workloads: readonly CnfWorkload[],
  findings: readonly Finding[],
): { clusters: { id: string; name: string }[]; pods: PodChoice[] } {
  const clusters = new Map<string, string>()
  for (const { cluster_id, cluster_name } of [...workloads, ...cards, ...findings])
    clusters.set(cluster_id, cluster_name)
  const pods = new Map<string, PodChoice>()
  const add = (cluster: string, pod: string): void => {
    pods.set(`${cluster}/${pod}`, { cluster, pod })
  }
  for (const { rule, object, cluster_id } of findings)
    if (rule.startsWith('dpdk-') && object.kind === 'Pod') add(cluster_id, object.name)
  for (const { cluster_id, vfs } of cards) for (const { pod } of vfs) if (pod !== null) add(cluster_id, pod)
  return {
    clusters: [...clusters]
      .map(([id, name]) => ({ id, name }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    pods: [...pods.values()],
  }
}
