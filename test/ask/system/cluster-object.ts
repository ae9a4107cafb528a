import type { RawObject } from '../../../server/src/port/cluster-api.ts'
import { deployment } from '../../kubernetes/example-controller.ts'
import { type ExampleTime, exampleNode } from '../../kubernetes/example-node.ts'
import { platformObjects } from '../../kubernetes/example-platform.ts'
import { examplePod, startEvents } from '../../kubernetes/example-pod.ts'
import { statefulSet } from '../../kubernetes/example-stateful-set.ts'
import type { Workload } from '../../kubernetes/example-workload.ts'
import type { WorkloadPlan } from './cluster-plan.ts'
import { minuteMs } from './service-fact.ts'

type Fields = Record<string, unknown>
export type Part = RawObject & {
  kind: string
  metadata: {
    name: string
    namespace: string
    labels: Record<string, string>
    uid: string
    creationTimestamp: string
  }
  spec: Fields
  status: Fields
}
type Container = RawObject & {
  name: string
  resources: Record<'requests' | 'limits', Record<string, string>>
}

export const kubernetesVersion = 'v1.31.4'
export const imageOf = (name: string, version: string): string =>
  `registry.harbour.example/${name}:${version}`

/** A sound node of 8 CPUs and 32 GiB. No lease: nothing here renews one, and a stale one is a sign of trouble. */
export function nodeObjects(time: ExampleTime, name: string, at: number, gpus = 0): RawObject[] {
  const objects = exampleNode(time, name, at, false).filter(({ kind }) => kind !== 'Lease')
  const [node] = objects as Part[]
  const device = gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}
  if (gpus > 0)
    Object.assign(node!.metadata.labels, {
      'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
      'nvidia.com/gpu.count': String(gpus),
    })
  for (const field of ['capacity', 'allocatable'])
    Object.assign(node!.status[field] as object, { cpu: '8', memory: '32Gi', ...device })
  Object.assign(node!.status.nodeInfo as object, { kubeletVersion: kubernetesVersion })
  return objects
}

/** Everything of the plans, sound and ready, with namespaces, Services and events of what started lately. */
export function clusterObjects(time: ExampleTime, plans: readonly WorkloadPlan[]): RawObject[] {
  const namespaces = [...new Set(plans.map(({ namespace }) => namespace))]
  const objects = platformObjects(time, namespaces)
  let at = 0
  for (const plan of plans) {
    const workload = workloadOf(time, plan)
    objects.push(...workload.objects)
    for (const [number, pod] of workload.pods.entries()) {
      const node = { name: plan.nodes[number % Math.max(1, plan.nodes.length)] ?? '', at: number }
      const made = examplePod(time, { ...pod, node, at: at++ })
      objects.push(made)
      if (plan.startedMinutes < 60) objects.push(...startEvents(time, made))
    }
  }
  return objects
}

function workloadOf(time: ExampleTime, plan: WorkloadPlan): Workload {
  const { name, namespace, replicas, team } = plan
  const startedMs = time.nowMs - plan.startedMinutes * minuteMs
  const created = plan.versionBefore === undefined ? startedMs : time.nowMs - 9 * 24 * 60 * minuteMs
  const make = plan.kind === 'Deployment' ? deployment : statefulSet
  const workload = make(time, { name, namespace, replicas, startedMs: created })
  const sets = workload.objects.filter(({ kind }) => kind === 'ReplicaSet') as Part[]
  const specs = new Set<RawObject>()
  for (const object of workload.objects as Part[]) {
    const template = object.spec?.template as { spec: RawObject } | undefined
    if (template) {
      // The builders share one template; the revision before has its own image.
      const isOld = object === sets[0] && plan.versionBefore !== undefined
      template.spec = structuredClone(template.spec)
      shape(plan, template.spec, isOld ? plan.versionBefore! : plan.version)
      specs.add(template.spec)
    }
    if (team !== undefined && ['Deployment', 'StatefulSet', 'Service'].includes(object.kind))
      object.metadata.labels = { ...object.metadata.labels, team }
    if (object === sets[1] && created !== startedMs)
      Object.assign(object.metadata, {
        creationTimestamp: new Date(startedMs).toISOString().replace(/\.\d+/, ''),
      })
  }
  return {
    ...workload,
    objects: workload.objects.filter(({ kind }) => kind !== 'Service' || !plan.hasNoService),
    pods: workload.pods.map((pod, number) => {
      const spec = structuredClone(pod.spec)
      shape(plan, spec, plan.version)
      const labels = { ...pod.labels, ...(team === undefined ? {} : { team }) }
      return { ...pod, spec, labels, startedMs: startedMs + number * 1_000 }
    }),
  }
}

function shape({ name, gpus, image, memoryLimit }: WorkloadPlan, spec: RawObject, version: string): void {
  const [container] = spec.containers as Container[]
  Object.assign(container!, { name, image: imageOf(image ?? name, version) })
  container!.resources.limits.memory = memoryLimit ?? '512Mi'
  if (gpus === undefined) return
  container!.resources.requests['nvidia.com/gpu'] = String(gpus)
  container!.resources.limits['nvidia.com/gpu'] = String(gpus)
}
