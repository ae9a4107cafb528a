import { seededRandom } from '../../server/src/kernel/random.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { daemonSet, deployment } from './example-controller.ts'
import { cronJob } from './example-cron-job.ts'
import { type ExampleTime, electionLease, exampleNode } from './example-node.ts'
import { namespaceObjects, platformObjects } from './example-platform.ts'
import { examplePod, startEvents } from './example-pod.ts'
import { statefulSet } from './example-stateful-set.ts'
import type { Workload } from './example-workload.ts'
import type { ApiServer } from './index.ts'

export type ClusterExample = {
  nodes: number
  /** At least 4, and at most 250, on average; that many times `nodes` pods in all. */
  podsPerNode: number
  seed?: number
  /** The moment that the state is of, ms since 1970. */
  nowMs?: number
}

/** Of every so many pods, one started lately and has events. */
const podsPerStarted = 20
const podsPerNamespace = 200

/** The objects of a healthy cluster: the same ones for the same seed, each with apiVersion and kind. */
export function clusterExample(example: ClusterExample): RawObject[] {
  const nowMs = example.nowMs ?? 1_767_225_600_000
  const time: ExampleTime = { nowMs, random: seededRandom(example.seed ?? 1) }
  const podsWanted = example.nodes * example.podsPerNode
  const controlPlanes = example.nodes >= 10 ? 3 : 1
  const nodes = Array.from({ length: example.nodes }, (_, at) => ({
    at,
    name: at < controlPlanes ? `control-${at}` : `worker-${at - controlPlanes}`,
  }))
  const namespaces = Array.from(
    { length: Math.max(2, Math.ceil(podsWanted / podsPerNamespace)) },
    (_, at) => `team-${String(at + 1).padStart(3, '0')}`,
  )
  const objects: RawObject[] = [
    ...platformObjects(time, namespaces),
    ...nodes.flatMap(({ name, at }) => exampleNode(time, name, at, at < controlPlanes)),
    electionLease(time, 'kube-scheduler', 'control-0_1'),
    electionLease(time, 'kube-controller-manager', 'control-0_2'),
  ]
  const pods: RawObject[] = []
  const workers = nodes.length > controlPlanes ? nodes.slice(controlPlanes) : nodes
  const place = (workload: Workload, among: typeof nodes) => {
    objects.push(...workload.objects)
    const own = workload.pods.map((plan) => {
      const at = pods.length
      const pod = examplePod(time, { ...plan, at, node: among[at % among.length]! })
      pods.push(pod)
      if (at % podsPerStarted === 0) objects.push(...startEvents(time, pod))
      return pod
    })
    objects.push(...own)
    if (workload.service) objects.push(endpointSlice(time, workload.service, own))
  }
  const system = { namespace: 'kube-system', startedMs: nowMs - 30 * 86_400_000 }
  place(daemonSet(time, { ...system, name: 'kube-proxy', replicas: nodes.length }), nodes)
  place(deployment(time, { ...system, name: 'coredns', replicas: 2 }), workers)
  for (const namespace of namespaces) objects.push(...namespaceObjects(time, namespace))
  for (let at = 0; pods.length < podsWanted; at++) {
    const namespace = namespaces[at % namespaces.length]!
    const left = podsWanted - pods.length
    const startedMs = nowMs - Math.floor((1 + time.random.next() * 239) * 3_600_000)
    const plan = { namespace, startedMs, replicas: Math.min(left, 1 + Math.floor(time.random.next() * 6)) }
    if (at % 20 === 19) place(cronJob(time, { ...plan, name: `report-${at}` }), workers)
    else if (at % 10 === 9) place(statefulSet(time, { ...plan, name: `store-${at}` }), workers)
    else place(deployment(time, { ...plan, name: `service-${at}` }), workers)
  }
  return objects
}

/** Puts them all into the server. */
export function fillServer(server: ApiServer, example: ClusterExample): void {
  for (const object of clusterExample(example)) server.put(String(object.kind), object)
}

function endpointSlice(
  { random, nowMs }: ExampleTime,
  service: { name: string; port: number },
  pods: readonly RawObject[],
): RawObject {
  const { namespace } = pods[0]!.metadata as { namespace: string }
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service.name}-${random.uuid(nowMs).slice(-5)}`,
      namespace,
      labels: {
        'kubernetes.io/service-name': service.name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => {
      const { name, uid } = pod.metadata as { name: string; uid: string }
      return {
        addresses: [(pod.status as { podIP: string }).podIP],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: (pod.spec as { nodeName: string }).nodeName,
        targetRef: { kind: 'Pod', namespace, name, uid },
      }
    }),
    ports: [{ name: 'http', protocol: 'TCP', port: service.port }],
  }
}
