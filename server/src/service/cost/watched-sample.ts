import type { Labels } from '@aiops/contract/model/label'
import { providerOf } from './allocation/directory.ts'
import type { CostConfig } from './config.ts'
import type { CostInventory, CostWritten } from './index.ts'

/** Pods of all watched clusters of a tenant that are written. */
const podsMax = 50_000

/**
 * Requests and capacities of watched clusters as samples of now, so that there is a history to allocate by where no kube-state-metrics tells.
 * `told`: clusters that one tells of already. Labels are only those that costs are put together by.
 */
export function watchedSamples(
  inventories: readonly CostInventory[],
  told: ReadonlySet<string>,
  config: Pick<CostConfig, 'team_labels' | 'environment_labels' | 'service_labels'>,
  timeMs: number,
): CostWritten[] {
  const samples: CostWritten[] = []
  const add = (name: string, labels: Labels, value: number | undefined): void => {
    if (value !== undefined && Number.isFinite(value))
      samples.push({ labels: { __name__: name, ...labels }, timeMs, value })
  }
  let pods = 0
  for (const { cluster, nodes, pods: all } of inventories) {
    if (told.has(cluster)) continue
    for (const node of nodes) {
      const labels = { cluster, node: node.name, ...nodeLabels(node.labels) }
      add('aiops_node_cpu_cores', labels, node.allocatable.cpu)
      add('aiops_node_memory_bytes', labels, node.allocatable.memory)
      add('aiops_node_gpus', labels, gpusOf(node.allocatable))
    }
    for (const pod of all) {
      if (pod.node === '' || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
      pods += 1
      if (pods > podsMax) return samples
      const found = (names: readonly string[]): string => firstOf(pod.labels, names)
      const labels: Record<string, string> = {
        ...{ cluster, namespace: pod.namespace, pod: pod.name, node: pod.node },
        ...{ controller_kind: pod.owner?.kind ?? '', controller: pod.owner?.name ?? '' },
        service: found(config.service_labels) || (pod.owner?.name ?? ''),
        ...{ team: found(config.team_labels), environment: found(config.environment_labels) },
      }
      const named = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
      add('aiops_pod_cpu_request_cores', named, pod.requests.cpu ?? 0)
      add('aiops_pod_memory_request_bytes', named, pod.requests.memory ?? 0)
      add('aiops_pod_gpu_request', named, gpusOf(pod.requests))
    }
  }
  return samples
}

/** Settings name labels as Prometheus does; Kubernetes has dots, dashes and slashes where that has underscores. */
function firstOf(labels: Labels, names: readonly string[]): string {
  for (const name of names)
    for (const [key, value] of Object.entries(labels))
      if (value !== '' && key.replace(/[^a-zA-Z0-9_]/g, '_') === name) return value
  return ''
}

function gpusOf(amounts: Readonly<Record<string, number>>): number | undefined {
  const all = Object.entries(amounts).filter(([name]) => /^[a-z0-9.]+\.com\/gpu$/.test(name))
  return all.length === 0 ? undefined : all.reduce((sum, [, value]) => sum + value, 0)
}

function nodeLabels(labels: Labels): Record<string, string> {
  const wanted = {
    region: labels['topology.kubernetes.io/region'],
    instance_type: labels['node.kubernetes.io/instance-type'],
    provider: providerOf(labels['provider-id'] ?? ''),
  }
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  )
}
