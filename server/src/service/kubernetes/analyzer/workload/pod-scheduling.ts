import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, eventEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, describe, getYaml, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isPlain, isTerminating, settleMs } from './container.ts'
import { partsOf, resourceRemedies, type SchedulingPart } from './schedule-message.ts'

const doc = 'https://kubernetes.io/docs/'
const analyzer = 'Pod'
const explainedBy = ['PersistentVolumeClaim', 'PriorityClass', 'Node', 'ResourceQuota']

export const podSchedulingRules: readonly Rule[] = [
  {
    id: 'pod-unschedulable',
    analyzer,
    kind: 'Pod',
    severity: 'HIGH',
    condition: 'The scheduler has found no node for a pending pod for more than a minute.',
    not_when:
      'the pod is younger, it waits in a queue by its scheduling gates, an autoscaler has just asked for a node, or what lacks is a device or huge pages (pod-device-insufficient)',
    documentation_url: `${doc}concepts/scheduling-eviction/kube-scheduler/`,
    alert_name: 'KubePodNotReady',
    needs: ['Pod'],
    explainedBy,
    check: each('Pod', (pod, view) => waiting(pod, view, false)),
  },
  {
    id: 'pod-device-insufficient',
    analyzer,
    kind: 'Pod',
    severity: 'HIGH',
    condition:
      'No node has enough left of a device or of huge pages for a pending pod: GPUs, SR-IOV virtual functions, hugepages-1Gi.',
    not_when: 'only CPU, memory or other things that every node has are lacking',
    documentation_url: `${doc}concepts/extend-kubernetes/compute-storage-net/device-plugins/`,
    alert_name: 'KubePodNotReady',
    needs: ['Pod'],
    explainedBy,
    check: each('Pod', (pod, view) => waiting(pod, view, true)),
  },
  {
    id: 'pod-scheduling-gated',
    analyzer,
    kind: 'Pod',
    severity: 'LOW',
    condition: 'A pod has been held back by a scheduling gate for more than ten minutes.',
    not_when: 'a queue such as Kueue holds it, whose business waiting is',
    documentation_url: `${doc}concepts/scheduling-eviction/pod-scheduling-readiness/`,
    alert_name: null,
    needs: ['Pod'],
    check: each('Pod', gated),
  },
]

/** A cluster autoscaler needs so long for a node before it is worth a word. */
const scaleUpMs = 10 * minute

function* waiting(pod: Pod, view: ClusterView, devices: boolean): Generator<Observation> {
  if (isPlain(pod) || pod.status.phase !== 'Pending' || isTerminating(pod) || pod.spec.nodeName) return
  const condition = conditionOf(pod.status.conditions, 'PodScheduled')
  if (condition?.status !== 'False' || condition.reason === 'SchedulingGated') return
  if (condition.reason !== '' && condition.reason !== 'Unschedulable') return
  const object = refOf('Pod', pod)
  const sinceMs = msOf(condition.lastTransitionTime) ?? msOf(pod.metadata.creationTimestamp)
  if (heldMs(view, sinceMs) < settleMs) return
  const parts = partsOf(condition.message)
  const lacking = parts.filter(({ device }) => device)
  if (lacking.length > 0 !== devices) return
  const events = view.eventsOf({ ...object, uid: pod.metadata.uid })
  const scaling = events.find(({ reason }) => reason === 'TriggeredScaleUp')
  const refused = events.find(({ reason }) => reason === 'NotTriggerScaleUp')
  if (scaling && view.timeMs - scaling.lastMs < scaleUpMs && (refused?.lastMs ?? 0) <= scaling.lastMs) return
  const why = (devices ? lacking : parts).map(({ text }) => text)
  yield {
    object,
    title: `No node can take the pod${why.length > 0 ? `: ${why.join(', ')}` : ''}.`,
    sinceMs,
    evidence: [
      conditionEvidence(object, condition),
      ...parts.map((part) => partEvidence(object, part)),
      ...[refused, events.find(({ reason }) => reason === 'FailedScheduling')].flatMap((event) =>
        event ? [eventEvidence(event)] : [],
      ),
    ],
    causes: claimCauses(pod, view, parts),
    remediation: [...resourceRemedies(parts), describe(object, 'See what the scheduler says of it.')],
  }
}

const partEvidence = (object: Observation['object'], { count, text }: SchedulingPart) => ({
  kind: 'FIELD' as const,
  object,
  source: 'status.conditions[PodScheduled].message',
  text: count === undefined ? text : `${count} of the nodes: ${text}`,
  at: null,
})

/** Claims that the scheduler waits for. */
function claimCauses(pod: Pod, view: ClusterView, parts: readonly SchedulingPart[]) {
  if (!parts.some(({ text }) => /persistentvolumeclaim|volume/i.test(text))) return []
  const { namespace } = pod.metadata
  return pod.spec.volumes.flatMap(({ persistentVolumeClaim }) => {
    const name = persistentVolumeClaim?.claimName
    if (!name) return []
    const claim = view.get('PersistentVolumeClaim', namespace, name)
    if (claim?.status.phase === 'Bound' || !view.isKnown('PersistentVolumeClaim')) return []
    return [
      {
        object: { kind: 'PersistentVolumeClaim', namespace, name },
        rule: null,
        text: claim
          ? `Claim ${name} is ${claim.status.phase || 'not bound'}.`
          : `Claim ${name} does not exist.`,
        relation: 'mounts',
      },
    ]
  })
}

function* gated(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Pending' || isTerminating(pod)) return
  const gates = pod.spec.schedulingGates.map(({ name }) => name)
  if (gates.length === 0 || gates.some((name) => name.includes('kueue.x-k8s.io'))) return
  const condition = conditionOf(pod.status.conditions, 'PodScheduled')
  if (condition?.reason !== 'SchedulingGated') return
  const sinceMs = msOf(condition.lastTransitionTime) ?? msOf(pod.metadata.creationTimestamp)
  if (heldMs(view, sinceMs) < scaleUpMs) return
  const object = refOf('Pod', pod)
  yield {
    object,
    title: `The pod is held back by the scheduling gate ${gates.join(', ')}.`,
    sinceMs,
    evidence: [conditionEvidence(object, condition)],
    remediation: [
      advice(
        `Find the controller that should take the gate ${gates.join(', ')} away, and see why it has not.`,
        `kubectl get pods -A -l ${quoted('app.kubernetes.io/component=controller')}`,
      ),
      getYaml(object, 'See the gates under spec.schedulingGates.'),
    ],
  }
}
