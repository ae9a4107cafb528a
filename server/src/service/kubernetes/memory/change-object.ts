import type { Kind, ObjectOf } from '../object/kind.ts'
import type { Aspect, Aspects } from './aspect.ts'
import { conditionAspects, numbers, words } from './change-workload.ts'
import { eachDifference } from './difference.ts'

/** What changed of nodes, configuration, network and storage. */
export const objectAspects: { [K in Kind]?: Aspects<K> } = {
  Node: nodeAspects,
  Namespace: (before, after) =>
    before.status.phase === after.status.phase
      ? conditionAspects(before, after)
      : words('LIFECYCLE', 'phase', before.status.phase, after.status.phase),
  ConfigMap: (before, after) => [
    {
      kind: 'CONFIG',
      text: before.metadata.labels === after.metadata.labels ? 'contents or metadata' : 'labels',
    },
  ],
  Event: (before, after) => [
    {
      kind: 'STATUS',
      text: `${after.reason}${after.count > before.count ? `, seen ${after.count} times` : ''}`,
    },
  ],
  EndpointSlice: (before, after) =>
    before.endpoints === after.endpoints
      ? []
      : [
          {
            kind: 'STATUS',
            text: `ready addresses ${readyAddresses(before)} → ${readyAddresses(after)}`,
          },
        ],
  HorizontalPodAutoscaler: (before, after) => [
    ...numbers('SCALE', 'min', before.spec.minReplicas ?? 1, after.spec.minReplicas ?? 1),
    ...numbers('SCALE', 'max', before.spec.maxReplicas, after.spec.maxReplicas),
    ...numbers('STATUS', 'desired', before.status.desiredReplicas, after.status.desiredReplicas),
    ...numbers('STATUS', 'current', before.status.currentReplicas, after.status.currentReplicas),
    ...conditionAspects(before, after),
  ],
  PodDisruptionBudget: (before, after) => [
    ...part('OTHER', 'specification', before.spec, after.spec),
    ...numbers(
      'STATUS',
      'disruptions allowed',
      before.status.disruptionsAllowed,
      after.status.disruptionsAllowed,
    ),
    ...numbers('STATUS', 'healthy', before.status.currentHealthy, after.status.currentHealthy),
  ],
  PersistentVolumeClaim: (before, after) => [
    ...words('STATUS', 'phase', before.status.phase, after.status.phase),
    ...words('STATUS', 'volume', before.spec.volumeName, after.spec.volumeName),
    ...words(
      'OTHER',
      'requested storage',
      before.spec.resources.requests.storage,
      after.spec.resources.requests.storage,
    ),
    ...conditionAspects(before, after),
  ],
  PersistentVolume: (before, after) => words('STATUS', 'phase', before.status.phase, after.status.phase),
  Service: (before, after) => [
    ...part('OTHER', 'selector', before.spec.selector, after.spec.selector),
    ...part('OTHER', 'ports', before.spec.ports, after.spec.ports),
    ...words('OTHER', 'type', before.spec.type, after.spec.type),
  ],
  NetworkPolicy: (before, after) => part('OTHER', 'rules', before.spec, after.spec),
  Ingress: (before, after) => part('OTHER', 'rules', before.spec, after.spec),
  ResourceQuota: (before, after) => [
    ...part('OTHER', 'limits', before.spec.hard, after.spec.hard),
    ...Object.keys(after.status.used).flatMap((key) =>
      words('STATUS', `used ${key}`, before.status.used[key], after.status.used[key]),
    ),
  ],
  Role: (before, after) => part('OTHER', 'rules', before.rules, after.rules),
  ClusterRole: (before, after) => part('OTHER', 'rules', before.rules, after.rules),
  RoleBinding: (before, after) => part('OTHER', 'subjects', before.subjects, after.subjects),
  ClusterRoleBinding: (before, after) => part('OTHER', 'subjects', before.subjects, after.subjects),
  APIService: conditionAspects,
  ClusterOperator: conditionAspects,
  ClusterVersion: (before, after) => [
    ...words('ROLLOUT', 'version', before.status.desired.version, after.status.desired.version),
    ...conditionAspects(before, after),
  ],
  MachineConfigPool: (before, after) => [
    ...(before.spec.paused === after.spec.paused
      ? []
      : [{ kind: 'OTHER' as const, text: after.spec.paused ? 'paused' : 'not paused any more' }]),
    ...numbers('STATUS', 'updated', before.status.updatedMachineCount, after.status.updatedMachineCount),
    ...numbers('STATUS', 'degraded', before.status.degradedMachineCount, after.status.degradedMachineCount),
    ...conditionAspects(before, after),
  ],
  Lease: (before, after) => [
    ...words('STATUS', 'holder', before.spec.holderIdentity, after.spec.holderIdentity),
    ...(before.spec.renewTime === after.spec.renewTime ||
    before.spec.holderIdentity !== after.spec.holderIdentity
      ? []
      : [{ kind: 'STATUS' as const, text: `not renewed since ${before.spec.renewTime ?? 'ever'}` }]),
  ],
}

function nodeAspects(before: ObjectOf<'Node'>, after: ObjectOf<'Node'>): Aspect[] {
  const found: Aspect[] = []
  const [was, is] = [before.spec.unschedulable ?? false, after.spec.unschedulable ?? false]
  if (was !== is) found.push({ kind: 'LIFECYCLE', text: is ? 'cordoned' : 'uncordoned' })
  const [old, now] = [before.status.nodeInfo, after.status.nodeInfo]
  found.push(...words('ROLLOUT', 'kubelet', old.kubeletVersion, now.kubeletVersion))
  found.push(...words('ROLLOUT', 'kernel', old.kernelVersion, now.kernelVersion))
  if (old.bootID !== now.bootID && old.bootID !== '') found.push({ kind: 'LIFECYCLE', text: 'booted anew' })
  found.push(...taintAspects(before, after), ...conditionAspects(before, after))
  const { allocatable } = after.status
  for (const key of Object.keys({ ...before.status.allocatable, ...allocatable }))
    found.push(...words('STATUS', `allocatable ${key}`, before.status.allocatable[key], allocatable[key]))
  return found
}

/** Taints of node.kubernetes.io follow from conditions and cordons, and are what those are about. */
function taintAspects(before: ObjectOf<'Node'>, after: ObjectOf<'Node'>): Aspect[] {
  const named = ({ spec }: ObjectOf<'Node'>): Set<string> =>
    new Set(spec.taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`))
  const [old, now] = [named(before), named(after)]
  const kindOf = (taint: string): Aspect['kind'] =>
    taint.startsWith('node.kubernetes.io/') ? 'STATUS' : 'OTHER'
  return [
    ...[...now.difference(old)].map((taint) => ({ kind: kindOf(taint), text: `taint ${taint}` })),
    ...[...old.difference(now)].map((taint) => ({ kind: kindOf(taint), text: `no taint ${taint}` })),
  ]
}

const part = (kind: Aspect['kind'], name: string, before: unknown, after: unknown): Aspect[] =>
  eachDifference(before, after, () => false) ? [] : [{ kind, text: name }]

/** The API says of an unknown `ready` that it is to be taken as true. */
const readyAddresses = (slice: ObjectOf<'EndpointSlice'>): number =>
  slice.endpoints.reduce(
    (sum, { addresses, conditions }) => sum + (conditions.ready === false ? 0 : addresses.length),
    0,
  )
