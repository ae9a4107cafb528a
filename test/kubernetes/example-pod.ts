import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { type ExampleTime, nodeAddress } from './example-node.ts'
import { fieldsOf } from './managed-field.ts'
import { wireTime } from './write.ts'

export type Owner = { apiVersion: string; kind: string; name: string; uid: string }
export type PodPlan = {
  name: string
  namespace: string
  labels: Record<string, string>
  owner: Owner | undefined
  /** Of the workload's template. */
  spec: RawObject
  /** Number of its node, as in its name and address. */
  node: { name: string; at: number }
  /** Number within the cluster, for its address. */
  at: number
  startedMs: number
  isDone?: boolean
}

/** A pod that runs and is ready, or has ended well. */
export function examplePod({ random }: ExampleTime, plan: PodPlan): RawObject {
  const created = wireTime(plan.startedMs)
  const [scheduled, ready] = [wireTime(plan.startedMs + 1_000), wireTime(plan.startedMs + 8_000)]
  const ended = wireTime(plan.startedMs + 60_000)
  const { isDone = false } = plan
  const condition = (type: string, status: string, at: string, reason?: string) => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(reason ? { reason } : {}),
  })
  const readyStatus = isDone ? 'False' : 'True'
  const why = isDone ? 'PodCompleted' : undefined
  const containers = (plan.spec.containers as { name: string; image: string }[]).map(({ name, image }) => ({
    name,
    image,
    imageID: `${image.split(':')[0]}@sha256:${hex(random, 64)}`,
    containerID: `containerd://${hex(random, 64)}`,
    ready: !isDone,
    started: !isDone,
    restartCount: 0,
    lastState: {},
    state: isDone
      ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: ready, finishedAt: ended } }
      : { running: { startedAt: ready } },
  }))
  const ip = plan.spec.hostNetwork
    ? nodeAddress(plan.node.at)
    : `10.${128 + (plan.at >> 16)}.${(plan.at >> 8) & 255}.${plan.at & 255}`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: plan.name,
      generateName: plan.owner ? `${plan.owner.name}-` : undefined,
      namespace: plan.namespace,
      uid: random.uuid(plan.startedMs),
      creationTimestamp: created,
      labels: plan.labels,
      ...(plan.owner
        ? { ownerReferences: [{ ...plan.owner, controller: true, blockOwnerDeletion: true }] }
        : {}),
      managedFields: [
        {
          manager: 'kube-controller-manager',
          operation: 'Update',
          apiVersion: 'v1',
          time: created,
          fieldsType: 'FieldsV1',
          fieldsV1: fieldsOfPod(plan),
        },
      ],
    },
    spec: {
      ...plan.spec,
      nodeName: plan.node.name,
      schedulerName: 'default-scheduler',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      securityContext: plan.spec.securityContext ?? {},
      tolerations: [
        {
          key: 'node.kubernetes.io/not-ready',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
        {
          key: 'node.kubernetes.io/unreachable',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
        ...((plan.spec.tolerations as RawObject[] | undefined) ?? []),
      ],
    },
    status: {
      phase: isDone ? 'Succeeded' : 'Running',
      conditions: [
        condition('PodReadyToStartContainers', readyStatus, ready),
        condition('Initialized', 'True', scheduled, why),
        condition('Ready', readyStatus, isDone ? ended : ready, why),
        condition('ContainersReady', readyStatus, isDone ? ended : ready, why),
        condition('PodScheduled', 'True', scheduled),
      ],
      hostIP: nodeAddress(plan.node.at),
      hostIPs: [{ ip: nodeAddress(plan.node.at) }],
      podIP: ip,
      podIPs: [{ ip }],
      startTime: scheduled,
      containerStatuses: containers,
      qosClass: 'Burstable',
    },
  }
}

/** What the scheduler and the kubelet said as a pod started. */
export function startEvents({ random }: ExampleTime, pod: RawObject): RawObject[] {
  const { name, namespace, uid, creationTimestamp } = pod.metadata as Record<string, string>
  const node = (pod.spec as { nodeName: string }).nodeName
  const image = (pod.spec as { containers: { image: string }[] }).containers[0]?.image ?? ''
  const started = Date.parse(creationTimestamp ?? '')
  const said: [reason: string, message: string, component: string][] = [
    ['Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`, 'default-scheduler'],
    ['Pulled', `Container image "${image}" already present on machine`, 'kubelet'],
    ['Created', 'Created container: main', 'kubelet'],
    ['Started', 'Started container main', 'kubelet'],
  ]
  return said.map(([reason, message, component], at) => {
    const time = wireTime(started + at * 1_000)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${hex(random, 16)}`, namespace, creationTimestamp: time },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      reason,
      message,
      source: { component, ...(component === 'kubelet' ? { host: node } : {}) },
      type: 'Normal',
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: component === 'kubelet' ? node : '',
    }
  })
}

/** The same for all pods of a workload. */
const fields = new WeakMap<RawObject, RawObject>()
function fieldsOfPod({ labels, spec }: PodPlan): RawObject {
  const known = fields.get(spec) ?? fieldsOf({ metadata: { labels, ownerReferences: {} }, spec })
  fields.set(spec, known)
  return known
}

export const hex = (random: ExampleTime['random'], length: number): string => {
  let text = ''
  while (text.length < length)
    text += Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return text.slice(0, length)
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'
export const suffix = (random: ExampleTime['random'], length: number): string =>
  Array.from({ length }, () => letters[Math.floor(random.next() * letters.length)]).join('')
