import type { FindingCause } from '@aiops/contract/model/finding'
import type { KubeEvent } from '../../object/event.ts'
import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionOf,
  earliest,
  eventEvidence,
  fieldEvidence,
  heldMs,
  minute,
  msOf,
  readable,
} from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { containersOf, isPlain, isTerminating, settleMs } from './container.ts'
import { mountCauseOf, sandboxCauseOf } from './start-cause.ts'

const doc = 'https://kubernetes.io/docs/'
const pod = { analyzer: 'Pod', kind: 'Pod', severity: 'HIGH', alert_name: 'KubeContainerWaiting' } as const

export const podStartRules: readonly Rule[] = [
  {
    ...pod,
    id: 'pod-config-error',
    condition:
      'A container cannot be made since what its configuration names is missing: a ConfigMap, a Secret, or a key in one (CreateContainerConfigError).',
    not_when: 'the reference is optional, which the kubelet then skips',
    documentation_url: `${doc}tasks/configure-pod-container/configure-pod-configmap/`,
    needs: ['Pod'],
    explainedBy: ['ConfigMap'],
    check: each('Pod', configError),
  },
  {
    ...pod,
    id: 'pod-container-create',
    condition:
      'The runtime cannot make or start a container (CreateContainerError, RunContainerError, StartError, a hook that fails).',
    not_when: 'it has lasted less than a minute, since the kubelet tries again at once',
    documentation_url: `${doc}tasks/debug/debug-application/debug-pods/`,
    needs: ['Pod'],
    explainedBy: ['Node'],
    check: each('Pod', createError),
  },
  {
    ...pod,
    id: 'pod-sandbox-failed',
    condition:
      'The pod gets no sandbox: its network or its runtime class fails, as the kubelet said within the last ten minutes.',
    not_when: 'the sandbox came up after that, or the pod is younger than a minute',
    documentation_url: `${doc}concepts/extend-kubernetes/compute-storage-net/network-plugins/`,
    needs: ['Pod', 'Event'],
    explainedBy: ['Node'],
    check: each('Pod', sandbox),
  },
  {
    ...pod,
    id: 'pod-volume-mount',
    condition:
      'A volume of the pod cannot be attached or mounted, with why: it does not exist, another node holds it, a time-out, no permission.',
    not_when: 'its containers have started since, or the pod is younger than two minutes',
    documentation_url: `${doc}concepts/storage/volumes/`,
    needs: ['Pod', 'Event'],
    explainedBy: [
      'PersistentVolumeClaim',
      'PersistentVolume',
      'ConfigMap',
      'Node',
      'VolumeAttachment',
      'CSIDriver',
    ],
    check: each('Pod', mount),
  },
  {
    ...pod,
    id: 'pod-start-stuck',
    severity: 'MEDIUM',
    condition:
      'A pod that has a node has not started its containers for ten minutes, and nothing is said of why.',
    not_when: 'an image is being pulled, an init container runs, or another rule knows why',
    documentation_url: `${doc}tasks/debug/debug-application/debug-pods/#my-pod-stays-waiting`,
    needs: ['Pod', 'Event'],
    explainedBy: ['Node', 'PersistentVolumeClaim'],
    check: each('Pod', stuck),
  },
]

function* configError(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod)) return
  for (const { status, role } of containersOf(pod)) {
    const { waiting } = status.state
    if (waiting?.reason !== 'CreateContainerConfigError') continue
    const object = refOf('Pod', pod)
    const causes = missingIn(waiting.message, pod.metadata.namespace)
    const events = view
      .eventsOf({ ...object, uid: pod.metadata.uid })
      .filter(({ reason, message }) => reason === 'Failed' && message.includes(waiting.message.slice(0, 60)))
    yield {
      object,
      title: `${role[0]!.toUpperCase()}${role.slice(1)} ${status.name} cannot be made: ${waiting.message || 'its configuration is not whole'}.`,
      sinceMs: earliest(...events.map(({ firstMs }) => firstMs)) ?? readySince(pod),
      discriminator: status.name,
      evidence: [
        fieldEvidence(
          object,
          `status.containerStatuses[${status.name}].state.waiting`,
          `${waiting.reason}: ${waiting.message}`,
        ),
        ...events.slice(0, 2).map(eventEvidence),
      ],
      causes,
      remediation: [
        ...causes.map(({ object: missing }) =>
          advice(
            `Create ${missing.kind} ${missing.name} in namespace ${missing.namespace} with the key that is asked for, or correct the reference; see what is there.`,
            `kubectl get ${missing.kind.toLowerCase()}s -n ${quoted(missing.namespace)}`,
          ),
        ),
        describe(object),
      ],
    }
  }
}

const readySince = (pod: Pod): number | undefined =>
  msOf(conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime) ?? msOf(pod.status.startTime)

/** `configmap "a" not found`, `secret "a" not found`, `couldn't find key k in ConfigMap ns/a`. */
export function missingIn(message: string, namespace: string): FindingCause[] {
  const said = readable(message)
  const [, wholeKind, whole] = /\b(configmap|secret)s? "([^"]+)" not found/i.exec(said) ?? []
  const [, key, kind, name] =
    /find key ([^\s]+) in (ConfigMap|Secret) (?:[^\s/]+\/)?([^\s:]+)/i.exec(said) ?? []
  const found = whole ?? name
  if (!found) return []
  const named = (wholeKind ?? kind)?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap'
  const text = key ? `${named} ${found} has no key ${key}.` : `${named} ${found} does not exist.`
  return [{ object: { kind: named, namespace, name: found }, rule: null, text, relation: 'reads' }]
}

const createReasons: ReadonlySet<string> = new Set([
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
  'StartError',
  'ContainerCannotRun',
])

function* createError(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod)) return
  for (const { status, role } of containersOf(pod)) {
    const { waiting, terminated } = status.state
    const ending = terminated ?? status.lastState.terminated
    const loops = waiting?.reason === 'CrashLoopBackOff' && createReasons.has(ending?.reason ?? '')
    const reason = createReasons.has(waiting?.reason ?? '')
      ? waiting!.reason
      : loops
        ? ending!.reason
        : undefined
    if (reason === undefined) continue
    const message = loops ? (ending?.message ?? '') : (waiting?.message ?? '')
    const sinceMs = readySince(pod)
    if (heldMs(view, sinceMs) < settleMs) continue
    const object = refOf('Pod', pod)
    const events = view
      .eventsOf({ ...object, uid: pod.metadata.uid })
      .filter(({ reason: of }) => of === 'Failed' || of === 'FailedPostStartHook')
    yield {
      object,
      title: `The runtime cannot start ${role} ${status.name} (${reason})${message ? `: ${message}` : ''}.`,
      sinceMs,
      discriminator: status.name,
      evidence: [
        fieldEvidence(object, `status.containerStatuses[${status.name}].state`, `${reason}: ${message}`),
        ...events.slice(0, 3).map(eventEvidence),
      ],
      remediation: [
        advice(
          startAdvice(message, reason),
          `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[?(@.name=="${status.name.replace(/[^\w-]/g, '')}")]}'`,
        ),
        describe(object),
      ],
    }
  }
}

function startAdvice(text: string, reason: string): string {
  const message = readable(text)
  if (/executable file not found|no such file or directory/i.test(message))
    return 'The command is not in the image: correct command and args, or the path of a mount that hides it.'
  if (/permission denied/i.test(message))
    return 'The command is not executable for the user the container runs as.'
  if (/exec format error/i.test(message)) return 'The image is made for another architecture.'
  if (/subPath|not a directory/i.test(message)) return 'A subPath mount names what is no file, or no folder.'
  if (/name .* is (already )?(in use|reserved)/i.test(message))
    return 'The runtime of the node holds on to an older container of this name; see the runtime’s log there.'
  return reason.includes('Hook')
    ? 'See what the lifecycle hook runs.'
    : 'See command, mounts and security context of the container.'
}

const recentEventMs = 10 * minute

function waitsForSandbox(pod: Pod): boolean {
  const states = containersOf(pod).map(({ status }) => status.state)
  const isWaiting = states.every(
    ({ waiting }) => waiting && ['ContainerCreating', 'PodInitializing', ''].includes(waiting.reason),
  )
  return pod.status.phase === 'Pending' && !isTerminating(pod) && Boolean(pod.spec.nodeName) && isWaiting
}

/** The newest of these events, if it is of the last minutes and nothing has started since. */
function failureOf(pod: Pod, view: ClusterView, reasons: readonly string[]): KubeEvent | undefined {
  const events = view.eventsOf({ ...refOf('Pod', pod), uid: pod.metadata.uid })
  const failure = events.find(({ reason }) => reasons.includes(reason))
  if (!failure || view.timeMs - failure.lastMs > recentEventMs) return undefined
  const started = events.find(
    ({ reason }) => reason === 'Started' || reason === 'Pulling' || reason === 'Pulled',
  )
  return started && started.lastMs > failure.lastMs ? undefined : failure
}

function* sandbox(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Pending' || !waitsForSandbox(pod)) return
  const failure = failureOf(pod, view, ['FailedCreatePodSandBox', 'FailedCreatePodContainer'])
  if (!failure || heldMs(view, msOf(pod.metadata.creationTimestamp)) < settleMs) return
  const object = refOf('Pod', pod)
  const cause = sandboxCauseOf(failure.message)
  yield {
    object,
    title: `The pod gets no sandbox: ${cause.title}.`,
    sinceMs: earliest(failure.firstMs),
    evidence: [eventEvidence(failure)],
    remediation: [
      advice(cause.advice, cause.command ?? `kubectl describe node ${quoted(pod.spec.nodeName ?? '')}`),
      describe(object),
    ],
  }
}

function* mount(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Pending' || !waitsForSandbox(pod)) return
  const failure = failureOf(pod, view, ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'])
  if (!failure || heldMs(view, msOf(pod.metadata.creationTimestamp)) < 2 * minute) return
  const object = refOf('Pod', pod)
  const causes = missingIn(failure.message, pod.metadata.namespace)
  const cause = mountCauseOf(failure.message)
  const events = view.eventsOf({ ...object, uid: pod.metadata.uid })
  const related = events.filter(({ reason }) => reason === 'FailedMount' || reason === 'FailedAttachVolume')
  yield {
    object,
    title: `A volume cannot be mounted: ${causes[0]?.text.replace(/\.$/, '') ?? cause.title}.`,
    sinceMs: earliest(...related.map(({ firstMs }) => firstMs)),
    evidence: related.slice(0, 4).map(eventEvidence),
    causes,
    remediation: [
      advice(cause.advice, cause.command?.(pod) ?? `kubectl get pvc -n ${quoted(object.namespace)}`),
      describe(object),
    ],
  }
}

const pullMs = 30 * minute

function* stuck(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Pending' || !waitsForSandbox(pod)) return
  const scheduled = conditionOf(pod.status.conditions, 'PodScheduled')
  const sinceMs = msOf(scheduled?.lastTransitionTime) ?? msOf(pod.status.startTime)
  if (heldMs(view, sinceMs) < recentEventMs) return
  // Where init containers run, they are what is waited for.
  if (pod.status.initContainerStatuses.some(({ state }) => state.running)) return
  const events = view.eventsOf({ ...refOf('Pod', pod), uid: pod.metadata.uid })
  const pulling = events.find(({ reason }) => reason === 'Pulling')
  if (pulling && view.timeMs - pulling.lastMs < pullMs) return
  if (events.some(({ type, lastMs }) => type === 'Warning' && view.timeMs - lastMs <= recentEventMs)) return
  const object = refOf('Pod', pod)
  yield {
    object,
    title: `The pod was given to node ${pod.spec.nodeName ?? ''}, which has not started its containers.`,
    sinceMs,
    evidence: [
      fieldEvidence(object, 'status.phase', pod.status.phase),
      fieldEvidence(object, 'spec.nodeName', pod.spec.nodeName ?? '', sinceMs),
    ],
    remediation: [
      advice(
        'See whether the kubelet of the node is well.',
        `kubectl describe node ${quoted(pod.spec.nodeName ?? '')}`,
      ),
      describe(object),
    ],
  }
}
