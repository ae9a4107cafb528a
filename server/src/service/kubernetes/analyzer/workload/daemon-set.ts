import type { DaemonSet } from '../../object/workload.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionOf,
  counted,
  earliest,
  eventEvidence,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
} from '../evidence.ts'
import { advice, describe, dryRun, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { generationMismatch } from './deployment.ts'
import { earliestUnready, isNodeLost, podEvidence, unreadyOf, unreadySince } from './pod-set.ts'

const doc = 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/'
const set = { analyzer: 'DaemonSet', kind: 'DaemonSet' } as const

export const daemonSetRules: readonly Rule[] = [
  {
    ...set,
    id: 'daemon-set-not-ready',
    severity: 'MEDIUM',
    condition:
      'Pods of a DaemonSet have not been ready for five minutes, with the nodes; HIGH where half of them or more are not.',
    not_when:
      'they are on nodes that are not ready (the node is what is wrong), or became so within five minutes, as in an update',
    documentation_url: doc,
    alert_name: 'KubeDaemonSetRolloutStuck',
    needs: ['DaemonSet', 'Pod'],
    check: each('DaemonSet', notReady),
  },
  {
    ...set,
    id: 'daemon-set-not-scheduled',
    severity: 'MEDIUM',
    condition: 'A DaemonSet has made fewer pods than there are nodes for it.',
    not_when:
      'a node joined, came back or changed within the last five minutes, or the API refuses the pods (pod-creation-refused)',
    documentation_url: `${doc}#how-daemon-pods-are-scheduled`,
    alert_name: 'KubeDaemonSetNotScheduled',
    needs: ['DaemonSet', 'Node'],
    check: each('DaemonSet', notScheduled),
  },
  {
    ...set,
    id: 'daemon-set-misscheduled',
    severity: 'LOW',
    condition:
      'Pods of a DaemonSet run on nodes that they should not run on, by node selector, affinity or taint.',
    not_when: 'there is none such, or a node changed within the last five minutes',
    documentation_url: `${doc}#taints-and-tolerations`,
    alert_name: 'KubeDaemonSetMisScheduled',
    needs: ['DaemonSet', 'Node'],
    check: each('DaemonSet', misscheduled),
  },
  {
    ...set,
    id: 'daemon-set-update-stuck',
    severity: 'MEDIUM',
    condition: 'An update of a DaemonSet has stood still for fifteen minutes with nodes left to do.',
    not_when: 'its strategy is OnDelete, or one of its pods became ready or was made within that time',
    documentation_url: 'https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/',
    alert_name: 'KubeDaemonSetRolloutStuck',
    needs: ['DaemonSet', 'Pod'],
    check: each('DaemonSet', updateStuck),
  },
  {
    ...set,
    id: 'daemon-set-generation-mismatch',
    severity: 'MEDIUM',
    condition:
      'The controller has not seen the newest specification of a DaemonSet (observedGeneration is behind).',
    not_when: 'it was made within the last five minutes',
    documentation_url: doc,
    alert_name: null,
    needs: ['DaemonSet'],
    check: each('DaemonSet', (one, view) => generationMismatch('DaemonSet', one, view)),
  },
]

const settledMs = 5 * minute

function* notReady(one: DaemonSet, view: ClusterView): Generator<Observation> {
  const { desiredNumberScheduled: wanted = 0, numberReady = 0 } = one.status
  if (numberReady >= wanted) return
  const unready = unreadyOf(view.ownedBy('Pod', one.metadata.uid)).filter((pod) => !isNodeLost(pod, view))
  if (unready.length === 0) return
  const sinceMs = earliestUnready(unready)
  if (heldMs(view, sinceMs) < settledMs) return
  const object = refOf('DaemonSet', one)
  const nodes = unready.map((pod) => pod.spec.nodeName ?? 'no node')
  yield {
    object,
    title: `${counted(unready.length, 'pod')} of ${wanted} ${unready.length === 1 ? 'is' : 'are'} not ready, on ${nodes.slice(0, 3).join(', ')}${nodes.length > 3 ? ' and others' : ''}.`,
    severity: unready.length * 2 >= wanted && wanted > 1 ? 'HIGH' : 'MEDIUM',
    sinceMs,
    evidence: [
      fieldEvidence(object, 'status.numberReady', `${numberReady} of ${wanted}`),
      ...podEvidence(unready),
    ],
    remediation: [
      describe(object),
      advice('See the state of the nodes.', 'kubectl get nodes -o wide'),
      dryRun('rollout undo', object, '', 'If an update brought this, see what going back would do.'),
    ],
  }
}

/** Newest time at which a node joined or its readiness changed. */
function nodesChangedMs(view: ClusterView): number {
  let newest = 0
  for (const { metadata, status, spec } of view.list('Node')) {
    const ready = conditionOf(status.conditions, 'Ready')
    newest = Math.max(
      newest,
      msOf(metadata.creationTimestamp) ?? 0,
      msOf(ready?.lastTransitionTime) ?? 0,
      ...spec.taints.map((taint) => msOf(taint.timeAdded) ?? 0),
    )
  }
  return newest
}

function* notScheduled(one: DaemonSet, view: ClusterView): Generator<Observation> {
  const { desiredNumberScheduled: wanted = 0, currentNumberScheduled = 0 } = one.status
  if (currentNumberScheduled >= wanted) return
  if (
    view.timeMs - nodesChangedMs(view) < settledMs ||
    heldMs(view, msOf(one.metadata.creationTimestamp)) < settledMs
  )
    return
  const object = refOf('DaemonSet', one)
  const events = view.eventsOf({ ...object, uid: one.metadata.uid }).filter(({ type }) => type === 'Warning')
  if (events.some(({ reason }) => reason === 'FailedCreate')) return
  yield {
    object,
    title: `It has ${counted(currentNumberScheduled, 'pod')} where ${counted(wanted, 'node')} should have one.`,
    sinceMs: earliest(...events.map(({ firstMs }) => firstMs)),
    evidence: [
      fieldEvidence(object, 'status.currentNumberScheduled', `${currentNumberScheduled} of ${wanted}`),
      ...events.slice(0, 3).map(eventEvidence),
    ],
    remediation: [
      describe(object),
      advice(
        'See the nodes and their taints.',
        "kubectl get nodes -o custom-columns='NAME:.metadata.name,TAINTS:.spec.taints[*].key'",
      ),
    ],
  }
}

function* misscheduled(one: DaemonSet, view: ClusterView): Generator<Observation> {
  const { numberMisscheduled = 0 } = one.status
  if (numberMisscheduled === 0 || view.timeMs - nodesChangedMs(view) < settledMs) return
  const object = refOf('DaemonSet', one)
  const { nodeSelector, tolerations } = one.spec.template.spec
  const wrong = view.ownedBy('Pod', one.metadata.uid).filter((pod) => {
    const node = view.get('Node', '', pod.spec.nodeName ?? '')
    if (!node) return false
    if (Object.entries(nodeSelector).some(([key, value]) => node.metadata.labels[key] !== value)) return true
    return node.spec.taints.some(
      ({ key, effect }) =>
        effect !== 'PreferNoSchedule' &&
        !key.startsWith('node.kubernetes.io/') &&
        !tolerations.some(
          (one) => (one.key === '' || one.key === key) && (one.effect === '' || one.effect === effect),
        ),
    )
  })
  yield {
    object,
    title: `${counted(numberMisscheduled, 'pod')} ${numberMisscheduled === 1 ? 'runs' : 'run'} on nodes where none of it should.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(object, 'status.numberMisscheduled', String(numberMisscheduled)),
      ...wrong
        .slice(0, 5)
        .map((pod) => fieldEvidence(refOf('Pod', pod), 'spec.nodeName', pod.spec.nodeName ?? '')),
    ],
    remediation: [
      advice(
        'Compare labels and taints of the nodes with the node selector and the tolerations of the DaemonSet.',
        `kubectl get daemonset ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.template.spec.nodeSelector} {.spec.template.spec.tolerations}'`,
      ),
    ],
  }
}

function* updateStuck(one: DaemonSet, view: ClusterView): Generator<Observation> {
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0 } = one.status
  if (updatedNumberScheduled >= wanted || one.spec.updateStrategy?.type === 'OnDelete') return
  const pods = view.ownedBy('Pod', one.metadata.uid)
  if (pods.length === 0) return
  // Of a ready pod this is when it became so.
  const moved = Math.max(
    ...pods.map((pod) => Math.max(unreadySince(pod) ?? 0, msOf(pod.metadata.creationTimestamp) ?? 0)),
  )
  if (moved === 0 || view.timeMs - moved < hour / 4) return
  const object = refOf('DaemonSet', one)
  const unready = unreadyOf(pods)
  yield {
    object,
    title: `The update stands still with ${updatedNumberScheduled} of ${counted(wanted, 'node')} done.`,
    sinceMs: moved,
    evidence: [
      fieldEvidence(object, 'status.updatedNumberScheduled', `${updatedNumberScheduled} of ${wanted}`),
      ...podEvidence(unready),
    ],
    remediation: [
      advice(
        'See how far it is.',
        `kubectl rollout history daemonset/${quoted(object.name)} -n ${quoted(object.namespace)}`,
      ),
      dryRun('rollout undo', object, '', 'See what going back would do.'),
    ],
  }
}
