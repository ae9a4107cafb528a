import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  counted,
  earliest,
  eventEvidence,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
  readable,
  spanOf,
} from '../evidence.ts'
import { advice, describe, dryRun, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { ownerKind } from './container.ts'

const doc = 'https://kubernetes.io/docs/'
const pod = { analyzer: 'Pod', kind: 'Pod', needs: ['Pod'], explainedBy: ['Node'] } as const

export const podEndRules: readonly Rule[] = [
  {
    ...pod,
    id: 'pod-evicted',
    severity: 'MEDIUM',
    condition: 'A node put the pod out for want of memory, processes or disk, with the figures it gave.',
    not_when:
      'it was for ephemeral storage that its own limit allows no more of (pod-ephemeral-storage-evicted), or more than an hour ago and its controller has made another',
    documentation_url: `${doc}concepts/scheduling-eviction/node-pressure-eviction/`,
    alert_name: 'KubeNodeEviction',
    check: each('Pod', (pod, view) => evicted(pod, view, false)),
  },
  {
    ...pod,
    id: 'pod-ephemeral-storage-evicted',
    severity: 'MEDIUM',
    condition:
      'The pod was put out for its own use of local disk: writable layers, logs or an emptyDir beyond their limit.',
    not_when: 'it was for memory or processes, or more than an hour ago and its controller has made another',
    documentation_url: `${doc}concepts/configuration/manage-resources-containers/#local-ephemeral-storage`,
    alert_name: null,
    check: each('Pod', (pod, view) => evicted(pod, view, true)),
  },
  {
    ...pod,
    id: 'pod-rejected-by-node',
    severity: 'HIGH',
    condition:
      'A node refused a pod that the scheduler gave it: topology manager, CPU alignment, a device, or what it had left (TopologyAffinityError, SMTAlignmentError, UnexpectedAdmissionError, OutOfcpu).',
    not_when: 'the node was shutting down, or it is more than an hour ago',
    documentation_url: `${doc}tasks/administer-cluster/topology-manager/`,
    alert_name: null,
    check: each('Pod', rejected),
  },
  {
    ...pod,
    id: 'pod-preempted',
    kind: 'Namespace',
    severity: 'LOW',
    condition: 'Pods of a namespace had to make room for pods of higher priority within the last hour.',
    not_when: 'pods were put out by a node or deleted by a person',
    documentation_url: `${doc}concepts/scheduling-eviction/pod-priority-preemption/`,
    alert_name: null,
    needs: ['Event'],
    check: preempted,
  },
  {
    ...pod,
    id: 'pod-stuck-terminating',
    severity: 'MEDIUM',
    condition:
      'A pod is still there five minutes after the end of its grace period, with why: a finalizer, a lost node, containers that do not stop, a volume.',
    not_when: 'its grace period goes on',
    documentation_url: `${doc}tasks/run-application/force-delete-stateful-set-pod/`,
    alert_name: null,
    check: each('Pod', stuck),
  },
]

const ownDisk =
  /ephemeral[- ](local )?storage usage|usage of EmptyDir|exceeded its local ephemeral storage|ephemeral local storage/i

function* evicted(pod: Pod, view: ClusterView, ephemeral: boolean): Generator<Observation> {
  const { phase, reason, message } = pod.status
  if (phase !== 'Failed' || reason !== 'Evicted' || ownDisk.test(readable(message)) !== ephemeral) return
  const object = refOf('Pod', pod)
  const target = conditionOf(pod.status.conditions, 'DisruptionTarget')
  const event = view.eventsOf({ ...object, uid: pod.metadata.uid }).find((one) => one.reason === 'Evicted')
  const sinceMs = msOf(target?.lastTransitionTime) ?? event?.lastMs ?? endOf(pod)
  if (ownerKind(pod) !== '' && heldMs(view, sinceMs) > hour) return
  const [, resource] = /low on resource: ([\w-]+)/i.exec(readable(message)) ?? []
  const node = pod.spec.nodeName ?? ''
  yield {
    object,
    title: ephemeral
      ? `The pod was put out for its use of local disk: ${message}`
      : `Node ${node} put the pod out for want of ${resource ?? 'a resource'}.`,
    sinceMs,
    evidence: [
      fieldEvidence(object, 'status.reason', `Evicted: ${message}`, sinceMs),
      ...(target ? [conditionEvidence(object, target)] : []),
      ...(event ? [eventEvidence(event)] : []),
    ],
    remediation: ephemeral
      ? [
          advice(
            'Write less to the container and to emptyDir, give it a volume, or raise its ephemeral-storage limit.',
            `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].resources} {.spec.volumes}'`,
          ),
        ]
      : [
          advice('See what the node is short of, and who uses it.', `kubectl describe node ${quoted(node)}`),
          advice(
            'A pod that requests what it uses is put out last.',
            `kubectl top pods -n ${quoted(object.namespace)} --sort-by=memory`,
          ),
        ],
  }
}

const endOf = (pod: Pod): number | undefined =>
  earliest(...pod.status.containerStatuses.map(({ state }) => msOf(state.terminated?.finishedAt))) ??
  msOf(pod.status.startTime)

const refusal =
  /^(TopologyAffinityError|SMTAlignmentError|UnexpectedAdmissionError|OutOf\w+|NodeAffinity|NodePorts|PodOSNotSupported|AppArmor|SysctlForbidden|InvalidNodeInfo|ContainerCPUAlignmentError|PodLevelResources\w*)$/
const refusalAdvice: Readonly<Record<string, string>> = {
  TopologyAffinityError:
    'CPUs, devices and huge pages of one NUMA node do not suffice: see what the policy of the topology manager asks for, and how they are spread over the NUMA nodes.',
  SMTAlignmentError: 'With full-pcpus-only the number of CPUs must be a multiple of the threads of a core.',
  UnexpectedAdmissionError:
    'The device plug-in gave nothing: see its log on the node and whether a device has failed.',
  NodeAffinity: 'The labels of the node changed between scheduling and start.',
  SysctlForbidden: 'The node does not allow the sysctl that the pod asks for.',
}

function* rejected(pod: Pod, view: ClusterView): Generator<Observation> {
  const { phase, reason, message } = pod.status
  if (phase !== 'Failed' || !refusal.test(reason)) return
  const sinceMs = msOf(pod.status.startTime) ?? msOf(pod.metadata.creationTimestamp)
  if (heldMs(view, sinceMs) > hour) return
  const object = refOf('Pod', pod)
  const node = pod.spec.nodeName ?? ''
  yield {
    object,
    title: `Node ${node} refused the pod (${reason})${message ? `: ${message}` : ''}`,
    sinceMs,
    evidence: [fieldEvidence(object, 'status.reason', `${reason}: ${message}`, sinceMs)],
    remediation: [
      advice(
        refusalAdvice[reason] ??
          'The scheduler and the node disagree on what is left there: see what it has and what its pods request.',
        `kubectl describe node ${quoted(node)}`,
      ),
      describe(object),
    ],
  }
}

function* preempted(view: ClusterView): Generator<Observation | undefined> {
  const byNamespace = new Map<string, ReturnType<ClusterView['eventsOf']>[number][]>()
  for (const [i, event] of view.list('Event').entries()) {
    if (i % 5_000 === 4_999) yield
    if (event.reason !== 'Preempted' || event.about.kind !== 'Pod' || view.timeMs - event.lastMs > hour)
      continue
    const list = byNamespace.get(event.about.namespace)
    if (list) list.push(event)
    else byNamespace.set(event.about.namespace, [event])
  }
  for (const [namespace, events] of byNamespace) {
    yield {
      object: { kind: 'Namespace', namespace: '', name: namespace },
      title: `${counted(events.length, 'pod')} of namespace ${namespace} had to make room for pods of higher priority within the last hour.`,
      sinceMs: earliest(...events.map(({ firstMs }) => firstMs)),
      evidence: events.slice(0, 10).map(eventEvidence),
      remediation: [
        advice(
          'See who has which priority, and whether the cluster has room for both.',
          `kubectl get pods -n ${quoted(namespace)} -o custom-columns=NAME:.metadata.name,PRIORITY:.spec.priority,CLASS:.spec.priorityClassName`,
        ),
        advice('See the classes.', 'kubectl get priorityclasses'),
      ],
    }
  }
}

function* stuck(pod: Pod, view: ClusterView): Generator<Observation> {
  // It names the end of the grace period, not the time of the request.
  const endsMs = msOf(pod.metadata.deletionTimestamp)
  if (endsMs === undefined || view.timeMs - endsMs < 5 * minute) return
  const object = refOf('Pod', pod)
  const events = view.eventsOf({ ...object, uid: pod.metadata.uid })
  const failure = events.find(({ reason }) =>
    ['FailedKillPod', 'FailedPreStopHook', 'FailedUnMount'].includes(reason),
  )
  const reason = stuckReason(pod, view)
  const grace = pod.metadata.deletionGracePeriodSeconds
  yield {
    object,
    title: `The pod should have been gone ${spanOf(view.timeMs - endsMs)} ago: ${reason.title}.`,
    sinceMs: endsMs,
    evidence: [
      fieldEvidence(
        object,
        'metadata.deletionTimestamp',
        `${pod.metadata.deletionTimestamp ?? ''}${grace === undefined ? '' : `, after a grace period of ${grace} s`}`,
        endsMs,
      ),
      ...(pod.metadata.finalizers.length > 0
        ? [fieldEvidence(object, 'metadata.finalizers', pod.metadata.finalizers.join(', '))]
        : []),
      ...(failure ? [eventEvidence(failure)] : []),
    ],
    causes: reason.node
      ? [
          {
            object: { kind: 'Node', namespace: '', name: reason.node },
            rule: null,
            text: reason.title,
            relation: 'runs on',
          },
        ]
      : [],
    remediation: [
      advice(
        reason.advice,
        reason.node
          ? `kubectl describe node ${quoted(reason.node)}`
          : `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o yaml`,
      ),
      dryRun(
        'delete',
        { ...object, kind: 'pod' },
        '--grace-period=0 --force',
        'Only where nothing of it can still run (a StatefulSet’s pod may run twice else): see what deleting by force would do.',
      ),
    ],
  }
}

function stuckReason(pod: Pod, view: ClusterView): { title: string; advice: string; node?: string } {
  const [finalizer] = pod.metadata.finalizers
  const name = pod.spec.nodeName ?? ''
  if (finalizer)
    return {
      title: `finalizer ${finalizer} has not been taken away`,
      advice: `See why the controller behind the finalizer ${finalizer} does not finish; taken away by hand, its work is left undone.`,
    }
  const node = view.get('Node', '', name)
  if (name !== '' && view.isKnown('Node')) {
    if (!node)
      return {
        title: `its node ${name} is no more`,
        advice: 'The node is gone; the pod is removed once its node object is cleaned up.',
      }
    if (conditionOf(node.status.conditions, 'Ready')?.status !== 'True')
      return {
        title: `its node ${name} does not answer`,
        advice: 'Bring the node back, or delete it once it is known to be off.',
        node: name,
      }
  }
  const running = pod.status.containerStatuses.filter(({ state }) => state.running).map((one) => one.name)
  return running.length > 0
    ? {
        title: `container ${running.join(', ')} does not stop`,
        advice: 'See what holds the process: a preStop hook, storage that hangs, or the runtime of the node.',
      }
    : {
        title: 'the kubelet has not cleaned up after it',
        advice:
          'See the kubelet of the node: volumes that do not unmount, or a sandbox that cannot be removed.',
      }
}
