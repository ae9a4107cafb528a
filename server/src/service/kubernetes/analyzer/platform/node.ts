import type { FindingCause } from '@aiops/contract/model/finding'
import type { Severity } from '@aiops/contract/model/severity'
import type { Condition } from '../../object/meta.ts'
import type { Node } from '../../object/node.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  counted,
  fieldEvidence,
  heldMs,
  hour,
  msOf,
  spanOf,
} from '../evidence.ts'
import { advice, describe, dryRun, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { isControlPlane, isJoining, isLeaving, warningsOf } from './node-state.ts'

const documentation = 'https://kubernetes.io/docs/reference/node/node-status/#condition'
const cordonedMs = 24 * hour

/** How the nodes say they are. */
export const nodeRules: readonly Rule[] = [
  {
    id: 'node-not-ready',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'HIGH',
    condition: 'The kubelet says that the node is not ready (Ready=False), or never said anything.',
    not_when:
      'The node joined less than 10 minutes ago, is being deleted, or an autoscaler is taking it away. Ready=Unknown is node-unreachable.',
    documentation_url: documentation,
    alert_name: 'KubeNodeNotReady',
    needs: ['Node'],
    check: each('Node', notReady),
  },
  {
    id: 'node-unreachable',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'HIGH',
    condition:
      'The control plane hears nothing from the kubelet: Ready=Unknown, or the taint node.kubernetes.io/unreachable.',
    not_when: 'The node is being deleted, or an autoscaler is taking it away.',
    documentation_url: 'https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller',
    alert_name: 'KubeNodeUnreachable',
    needs: ['Node'],
    check: each('Node', unreachable),
  },
  {
    id: 'node-cordoned-long',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'LOW',
    condition: 'The node has been unschedulable for more than 24 hours.',
    not_when:
      'It was cordoned less than 24 hours ago, or the cluster does not say since when, or it is being deleted.',
    documentation_url: 'https://kubernetes.io/docs/concepts/nodes/node/#manual-node-administration',
    alert_name: null,
    needs: ['Node'],
    check: each('Node', cordonedLong),
  },
  {
    id: 'node-uninitialized',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition: 'For more than 10 minutes the node has waited for its cloud provider, and takes no pods.',
    not_when: 'The node joined less than 10 minutes ago.',
    documentation_url: 'https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/',
    alert_name: null,
    needs: ['Node'],
    check: each('Node', uninitialized),
  },
]

function* notReady(node: Node, view: ClusterView): Iterable<Observation> {
  const ready = conditionOf(node.status.conditions, 'Ready')
  if (ready && ready.status !== 'False') return
  if (isLeaving(node) || isJoining(view, node)) return
  const ref = refOf('Node', node)
  yield {
    object: ref,
    title: `Node ${node.metadata.name} is not ready${ready?.message ? `: ${briefly(ready.message)}` : ''}.`,
    severity: outage(view),
    sinceMs: msOf(ready?.lastTransitionTime ?? node.metadata.creationTimestamp),
    evidence: [
      ready ? conditionEvidence(ref, ready) : fieldEvidence(ref, 'status.conditions', 'no condition Ready'),
      ...warningsOf(view, node),
    ],
    causes: ready ? reasonsOf(node, ready) : [],
    remediation: [
      describe(ref),
      advice('On the node: see what the kubelet says, as by journalctl -u kubelet.'),
      dryRun('drain', ref, '--ignore-daemonsets --delete-emptydir-data', 'Move its pods away, tried first.'),
    ],
  }
}

function* unreachable(node: Node, view: ClusterView): Iterable<Observation> {
  const ready = conditionOf(node.status.conditions, 'Ready')
  const taint = node.spec.taints.find(({ key }) => key === 'node.kubernetes.io/unreachable')
  if (isLeaving(node) || (ready?.status !== 'Unknown' && !taint)) return
  const ref = refOf('Node', node)
  const sinceMs = msOf(ready?.status === 'Unknown' ? ready.lastTransitionTime : taint?.timeAdded)
  const lease = view.get('Lease', 'kube-node-lease', node.metadata.name)
  const renewMs = msOf(lease?.spec.renewTime)
  yield {
    object: ref,
    title: `Nothing is heard from node ${node.metadata.name}${sinceMs ? ` for ${spanOf(heldMs(view, sinceMs))}` : ''}.`,
    severity: outage(view),
    sinceMs,
    evidence: [
      ...(ready ? [conditionEvidence(ref, ready)] : []),
      ...(taint
        ? [fieldEvidence(ref, 'spec.taints', `${taint.key}:${taint.effect}`, msOf(taint.timeAdded))]
        : []),
      ...(lease && renewMs !== undefined
        ? [
            fieldEvidence(
              refOf('Lease', lease),
              'spec.renewTime',
              `last renewed ${spanOf(view.timeMs - renewMs)} ago`,
              renewMs,
            ),
          ]
        : []),
      fieldEvidence(ref, 'pods', `${counted(view.podsOn(node.metadata.name).length, 'pod')} there`),
      ...warningsOf(view, node),
    ],
    causes: [
      {
        object: ref,
        rule: null,
        text: 'the machine is off, cut from the network, or its kubelet has stopped',
        relation: 'runs',
      },
    ],
    remediation: [
      describe(ref),
      advice(
        'See its last sign of life.',
        `kubectl get lease -n kube-node-lease ${quoted(node.metadata.name)} -o yaml`,
      ),
      advice('At the machine: see that it is on, reaches the API server, and that the kubelet runs.'),
    ],
  }
}

/** Of a cluster of which no control-plane node, or not half of all nodes, is left. */
function outage(view: ClusterView): Severity {
  const nodes = view.list('Node')
  const isDown = (node: Node) => conditionOf(node.status.conditions, 'Ready')?.status !== 'True'
  const controlPlane = nodes.filter(isControlPlane)
  const down = nodes.filter(isDown).length
  const lost = controlPlane.length > 0 && controlPlane.every(isDown)
  return nodes.length > 1 && (lost || down * 2 > nodes.length) ? 'CRITICAL' : 'HIGH'
}

const messages: readonly (readonly [RegExp, string])[] = [
  [
    /cni|network ?plugin|NetworkPluginNotReady/i,
    'the network plugin (CNI) of the node is not set up: its pod does not run, or left no configuration in /etc/cni/net.d',
  ],
  [/container runtime is down|runtime is not responding/i, 'the container runtime does not answer'],
  [/PLEG/, 'the kubelet cannot list containers in time (PLEG): the container runtime is slow or hangs'],
  [/disk|image ?fs|nodefs/i, 'the node has no room left on a disk'],
  [
    /certificate|x509|Unauthorized/i,
    'the credentials of the kubelet are refused: its certificate has expired',
  ],
  [/CSINode/, 'the storage drivers of the node are not registered yet'],
  [/shut(ting)? ?down/i, 'the node is shutting down'],
]
function reasonsOf(node: Node, { reason, message }: Condition): FindingCause[] {
  return messages
    .filter(([pattern]) => pattern.test(`${reason} ${message}`))
    .map(([, text]) => ({ object: refOf('Node', node), rule: null, text, relation: 'runs' }))
}

function* cordonedLong(node: Node, view: ClusterView): Iterable<Observation> {
  if (node.spec.unschedulable !== true || isLeaving(node)) return
  const taint = node.spec.taints.find(({ key }) => key === 'node.kubernetes.io/unschedulable')
  const sinceMs = msOf(taint?.timeAdded)
  if (heldMs(view, sinceMs) < cordonedMs) return
  const ref = refOf('Node', node)
  yield {
    object: ref,
    title: `Node ${node.metadata.name} has taken no new pods for ${spanOf(heldMs(view, sinceMs))}: it is cordoned.`,
    sinceMs,
    evidence: [fieldEvidence(ref, 'spec.unschedulable', 'true', sinceMs)],
    remediation: [
      describe(ref, 'See why: who cordoned it may have left an annotation.'),
      dryRun('uncordon', ref, '', 'Let it take pods again, tried first.'),
    ],
  }
}

function* uninitialized(node: Node, view: ClusterView): Iterable<Observation> {
  const taint = node.spec.taints.find(({ key }) => key === 'node.cloudprovider.kubernetes.io/uninitialized')
  if (!taint || isLeaving(node) || isJoining(view, node)) return
  const ref = refOf('Node', node)
  yield {
    object: ref,
    title: `Node ${node.metadata.name} waits for its cloud provider and takes no pods.`,
    sinceMs: msOf(taint.timeAdded ?? node.metadata.creationTimestamp),
    evidence: [fieldEvidence(ref, 'spec.taints', `${taint.key}:${taint.effect}`, msOf(taint.timeAdded))],
    remediation: [
      advice('See whether a cloud controller manager runs.', 'kubectl get pods -n kube-system -o wide'),
      describe(ref),
    ],
  }
}
