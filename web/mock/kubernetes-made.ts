/** The inside of a stand-in's cluster: the same for the same number. */
import type {
  KubernetesEvent,
  NodeSummary,
  ObjectChange,
  PodSummary,
  WorkloadSummary,
} from '@aiops/contract/model/kubernetes'
import { chance } from './infrastructure-finding.ts'

export type Inside = {
  pods: PodSummary[]
  nodes: NodeSummary[]
  workloads: WorkloadSummary[]
  events: KubernetesEvent[]
  changes: ObjectChange[]
}

export const namespaces = ['cart', 'checkout', 'identity', 'kube-system', 'monitoring', 'ran-du', 'upf']
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()
const troubles = [
  ['CrashLoopBackOff', 'Running', 'back-off 5m0s restarting failed container=main'],
  ['ImagePullBackOff', 'Pending', 'Back-off pulling image "registry.example.test/web:9.9": not found'],
  ['Pending', 'Pending', ''],
  ['OOMKilled', 'Running', ''],
] as const

export function insideOf(n: number, podCount: number): Inside {
  const random = chance(n + 77)
  const nodeCount = Math.max(3, Math.ceil(podCount / 60))
  const nodes = Array.from({ length: nodeCount }, (_, i) => makeNode(i, random()))
  const [pods, workloads]: [PodSummary[], WorkloadSummary[]] = [[], []]
  while (pods.length < podCount) {
    const i = workloads.length
    const kind = i % 9 === 4 ? 'StatefulSet' : i % 31 === 7 ? 'DaemonSet' : 'Deployment'
    const namespace = namespaces[i % namespaces.length] ?? 'cart'
    const name = `${kind === 'StatefulSet' ? 'store' : kind === 'DaemonSet' ? 'agent' : 'service'}-${i}`
    const desired = Math.min(podCount - pods.length, 1 + Math.floor(random() * 9))
    const sick = random() > 0.94
    for (let k = 0; k < desired; k += 1) {
      const trouble = sick && k < 2 ? troubles[(i + k) % troubles.length] : undefined
      pods.push(
        makePod(
          { kind, namespace, name },
          k,
          nodes[Math.floor(random() * nodeCount)]?.name ?? '',
          random,
          trouble,
        ),
      )
    }
    workloads.push({
      ...{
        kind,
        namespace,
        name,
        desired,
        ready: desired - (sick ? Math.min(2, desired) : 0),
        updated: desired,
      },
      ...{ status: sick ? 'Degraded' : 'Available', images: [`registry.example.test/${name}:1.4.${i % 7}`] },
      created_at: ago(86_400_000 * (1 + random() * 90)),
    })
  }
  for (const pod of pods) {
    const node = nodes.find(({ name }) => name === pod.node)
    if (node) node.pods += 1
  }
  pods.sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
  const ill = pods.filter((pod) => pod.ready < pod.total)
  return { pods, nodes, workloads, events: eventsOf(ill, pods), changes: changesOf(ill, workloads) }
}

function makeNode(i: number, part: number): NodeSummary {
  const gpus = i % 8 === 5 ? 8 : 0
  const ready = i % 23 !== 11
  return {
    ...{ name: i < 3 ? `control-${i}` : `worker-${i - 3}`, ready, schedulable: i % 17 !== 9 },
    ...{
      roles: i < 3 ? ['control-plane'] : i % 8 === 5 ? ['worker', 'gpu'] : ['worker'],
      version: 'v1.33.4',
    },
    ...{ os: 'Red Hat Enterprise Linux CoreOS 9.6', created_at: ago(86_400_000 * 120), pods: 0 },
    problems: ready ? (i % 19 === 6 ? ['DiskPressure'] : []) : ['Ready'],
    allocatable: { cpu_cores: 31.5, memory_bytes: 128e9, pods: 250, gpus },
    requested: {
      cpu_cores: 6 + part * 25,
      memory_bytes: 20e9 + part * 100e9,
      gpus: gpus ? Math.round(part * 8) : 0,
    },
    usage: { cpu_cores: 2 + part * 14, memory_bytes: 18e9 + part * 60e9, at: ago(8_000) },
  }
}

type Owner = { kind: WorkloadSummary['kind']; namespace: string; name: string }

function makePod(
  owner: Owner,
  k: number,
  node: string,
  random: () => number,
  trouble?: (typeof troubles)[number],
): PodSummary {
  const suffix = Math.floor(random() * 36 ** 5)
    .toString(36)
    .padStart(5, 'k')
  const [state, phase, message] = trouble ?? ['Running', 'Running', '']
  const restarts = trouble ? 3 + Math.floor(random() * 40) : random() > 0.97 ? 1 : 0
  const last_exit =
    restarts > 0
      ? {
          code: state === 'OOMKilled' ? 137 : 1,
          reason: state === 'OOMKilled' ? 'OOMKilled' : 'Error',
          at: ago(240_000),
        }
      : null
  return {
    ...{
      namespace: owner.namespace,
      phase,
      status: state,
      owner,
      total: 2,
      ready: trouble ? 1 : 2,
      restarts,
    },
    name: owner.kind === 'StatefulSet' ? `${owner.name}-${k}` : `${owner.name}-6d5f9c7b8-${suffix}`,
    node: state === 'Pending' ? null : node,
    containers: [
      {
        name: 'main',
        image: `registry.example.test/${owner.name}:1.4.2`,
        kind: 'MAIN',
        ready: !trouble,
        restarts,
        state,
        message,
        last_exit,
      },
      {
        name: 'proxy',
        image: 'registry.example.test/mesh/proxy:1.27',
        kind: 'SIDECAR',
        ready: true,
        restarts: 0,
        state: 'Running',
        message: '',
        last_exit: null,
      },
    ],
    ...{ qos_class: 'Burstable', created_at: ago(60_000 + random() * 86_400_000 * 3), ip: '10.128.4.17' },
    labels: { 'app.kubernetes.io/name': owner.name, 'pod-template-hash': '6d5f9c7b8' },
    usage: trouble ? null : { cpu_cores: random() * 0.8, memory_bytes: random() * 900e6, at: ago(9_000) },
  }
}

function eventsOf(ill: readonly PodSummary[], all: readonly PodSummary[]): KubernetesEvent[] {
  return Array.from({ length: 2_400 }, (_, i) => {
    const warning = i % 3 !== 0 && ill.length > 0
    const pod = (warning ? ill[i % ill.length] : all[(i * 13) % all.length]) as PodSummary
    const [reason, message] = warning
      ? pod.node === null
        ? [
            'FailedScheduling',
            '0/167 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 164 Insufficient cpu.',
          ]
        : ['BackOff', `Back-off restarting failed container main in pod ${pod.name}_${pod.namespace}`]
      : ['Pulled', `Successfully pulled image "${pod.containers[0]?.image}" in 812ms`]
    return {
      ...{
        namespace: pod.namespace,
        name: `${pod.name}.${i}`,
        type: warning ? 'Warning' : 'Normal',
        reason,
        message,
      },
      ...{
        object: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
        count: warning ? 1 + (i % 40) : 1,
      },
      ...{ source: 'kubelet', first_at: ago(i * 2_900 + 600_000), last_at: ago(i * 2_900) },
    }
  })
}

function changesOf(ill: readonly PodSummary[], workloads: readonly WorkloadSummary[]): ObjectChange[] {
  return Array.from({ length: 1_500 }, (_, i): ObjectChange => {
    const at = ago(i * 4_700 + 9_000)
    const pod = ill[Math.floor(i / 6) % Math.max(1, ill.length)]
    if (i % 6 !== 5 && pod) {
      const object = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
      const fields = [{ path: 'status.conditions[Ready].status', before: 'True', after: 'False' }]
      return {
        at,
        type: 'CHANGED',
        object,
        owner: pod.owner,
        summary: 'Ready True → False',
        kind: 'STATUS',
        fields,
      }
    }
    const w = workloads[(i * 7) % workloads.length] as WorkloadSummary
    const object = { kind: w.kind, namespace: w.namespace, name: w.name }
    if (i % 4 === 1) {
      const fields = [{ path: 'spec.replicas', before: '3', after: '5' }]
      return { at, type: 'CHANGED', object, owner: null, summary: 'replicas 3 → 5', kind: 'SCALE', fields }
    }
    const [before, after] = [`registry.example.test/${w.name}:1.4.1`, `registry.example.test/${w.name}:1.4.2`]
    const fields = [{ path: 'spec.template.spec.containers[main].image', before, after }]
    return {
      at,
      type: 'CHANGED',
      object,
      owner: null,
      summary: `image ${w.name}:1.4.1 → ${w.name}:1.4.2`,
      kind: 'ROLLOUT',
      fields,
    }
  })
}
