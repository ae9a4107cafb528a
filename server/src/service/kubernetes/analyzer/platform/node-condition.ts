import type { Node } from '../../object/node.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, msOf } from '../evidence.ts'
import { advice, describe, dryRun, eventsOf, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { isJoining, warningsOf } from './node-state.ts'
import { isFault, trueMeans } from './polarity.ts'

/** What conditions of nodes other than Ready say. */
export const nodeConditionRules: readonly Rule[] = [
  {
    id: 'node-pressure',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'HIGH',
    condition: 'MemoryPressure, DiskPressure or PIDPressure is True: the kubelet evicts pods.',
    not_when: 'The condition is False, whatever its reason, or Unknown because the node is unreachable.',
    documentation_url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/',
    alert_name: 'KubeNodePressure',
    needs: ['Node'],
    check: each('Node', pressure),
  },
  {
    id: 'node-network-unavailable',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'HIGH',
    condition: 'NetworkUnavailable is True: routes or the network plugin of the node are not set up.',
    not_when:
      'The condition is False, as CalicoIsUp or RouteCreated say, or the node joined less than 10 minutes ago.',
    documentation_url: 'https://kubernetes.io/docs/reference/node/node-status/#condition',
    alert_name: null,
    needs: ['Node'],
    check: each('Node', networkUnavailable),
  },
  {
    id: 'node-condition',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition:
      'Another condition of the node, as of the node problem detector, says that something is wrong: a problem that is True, or a health that is False; Unknown counts LOW while the node is ready.',
    not_when:
      'A problem is False (KernelDeadlock=False) or a health True (EtcdIsVoter=True, NetworkingReady=True), or neither name nor reason of the condition tells what is good.',
    documentation_url: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/monitor-node-health/',
    alert_name: null,
    needs: ['Node'],
    check: each('Node', otherCondition),
  },
]

const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const
const pressed: Record<(typeof pressures)[number], string> = {
  MemoryPressure: 'memory',
  DiskPressure: 'room on its disks',
  PIDPressure: 'process ids',
}
function* pressure(node: Node, view: ClusterView): Iterable<Observation> {
  for (const type of pressures) {
    const condition = conditionOf(node.status.conditions, type)
    if (condition?.status !== 'True') continue
    const ref = refOf('Node', node)
    yield {
      object: ref,
      title: `Node ${node.metadata.name} is short of ${pressed[type]}; pods are evicted.`,
      sinceMs: msOf(condition.lastTransitionTime),
      evidence: [conditionEvidence(ref, condition), ...warningsOf(view, node)],
      remediation: [
        describe(ref),
        type === 'MemoryPressure'
          ? advice('See who uses most.', 'kubectl top pods -A --sort-by=memory')
          : advice(
              'See its pods.',
              `kubectl get pods -A -o wide --field-selector spec.nodeName=${quoted(node.metadata.name)}`,
            ),
        dryRun('cordon', ref, '', 'Keep further pods away, tried first.'),
      ],
      discriminator: type,
    }
  }
}

function* networkUnavailable(node: Node, view: ClusterView): Iterable<Observation> {
  const condition = conditionOf(node.status.conditions, 'NetworkUnavailable')
  if (condition?.status !== 'True' || isJoining(view, node)) return
  const ref = refOf('Node', node)
  yield {
    object: ref,
    title: `The network of node ${node.metadata.name} is not set up: ${briefly(condition.message || condition.reason)}.`,
    sinceMs: msOf(condition.lastTransitionTime),
    evidence: [conditionEvidence(ref, condition), ...warningsOf(view, node)],
    remediation: [
      describe(ref),
      advice(
        'See the pods of the network plugin there.',
        `kubectl get pods -n kube-system -o wide --field-selector spec.nodeName=${quoted(node.metadata.name)}`,
      ),
    ],
  }
}

const known = new Set<string>([...pressures, 'Ready', 'NetworkUnavailable', 'OutOfDisk'])
function* otherCondition(node: Node, view: ClusterView): Iterable<Observation> {
  const isUp = conditionOf(node.status.conditions, 'Ready')?.status === 'True'
  for (const condition of node.status.conditions) {
    if (known.has(condition.type)) continue
    const isUnknown = condition.status === 'Unknown' && isUp && trueMeans(condition) !== undefined
    if (!isFault(condition) && !isUnknown) continue
    if (isJoining(view, node)) continue
    const ref = refOf('Node', node)
    yield {
      object: ref,
      title: `Node ${node.metadata.name} says ${condition.type}=${condition.status}${condition.message ? `: ${briefly(condition.message)}` : ''}.`,
      ...(isUnknown ? { severity: 'LOW' as const } : {}),
      sinceMs: msOf(condition.lastTransitionTime),
      evidence: [conditionEvidence(ref, condition), ...warningsOf(view, node)],
      remediation: [describe(ref), eventsOf(ref)],
      discriminator: condition.type,
    }
  }
}
