/** Objects as an API server would answer them, cut to what rules read. Times are told from one moment. */

type Fields = Record<string, unknown>

export const now = '2026-03-01T12:00:00Z'
/** So many minutes before the moment of the state; negative: after it. */
export const ago = (minutes: number): string => new Date(Date.parse(now) - minutes * 60_000).toISOString()
const day = 24 * 60
export const old = ago(90 * day)

export const meta = (name: string, namespace = '', more: Fields = {}): Fields => ({
  name,
  ...(namespace ? { namespace } : {}),
  uid: `uid-${namespace}-${name}`,
  creationTimestamp: old,
  ...more,
})

/** Of any kind: `of('Lease', 'n1', 'kube-node-lease', {spec})`. */
export const of = (
  kind: string,
  name: string,
  namespace: string,
  rest: Fields = {},
  more: Fields = {},
): object => ({
  kind,
  metadata: meta(name, namespace, more),
  ...rest,
})

export const condition = (type: string, status: string, more: Fields = {}): Fields => ({
  type,
  status,
  reason: '',
  message: '',
  lastTransitionTime: ago(60),
  ...more,
})

const healthy = [
  condition('MemoryPressure', 'False', { reason: 'KubeletHasSufficientMemory' }),
  condition('DiskPressure', 'False', { reason: 'KubeletHasNoDiskPressure' }),
  condition('PIDPressure', 'False', { reason: 'KubeletHasSufficientPID' }),
]
export const ready = condition('Ready', 'True', { reason: 'KubeletReady' })

/** `conditions` stand beside those that every kubelet sets. */
export const node = (
  name: string,
  {
    conditions = [ready],
    spec = {},
    status = {},
    ...more
  }: { conditions?: Fields[]; spec?: Fields; status?: Fields } & Fields = {},
): object =>
  of(
    'Node',
    name,
    '',
    {
      spec,
      status: {
        allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
        nodeInfo: { kubeletVersion: 'v1.31.2' },
        ...status,
        conditions: [
          ...healthy.filter(({ type }) => !conditions.some((one) => one.type === type)),
          ...conditions,
        ],
      },
    },
    more,
  )

export const namespace = (name: string, labels: Fields = {}): object =>
  of(
    'Namespace',
    name,
    '',
    { status: { phase: 'Active' } },
    { labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  )

export const pod = (
  name: string,
  labels: Fields,
  {
    ns = 'shop',
    isReady = true,
    since = ago(60),
    spec = {},
    status = {},
    container = {},
    ...more
  }: {
    ns?: string
    isReady?: boolean
    since?: string
    spec?: Fields
    status?: Fields
    container?: Fields
  } & Fields = {},
): object =>
  of(
    'Pod',
    name,
    ns,
    {
      spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'shop:1', ...container }], ...spec },
      status: {
        phase: 'Running',
        conditions: [condition('Ready', isReady ? 'True' : 'False', { lastTransitionTime: since })],
        ...status,
      },
    },
    { labels, ...more },
  )

export const service = (
  name: string,
  selector: Fields | undefined,
  spec: Fields = {},
  ns = 'shop',
  more: Fields = {},
): object =>
  of(
    'Service',
    name,
    ns,
    { spec: { type: 'ClusterIP', selector, ports: [{ port: 80, targetPort: 8080 }], ...spec } },
    more,
  )

const endpoint = (pod: string, isReady: boolean): Fields => ({
  addresses: ['10.0.0.1'],
  conditions: { ready: isReady },
  targetRef: { kind: 'Pod', name: pod },
})
export const slice = (
  of_: string,
  ready: readonly string[],
  notReady: readonly string[] = [],
  ns = 'shop',
): object =>
  of(
    'EndpointSlice',
    `${of_}-x`,
    ns,
    {
      endpoints: [...ready.map((one) => endpoint(one, true)), ...notReady.map((one) => endpoint(one, false))],
    },
    { labels: { 'kubernetes.io/service-name': of_ } },
  )

export const event = (
  about: { kind: string; namespace?: string; name: string; [more: string]: unknown },
  reason: string,
  message: string,
  { type = 'Warning', count = 1, first = ago(10), last = ago(5) } = {},
): object =>
  of('Event', `${about.name}.${reason}`, about.namespace ?? 'default', {
    involvedObject: about,
    type,
    reason,
    message,
    count,
    firstTimestamp: first,
    lastTimestamp: last,
  })

export const workload = (
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  name: string,
  labels: Fields,
  {
    ns = 'shop',
    spec = {},
    status = {},
    ...more
  }: { ns?: string; spec?: Fields; status?: Fields } & Fields = {},
): object =>
  of(
    kind,
    name,
    ns,
    {
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: {} },
        ...spec,
      },
      status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1, ...status },
    },
    more,
  )
