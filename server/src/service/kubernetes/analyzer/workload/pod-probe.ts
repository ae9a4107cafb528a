import type { KubeEvent } from '../../object/event.ts'
import type { Pod, Probe } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  earliest,
  eventEvidence,
  fieldEvidence,
  heldMs,
  minute,
  msOf,
  readable,
} from '../evidence.ts'
import { advice, describe, logs, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { containersOf, isPlain, isTerminating, ownerKind } from './container.ts'

const doc = 'https://kubernetes.io/docs/'
const pod = { analyzer: 'Pod', kind: 'Pod' } as const

export const podProbeRules: readonly Rule[] = [
  {
    ...pod,
    id: 'pod-not-ready',
    severity: 'MEDIUM',
    condition:
      'A running pod has not been ready for longer than its probes need to find out, at least two minutes, with which probe fails and its timing; HIGH from 15 minutes on.',
    not_when:
      'a container still starts within what its startup probe allows, waits or ended (other rules speak), its node is not ready, or the pod belongs to a Job or is being deleted',
    documentation_url: `${doc}tasks/configure-pod-container/configure-liveness-readiness-startup-probes/`,
    alert_name: 'KubePodNotReady',
    needs: ['Pod'],
    explainedBy: ['Node'],
    check: each('Pod', notReady),
  },
  {
    ...pod,
    id: 'pod-liveness-failing',
    severity: 'MEDIUM',
    condition:
      'The kubelet stopped a container for its liveness or startup probe within the last 15 minutes, or the probe failed at least three times in that time.',
    not_when:
      'the container waits in a crash loop (pod-crash-loop names the probe), or the pod is being deleted',
    documentation_url: `${doc}tasks/configure-pod-container/configure-liveness-readiness-startup-probes/`,
    alert_name: null,
    needs: ['Pod', 'Event'],
    explainedBy: ['Node'],
    check: each('Pod', liveness),
  },
  {
    ...pod,
    id: 'pod-readiness-gate',
    severity: 'MEDIUM',
    condition: 'All containers are ready, and the pod is not, for ten minutes: a readiness gate is not met.',
    not_when:
      'a container is not ready, the pod has no readiness gates, or it has lasted less than ten minutes',
    documentation_url: `${doc}concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate`,
    alert_name: 'KubePodNotReady',
    needs: ['Pod'],
    explainedBy: ['Node'],
    check: each('Pod', readinessGate),
  },
]

const notReadyMs = 2 * minute
const longMs = 15 * minute

function* notReady(pod: Pod, view: ClusterView): Generator<Observation> {
  const { phase, conditions } = pod.status
  if (phase !== 'Running' || isTerminating(pod) || isPlain(pod) || ownerKind(pod) === 'Job') return
  const ready = conditionOf(conditions, 'Ready')
  if (!ready || ready.status === 'True') return
  const states = containersOf(pod)
  const main = states.filter(({ role }) => role !== 'init container')
  if (main.some(({ status }) => status.state.waiting || status.state.terminated)) return
  const unready = main.filter(({ status }) => status.ready === false)
  if (unready.length === 0 || isOnLostNode(pod, view)) return
  const sinceMs = msOf(ready.lastTransitionTime)
  const allowed = Math.max(notReadyMs, ...unready.map(({ spec, status }) => allowedMs(spec, status.started)))
  if (
    heldMs(view, latest(sinceMs, ...unready.map(({ status }) => msOf(status.state.running?.startedAt)))) <
    allowed
  )
    return
  const object = refOf('Pod', pod)
  const events = unhealthy(view, pod)
  const names = unready.map(({ status }) => status.name)
  yield {
    object,
    title: `The pod runs and is not ready: container ${names.join(', ')} ${wordOf(events)}.`,
    severity: heldMs(view, sinceMs) >= longMs ? 'HIGH' : 'MEDIUM',
    sinceMs,
    evidence: [
      conditionEvidence(object, ready),
      ...events.slice(0, 3).map(eventEvidence),
      ...unready.flatMap(({ spec, status }) =>
        probeEvidence(object, status.name, 'readinessProbe', spec?.readinessProbe),
      ),
    ],
    remediation: [
      ...names.slice(0, 2).map((name) => logs(object, name, `Read what container ${name} writes.`)),
      advice(
        'Compare the readiness probe with what the container serves: port, path, and how long an answer takes.',
        `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].readinessProbe}'`,
      ),
      describe(object),
    ],
  }
}

const latest = (...times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((ms) => ms !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

/** How long the probes may take to say that it is ready. */
function allowedMs(
  spec: { startupProbe?: Probe | undefined; readinessProbe?: Probe | undefined } | undefined,
  started: boolean | undefined,
): number {
  const startup = started === true ? 0 : budgetMs(spec?.startupProbe)
  return startup + budgetMs(spec?.readinessProbe)
}
/** Defaults as the API has them: a period of 10 s, three failures. */
function budgetMs(probe: Probe | undefined): number {
  if (!probe) return 0
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = probe
  return (
    1_000 *
    (initialDelaySeconds + Math.max(1, periodSeconds) * Math.max(1, failureThreshold) + timeoutSeconds)
  )
}

function isOnLostNode(pod: Pod, view: ClusterView): boolean {
  if (!view.isKnown('Node') || !pod.spec.nodeName) return false
  const node = view.get('Node', '', pod.spec.nodeName)
  const ready = node && conditionOf(node.status.conditions, 'Ready')
  return node === undefined ? view.list('Node').length > 0 : ready !== undefined && ready.status !== 'True'
}

const unhealthy = (view: ClusterView, pod: Pod): KubeEvent[] =>
  view
    .eventsOf({ ...refOf('Pod', pod), uid: pod.metadata.uid })
    .filter(({ reason, lastMs }) => reason === 'Unhealthy' && view.timeMs - lastMs <= 2 * longMs)

type ProbeFailure = { probe: string; how: string }
/** `Readiness probe failed: HTTP probe failed with statuscode: 503`, `Liveness probe errored: …`. */
export function probeFailureOf(message: string): ProbeFailure | undefined {
  const [, probe, rest = ''] =
    /^(Liveness|Readiness|Startup) probe (?:failed|errored)[^:]*:?\s*(.*)$/s.exec(readable(message)) ?? []
  if (!probe) return undefined
  const [, code] = /statuscode: (\d+)/.exec(rest) ?? []
  const how = code
    ? `HTTP ${code}`
    : /connection refused/i.test(rest)
      ? 'nothing listens on its port'
      : /deadline exceeded|timeout|timed out/i.test(rest)
        ? 'it does not answer in time'
        : /no such file|not found/i.test(rest)
          ? 'the command of the probe is not there'
          : /no route to host|host is down/i.test(rest)
            ? 'the pod cannot be reached'
            : 'it does not pass'
  return { probe: probe.toLowerCase(), how }
}

function wordOf(events: readonly KubeEvent[]): string {
  for (const { message } of events) {
    const failure = probeFailureOf(message)
    if (failure) return `fails its ${failure.probe} probe (${failure.how})`
  }
  return 'is not ready'
}

function probeEvidence(
  object: Observation['object'],
  container: string,
  source: string,
  probe: Probe | undefined,
) {
  if (!probe) return []
  const { periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3, initialDelaySeconds = 0 } = probe
  const what = probe.httpGet
    ? `HTTP ${probe.httpGet.path ?? '/'} on port ${probe.httpGet.port ?? ''}`
    : probe.tcpSocket
      ? `TCP port ${probe.tcpSocket.port ?? ''}`
      : probe.grpc
        ? `gRPC port ${probe.grpc.port ?? ''}`
        : 'a command'
  const text = `${what} every ${periodSeconds} s, within ${timeoutSeconds} s, ${failureThreshold} failures, first after ${initialDelaySeconds} s`
  return [fieldEvidence(object, `spec.containers[${container}].${source}`, text)]
}

function* liveness(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Running' || isTerminating(pod)) return
  const states = containersOf(pod)
  if (states.some(({ status }) => status.state.waiting?.reason === 'CrashLoopBackOff')) return
  const recent = view
    .eventsOf({ ...refOf('Pod', pod), uid: pod.metadata.uid })
    .filter(({ lastMs }) => view.timeMs - lastMs <= longMs)
  if (recent.length === 0) return
  const killing = recent.find(
    ({ reason, message }) => reason === 'Killing' && /failed (liveness|startup) probe/.test(message),
  )
  const failing = recent.filter(
    ({ reason, message }) => reason === 'Unhealthy' && /^(Liveness|Startup) probe/.test(message),
  )
  const often = failing.reduce((sum, { count }) => sum + count, 0)
  // A slow start fails its startup probe a few times, which is what that probe is for.
  const counts = failing.some(({ message }) => message.startsWith('Liveness')) && often >= 3
  if (!killing && !counts) return
  const object = refOf('Pod', pod)
  const failure = failing.map(({ message }) => probeFailureOf(message)).find(Boolean)
  const [, container = ''] = /^Container (\S+) failed/.exec(killing?.message ?? '') ?? []
  const kind = failure?.probe ?? (/failed (\w+) probe/.exec(killing?.message ?? '')?.[1] || 'liveness')
  yield {
    object,
    title: killing
      ? `Container ${container} was stopped since its ${kind} probe failed${failure ? ` (${failure.how})` : ''}.`
      : `The ${kind} probe fails (${failure?.how ?? 'it does not pass'}), ${often} times; the container will be stopped for it.`,
    sinceMs: earliest(...[...failing, ...(killing ? [killing] : [])].map(({ firstMs }) => firstMs)),
    evidence: [
      ...(killing ? [eventEvidence(killing)] : []),
      ...failing.slice(0, 3).map(eventEvidence),
      ...states.flatMap(({ spec, status }) =>
        probeEvidence(object, status.name, 'livenessProbe', spec?.livenessProbe),
      ),
    ],
    remediation: [
      advice(
        'See whether the program hangs or is only slow: a liveness probe that asks for more than being alive restarts it under load.',
        `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].livenessProbe}'`,
      ),
      logs(
        object,
        container || states.at(-1)!.status.name,
        'Read what it wrote before it was stopped.',
        killing !== undefined,
      ),
    ],
  }
}

function* readinessGate(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Running' || isTerminating(pod) || isPlain(pod)) return
  const ready = conditionOf(pod.status.conditions, 'Ready')
  const containers = conditionOf(pod.status.conditions, 'ContainersReady')
  if (ready?.status !== 'False' || containers?.status !== 'True' || isOnLostNode(pod, view)) return
  const sinceMs = msOf(ready.lastTransitionTime)
  if (heldMs(view, sinceMs) < 10 * minute) return
  const object = refOf('Pod', pod)
  const gates = pod.spec.readinessGates.map(({ conditionType }) => conditionType)
  const unmet = gates.filter((gate) => conditionOf(pod.status.conditions, gate)?.status !== 'True')
  if (unmet.length === 0) return
  const told = unmet.flatMap((gate) => conditionOf(pod.status.conditions, gate) ?? [])
  yield {
    object,
    title: `All containers are ready, but not the pod: readiness gate ${unmet.join(', ')} is not met.`,
    sinceMs,
    evidence: [conditionEvidence(object, ready), ...told.map((one) => conditionEvidence(object, one))],
    remediation: [
      advice(
        'See the controller that sets this condition, such as that of a load balancer.',
        `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.readinessGates} {.status.conditions}'`,
      ),
    ],
  }
}
