import type { ClusterPlatform } from '@aiops/contract/model/cluster'
import type { ClusterView } from '../view.ts'

export type PlatformOf = {
  platform: ClusterPlatform
  /** Closer than the platform, `kubernetes` where nothing tells. */
  distribution: 'openshift' | 'microshift' | 'aks-arc' | 'aks' | 'k3s' | 'rke2' | 'eks' | 'gke' | 'kubernetes'
  /** Connected to Azure Arc, whatever it is. */
  arc: boolean
  /** As the cluster says; null where it does not. */
  version: string | null
  /** What told. */
  evidence: string[]
}

/** What a cluster is, as its nodes, namespaces and OpenShift's own kinds tell. */
export function platformOf(view: ClusterView): PlatformOf {
  const arcEvidence = arcOf(view)
  const { distribution, version, evidence } = openShift(view) ?? ofNodes(view, arcEvidence.length > 0)
  return {
    platform:
      distribution === 'openshift'
        ? 'OPENSHIFT'
        : distribution === 'microshift'
          ? 'MICROSHIFT'
          : 'KUBERNETES',
    distribution,
    arc: arcEvidence.length > 0,
    version: version ?? (view.list('Node')[0]?.status.nodeInfo.kubeletVersion || null),
    evidence: [...evidence, ...arcEvidence],
  }
}

type Found = {
  distribution: PlatformOf['distribution']
  version: string | null
  evidence: string[]
}

/** Namespaces that the agents of Azure Arc live in. */
const arcNamespaces = ['azure-arc', 'azurehybridcompute', 'azure-arc-release', 'arc-system']

function arcOf(view: ClusterView): string[] {
  const evidence = arcNamespaces.filter((name) => hasNamespace(view, name)).map((name) => `namespace ${name}`)
  for (const { metadata } of view.list('Node')) {
    const { annotations, labels, name } = metadata
    if (Object.hasOwn(annotations, 'management.azure.com/arc-enabled'))
      evidence.push(`annotation management.azure.com/arc-enabled of node ${name}`)
    else if (Object.keys(labels).some((label) => label.endsWith('/arc-resource-id')))
      evidence.push(`label arc-resource-id of node ${name}`)
    else continue
    break
  }
  return evidence
}

/** A namespace is seen by its own object, or by what is in it where namespaces may not be listed. */
function hasNamespace(view: ClusterView, name: string): boolean {
  return view.get('Namespace', '', name) !== undefined || view.list('Pod', name).length > 0
}

function openShift(view: ClusterView): Found | undefined {
  const [cluster] = view.list('ClusterVersion')
  if (cluster) {
    const version = cluster.status.history.find((one) => one.state === 'Completed')?.version
    return {
      distribution: 'openshift',
      version: version || cluster.status.desired.version || null,
      evidence: [`ClusterVersion ${cluster.metadata.name}`],
    }
  }
  /** It has routes and DNS of OpenShift, without its operators. */
  const micro =
    view.get('ConfigMap', 'kube-public', 'microshift-version') ??
    view.list('Node').find(({ metadata }) => Object.hasOwn(metadata.labels, 'microshift.io/version'))
  if (micro) return { distribution: 'microshift', version: null, evidence: [micro.metadata.name] }
  const hasDns = hasNamespace(view, 'openshift-dns') && hasNamespace(view, 'openshift-ingress')
  if (!hasDns) return undefined
  if (hasNamespace(view, 'openshift-cluster-version') || view.list('ClusterOperator').length > 0)
    return { distribution: 'openshift', version: null, evidence: ['namespace openshift-cluster-version'] }
  return {
    distribution: 'microshift',
    version: null,
    evidence: ['namespaces openshift-dns, openshift-ingress'],
  }
}

function ofNodes(view: ClusterView, arc: boolean): Found {
  for (const node of view.list('Node')) {
    const { labels, annotations } = node.metadata
    const version = node.status.nodeInfo.kubeletVersion
    const has = (label: string): boolean => Object.hasOwn(labels, label)
    const instance =
      labels['node.kubernetes.io/instance-type'] ?? labels['beta.kubernetes.io/instance-type'] ?? ''
    const found = (distribution: PlatformOf['distribution'], evidence: string): Found => ({
      ...{ distribution, version: version || null, evidence: [evidence] },
    })
    if (has('kubernetes.azure.com/cluster'))
      return found(arc ? 'aks-arc' : 'aks', 'label kubernetes.azure.com/cluster')
    if (version.includes('+rke2')) return found('rke2', `version ${version}`)
    if (has('k3s.io/hostname') || Object.hasOwn(annotations, 'k3s.io/hostname'))
      return found('k3s', 'k3s.io/hostname')
    if (instance.includes('k3s')) return found('k3s', `instance type ${instance}`)
    if (version.includes('+k3s')) return found('k3s', `version ${version}`)
    if (has('eks.amazonaws.com/nodegroup') || version.includes('-eks-'))
      return found('eks', `version ${version}`)
    if (has('cloud.google.com/gke-nodepool')) return found('gke', 'label cloud.google.com/gke-nodepool')
  }
  return { distribution: 'kubernetes', version: null, evidence: [] }
}
