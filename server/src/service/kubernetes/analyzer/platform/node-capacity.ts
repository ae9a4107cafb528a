import type { Node } from '../../object/node.ts'
import type { Pod } from '../../object/pod.ts'
import { quantityOf } from '../../object/quantity.ts'
import type { ClusterView } from '../../view.ts'
import { counted, fieldEvidence } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isLeaving } from './node-state.ts'
import { isLive } from './pod-index.ts'

const podShareMax = 0.95
/** Pods between two breaths. */
const stretch = 1_000

const documentation = 'https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/'

/** How full nodes are. */
export const nodeCapacityRules: readonly Rule[] = [
  {
    id: 'node-overcommitted',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition:
      'The pods on a node request more CPU or memory than it may give away, as after its allocatable shrank or static pods came.',
    not_when: 'The node is full, but what is requested fits; finished pods request nothing.',
    documentation_url:
      'https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/#node-allocatable',
    alert_name: null,
    needs: ['Node', 'Pod'],
    check: overcommittedNodes,
  },
  ...(['cpu', 'memory'] as const).map(
    (resource): Rule => ({
      id: `cluster-${resource}-overcommit`,
      analyzer: 'Node',
      kind: 'Node',
      severity: 'LOW',
      condition: `The pods of the workers request more ${resource === 'cpu' ? 'CPU' : 'memory'} than would be left if the largest worker failed.`,
      not_when: 'There is one worker only, or what is requested would fit on the others.',
      documentation_url: documentation,
      alert_name: resource === 'cpu' ? 'KubeCPUOvercommit' : 'KubeMemoryOvercommit',
      needs: ['Node', 'Pod'],
      check: (view) => overcommittedCluster(view, resource),
    }),
  ),
  {
    id: 'node-too-many-pods',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'LOW',
    condition: 'A node runs at least 95 % of the pods that its kubelet takes.',
    not_when: 'Pods that finished are among them: they do not count.',
    documentation_url: 'https://kubernetes.io/docs/setup/best-practices/cluster-large/',
    alert_name: 'KubeletTooManyPods',
    needs: ['Node', 'Pod'],
    check: tooManyPods,
  },
]

const requests = new WeakMap<Pod, { cpu: number; memory: number }>()
/** Read once a pod: three rules ask, and objects do not change. */
export function requestOf(pod: Pod, resource: 'cpu' | 'memory'): number {
  const known = requests.get(pod)
  if (known) return known[resource]
  const made = { cpu: requested(pod, 'cpu'), memory: requested(pod, 'memory') }
  requests.set(pod, made)
  return made[resource]
}

/** What the scheduler counts: the larger of the containers' sum and of any init container; sidecars count with both. */
function requested({ spec }: Pod, resource: 'cpu' | 'memory'): number {
  const of = (one: Pod['spec']['containers'][number]) => quantityOf(one.resources.requests[resource]) || 0
  let running = spec.containers.reduce((sum, one) => sum + of(one), 0)
  let [sidecars, starting] = [0, 0]
  for (const one of spec.initContainers) {
    if (one.restartPolicy === 'Always') sidecars += of(one)
    else starting = Math.max(starting, sidecars + of(one))
  }
  running += sidecars
  return Math.max(running, starting)
}

const amountOf = (resource: 'cpu' | 'memory', value: number): string =>
  resource === 'cpu'
    ? `${Math.round(value * 100) / 100} cores`
    : `${Math.round((value / 2 ** 30) * 10) / 10} GiB memory`

function* overcommittedNodes(view: ClusterView): Iterable<Observation | undefined> {
  for (const node of view.list('Node')) {
    const pods = view.podsOn(node.metadata.name).filter(isLive)
    for (const resource of ['cpu', 'memory'] as const) {
      const allocatable = quantityOf(node.status.allocatable[resource])
      const requested = pods.reduce((sum, pod) => sum + requestOf(pod, resource), 0)
      // Cores are added as fractions: a thousandth is no overcommitment.
      if (!(allocatable > 0) || requested <= allocatable + 0.001) continue
      const ref = refOf('Node', node)
      yield {
        object: ref,
        title: `Pods on node ${node.metadata.name} request ${amountOf(resource, requested)} of ${amountOf(resource, allocatable)} that it may give away.`,
        sinceMs: undefined,
        evidence: [
          fieldEvidence(ref, `status.allocatable.${resource}`, node.status.allocatable[resource] ?? ''),
          fieldEvidence(
            ref,
            'requests',
            `${amountOf(resource, requested)} by ${counted(pods.length, 'pod')}`,
          ),
        ],
        remediation: [
          describe(ref, 'See what is allocated.'),
          advice(
            'See its pods.',
            `kubectl get pods -A -o wide --field-selector spec.nodeName=${quoted(node.metadata.name)}`,
          ),
        ],
        discriminator: resource,
      }
    }
    yield
  }
}

const isWorker = (node: Node): boolean =>
  node.spec.unschedulable !== true &&
  !isLeaving(node) &&
  !node.spec.taints.some(({ key, effect }) => effect === 'NoSchedule' && /control-plane|master/.test(key))

function* overcommittedCluster(
  view: ClusterView,
  resource: 'cpu' | 'memory',
): Iterable<Observation | undefined> {
  const workers = view.list('Node').filter(isWorker)
  const names = new Set(workers.map(({ metadata }) => metadata.name))
  const sizes = workers.map((node) => quantityOf(node.status.allocatable[resource]) || 0)
  const largest = sizes.indexOf(Math.max(...sizes))
  const node = workers[largest]
  if (!node || workers.length < 2) return
  let [requested, seen] = [0, 0]
  for (const pod of view.list('Pod')) {
    if (++seen % stretch === 0) yield
    if (!isLive(pod) || !names.has(pod.spec.nodeName ?? '')) continue
    // A DaemonSet's pod goes with its node.
    if (pod.metadata.ownerReferences.some(({ kind }) => kind === 'DaemonSet')) continue
    requested += requestOf(pod, resource)
  }
  const left = sizes.reduce((sum, size) => sum + size, 0) - sizes[largest]!
  if (requested <= left) return
  const ref = refOf('Node', node)
  yield {
    object: ref,
    title: `Were node ${node.metadata.name} lost, the other workers could not hold what pods request: ${amountOf(resource, requested)} of ${amountOf(resource, left)}.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(ref, `status.allocatable.${resource}`, node.status.allocatable[resource] ?? ''),
      fieldEvidence(
        ref,
        'requests',
        `${amountOf(resource, requested)} on ${counted(workers.length, 'worker')}`,
      ),
      fieldEvidence(ref, `allocatable of the others`, amountOf(resource, left)),
    ],
    remediation: [
      advice('See how full each node is.', 'kubectl describe nodes'),
      advice('Add a node, or lower requests that are not used.', 'kubectl top nodes'),
    ],
  }
}

function* tooManyPods(view: ClusterView): Iterable<Observation | undefined> {
  for (const node of view.list('Node')) {
    const most = quantityOf(node.status.allocatable.pods)
    const pods = view.podsOn(node.metadata.name).filter(isLive).length
    yield
    if (!(most > 0) || pods < most * podShareMax) continue
    const ref = refOf('Node', node)
    yield {
      object: ref,
      title: `Node ${node.metadata.name} runs ${pods} of the ${most} pods that it may.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'status.allocatable.pods', String(most)),
        fieldEvidence(ref, 'pods', counted(pods, 'live pod')),
      ],
      remediation: [
        advice(
          'See its pods.',
          `kubectl get pods -A -o wide --field-selector spec.nodeName=${quoted(node.metadata.name)}`,
        ),
      ],
    }
  }
}
