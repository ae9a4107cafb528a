import { z } from 'zod'
import type { TargetGroup } from '../target.ts'
import { type LabelRecord, metaLabels, nodeLabels, podLabels, readContainers } from './kubernetes-label.ts'
import { type Cluster, hostPort, type KubernetesObject } from './kubernetes-object.ts'

const Reference = z.object({
  kind: z.string().default(''),
  name: z.string().default(''),
  namespace: z.string().optional(),
})
const Address = z.object({
  ip: z.string(),
  hostname: z.string().optional(),
  nodeName: z.string().optional(),
  targetRef: Reference.optional(),
})
const Port = z.object({
  name: z.string().nullish(),
  port: z.number().nullish(),
  protocol: z.string().nullish(),
  appProtocol: z.string().nullish(),
})
const Subsets = z
  .array(
    z.object({
      addresses: z.array(Address).nullish(),
      notReadyAddresses: z.array(Address).nullish(),
      ports: z.array(Port).nullish(),
    }),
  )
  .catch([])
const Endpoints = z
  .array(
    z.object({
      addresses: z.array(z.string()).default([]),
      conditions: z
        .object({
          ready: z.boolean().nullish(),
          serving: z.boolean().nullish(),
          terminating: z.boolean().nullish(),
        })
        .nullish(),
      hostname: z.string().nullish(),
      nodeName: z.string().nullish(),
      zone: z.string().nullish(),
      targetRef: Reference.nullish(),
      deprecatedTopology: z.record(z.string(), z.string()).nullish(),
    }),
  )
  .catch([])
type Place = {
  ip: string
  reference: z.output<typeof Reference> | undefined
  nodeName: string
  port: number
  own: LabelRecord
}

export function endpointGroups(cluster: Cluster): TargetGroup[] {
  const known = new Backing(cluster)
  return cluster.objects.map((endpoints) => {
    const { name, namespace = '' } = endpoints.metadata
    const places: Place[] = []
    for (const { addresses, notReadyAddresses, ports } of Subsets.parse(endpoints.subsets ?? []))
      for (const [list, ready] of [
        [addresses, true],
        [notReadyAddresses, false],
      ] as const)
        for (const port of ports ?? [])
          for (const address of list ?? [])
            places.push({
              ip: address.ip,
              reference: address.targetRef,
              nodeName: address.nodeName ?? '',
              port: port.port ?? 0,
              own: {
                __address__: hostPort(address.ip, port.port ?? 0),
                __meta_kubernetes_endpoint_port_name: port.name ?? '',
                __meta_kubernetes_endpoint_port_protocol: port.protocol ?? 'TCP',
                __meta_kubernetes_endpoint_ready: String(ready),
                ...referenceLabels('endpoint', address.targetRef),
                ...present({
                  __meta_kubernetes_endpoint_node_name: address.nodeName,
                  __meta_kubernetes_endpoint_hostname: address.hostname,
                }),
              },
            })
    return {
      labels: {
        __meta_kubernetes_namespace: namespace,
        ...metaLabels('endpoints', endpoints),
        __meta_kubernetes_endpoints_name: name,
        ...known.serviceLabels(namespace, name),
      },
      targets: known.targets(places, namespace),
    }
  })
}

export function endpointSliceGroups(cluster: Cluster): TargetGroup[] {
  const known = new Backing(cluster)
  return cluster.objects.map((slice) => {
    const { name, namespace = '', labels } = slice.metadata
    const ports = z
      .array(Port)
      .catch([])
      .parse(slice.ports ?? [])
    const places: Place[] = []
    for (const endpoint of Endpoints.parse(slice.endpoints ?? []))
      for (const port of ports)
        for (const ip of endpoint.addresses)
          places.push({
            ip,
            reference: endpoint.targetRef ?? undefined,
            nodeName: endpoint.nodeName ?? '',
            port: port.port ?? 0,
            own: sliceLabels(endpoint, port, ip),
          })
    return {
      labels: {
        __meta_kubernetes_namespace: namespace,
        ...metaLabels('endpointslice', slice),
        __meta_kubernetes_endpointslice_name: name,
        __meta_kubernetes_endpointslice_address_type: String(slice.addressType ?? ''),
        ...known.serviceLabels(namespace, labels?.['kubernetes.io/service-name'] ?? ''),
      },
      targets: known.targets(places, namespace),
    }
  })
}

function sliceLabels(
  endpoint: z.output<typeof Endpoints>[number],
  port: z.output<typeof Port>,
  ip: string,
): LabelRecord {
  const prefix = '__meta_kubernetes_endpointslice'
  const flag = (value: boolean | null | undefined): string | undefined =>
    value == null ? undefined : String(value)
  const found: LabelRecord = {
    __address__: port.port == null ? ip : hostPort(ip, port.port),
    ...present({
      [`${prefix}_port_name`]: port.name,
      [`${prefix}_port_protocol`]: port.protocol,
      [`${prefix}_port`]: port.port == null ? undefined : String(port.port),
      [`${prefix}_port_app_protocol`]: port.appProtocol,
      [`${prefix}_endpoint_conditions_ready`]: flag(endpoint.conditions?.ready),
      [`${prefix}_endpoint_conditions_serving`]: flag(endpoint.conditions?.serving),
      [`${prefix}_endpoint_conditions_terminating`]: flag(endpoint.conditions?.terminating),
      [`${prefix}_endpoint_hostname`]: endpoint.hostname,
      [`${prefix}_endpoint_node_name`]: endpoint.nodeName,
      [`${prefix}_endpoint_zone`]: endpoint.zone,
    }),
    ...referenceLabels('endpointslice', endpoint.targetRef ?? undefined),
  }
  for (const [name, value] of Object.entries(endpoint.deprecatedTopology ?? {})) {
    const label = name.replace(/[^a-zA-Z0-9_]/g, '_')
    found[`${prefix}_endpoint_topology_${label}`] = value
    found[`${prefix}_endpoint_topology_present_${label}`] = 'true'
  }
  return found
}

/** What stands behind endpoints: services, pods and nodes by name. */
class Backing {
  readonly #pods: ReadonlyMap<string, KubernetesObject>
  readonly #services: ReadonlyMap<string, KubernetesObject>
  readonly #nodes: ReadonlyMap<string, KubernetesObject>

  constructor({ pods, services, nodes }: Cluster) {
    this.#pods = byPlace(pods)
    this.#services = byPlace(services)
    this.#nodes = new Map(nodes.map((node) => [node.metadata.name, node]))
  }

  serviceLabels(namespace: string, name: string): LabelRecord {
    const service = this.#services.get(`${namespace}/${name}`)
    return service
      ? { ...metaLabels('service', service), __meta_kubernetes_service_name: service.metadata.name }
      : {}
  }

  /** The places, with what is known of their pods; then the other ports of these pods' containers. */
  targets(places: readonly Place[], namespace: string): LabelRecord[] {
    const found: LabelRecord[] = []
    const seen = new Map<KubernetesObject, Set<number>>()
    for (const { own, reference, nodeName, port } of places) {
      const node = this.#nodes.get(nodeName)
      const labels = { ...own, ...(node ? nodeLabels(node) : {}) }
      const pod =
        reference?.kind === 'Pod'
          ? this.#pods.get(`${reference.namespace ?? namespace}/${reference.name}`)
          : undefined
      if (!pod) {
        found.push(labels)
        continue
      }
      seen.set(pod, (seen.get(pod) ?? new Set()).add(port))
      found.push({ ...labels, ...podLabels(pod), ...containerLabels(pod, port) })
    }
    for (const [pod, ports] of seen) found.push(...this.#otherPorts(pod, ports))
    return found
  }

  #otherPorts(pod: KubernetesObject, taken: ReadonlySet<number>): LabelRecord[] {
    const labels = podLabels(pod)
    const ip = labels.__meta_kubernetes_pod_ip ?? ''
    const node = this.#nodes.get(labels.__meta_kubernetes_pod_node_name ?? '')
    if (ip === '') return []
    return readContainers(pod)
      .filter(({ init }) => !init)
      .flatMap(({ ports }) => ports)
      .filter(({ containerPort }) => !taken.has(containerPort))
      .map(({ containerPort }) => ({
        __address__: hostPort(ip, containerPort),
        ...containerLabels(pod, containerPort),
        ...(node ? nodeLabels(node) : {}),
        ...labels,
      }))
  }
}

function containerLabels(pod: KubernetesObject, port: number): LabelRecord {
  for (const container of readContainers(pod).filter(({ init }) => !init))
    for (const own of container.ports)
      if (own.containerPort === port)
        return {
          __meta_kubernetes_pod_container_name: container.name,
          __meta_kubernetes_pod_container_image: container.image,
          __meta_kubernetes_pod_container_port_name: own.name,
          __meta_kubernetes_pod_container_port_number: String(own.containerPort),
          __meta_kubernetes_pod_container_port_protocol: own.protocol,
        }
  return {}
}

const referenceLabels = (prefix: string, reference: z.output<typeof Reference> | undefined): LabelRecord =>
  reference
    ? {
        [`__meta_kubernetes_${prefix}_address_target_kind`]: reference.kind,
        [`__meta_kubernetes_${prefix}_address_target_name`]: reference.name,
      }
    : {}

const present = (labels: Record<string, string | null | undefined>): LabelRecord =>
  Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => pair[1] != null))

const byPlace = (objects: readonly KubernetesObject[]): Map<string, KubernetesObject> =>
  new Map(objects.map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]))
