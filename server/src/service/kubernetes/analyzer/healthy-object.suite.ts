/** Sound objects as the API writes them. */

export type Json = Record<string, unknown>
export const healthyAt = '2026-05-01T12:00:00Z'
export const ago = (minutes: number): string =>
  new Date(Date.parse(healthyAt) - minutes * 60_000).toISOString()
export const condition = (type: string, status: string, reason = 'AsItShould'): Json => ({
  ...{ type, status, reason, message: '' },
  ...{ lastTransitionTime: ago(3_000), lastUpdateTime: ago(3_000), lastHeartbeatTime: ago(0.5) },
})
export const object = (
  kind: string,
  namespace: string,
  name: string,
  more: Json = {},
  meta: Json = {},
): Json => ({
  kind,
  metadata: {
    name,
    namespace,
    uid: `${kind}-${namespace}-${name}`,
    generation: 1,
    creationTimestamp: ago(5_000),
    labels: {},
    ...meta,
  },
  ...more,
})
export const ownedBy = (kind: string, namespace: string, name: string): Json => ({
  ownerReferences: [{ kind, name, uid: `${kind}-${namespace}-${name}`, controller: true }],
})
export const container = (name: string): Json => ({
  name,
  image: `registry.example/${name}@sha256:0f`,
  imagePullPolicy: 'IfNotPresent',
  ports: [{ name: 'http', containerPort: 8080 }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
  livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 10 },
  readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 10 },
  securityContext: {
    ...{
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1000,
    },
    ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
  },
})
export const podSecurity = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } }
const ran = {
  name: 'migrate',
  ready: true,
  restartCount: 0,
  image: 'registry.example/migrate@sha256:0f',
  state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: ago(3_001) } },
}

export function node(i: number): Json[] {
  const name = `node-${i}`
  const fine = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].map((type) =>
    condition(type, 'False'),
  )
  const resources = { cpu: '64', memory: '256Gi', pods: '250', 'ephemeral-storage': '500Gi' }
  return [
    object(
      'Node',
      '',
      name,
      {
        spec: { taints: [] },
        status: {
          capacity: resources,
          allocatable: resources,
          conditions: [condition('Ready', 'True'), ...fine, condition('GPUDriverHealthy', 'True')],
          addresses: [{ type: 'InternalIP', address: `10.1.${i >> 8}.${i & 255}` }],
          nodeInfo: {
            kubeletVersion: 'v1.33.2',
            containerRuntimeVersion: 'containerd://2.0',
            kernelVersion: '6.12',
            osImage: 'Debian',
            architecture: 'amd64',
            bootID: `b${i}`,
          },
        },
      },
      {
        labels: {
          'kubernetes.io/hostname': name,
          ...(i < 3 ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
        },
      },
    ),
    object('Lease', 'kube-node-lease', name, {
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: ago(0.05) },
    }),
  ]
}

export function pod(namespace: string, app: string, set: string, i: number, nodeName: string): Json {
  const name = `${set}-${i}`
  return object(
    'Pod',
    namespace,
    name,
    {
      spec: {
        nodeName,
        restartPolicy: 'Always',
        serviceAccountName: app,
        automountServiceAccountToken: false,
        securityContext: podSecurity,
        initContainers: [container('migrate')],
        containers: [container('app')],
        volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
      },
      status: {
        phase: 'Running',
        qosClass: 'Burstable',
        podIP: `10.2.${i >> 8}.${i & 255}`,
        startTime: ago(3_002),
        conditions: [
          condition('PodScheduled', 'True'),
          condition('Ready', 'True'),
          condition('ContainersReady', 'True'),
        ],
        initContainerStatuses: [ran],
        containerStatuses: [
          {
            name: 'app',
            ready: true,
            started: true,
            restartCount: i % 50 === 0 ? 1 : 0,
            image: 'registry.example/app@sha256:0f',
            state: { running: { startedAt: ago(3_000) } },
            lastState:
              i % 50 === 0
                ? { terminated: { exitCode: 0, reason: 'Completed', finishedAt: ago(3_001) } }
                : {},
          },
        ],
      },
    },
    { labels: { app, 'pod-template-hash': '5d' }, ...ownedBy('ReplicaSet', namespace, set) },
  )
}
