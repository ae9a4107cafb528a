import type { ClusterView } from '../../view.ts'
import { counted, fieldEvidence } from '../evidence.ts'
import { advice, describe } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isControlPlane } from './node-state.ts'

/** `1.30` of `v1.30.4+k3s1`; undefined where there is none. */
export function minorOf(version: string): number | undefined {
  const found = /^v?1\.(\d{1,4})(?:\D|$)/.exec(version)
  return found ? Number(found[1]) : undefined
}

/**
 * Minor version of the control plane as its nodes tell it; where it has none in the cluster, of the newest kubelet, which may not be
 * newer than the API server.
 */
export function clusterMinor(view: ClusterView): number | undefined {
  const nodes = view.list('Node')
  const controlPlane = nodes.filter(isControlPlane)
  const minors = (controlPlane.length > 0 ? controlPlane : nodes).flatMap(
    ({ status }) => minorOf(status.nodeInfo.kubeletVersion) ?? [],
  )
  return minors.length > 0 ? Math.max(...minors) : undefined
}

export const versionRules: readonly Rule[] = [
  {
    id: 'node-version-skew',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition:
      'A kubelet is newer than the nodes of the control plane, or more than three minor versions older (two before 1.28): neither is supported.',
    not_when: 'Versions differ within what is supported, as during an upgrade, or in the patch only.',
    documentation_url: 'https://kubernetes.io/releases/version-skew-policy/#kubelet',
    alert_name: 'KubeVersionMismatch',
    needs: ['Node'],
    check: skewedVersions,
  },
]

function* skewedVersions(view: ClusterView): Iterable<Observation> {
  const control = clusterMinor(view)
  if (control === undefined) return
  const olderMax = control >= 28 ? 3 : 2
  for (const node of view.list('Node')) {
    const { kubeletVersion } = node.status.nodeInfo
    const minor = minorOf(kubeletVersion)
    if (minor === undefined || (minor <= control && control - minor <= olderMax)) continue
    const ref = refOf('Node', node)
    const apart = counted(Math.abs(control - minor), 'minor version')
    yield {
      object: ref,
      title: `The kubelet of node ${node.metadata.name} is ${apart} ${minor > control ? 'newer' : 'older'} than the control plane, which is not supported.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'status.nodeInfo.kubeletVersion', kubeletVersion),
        fieldEvidence(ref, 'control plane', `1.${control}, as its nodes say`),
      ],
      remediation: [
        advice('See the versions.', 'kubectl get nodes -o wide'),
        advice("See the API server's.", 'kubectl version'),
        describe(ref),
      ],
    }
  }
}
