/** Objects as the API writes them, sound ones, for rules' examples. */

type Json = Record<string, unknown>

export const at = '2026-05-01T12:00:00Z'
export const ago = (minutes: number): string => new Date(Date.parse(at) - minutes * 60_000).toISOString()
const namespace = 'shop'

export const meta = (name: string, more: Json = {}): Json => ({
  name,
  namespace,
  uid: `uid-${name}`,
  creationTimestamp: ago(600),
  generation: 1,
  ...more,
})
export const ownedBy = (kind: string, name: string): Json => ({
  ownerReferences: [{ kind, name, uid: `uid-${name}`, controller: true, apiVersion: 'v1' }],
})
export const condition = (
  type: string,
  status: string,
  minutes: number,
  reason = '',
  message = '',
): Json => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: ago(minutes),
  lastUpdateTime: ago(minutes),
})

export const container = (more: Json = {}): Json => ({
  name: 'app',
  image: 'registry.example/shop:1.2',
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  ...more,
})
export const running = (more: Json = {}): Json => ({
  name: 'app',
  image: 'registry.example/shop:1.2',
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: ago(300) } },
  ...more,
})
export const waiting = (reason: string, message = '', more: Json = {}): Json =>
  running({ ready: false, started: false, state: { waiting: { reason, message } }, ...more })
export const ended = (exitCode: number, minutes: number, reason = 'Error', message = ''): Json => ({
  terminated: { exitCode, reason, message, startedAt: ago(minutes + 2), finishedAt: ago(minutes) },
})

/** A pod that runs and is ready, but for what is said. */
export function pod({
  name = 'web-1',
  metadata = {},
  spec = {},
  status = {},
}: {
  name?: string
  metadata?: Json
  spec?: Json
  status?: Json
} = {}): Json {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { labels: { app: 'web' }, ...metadata }),
    spec: { nodeName: 'node-1', restartPolicy: 'Always', containers: [container()], ...spec },
    status: {
      phase: 'Running',
      startTime: ago(300),
      qosClass: 'Burstable',
      conditions: [condition('Ready', 'True', 299), condition('PodScheduled', 'True', 300)],
      containerStatuses: [running()],
      ...status,
    },
  }
}
export const unready = (minutes: number): Json[] => [
  condition('Ready', 'False', minutes, 'ContainersNotReady'),
  condition('PodScheduled', 'True', 300),
]
/** A pod that waits for its only container. */
export const pending = (reason: string, message = '', minutes = 20, more: Json = {}): Json =>
  pod({
    status: {
      phase: 'Pending',
      startTime: ago(minutes),
      conditions: [condition('Ready', 'False', minutes), condition('PodScheduled', 'True', minutes)],
      containerStatuses: [waiting(reason, message)],
      ...more,
    },
  })

let serial = 0
export function event(
  kind: string,
  name: string,
  reason: string,
  message: string,
  { first = 20, last = 1, count = 5, type = 'Warning', uid = `uid-${name}` } = {},
): Json {
  serial += 1
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `event-${serial}`, namespace },
    type,
    reason,
    message,
    count,
    firstTimestamp: ago(first),
    lastTimestamp: ago(last),
    involvedObject: { kind, name, namespace, uid },
  }
}

export const node = (name: string, status = 'True', more: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: `uid-${name}`, creationTimestamp: ago(6_000) },
  spec: more,
  status: {
    conditions: [condition('Ready', status, 60)],
    allocatable: { cpu: '8', memory: '32Gi', pods: '110' },
  },
})

const template = (spec: Json = {}): Json => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [container()], ...spec },
})
const selector = { matchLabels: { app: 'web' } }

export const deployment = ({
  metadata = {},
  spec = {},
  status = {},
  pods = {},
}: {
  metadata?: Json
  spec?: Json
  status?: Json
  pods?: Json
} = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta('web', metadata),
  spec: { replicas: 2, selector, template: template(pods), ...spec },
  status: {
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [
      condition('Available', 'True', 500, 'MinimumReplicasAvailable'),
      condition('Progressing', 'True', 500, 'NewReplicaSetAvailable'),
    ],
    ...status,
  },
})
export const replicaSet = ({ spec = {}, status = {} }: { spec?: Json; status?: Json } = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: meta('web-5d', ownedBy('Deployment', 'web')),
  spec: { replicas: 2, selector, template: template(), ...spec },
  status: { replicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1, ...status },
})
export const statefulSet = ({
  metadata = {},
  spec = {},
  status = {},
}: {
  metadata?: Json
  spec?: Json
  status?: Json
} = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: meta('db', metadata),
  spec: {
    replicas: 3,
    serviceName: 'db',
    selector,
    template: template(),
    updateStrategy: { type: 'RollingUpdate' },
    ...spec,
  },
  status: {
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    updatedReplicas: 3,
    currentRevision: 'db-a',
    updateRevision: 'db-a',
    ...status,
  },
})
export const daemonSet = ({
  metadata = {},
  spec = {},
  status = {},
}: {
  metadata?: Json
  spec?: Json
  status?: Json
} = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: meta('agent', metadata),
  spec: {
    selector,
    template: template(),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    ...spec,
  },
  status: {
    ...{ observedGeneration: 1, desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3 },
    ...{ updatedNumberScheduled: 3, numberAvailable: 3, numberMisscheduled: 0 },
    ...status,
  },
})
export const job = ({
  name = 'report-1',
  metadata = {},
  spec = {},
  status = {},
}: {
  name?: string
  metadata?: Json
  spec?: Json
  status?: Json
} = {}): Json => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: meta(name, metadata),
  spec: { backoffLimit: 6, template: template(), ...spec },
  status: {
    succeeded: 1,
    startTime: ago(60),
    completionTime: ago(50),
    conditions: [condition('Complete', 'True', 50)],
    ...status,
  },
})
export const cronJob = ({
  metadata = {},
  spec = {},
  status = {},
}: {
  metadata?: Json
  spec?: Json
  status?: Json
} = {}): Json => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: meta('report', { creationTimestamp: ago(60_000), ...metadata }),
  spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: template() } }, ...spec },
  status: { lastScheduleTime: at, lastSuccessfulTime: at, ...status },
})
export const autoscaler = ({ spec = {}, status = {} }: { spec?: Json; status?: Json } = {}): Json => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: meta('web'),
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ],
    ...spec,
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 2,
    lastScaleTime: ago(200),
    conditions: [
      condition('AbleToScale', 'True', 500),
      condition('ScalingActive', 'True', 500, 'ValidMetricFound'),
      condition('ScalingLimited', 'False', 500),
    ],
    ...status,
  },
})
export const budget = ({
  name = 'web',
  metadata = {},
  spec = {},
  status = {},
}: {
  name?: string
  metadata?: Json
  spec?: Json
  status?: Json
} = {}): Json => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta(name, metadata),
  spec: { minAvailable: 1, selector, ...spec },
  status: {
    ...{ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
    conditions: [condition('DisruptionAllowed', 'True', 300, 'SufficientPods')],
    ...status,
  },
})
export const quota = (hard: Json, used: Json): Json => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: meta('team'),
  spec: { hard },
  status: { hard, used },
})
export const limitRange = (limit: Json): Json => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: meta('bounds'),
  spec: { limits: [{ type: 'Container', ...limit }] },
})
export const namespaceOf = (name: string, more: Json = {}, status: Json = { phase: 'Active' }): Json => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: `uid-${name}`, creationTimestamp: ago(9_000), ...more },
  spec: { finalizers: ['kubernetes'] },
  status,
})
export const plain = (kind: string, name: string, more: Json = {}): Json => ({
  kind,
  metadata: meta(name),
  ...more,
})
