import type { ClusterCapabilities, ClusterPlatform, CnfType } from '@aiops/contract/model/cluster'
import type { Evidence, FoundName, FoundNode } from './evidence.ts'

type Backend = ClusterCapabilities['found_backends'][number]

/** What kind of Kubernetes it is, most telling sign first. */
const distributions: readonly (readonly [string, (seen: Evidence) => boolean])[] = [
  ['MicroShift', ({ microshift }) => microshift],
  ['OpenShift', ({ groups }) => groups.has('config.openshift.io')],
  ['AKS Arc', isAksArc],
  ['k3s', ({ gitVersion, nodes }) => /\+k3s/.test(gitVersion) || anyNode(nodes, 'k3s.io/hostname')],
  ['RKE2', ({ gitVersion }) => /\+rke2/.test(gitVersion)],
  ['k0s', ({ gitVersion }) => /\+k0s/.test(gitVersion)],
  ['EKS', ({ gitVersion, nodes }) => /-eks-/.test(gitVersion) || anyNode(nodes, 'eks.amazonaws.com/')],
  ['GKE', ({ gitVersion, nodes }) => /-gke\./.test(gitVersion) || anyNode(nodes, 'cloud.google.com/gke-')],
  ['AKS', ({ nodes }) => anyNode(nodes, 'kubernetes.azure.com/')],
]

export const distributionOf = (seen: Evidence): string =>
  distributions.find(([, is]) => is(seen))?.[0] ?? 'Kubernetes'

export function platformOf(seen: Evidence): ClusterPlatform {
  const distribution = distributionOf(seen)
  if (distribution === 'OpenShift') return 'OPENSHIFT'
  return distribution === 'MicroShift' ? 'MICROSHIFT' : 'KUBERNETES'
}

/** Azure Arc's own namespaces; the agents of a cluster that is merely connected are among them. */
const arcNamespaces = new Set(['azure-arc', 'azurehybridcompute', 'azure-arc-release', 'arc-system'])
function isAksArc({ nodes, namespaces }: Evidence): boolean {
  const hybrid = (nodes ?? []).some(
    ({ metadata }) =>
      'management.azure.com/arc-enabled' in metadata.annotations ||
      ('kubernetes.azure.com/cluster' in metadata.labels &&
        Object.keys(metadata.labels).some((name) => name.endsWith('arc-resource-id'))),
  )
  return hybrid || (namespaces ?? []).some(({ metadata }) => arcNamespaces.has(metadata.name))
}

const gpuResource = 'nvidia.com/gpu'
const functionNamespaces: readonly (readonly [RegExp, CnfType])[] = [
  [/^(v?du|o-du)-/, 'VDU'],
  [/^(v?cu|o-cu)-/, 'VCU'],
  [/^upf-/, 'UPF'],
  [/^amf-/, 'AMF'],
  [/^smf-/, 'SMF'],
]
const meshes: readonly (readonly [string, string])[] = [
  ['istio.io', 'Istio'],
  ['linkerd.io', 'Linkerd'],
  ['consul.hashicorp.com', 'Consul'],
  ['kuma.io', 'Kuma'],
]
const operators: readonly (readonly [string, string])[] = [
  ['nvidia.com', 'GPU Operator'],
  ['nfd.openshift.io', 'Node Feature Discovery'],
  ['nfd.k8s-sigs.io', 'Node Feature Discovery'],
  ['ptp.openshift.io', 'PTP Operator'],
  ['sriovnetwork.openshift.io', 'SR-IOV Network Operator'],
  ['performance.openshift.io', 'Node Tuning Operator'],
]

/**
 * What a cluster can do, from what was seen. Of a part that could not be seen, what was known before stays. Backends count where queries
 * reach them or where they were seen inside.
 */
export function capabilitiesOf(
  seen: Evidence,
  before: ClusterCapabilities,
  addresses: { prometheus: boolean; tempo: boolean; loki: boolean },
): ClusterCapabilities {
  const found = seen.services ? backendsOf(seen) : before.found_backends
  const inside = (target: Backend['target']): boolean => found.some((one) => one.target === target)
  const mesh = meshes.find(([suffix]) => hasGroup(seen, suffix))?.[1] ?? null
  const gpus = seen.nodes ? gpusOf(seen.nodes) : before
  const functions = functionsOf(seen, before)
  return {
    ...gpus,
    has_prometheus: addresses.prometheus || inside('PROMETHEUS') || inside('THANOS'),
    has_thanos: inside('THANOS'),
    has_tempo: addresses.tempo || inside('TEMPO'),
    has_loki: addresses.loki || inside('LOKI'),
    has_service_mesh: mesh !== null,
    ...functions,
    distribution: distributionOf(seen),
    node_count: seen.nodes?.length ?? before.node_count,
    service_mesh: mesh,
    operators: [...new Set(operators.filter(([suffix]) => hasGroup(seen, suffix)).map(([, name]) => name))],
    found_backends: found,
    not_seen: seen.notSeen,
  }
}

/** A group of the API that is this one or below it: `networking.istio.io`. */
const hasGroup = ({ groups }: Evidence, suffix: string): boolean =>
  [...groups].some((group) => group === suffix || group.endsWith(`.${suffix}`))

function gpusOf(
  nodes: readonly FoundNode[],
): Pick<ClusterCapabilities, 'has_gpu_nodes' | 'gpu_count' | 'gpu_types'> {
  let count = 0
  const types = new Set<string>()
  for (const { status, metadata } of nodes) {
    // A GPU that is divided is offered by its slices alone; the operator's label says how many there are.
    const whole = Number(status.capacity[gpuResource] ?? 0)
    const labelled = Number(metadata.labels['nvidia.com/gpu.count'] ?? 0)
    const sliced = Object.entries(status.capacity).some(
      ([name, amount]) => name.startsWith('nvidia.com/mig-') && Number(amount) > 0,
    )
    const here = sliced && labelled > 0 ? labelled : whole
    if (!(here > 0)) continue
    count += Math.trunc(here)
    const product = metadata.labels['nvidia.com/gpu.product']
    if (product) types.add(product)
  }
  return { has_gpu_nodes: count > 0, gpu_count: count, gpu_types: [...types].sort() }
}

function functionsOf(
  seen: Evidence,
  before: ClusterCapabilities,
): Pick<ClusterCapabilities, 'has_cnf_workloads' | 'cnf_types'> {
  if (!seen.namespaces) return { has_cnf_workloads: before.has_cnf_workloads, cnf_types: before.cnf_types }
  const types = new Set<CnfType>()
  for (const { metadata } of seen.namespaces)
    for (const [pattern, type] of functionNamespaces) if (pattern.test(metadata.name)) types.add(type)
  const prepared = hasGroup(seen, 'sriovnetwork.openshift.io') || hasGroup(seen, 'ptp.openshift.io')
  return { has_cnf_workloads: types.size > 0 || prepared, cnf_types: [...types].sort() }
}

/** Services by name and by the label that charts give them. */
const backends: readonly (readonly [Backend['target'], RegExp])[] = [
  ['THANOS', /^thanos-(querier|query)(-frontend)?$|-thanos-query(-frontend)?$/],
  ['PROMETHEUS', /^(prometheus|prometheus-(k8s|operated|server))$|-prometheus(-server)?$/],
  ['ALERTMANAGER', /^alertmanager(-(main|operated))?$|-alertmanager$/],
  ['TEMPO', /^tempo(-[a-z0-9-]*)?(-query-frontend|-gateway)?$/],
  ['LOKI', /^loki(-gateway|-query-frontend)?$|^(logging-loki|lokistack-[a-z0-9-]*)-gateway-http$/],
]
const backendsMax = 50

function backendsOf({ services = [], routes = [] }: Evidence): Backend[] {
  const found: Backend[] = []
  for (const { metadata } of services) {
    const target = backends.find(([, pattern]) => pattern.test(nameOf(metadata)))?.[0]
    if (target === undefined || found.length >= backendsMax) continue
    const { namespace, name } = metadata
    const route = routes.find((one) => one.metadata.namespace === namespace && one.spec.to.name === name)
    const url = route ? `${route.spec.tls ? 'https' : 'http'}://${route.spec.host}` : null
    found.push({ target, namespace, service: name, url })
  }
  return found
}

/** Parts of Tempo and Loki have services of their own; what answers queries is what counts. */
const parts =
  /-(ingester|distributor|compactor|querier|memberlist|discovery|headless|ruler|index-gateway|metrics-generator)$/
const nameOf = ({ name }: FoundName['metadata']): string =>
  parts.test(name) && !/thanos/.test(name) ? '' : name

const anyNode = (nodes: readonly FoundNode[] | undefined, prefix: string): boolean =>
  (nodes ?? []).some(({ metadata }) => Object.keys(metadata.labels).some((name) => name.startsWith(prefix)))
