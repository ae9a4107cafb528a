import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-object.ts'

export type LabelRecord = Record<string, string>

/** Label names as Prometheus makes them of Kubernetes': anything else than letters, digits and underscores becomes an underscore. */
const sanitized = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_')

/** Labels and annotations of an object, and that they are there. */
export function metaLabels(kind: string, { metadata }: KubernetesObject): LabelRecord {
  const found: LabelRecord = {}
  for (const [sort, values] of [
    ['label', metadata.labels],
    ['annotation', metadata.annotations],
  ] as const)
    for (const [name, value] of Object.entries(values ?? {})) {
      found[`__meta_kubernetes_${kind}_${sort}_${sanitized(name)}`] = value
      found[`__meta_kubernetes_${kind}_${sort}present_${sanitized(name)}`] = 'true'
    }
  return found
}

export const nodeLabels = (node: KubernetesObject): LabelRecord => ({
  ...metaLabels('node', node),
  __meta_kubernetes_node_name: node.metadata.name,
})

const PodStatus = z.object({
  podIP: z.string().default(''),
  hostIP: z.string().default(''),
  phase: z.string().default(''),
  conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
})
const PodSpec = z.object({ nodeName: z.string().default('') })

export function podLabels(pod: KubernetesObject): LabelRecord {
  const status = PodStatus.catch(PodStatus.parse({})).parse(pod.status ?? {})
  const spec = PodSpec.catch({ nodeName: '' }).parse(pod.spec ?? {})
  const { metadata } = pod
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.status.toLowerCase() ?? 'unknown'
  const controller = (metadata.ownerReferences ?? []).find((owner) => owner.controller === true)
  return {
    ...metaLabels('pod', pod),
    __meta_kubernetes_pod_name: metadata.name,
    __meta_kubernetes_pod_ip: status.podIP,
    __meta_kubernetes_pod_ready: ready,
    __meta_kubernetes_pod_phase: status.phase,
    __meta_kubernetes_pod_node_name: spec.nodeName,
    __meta_kubernetes_pod_host_ip: status.hostIP,
    __meta_kubernetes_pod_uid: metadata.uid ?? '',
    ...(controller
      ? {
          __meta_kubernetes_pod_controller_kind: controller.kind,
          __meta_kubernetes_pod_controller_name: controller.name,
        }
      : {}),
  }
}

const ContainerSpec = z.object({
  name: z.string(),
  image: z.string().default(''),
  ports: z
    .array(
      z.object({
        name: z.string().default(''),
        containerPort: z.number(),
        protocol: z.string().default('TCP'),
      }),
    )
    .nullish(),
})
const ContainerStatus = z.array(z.object({ name: z.string(), containerID: z.string().default('') })).catch([])
export type Container = {
  name: string
  image: string
  id: string
  init: boolean
  ports: { name: string; containerPort: number; protocol: string }[]
}

/** Containers of a pod, those for its start last. */
export function readContainers(pod: KubernetesObject): Container[] {
  const spec = z
    .object({
      containers: z.array(ContainerSpec).default([]),
      initContainers: z.array(ContainerSpec).default([]),
    })
    .catch({ containers: [], initContainers: [] })
    .parse(pod.spec ?? {})
  const status = (pod.status ?? {}) as { containerStatuses?: unknown; initContainerStatuses?: unknown }
  const ids = new Map(
    [
      ...ContainerStatus.parse(status.containerStatuses),
      ...ContainerStatus.parse(status.initContainerStatuses),
    ].map(({ name, containerID }) => [name, containerID]),
  )
  const of = (init: boolean) => (container: z.output<typeof ContainerSpec>) => ({
    name: container.name,
    image: container.image,
    id: ids.get(container.name) ?? '',
    init,
    ports: container.ports ?? [],
  })
  return [...spec.containers.map(of(false)), ...spec.initContainers.map(of(true))]
}
