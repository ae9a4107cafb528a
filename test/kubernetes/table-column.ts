import type { RawObject } from '../../server/src/port/cluster-api.ts'

/** Name, type, priority (above 0: only with `-o wide`), and its cell at a moment. */
export type Column = [
  name: string,
  type: 'string' | 'integer' | 'date',
  priority: number,
  cell: (object: RawObject, now: number) => string | number,
]

export const columnsOf = (kind: string): Column[] | undefined => byKind[kind]

export function age(object: RawObject, now: number): string {
  return since(at(object, 'metadata', 'creationTimestamp'), now)
}

/** As kubectl shortens spans of time: 45s, 12m, 3h20m, 5d. */
function since(time: unknown, now: number): string {
  const seconds = Math.floor((now - Date.parse(String(time))) / 1_000)
  if (Number.isNaN(seconds)) return '<unknown>'
  if (seconds < 120) return `${Math.max(0, seconds)}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`
}

function at(object: unknown, ...path: string[]): unknown {
  let value = object
  for (const part of path)
    value = typeof value === 'object' && value !== null ? (value as RawObject)[part] : undefined
  return value
}
const list = (object: unknown, ...path: string[]): RawObject[] => {
  const value = at(object, ...path)
  return Array.isArray(value) ? value : []
}
const text =
  (fallback: string, ...path: string[]) =>
  (object: RawObject): string =>
    String(at(object, ...path) ?? fallback)
const whole =
  (...path: string[]) =>
  (object: RawObject): number =>
    Number(at(object, ...path) ?? 0)
const labelsOf = (object: RawObject, ...path: string[]): string =>
  Object.entries((at(object, ...path) as Record<string, string> | undefined) ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '<none>'
const names = (items: RawObject[], field: string): string =>
  items.map((item) => String(item[field] ?? '')).join(',') || '<none>'

const name: Column = ['Name', 'string', 0, text('', 'metadata', 'name')]
const ageColumn: Column = ['Age', 'string', 0, age]
const templateColumns: Column[] = [
  ['Containers', 'string', 1, (o) => names(list(o, 'spec', 'template', 'spec', 'containers'), 'name')],
  ['Images', 'string', 1, (o) => names(list(o, 'spec', 'template', 'spec', 'containers'), 'image')],
  ['Selector', 'string', 1, (o) => labelsOf(o, 'spec', 'selector', 'matchLabels')],
]
const string = (title: string, cell: Column[3], priority = 0): Column => [title, 'string', priority, cell]
const integer = (title: string, cell: Column[3]): Column => [title, 'integer', 0, cell]

function podStatus(pod: RawObject): string {
  let status = String(at(pod, 'status', 'reason') ?? at(pod, 'status', 'phase') ?? 'Unknown')
  for (const container of list(pod, 'status', 'containerStatuses')) {
    const reason =
      at(container, 'state', 'waiting', 'reason') ?? at(container, 'state', 'terminated', 'reason')
    if (typeof reason === 'string' && reason) status = reason
  }
  return at(pod, 'metadata', 'deletionTimestamp') ? 'Terminating' : status
}
function nodeStatus(node: RawObject): string {
  const ready = list(node, 'status', 'conditions').find(({ type }) => type === 'Ready')
  const word = ready?.status === 'True' ? 'Ready' : ready ? 'NotReady' : 'Unknown'
  return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word
}
const roles = (node: RawObject): string =>
  Object.keys((at(node, 'metadata', 'labels') as object | undefined) ?? {})
    .filter((key) => key.startsWith('node-role.kubernetes.io/'))
    .map((key) => key.slice(24))
    .join(',') || '<none>'
const address =
  (type: string) =>
  (node: RawObject): string =>
    String(list(node, 'status', 'addresses').find((item) => item.type === type)?.address ?? '<none>')
const ports = (service: RawObject): string =>
  list(service, 'spec', 'ports')
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`)
    .join(',') || '<none>'

const byKind: Record<string, Column[]> = {
  Pod: [
    name,
    string('Ready', (pod) => {
      const statuses = list(pod, 'status', 'containerStatuses')
      return `${statuses.filter(({ ready }) => ready === true).length}/${list(pod, 'spec', 'containers').length}`
    }),
    string('Status', podStatus),
    string('Restarts', (pod) =>
      String(
        list(pod, 'status', 'containerStatuses').reduce((sum, c) => sum + Number(c.restartCount ?? 0), 0),
      ),
    ),
    ageColumn,
    string('IP', text('<none>', 'status', 'podIP'), 1),
    string('Node', text('<none>', 'spec', 'nodeName'), 1),
    string('Nominated Node', text('<none>', 'status', 'nominatedNodeName'), 1),
    string('Readiness Gates', () => '<none>', 1),
  ],
  Node: [
    name,
    string('Status', nodeStatus),
    string('Roles', roles),
    ageColumn,
    string('Version', text('', 'status', 'nodeInfo', 'kubeletVersion')),
    string('Internal-IP', address('InternalIP'), 1),
    string('External-IP', address('ExternalIP'), 1),
    string('OS-Image', text('<unknown>', 'status', 'nodeInfo', 'osImage'), 1),
    string('Kernel-Version', text('<unknown>', 'status', 'nodeInfo', 'kernelVersion'), 1),
    string('Container-Runtime', text('<unknown>', 'status', 'nodeInfo', 'containerRuntimeVersion'), 1),
  ],
  Deployment: [
    name,
    string('Ready', (o) => `${whole('status', 'readyReplicas')(o)}/${whole('spec', 'replicas')(o)}`),
    integer('Up-to-date', whole('status', 'updatedReplicas')),
    integer('Available', whole('status', 'availableReplicas')),
    ageColumn,
    ...templateColumns,
  ],
  ReplicaSet: [
    name,
    integer('Desired', whole('spec', 'replicas')),
    integer('Current', whole('status', 'replicas')),
    integer('Ready', whole('status', 'readyReplicas')),
    ageColumn,
    ...templateColumns,
  ],
  StatefulSet: [
    name,
    string('Ready', (o) => `${whole('status', 'readyReplicas')(o)}/${whole('spec', 'replicas')(o)}`),
    ageColumn,
    ...templateColumns.slice(0, 2),
  ],
  DaemonSet: [
    name,
    integer('Desired', whole('status', 'desiredNumberScheduled')),
    integer('Current', whole('status', 'currentNumberScheduled')),
    integer('Ready', whole('status', 'numberReady')),
    integer('Up-to-date', whole('status', 'updatedNumberScheduled')),
    integer('Available', whole('status', 'numberAvailable')),
    string('Node Selector', (o) => labelsOf(o, 'spec', 'template', 'spec', 'nodeSelector')),
    ageColumn,
    ...templateColumns,
  ],
  Service: [
    name,
    string('Type', text('ClusterIP', 'spec', 'type')),
    string('Cluster-IP', text('<none>', 'spec', 'clusterIP')),
    string('External-IP', (o) => names(list(o, 'status', 'loadBalancer', 'ingress'), 'ip')),
    string('Port(s)', ports),
    ageColumn,
    string('Selector', (o) => labelsOf(o, 'spec', 'selector'), 1),
  ],
  Event: [
    string('Last Seen', (o, now) => since(at(o, 'lastTimestamp') ?? at(o, 'eventTime'), now)),
    string('Type', text('', 'type')),
    string('Reason', text('', 'reason')),
    string(
      'Object',
      (o) =>
        `${text('', 'involvedObject', 'kind')(o).toLowerCase()}/${text('', 'involvedObject', 'name')(o)}`,
    ),
    string('Message', text('', 'message')),
    string('Name', text('', 'metadata', 'name'), 1),
  ],
  Namespace: [name, string('Status', text('', 'status', 'phase')), ageColumn],
  ConfigMap: [
    name,
    integer('Data', (o) => Object.keys((at(o, 'data') as object | undefined) ?? {}).length),
    ageColumn,
  ],
  PersistentVolumeClaim: [
    name,
    string('Status', text('', 'status', 'phase')),
    string('Volume', text('', 'spec', 'volumeName')),
    string('Capacity', text('', 'status', 'capacity', 'storage')),
    string('Access Modes', (o) => (at(o, 'spec', 'accessModes') as string[] | undefined)?.join(',') ?? ''),
    string('StorageClass', text('', 'spec', 'storageClassName')),
    ageColumn,
  ],
  Job: [
    name,
    string('Status', (o) => (at(o, 'status', 'completionTime') ? 'Complete' : 'Running')),
    string('Completions', (o) => `${whole('status', 'succeeded')(o)}/${at(o, 'spec', 'completions') ?? 1}`),
    ageColumn,
  ],
}
