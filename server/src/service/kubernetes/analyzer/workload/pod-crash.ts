import type { KubeEvent } from '../../object/event.ts'
import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionOf,
  earliest,
  eventEvidence,
  fieldEvidence,
  hour,
  logEvidence,
  minute,
  msOf,
  spanOf,
} from '../evidence.ts'
import { advice, describe, logs, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import {
  type ContainerState,
  containersOf,
  type Ending,
  endedWithin,
  isPlain,
  isTerminating,
  lastEnding,
  meaningOfExit,
  ownerKind,
  recentMs,
} from './container.ts'

const doc = 'https://kubernetes.io/docs/'
const pod = { analyzer: 'Pod', kind: 'Pod', needs: ['Pod'], explainedBy: [] } as const

export const podCrashRules: readonly Rule[] = [
  {
    ...pod,
    id: 'pod-crash-loop',
    severity: 'HIGH',
    condition:
      'A container, an init container or a sidecar ends again and again (CrashLoopBackOff), with what its last exit code means.',
    not_when:
      'it ended for memory (pod-oom-killed), could not be started at all (pod-container-create), or the pod is being deleted',
    documentation_url: `${doc}tasks/debug/debug-application/debug-pods/`,
    alert_name: 'KubePodCrashLooping',
    check: each('Pod', crashLoop),
  },
  {
    ...pod,
    id: 'pod-oom-killed',
    severity: 'MEDIUM',
    condition:
      'A container was killed for using more memory than its limit within the last hour, crash loop or not; HIGH where it loops.',
    not_when: 'it was longer ago and the container runs since',
    documentation_url: `${doc}tasks/configure-pod-container/assign-memory-resource/`,
    alert_name: null,
    check: each('Pod', oomKilled),
  },
  {
    ...pod,
    id: 'pod-restarting',
    severity: 'MEDIUM',
    condition:
      'A container that runs now was started at least three times within the last hour, or has restarted at least once an hour since its pod began, the last time within half an hour.',
    not_when:
      'it waits in a crash loop or was killed for memory (their rules say so), or its restarts are long ago',
    documentation_url: `${doc}concepts/workloads/pods/pod-lifecycle/#container-restarts`,
    alert_name: 'KubePodCrashLooping',
    check: each('Pod', restarting),
  },
  {
    ...pod,
    id: 'pod-failed',
    severity: 'MEDIUM',
    condition:
      'A container of a pod that is not restarted ended with an error: the pod failed, or goes on without it.',
    not_when:
      'it belongs to a Job (whose rules speak of it), was evicted, refused by its node, or ended more than a day ago; a pod of a controller, more than an hour',
    documentation_url: `${doc}concepts/workloads/pods/pod-lifecycle/#pod-phase`,
    alert_name: 'KubePodNotReady',
    check: each('Pod', failed),
  },
]

/** They never ran, so their exit code says nothing. */
const neverRan: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun', 'RunContainerError'])

function* crashLoop(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod)) return
  for (const one of containersOf(pod)) {
    const { status, role } = one
    if (status.state.waiting?.reason !== 'CrashLoopBackOff') continue
    const ending = status.lastState.terminated
    if (ending?.reason === 'OOMKilled' || neverRan.has(ending?.reason ?? '')) continue
    const object = refOf('Pod', pod)
    const events = restartEvents(view, pod, status.name)
    const probe = events.find(
      ({ reason, message }) => reason === 'Killing' && /failed \w+ probe/.test(message),
    )
    yield {
      object,
      title: titleOf(one, ending, probe),
      sinceMs: onset(pod, events, ending),
      discriminator: status.name,
      evidence: [
        fieldEvidence(
          object,
          `status.containerStatuses[${status.name}].state.waiting`,
          `CrashLoopBackOff, ${status.restartCount} restarts`,
        ),
        ...endingEvidence(object, one, ending),
        ...lastWords(view, object, status.name, ending),
        ...events.slice(0, 3).map(eventEvidence),
      ],
      remediation: [
        logs(object, status.name, 'Read what it last wrote before it ended.', true),
        ...(probe ? [probeRemedy(object)] : []),
        ...(ending?.exitCode === 127 || ending?.exitCode === 126 ? [commandRemedy(object)] : []),
        describe(object),
      ],
    }
    // Of an init container that fails the others wait: it is the reason.
    if (role === 'init container') return
  }
}

function titleOf(
  { status, role }: ContainerState,
  ending: Ending | undefined,
  probe: KubeEvent | undefined,
): string {
  const who = `${role[0]!.toUpperCase()}${role.slice(1)} ${status.name}`
  const often = `${who} ends again and again, ${status.restartCount} times so far`
  if (probe) {
    const [, kind = 'liveness'] = /failed (\w+) probe/.exec(probe.message) ?? []
    return `${often}: the kubelet stops it since its ${kind} probe fails.`
  }
  if (!ending) return `${often}.`
  return `${often}; exit code ${ending.exitCode}: ${meaningOfExit(ending)}.`
}

const probeRemedy = (object: Observation['object']): ReturnType<typeof advice> =>
  advice(
    'Compare the probe with how long the program needs to start and to answer.',
    `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].livenessProbe} {.spec.containers[*].startupProbe}'`,
  )
const commandRemedy = (object: Observation['object']): ReturnType<typeof advice> =>
  advice(
    'Compare command and args with what is in the image.',
    `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].command} {.spec.containers[*].args}'`,
  )

function endingEvidence(
  object: Observation['object'],
  { status }: ContainerState,
  ending: Ending | undefined,
) {
  if (!ending) return []
  const text = `exit code ${ending.exitCode}${ending.reason ? ` (${ending.reason})` : ''}: ${meaningOfExit(ending)}${ending.message ? `; ${ending.message}` : ''}`
  return [
    fieldEvidence(
      object,
      `status.containerStatuses[${status.name}].lastState.terminated`,
      text,
      msOf(ending.finishedAt),
    ),
  ]
}

/** What it wrote last before it ended, of the lines that are kept. */
function lastWords(
  view: ClusterView,
  object: Observation['object'],
  container: string,
  ending: Ending | undefined,
) {
  const endMs = (msOf(ending?.finishedAt) ?? view.timeMs) + 1_000
  return view
    .logLines(object.namespace, object.name, container)
    .slice(-200)
    .filter(({ timeMs }) => timeMs <= endMs)
    .slice(-3)
    .map(({ text, timeMs }) => logEvidence(object, container, text, timeMs))
}

/** Events of the pod that speak of this container, newest first. */
function restartEvents(view: ClusterView, pod: Pod, container: string): KubeEvent[] {
  const reasons = new Set(['BackOff', 'Killing', 'Unhealthy'])
  const only = pod.spec.containers.length + pod.spec.initContainers.length === 1
  return view
    .eventsOf({ ...refOf('Pod', pod), uid: pod.metadata.uid })
    .filter(
      ({ reason, message }) =>
        reasons.has(reason) && (only || names(message, container) || reason === 'Unhealthy'),
    )
}

/** `app` is not in `webapp`. */
function names(message: string, container: string): boolean {
  const at = message.indexOf(container)
  if (at < 0) return false
  return !/[\w-]/.test(message[at - 1] ?? ' ') && !/[\w-]/.test(message[at + container.length] ?? ' ')
}

/** When it began: the first back-off, or since when the pod is not ready, whichever is earlier; else its last end. */
function onset(pod: Pod, events: readonly KubeEvent[], ending: Ending | undefined): number | undefined {
  const ready = conditionOf(pod.status.conditions, 'Ready')
  const backOff = events.filter(({ reason }) => reason === 'BackOff').map(({ firstMs }) => firstMs)
  return (
    earliest(...backOff) ??
    (ready?.status === 'False' ? msOf(ready.lastTransitionTime) : undefined) ??
    msOf(ending?.finishedAt)
  )
}

function* oomKilled(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod)) return
  for (const one of containersOf(pod)) {
    const { status, role, spec } = one
    const ending = lastEnding(status)
    if (ending?.reason !== 'OOMKilled') continue
    const loops = status.state.waiting?.reason === 'CrashLoopBackOff'
    if (!loops && !endedWithin(view, ending, recentMs)) continue
    const object = refOf('Pod', pod)
    const limit = spec?.resources.limits.memory
    const ran = (msOf(ending.finishedAt) ?? Number.NaN) - (msOf(ending.startedAt) ?? Number.NaN)
    const after = Number.isFinite(ran) && ran >= 0 ? ` ${spanOf(ran)} after it started` : ''
    yield {
      object,
      title: `${role[0]!.toUpperCase()}${role.slice(1)} ${status.name} was killed${after} for using more memory than ${limit ? `its limit of ${limit}` : 'there was'}${status.restartCount > 1 ? `, restart ${status.restartCount}` : ''}.`,
      severity: loops || status.restartCount >= 3 ? 'HIGH' : 'MEDIUM',
      sinceMs: loops ? onset(pod, restartEvents(view, pod, status.name), ending) : msOf(ending.finishedAt),
      discriminator: status.name,
      evidence: [
        ...endingEvidence(object, one, ending),
        fieldEvidence(object, `spec.containers[${status.name}].resources.limits.memory`, limit ?? 'none'),
        ...(loops
          ? [
              fieldEvidence(
                object,
                `status.containerStatuses[${status.name}].restartCount`,
                String(status.restartCount),
              ),
            ]
          : []),
      ],
      remediation: [
        advice(
          'Compare what it uses with its limit; raise the limit, or find what holds the memory.',
          `kubectl top pod ${quoted(object.name)} -n ${quoted(object.namespace)} --containers`,
        ),
        logs(object, status.name, 'Read what it did before.', true),
        ...limitTrial(pod, status.name, limit),
      ],
    }
  }
}

/** A trial of a larger limit, where a Deployment made the pod. */
function limitTrial(pod: Pod, container: string, limit: string | undefined): ReturnType<typeof advice>[] {
  const hash = pod.metadata.labels['pod-template-hash'] ?? ''
  const owner = pod.metadata.ownerReferences.find(
    ({ kind, name }) => kind === 'ReplicaSet' && name.endsWith(`-${hash}`),
  )
  const [, digits, unit = ''] = /^(\d+)([KMGT]i?)$/.exec(limit ?? '') ?? []
  if (!owner || hash === '' || !digits) return []
  const name = owner.name.slice(0, -hash.length - 1)
  const raised = `${Math.ceil(Number(digits) * 1.5)}${unit}`
  return [
    advice(
      `Try on the server what a limit of ${raised} would change.`,
      `kubectl set resources deployment ${quoted(name)} -n ${quoted(pod.metadata.namespace)} -c ${quoted(container)} --limits=memory=${raised} --dry-run=server`,
    ),
  ]
}

const halfHourMs = 30 * minute
const restartsMin = 3

function* restarting(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod)) return
  const startMs = msOf(pod.status.startTime)
  for (const one of containersOf(pod)) {
    const { status, role } = one
    if (status.restartCount < restartsMin || status.state.waiting || status.state.terminated) continue
    const ending = status.lastState.terminated
    if (ending?.reason === 'OOMKilled' || !endedWithin(view, ending, halfHourMs)) continue
    const started = view
      .eventsOf({ ...refOf('Pod', pod), uid: pod.metadata.uid })
      .filter(({ reason, message }) => reason === 'Started' && names(message, status.name))
    const recent = startsWithin(started, view.timeMs - hour)
    const rate = startMs === undefined ? 0 : status.restartCount / Math.max(1, (view.timeMs - startMs) / hour)
    if (recent < restartsMin && rate < 1) continue
    const object = refOf('Pod', pod)
    const often =
      recent >= restartsMin ? `${recent} times within the last hour` : `${status.restartCount} times so far`
    yield {
      object,
      title: `${role[0]!.toUpperCase()}${role.slice(1)} ${status.name} runs, but was started ${often}; exit code ${ending?.exitCode ?? -1}: ${ending ? meaningOfExit(ending) : 'unknown'}.`,
      sinceMs: earliest(...started.map(({ firstMs }) => firstMs)) ?? msOf(ending?.finishedAt),
      discriminator: status.name,
      evidence: [
        fieldEvidence(
          object,
          `status.containerStatuses[${status.name}].restartCount`,
          String(status.restartCount),
        ),
        ...endingEvidence(object, one, ending),
        ...started.slice(0, 1).map(eventEvidence),
      ],
      remediation: [
        logs(object, status.name, 'Read what it last wrote before it ended.', true),
        describe(object),
      ],
    }
  }
}

/** An event that is older than that tells only how many there were in all, so what it counts is spread over its time. */
function startsWithin(events: readonly KubeEvent[], fromMs: number): number {
  let sum = 0
  for (const { count, firstMs, lastMs } of events) {
    if (lastMs < fromMs) continue
    const share = firstMs >= fromMs || lastMs <= firstMs ? 1 : (lastMs - fromMs) / (lastMs - firstMs)
    sum += count * share
  }
  return Math.round(sum)
}

/** These have rules of their own. */
const otherReasons: ReadonlySet<string> = new Set([
  'Evicted',
  'Preempting',
  'Preempted',
  'NodeLost',
  'NodeShutdown',
  'Terminated',
  'Shutdown',
  'NodeAffinity',
  'DeadlineExceeded',
])

function* failed(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod) || pod.spec.restartPolicy === 'Always') return
  const owner = ownerKind(pod)
  if (owner === 'Job' || (pod.status.reason !== '' && otherReasons.has(pod.status.reason))) return
  if (pod.status.phase !== 'Failed' && pod.status.phase !== 'Running') return
  for (const one of containersOf(pod)) {
    const ending = one.status.state.terminated
    if (!ending || ending.exitCode === 0 || ending.reason === 'OOMKilled') continue
    if (pod.spec.restartPolicy === 'OnFailure' && pod.status.phase !== 'Failed') continue
    if (!endedWithin(view, ending, owner === '' ? 24 * hour : hour)) continue
    const object = refOf('Pod', pod)
    yield {
      object,
      title: `Container ${one.status.name} ended with exit code ${ending.exitCode} and is not restarted: ${meaningOfExit(ending)}.`,
      sinceMs: msOf(ending.finishedAt),
      discriminator: one.status.name,
      evidence: [
        fieldEvidence(object, 'status.phase', pod.status.phase),
        ...endingEvidence(object, one, ending),
      ],
      remediation: [logs(object, one.status.name, 'Read what it last wrote.'), describe(object)],
    }
  }
}
