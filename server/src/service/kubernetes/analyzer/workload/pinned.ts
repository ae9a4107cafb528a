import type { Container, Pod } from '../../object/pod.ts'
import { quantityOf } from '../../object/quantity.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { fieldEvidence, msOf } from '../evidence.ts'
import { advice, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isTerminating, ownerKind } from './container.ts'

const pod = { analyzer: 'PinnedPod', kind: 'Pod', alert_name: null, needs: ['Pod'], explainedBy: [] } as const

/** Network functions that mean to have CPUs of their own. */
export const pinnedRules: readonly Rule[] = [
  {
    ...pod,
    id: 'pinned-pod-not-guaranteed',
    severity: 'MEDIUM',
    condition:
      'A pod that asks for CPUs of its own (annotations of the runtime, or huge pages together with a network device) does not get them: it is not of QoS class Guaranteed, or asks for a part of a CPU.',
    not_when:
      'nothing says that it means to be pinned, as a database with huge pages, or it has an integer of CPUs and is Guaranteed',
    documentation_url:
      'https://kubernetes.io/docs/tasks/administer-cluster/cpu-management-policies/#static-policy',
    check: each('Pod', notGuaranteed),
  },
  {
    ...pod,
    id: 'pinned-pod-exec-probes',
    severity: 'LOW',
    condition:
      'A pinned pod has probes that run a command more often than every ten seconds, or its node has more than ten such probes: each starts a process on the CPUs that should be left alone.',
    not_when:
      'the pod is not pinned, its probes are HTTP, TCP or gRPC, or they run every ten seconds or less often and are few',
    documentation_url:
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#probe-check-methods',
    check: each('Pod', execProbes),
  },
]

/** What CRI-O and containerd are asked by, for CPUs without interrupts and balancing. */
const runtimeMarks = ['cpu-load-balancing.crio.io', 'irq-load-balancing.crio.io', 'cpu-quota.crio.io']
const networks = 'k8s.v1.cni.cncf.io/networks'

/** Why the pod means to be pinned; undefined where nothing says so. */
function markOf({ metadata, spec }: Pod): string | undefined {
  for (const mark of runtimeMarks) if (metadata.annotations[mark] === 'disable') return `annotation ${mark}`
  if (metadata.annotations[networks] === undefined) return undefined
  let hugePages = false
  let device: string | undefined
  for (const { resources } of spec.containers) {
    for (const name in resources.requests) if (name.startsWith('hugepages-')) hugePages = true
    for (const name in resources.limits) {
      if (name.startsWith('hugepages-')) hugePages = true
      else if (isNetworkDevice(name)) device = name
    }
  }
  return hugePages && device !== undefined ? `huge pages and ${device}` : undefined
}

/** Extended resources have a domain; those of GPUs are no network devices. */
const isNetworkDevice = (name: string): boolean =>
  name.includes('/') && !/^(nvidia\.com|amd\.com\/gpu|gpu\.intel\.com|habana\.ai)/.test(name)

function* notGuaranteed(pod: Pod, _view: ClusterView): Generator<Observation> {
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed' || isTerminating(pod)) return
  const mark = markOf(pod)
  if (mark === undefined) return
  const qos = pod.status.qosClass ?? ''
  const parts = pod.spec.containers.filter(({ resources }) => {
    const cpu = quantityOf(resources.limits.cpu ?? resources.requests.cpu)
    return Number.isFinite(cpu) && !Number.isInteger(cpu)
  })
  // A sidecar with a part of a CPU is usual beside one that is pinned; what counts is whether any container is.
  const anyWhole = pod.spec.containers.some((container) => isWhole(container))
  if (qos === 'Guaranteed' && anyWhole) return
  const object = refOf('Pod', pod)
  yield {
    object,
    title:
      qos === 'Guaranteed'
        ? `The pod means to be pinned (${mark}), but no container asks for whole CPUs.`
        : `The pod means to be pinned (${mark}), but its QoS class is ${qos || 'not known'}, so it shares its CPUs.`,
    sinceMs: msOf(pod.metadata.creationTimestamp),
    evidence: [
      fieldEvidence(object, 'status.qosClass', qos),
      ...(parts.length > 0 ? parts : pod.spec.containers)
        .slice(0, 5)
        .map(({ name, resources }) =>
          fieldEvidence(object, `spec.containers[${name}].resources`, JSON.stringify(resources)),
        ),
    ],
    remediation: [
      advice(
        'Give every container limits equal to its requests for CPU and memory, and the pinned one a whole number of CPUs.',
        `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].resources}'`,
      ),
    ],
  }
}

function isWhole({ resources }: Container): boolean {
  const cpu = quantityOf(resources.limits.cpu ?? resources.requests.cpu)
  return Number.isInteger(cpu) && cpu >= 1
}

const periodMinSeconds = 10
const nodeProbesMax = 10

type ExecProbe = { container: string; probe: string; periodSeconds: number }
function execProbesOf({ spec }: Pod): ExecProbe[] {
  const found: ExecProbe[] = []
  for (const container of spec.containers)
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      const one = container[probe]
      if (one?.exec) found.push({ container: container.name, probe, periodSeconds: one.periodSeconds ?? 10 })
    }
  return found
}

function* execProbes(pod: Pod, view: ClusterView): Generator<Observation> {
  if (pod.status.phase !== 'Running' || markOf(pod) === undefined || ownerKind(pod) === 'Job') return
  const probes = execProbesOf(pod)
  if (probes.length === 0) return
  const often = probes.filter(({ periodSeconds }) => periodSeconds < periodMinSeconds)
  const onNode = view
    .podsOn(pod.spec.nodeName ?? '')
    .reduce((sum, other) => sum + execProbesOf(other).length, 0)
  if (often.length === 0 && onNode <= nodeProbesMax) return
  const object = refOf('Pod', pod)
  yield {
    object,
    title:
      often.length > 0
        ? `A probe of the pinned pod runs a command every ${Math.min(...often.map(({ periodSeconds }) => periodSeconds))} s.`
        : `Probes run ${onNode} commands on the node of the pinned pod, where ${nodeProbesMax} are bearable.`,
    sinceMs: msOf(pod.status.startTime),
    evidence: [
      ...probes
        .slice(0, 6)
        .map(({ container, probe, periodSeconds }) =>
          fieldEvidence(object, `spec.containers[${container}].${probe}.exec`, `every ${periodSeconds} s`),
        ),
      fieldEvidence(
        { kind: 'Node', namespace: '', name: pod.spec.nodeName ?? '' },
        'probes that run a command',
        String(onNode),
      ),
    ],
    remediation: [
      advice(
        'Use HTTP, TCP or gRPC probes, or run the command at most every ten seconds.',
        `kubectl get pod ${quoted(object.name)} -n ${quoted(object.namespace)} -o jsonpath='{.spec.containers[*].livenessProbe} {.spec.containers[*].readinessProbe}'`,
      ),
    ],
  }
}
