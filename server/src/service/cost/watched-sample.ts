import type { Labels } from '@aiops/contract/model/label'
import { providerOf } from './allocation/directory.ts'
import type { CostConfig } from './config.ts'
import type { CostInventory, CostWritten } from './index.ts'

/** Pods of all watched clusters of a tenant that are written. */
const podsMax = 50_000
/** Made, written and taken in within some 5 ms, and few enough not to outlive a young collection. */
const pieceLength = 500

type LabelConfig = Pick<CostConfig, 'team_labels' | 'environment_labels' | 'service_labels'>

/**
 * Requests and capacities of watched clusters as samples of now, so that there is a history to allocate by where no kube-state-metrics tells;
 * in pieces, each made when the one before has been dealt with. `told`: clusters that one tells of already. Labels are only those that costs
 * are put together by.
 */
export function* watchedSamples(
  inventories: readonly CostInventory[],
  told: ReadonlySet<string>,
  config: LabelConfig,
  timeMs: number,
): Generator<CostWritten[], void, void> {
  let piece: CostWritten[] = []
  for (const samples of byObject(inventories, told, config, timeMs)) {
    if (piece.length + samples.length > pieceLength) {
      yield piece
      piece = []
    }
    piece.push(...samples)
  }
  if (piece.length > 0) yield piece
}

/** The samples of one node or pod after the other. */
function* byObject(
  inventories: readonly CostInventory[],
  told: ReadonlySet<string>,
  config: LabelConfig,
  timeMs: number,
): Generator<CostWritten[], void, void> {
  const samples = (labels: Labels, values: Readonly<Record<string, number | undefined>>): CostWritten[] =>
    Object.entries(values).flatMap(([name, value]) =>
      value !== undefined && Number.isFinite(value)
        ? [{ labels: { __name__: name, ...labels }, timeMs, value }]
        : [],
    )
  let pods = 0
  for (const { cluster, nodes, pods: all } of inventories) {
    if (told.has(cluster)) continue
    for (const { name, labels, allocatable } of nodes)
      yield samples(
        { cluster, node: name, ...nodeLabels(labels) },
        {
          aiops_node_cpu_cores: allocatable.cpu,
          aiops_node_memory_bytes: allocatable.memory,
          aiops_node_gpus: gpusOf(allocatable),
        },
      )
    for (const pod of all) {
      if (pod.node === '' || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
      pods += 1
      if (pods > podsMax) return
      yield samples(podLabels(cluster, pod, config), {
        aiops_pod_cpu_request_cores: pod.requests.cpu ?? 0,
        aiops_pod_memory_request_bytes: pod.requests.memory ?? 0,
        aiops_pod_gpu_request: gpusOf(pod.requests),
      })
    }
  }
}

function podLabels(cluster: string, pod: CostInventory['pods'][number], config: LabelConfig): Labels {
  const named = prometheusLabels(pod.labels)
  const found = (names: readonly string[]): string => {
    const name = names.find((one) => named.has(one))
    return name === undefined ? '' : named.get(name)!
  }
  const labels: Record<string, string> = {
    ...{ cluster, namespace: pod.namespace, pod: pod.name, node: pod.node },
    ...{ controller_kind: pod.owner?.kind ?? '', controller: pod.owner?.name ?? '' },
    service: found(config.service_labels) || (pod.owner?.name ?? ''),
    ...{ team: found(config.team_labels), environment: found(config.environment_labels) },
  }
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}

/** Settings name labels as Prometheus does; Kubernetes has dots, dashes and slashes where that has underscores. The first of the same name counts. */
function prometheusLabels(labels: Labels): Map<string, string> {
  const named = new Map<string, string>()
  for (const [key, value] of Object.entries(labels)) {
    const name = key.replace(/[^a-zA-Z0-9_]/g, '_')
    if (value !== '' && !named.has(name)) named.set(name, value)
  }
  return named
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
