import type { RawObject } from '../../../server/src/port/cluster-api.ts'
import type { ApiServer } from '../../kubernetes/index.ts'
import type { Part } from './cluster-object.ts'
import { minuteMs } from './service-fact.ts'

const wire = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z/, 'Z')
type Condition = { type: string; status: string; lastTransitionTime: string } & RawObject

/** What is wrong inside of harbour-east, done to objects that are sound. */
export function troubleHarbourEast(api: ApiServer, nowMs: number): void {
  const before = (minutes: number): string => wire(nowMs - minutes * minuteMs)
  const change = (kind: string, name: string, by: (object: Part) => void): Part => {
    const object = structuredClone((api.list(kind) as Part[]).find(({ metadata }) => metadata.name === name)!)
    by(object)
    api.put(kind, object)
    return object
  }
  loseNode(api, change, before(40))
  change('Node', 'worker-3', (node) =>
    setCondition(
      node,
      'DiskPressure',
      'True',
      before(49),
      'KubeletHasDiskPressure',
      'kubelet has disk pressure',
    ),
  )
  const [, search] = podsOf(api, 'search')
  const [canary] = podsOf(api, 'catalogue-canary')
  for (const [pod, hurt] of [
    [search!, killForMemory],
    [canary!, refuseImage],
    [podsOf(api, 'trainer')[0]!, leaveUnplaced],
  ] as const) {
    const hurtPod = change('Pod', pod.metadata.name, (object) => hurt(object, before))
    for (const [reason, message, first, last, count] of eventsOf(hurtPod.metadata.name))
      api.put('Event', eventOf(hurtPod, { reason, message, first: before(first), last: before(last), count }))
  }
  for (const [kind, name, minutes] of [
    ['Deployment', 'search', 50],
    ['Deployment', 'catalogue-canary', 64],
    ['StatefulSet', 'trainer', 55],
  ] as const)
    change(kind, name, (object) => oneFewer(object, before(minutes)))
  // Those who train together must find each other before they are ready.
  change('Service', 'trainer', ({ spec }) => {
    spec.publishNotReadyAddresses = true
  })
}

export const podsOf = (api: ApiServer, workload: string): Part[] =>
  (api.list('Pod') as Part[]).filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === workload)

type Change = (kind: string, name: string, by: (object: Part) => void) => Part
type Before = (minutes: number) => string

function loseNode(api: ApiServer, change: Change, at: string): void {
  const unknown = 'Kubelet stopped posting node status.'
  const node = change('Node', 'worker-4', (object) => {
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])
      setCondition(object, type, 'Unknown', at, 'NodeStatusUnknown', unknown)
    object.spec.taints = ['NoSchedule', 'NoExecute'].map((effect) => ({
      ...{ key: 'node.kubernetes.io/unreachable', effect, timeAdded: at },
    }))
  })
  api.put('Event', {
    ...eventOf(node, {
      reason: 'NodeNotReady',
      message: 'Node worker-4 status is now: NodeNotReady',
      first: at,
      last: at,
      count: 1,
    }),
    type: 'Normal',
  })
}

function setCondition(
  object: Part,
  type: string,
  status: string,
  lastTransitionTime: string,
  reason: string,
  message: string,
): void {
  const conditions = object.status.conditions as Condition[]
  object.status.conditions = conditions.map((one) =>
    one.type === type
      ? {
          ...one,
          status,
          reason,
          message,
          lastTransitionTime,
          ...(status === 'Unknown' ? { lastHeartbeatTime: lastTransitionTime } : {}),
        }
      : one,
  )
}

function notReady(pod: Part, at: string): void {
  for (const type of ['Ready', 'ContainersReady'])
    setCondition(pod, type, 'False', at, 'ContainersNotReady', 'containers with unready status')
}

function killForMemory(pod: Part, before: Before): void {
  const [status] = pod.status.containerStatuses as Record<string, unknown>[]
  const terminated = { exitCode: 137, reason: 'OOMKilled', startedAt: before(11), finishedAt: before(6) }
  const message = 'back-off 5m0s restarting failed container'
  Object.assign(status!, {
    ...{ ready: false, started: false, restartCount: 7, lastState: { terminated } },
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
  })
  notReady(pod, before(50))
}

function refuseImage(pod: Part, before: Before): void {
  const [status] = pod.status.containerStatuses as Record<string, unknown>[]
  const { image } = status as { image: string }
  const message = `Back-off pulling image "${image}"`
  Object.assign(status!, {
    ...{
      ready: false,
      started: false,
      imageID: '',
      state: { waiting: { reason: 'ImagePullBackOff', message } },
    },
  })
  delete status!.containerID
  pod.status.phase = 'Pending'
  notReady(pod, before(64))
}

const noGpus =
  '0/4 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 3 Insufficient nvidia.com/gpu. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.'

function leaveUnplaced(pod: Part, before: Before): void {
  delete pod.spec.nodeName
  const at = before(55)
  pod.status = {
    ...{ phase: 'Pending', qosClass: 'Burstable' },
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: noGpus,
        lastTransitionTime: at,
      },
    ],
  }
}

function oneFewer(object: Part, at: string): void {
  const left = Number(object.status.replicas) - 1
  Object.assign(object.status, { readyReplicas: left, availableReplicas: left })
  if (object.kind !== 'Deployment') return
  object.status.unavailableReplicas = 1
  if (left === 0)
    setCondition(
      object,
      'Available',
      'False',
      at,
      'MinimumReplicasUnavailable',
      'Deployment does not have minimum availability.',
    )
}

type Said = readonly [
  reason: string,
  message: string,
  firstMinutes: number,
  lastMinutes: number,
  count: number,
]
function eventsOf(pod: string): Said[] {
  if (pod.startsWith('search'))
    return [['BackOff', 'Back-off restarting failed container search in pod', 50, 1, 31]]
  if (pod.startsWith('trainer')) return [['FailedScheduling', noGpus, 55, 2, 12]]
  const image = 'registry.harbour.example/catalogue:2.0.0-rc9'
  const unknown = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  return [
    ['Failed', unknown, 65, 3, 16],
    ['BackOff', `Back-off pulling image "${image}"`, 64, 1, 240],
  ]
}

type Words = { reason: string; message: string; first: string; last: string; count: number }
function eventOf({ kind, metadata }: Part, { reason, message, first, last, count }: Words): RawObject {
  const { name, namespace = 'default', uid } = metadata
  const component =
    reason === 'FailedScheduling' ? 'default-scheduler' : kind === 'Node' ? 'node-controller' : 'kubelet'
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason.toLowerCase()}${count}`, namespace, creationTimestamp: first },
    involvedObject: {
      apiVersion: 'v1',
      kind,
      namespace: kind === 'Node' ? undefined : namespace,
      name,
      uid: kind === 'Node' ? name : uid,
    },
    ...{
      reason,
      message,
      type: 'Warning',
      count,
      firstTimestamp: first,
      lastTimestamp: last,
      eventTime: null,
    },
    ...{ source: { component }, reportingComponent: component, reportingInstance: '' },
  }
}
