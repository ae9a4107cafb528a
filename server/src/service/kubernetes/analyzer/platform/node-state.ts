import type { FindingEvidence } from '@aiops/contract/model/finding'
import type { Node } from '../../object/node.ts'
import type { ClusterView } from '../../view.ts'
import { eventEvidence, hour, minute, msOf } from '../evidence.ts'

/** Taints of autoscalers on nodes that they take away. */
const leaving = new Set([
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'node.cloudprovider.kubernetes.io/shutdown',
])
export const isLeaving = ({ metadata, spec }: Node): boolean =>
  metadata.deletionTimestamp !== undefined || spec.taints.some(({ key }) => leaving.has(key))

export const isControlPlane = ({ metadata }: Node): boolean =>
  'node-role.kubernetes.io/control-plane' in metadata.labels ||
  'node-role.kubernetes.io/master' in metadata.labels

/** A node may take so long from registering to Ready: images of the network plugin are pulled first. */
const joinMs = 10 * minute
export const isJoining = (view: ClusterView, { metadata }: Node): boolean => {
  const created = msOf(metadata.creationTimestamp)
  return created !== undefined && view.timeMs - created < joinMs
}

/** Latest warnings about a node. The kubelet gives the node's name for its uid in events, so that a uid would leave its events out. */
export function warningsOf(view: ClusterView, { metadata }: Node): FindingEvidence[] {
  return view
    .eventsOf({ kind: 'Node', namespace: '', name: metadata.name })
    .filter(({ type, lastMs }) => type === 'Warning' && view.timeMs - lastMs < hour)
    .slice(0, 3)
    .map(eventEvidence)
}
