import type { Kind, ObjectOf } from '../object/kind.ts'
import type { Condition } from '../object/meta.ts'
import type { Pod } from '../object/pod.ts'
import type { Aspect, Aspects } from './aspect.ts'
import { conditionWords, imageWords } from './change-pod.ts'

/** What changed of the kinds that make pods. */
export const workloadAspects: { [K in Kind]?: Aspects<K> } = {
  Deployment: (before, after) => [
    ...templateAspects(before, after),
    ...replicas(before.spec.replicas, after.spec.replicas),
    ...flagWords('paused', before.spec.paused, after.spec.paused),
    ...statusAspects(before, after, before.status.readyReplicas, after.status.readyReplicas),
  ],
  ReplicaSet: (before, after) => [
    ...templateAspects(before, after),
    ...replicas(before.spec.replicas, after.spec.replicas),
    ...statusAspects(before, after, before.status.readyReplicas, after.status.readyReplicas),
  ],
  StatefulSet: (before, after) => [
    ...templateAspects(before, after),
    ...replicas(before.spec.replicas, after.spec.replicas),
    ...statusAspects(before, after, before.status.readyReplicas, after.status.readyReplicas),
  ],
  DaemonSet: (before, after) => [
    ...templateAspects(before, after),
    ...numbers('STATUS', 'wanted', before.status.desiredNumberScheduled, after.status.desiredNumberScheduled),
    ...statusAspects(before, after, before.status.numberReady, after.status.numberReady),
  ],
  Job: (before, after) => [
    ...flagWords('suspended', before.spec.suspend, after.spec.suspend),
    ...numbers('SCALE', 'parallelism', before.spec.parallelism, after.spec.parallelism),
    ...numbers('STATUS', 'succeeded', before.status.succeeded, after.status.succeeded),
    ...numbers('STATUS', 'failed', before.status.failed, after.status.failed),
    ...numbers('STATUS', 'active', before.status.active, after.status.active),
    ...conditionAspects(before, after),
  ],
  CronJob: (before, after) => [
    ...specAspects(before.spec.jobTemplate.spec.template.spec, after.spec.jobTemplate.spec.template.spec),
    ...words('CONFIG', 'schedule', before.spec.schedule, after.spec.schedule),
    ...flagWords('suspended', before.spec.suspend, after.spec.suspend),
    ...(before.status.lastScheduleTime === after.status.lastScheduleTime
      ? []
      : [status(`scheduled at ${after.status.lastScheduleTime ?? 'no time'}`)]),
  ],
}

/** `ready 2 → 3`; nothing where they are the same. */
export function numbers(
  kind: Aspect['kind'],
  name: string,
  before: number | undefined,
  after: number | undefined,
): Aspect[] {
  const [old, now] = [before ?? 0, after ?? 0]
  return old === now ? [] : [{ kind, text: `${name} ${old} → ${now}` }]
}

export const words = (kind: Aspect['kind'], name: string, before = '', after = ''): Aspect[] =>
  before === after ? [] : [{ kind, text: `${name} ${before || 'none'} → ${after || 'none'}` }]

export function flagWords(name: string, before = false, after = false): Aspect[] {
  return before === after ? [] : [{ kind: 'OTHER', text: after ? name : `not ${name} any more` }]
}

type Conditions = { status: { conditions: readonly Condition[] } }
export const conditionAspects = (before: Conditions, after: Conditions): Aspect[] =>
  conditionWords(before.status.conditions, after.status.conditions).map(status)

const status = (text: string): Aspect => ({ kind: 'STATUS', text })

const replicas = (before: number | undefined, after: number | undefined): Aspect[] =>
  before === after ? [] : numbers('SCALE', 'replicas', before ?? 1, after ?? 1)

function statusAspects(
  before: Conditions,
  after: Conditions,
  ready: number | undefined,
  readyNow: number | undefined,
): Aspect[] {
  if (before.status === after.status) return []
  const found = [...numbers('STATUS', 'ready', ready, readyNow), ...conditionAspects(before, after)]
  return found
}

type Templated = ObjectOf<'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet'>

/**
 * What runs: images and the like. What it reads: its variables, volumes and the checksums that charts put into annotations. The values of
 * variables are not kept; that they changed shows in the generation alone.
 */
function templateAspects(before: Templated, after: Templated): Aspect[] {
  if (before.spec === after.spec) {
    const isUnseen =
      before.metadata.generation !== after.metadata.generation && before.metadata.generation !== undefined
    return isUnseen ? [{ kind: 'CONFIG', text: 'specification changed in what is not kept of it' }] : []
  }
  const [old, now] = [before.spec.template, after.spec.template]
  if (old === now) return []
  const found = specAspects(old.spec, now.spec)
  const { annotations } = now.metadata
  for (const key of Object.keys({ ...old.metadata.annotations, ...annotations })) {
    if (old.metadata.annotations[key] === annotations[key]) continue
    if (key === 'kubectl.kubernetes.io/restartedAt') found.push({ kind: 'ROLLOUT', text: 'restarted' })
    else found.push({ kind: 'CONFIG', text: `annotation ${key}` })
  }
  if (old.metadata.labels !== now.metadata.labels) found.push({ kind: 'ROLLOUT', text: 'labels of pods' })
  return found.length > 0 ? found : [{ kind: 'ROLLOUT', text: 'template' }]
}

function specAspects(before: PodSpecOf, after: PodSpecOf): Aspect[] {
  if (before === after) return []
  const found: Aspect[] = []
  const lists = ['containers', 'initContainers'] as const
  for (const list of lists) {
    for (const text of imageWords(before[list], after[list])) found.push({ kind: 'ROLLOUT', text })
    for (const now of after[list]) {
      const old = before[list].find((one) => one.name === now.name)
      if (old && old !== now) found.push(...containerAspects(old, now))
    }
  }
  if (before.volumes !== after.volumes) found.push({ kind: 'CONFIG', text: 'volumes' })
  for (const key of Object.keys({ ...before, ...after }) as (keyof PodSpecOf)[]) {
    if (key === 'containers' || key === 'initContainers' || key === 'volumes') continue
    if (before[key] !== after[key]) found.push({ kind: 'ROLLOUT', text: key })
  }
  return found
}

type PodSpecOf = Pod['spec']
type ContainerOf = PodSpecOf['containers'][number]

function containerAspects(before: ContainerOf, after: ContainerOf): Aspect[] {
  const found: Aspect[] = []
  for (const key of Object.keys({ ...before, ...after }) as (keyof ContainerOf)[]) {
    if (before[key] === after[key] || key === 'image') continue
    if (key === 'env' || key === 'envFrom' || key === 'volumeMounts')
      found.push({ kind: 'CONFIG', text: `${key} of ${after.name}` })
    else if (key === 'resources') found.push({ kind: 'ROLLOUT', text: resourceWords(before, after) })
    else found.push({ kind: 'ROLLOUT', text: `${key} of ${after.name}` })
  }
  return found
}

function resourceWords(before: ContainerOf, after: ContainerOf): string {
  const found: string[] = []
  for (const part of ['requests', 'limits'] as const) {
    const [old, now] = [before.resources[part], after.resources[part]]
    for (const key of Object.keys({ ...old, ...now })) {
      if (old[key] !== now[key]) found.push(`${part}.${key} ${old[key] ?? 'none'} → ${now[key] ?? 'none'}`)
    }
  }
  return found.join(', ')
}
