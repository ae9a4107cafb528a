import { z } from 'zod'
import type { KubernetesRole } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import { endpointGroups, endpointSliceGroups } from './kubernetes-endpoint.ts'
import { type LabelRecord, metaLabels, nodeLabels, podLabels, readContainers } from './kubernetes-label.ts'
import { type Cluster, hostPort, type KubernetesObject } from './kubernetes-object.ts'

/** The labels are those of https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config. */
export function groupsOfRole(role: KubernetesRole, cluster: Cluster): TargetGroup[] {
  switch (role) {
    case 'node':
      return cluster.objects.map(nodeGroup)
    case 'pod': {
      const nodes = byName(cluster.nodes)
      return cluster.objects.flatMap((pod) => podGroup(pod, nodes))
    }
    case 'service':
      return cluster.objects.map(serviceGroup)
    case 'endpoints':
      return endpointGroups(cluster)
    case 'endpointslice':
      return endpointSliceGroups(cluster)
    case 'ingress':
      return cluster.objects.map(ingressGroup)
  }
}

const byName = (objects: readonly KubernetesObject[]): Map<string, KubernetesObject> =>
  new Map(objects.map((object) => [object.metadata.name, object]))

const NodeStatus = z.object({
  addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
  daemonEndpoints: z.object({ kubeletEndpoint: z.object({ Port: z.number() }).optional() }).default({}),
})
/** Kinds of address of a node, the best first. */
const addressTypes = ['InternalIP', 'InternalDNS', 'ExternalIP', 'ExternalDNS', 'LegacyHostIP', 'Hostname']

function nodeGroup(node: KubernetesObject): TargetGroup {
  const { addresses, daemonEndpoints } = NodeStatus.catch({ addresses: [], daemonEndpoints: {} }).parse(
    node.status ?? {},
  )
  const spec = z
    .object({ providerID: z.string().default('') })
    .catch({ providerID: '' })
    .parse(node.spec ?? {})
  const best = addressTypes.flatMap((type) => addresses.find((one) => one.type === type) ?? [])[0]
  if (!best) return { targets: [], labels: {} }
  const own: Record<string, string> = {
    __address__: hostPort(best.address, daemonEndpoints.kubeletEndpoint?.Port ?? 10_250),
    instance: node.metadata.name,
  }
  for (const { type, address } of addresses) own[`__meta_kubernetes_node_address_${type}`] ??= address
  return {
    targets: [own],
    labels: { ...nodeLabels(node), __meta_kubernetes_node_provider_id: spec.providerID },
  }
}

function podGroup(pod: KubernetesObject, nodes: ReadonlyMap<string, KubernetesObject>): TargetGroup[] {
  const labels = podLabels(pod)
  const ip = labels.__meta_kubernetes_pod_ip ?? ''
  if (ip === '') return []
  const node = nodes.get(labels.__meta_kubernetes_pod_node_name ?? '')
  const targets = readContainers(pod).flatMap((container): LabelRecord[] => {
    const own = {
      __meta_kubernetes_pod_container_name: container.name,
      __meta_kubernetes_pod_container_id: container.id,
      __meta_kubernetes_pod_container_image: container.image,
      __meta_kubernetes_pod_container_init: String(container.init),
    }
    if (container.ports.length === 0) return [{ __address__: ip, ...own }]
    return container.ports.map((port) => ({
      __address__: hostPort(ip, port.containerPort),
      ...own,
      __meta_kubernetes_pod_container_port_number: String(port.containerPort),
      __meta_kubernetes_pod_container_port_name: port.name,
      __meta_kubernetes_pod_container_port_protocol: port.protocol,
    }))
  })
  const namespace = { __meta_kubernetes_namespace: pod.metadata.namespace ?? '' }
  return [{ targets, labels: { ...namespace, ...labels, ...(node ? nodeLabels(node) : {}) } }]
}

const ServiceSpec = z.object({
  type: z.string().default('ClusterIP'),
  clusterIP: z.string().default(''),
  externalName: z.string().default(''),
  loadBalancerIP: z.string().default(''),
  ports: z
    .array(z.object({ name: z.string().default(''), port: z.number(), protocol: z.string().default('TCP') }))
    .default([]),
})

function serviceGroup(service: KubernetesObject): TargetGroup {
  const { name, namespace = '' } = service.metadata
  const spec = ServiceSpec.catch(ServiceSpec.parse({})).parse(service.spec ?? {})
  const type: Record<string, string> = { __meta_kubernetes_service_type: spec.type }
  if (spec.type === 'ExternalName') type.__meta_kubernetes_service_external_name = spec.externalName
  else type.__meta_kubernetes_service_cluster_ip = spec.clusterIP
  if (spec.type === 'LoadBalancer') type.__meta_kubernetes_service_loadbalancer_ip = spec.loadBalancerIP
  return {
    labels: {
      __meta_kubernetes_namespace: namespace,
      ...metaLabels('service', service),
      __meta_kubernetes_service_name: name,
    },
    targets: spec.ports.map((port) => ({
      __address__: hostPort(`${name}.${namespace}.svc`, port.port),
      __meta_kubernetes_service_port_name: port.name,
      __meta_kubernetes_service_port_number: String(port.port),
      __meta_kubernetes_service_port_protocol: port.protocol,
      ...type,
    })),
  }
}

const IngressSpec = z.object({
  ingressClassName: z.string().default(''),
  tls: z.array(z.object({ hosts: z.array(z.string()).default([]) })).default([]),
  rules: z
    .array(
      z.object({
        host: z.string().default(''),
        http: z.object({ paths: z.array(z.object({ path: z.string().default('/') })) }).optional(),
      }),
    )
    .default([]),
})

function ingressGroup(ingress: KubernetesObject): TargetGroup {
  const spec = IngressSpec.catch(IngressSpec.parse({})).parse(ingress.spec ?? {})
  const secured = spec.tls.flatMap(({ hosts }) => hosts)
  const targets = spec.rules.flatMap(({ host, http }) => {
    const scheme = secured.some((pattern) => coversHost(pattern, host)) ? 'https' : 'http'
    const paths = http?.paths.map(({ path }) => path || '/') ?? ['/']
    return paths.map((path) => ({
      __address__: host,
      __meta_kubernetes_ingress_scheme: scheme,
      __meta_kubernetes_ingress_host: host,
      __meta_kubernetes_ingress_path: path,
    }))
  })
  return {
    targets,
    labels: {
      __meta_kubernetes_namespace: ingress.metadata.namespace ?? '',
      ...metaLabels('ingress', ingress),
      __meta_kubernetes_ingress_name: ingress.metadata.name,
      __meta_kubernetes_ingress_class_name: spec.ingressClassName,
    },
  }
}

/** A name or a wildcard for one part of it. */
const coversHost = (pattern: string, host: string): boolean =>
  pattern === host || (pattern.startsWith('*.') && host.replace(/^[^.]+/, '*') === pattern)
