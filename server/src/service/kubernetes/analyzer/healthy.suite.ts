/** A sound cluster of any size, with what looks like trouble and is none. */

import {
  ago,
  condition,
  container,
  healthyAt,
  type Json,
  node,
  object,
  ownedBy,
  pod,
  podSecurity,
} from './healthy-object.suite.ts'

export { healthyAt }

/** A Deployment with its set, pods, service, endpoints, autoscaler, budget and account. */
function application(namespace: string, app: string, replicas: number, nodes: number, first = 0): Json[] {
  const set = `${app}-5d`
  const selector = { matchLabels: { app } }
  const counts = { observedGeneration: 1, replicas, readyReplicas: replicas, availableReplicas: replicas }
  const template = {
    metadata: { labels: { app } },
    spec: {
      serviceAccountName: app,
      automountServiceAccountToken: false,
      securityContext: podSecurity,
      containers: [container('app')],
      volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
    },
  }
  const pods = Array.from({ length: replicas }, (_, i) =>
    pod(namespace, app, set, i, `node-${(first + i) % nodes}`),
  )
  return [
    object('Deployment', namespace, app, {
      spec: { replicas, selector, template },
      status: {
        ...counts,
        updatedReplicas: replicas,
        conditions: [
          condition('Available', 'True'),
          condition('Progressing', 'True', 'NewReplicaSetAvailable'),
        ],
      },
    }),
    object(
      'ReplicaSet',
      namespace,
      set,
      { spec: { replicas, selector, template }, status: counts },
      ownedBy('Deployment', namespace, app),
    ),
    // What a rollout left behind.
    object(
      'ReplicaSet',
      namespace,
      `${app}-4c`,
      { spec: { replicas: 0, selector, template }, status: { observedGeneration: 1, replicas: 0 } },
      ownedBy('Deployment', namespace, app),
    ),
    ...pods,
    object('ServiceAccount', namespace, app, { automountServiceAccountToken: false }),
    object('Service', namespace, app, {
      spec: {
        type: 'ClusterIP',
        clusterIP: '10.3.0.9',
        selector: { app },
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
    }),
    object(
      'EndpointSlice',
      namespace,
      `${app}-x`,
      {
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        endpoints: pods.slice(0, 100).map((one, i) => ({
          addresses: [`10.2.0.${i}`],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: 'Pod', namespace, name: (one.metadata as Json).name },
        })),
      },
      { labels: { 'kubernetes.io/service-name': app } },
    ),
    object('HorizontalPodAutoscaler', namespace, app, {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: app, apiVersion: 'apps/v1' },
        minReplicas: replicas,
        maxReplicas: replicas * 2,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
      // At its minimum, which is no fault.
      status: {
        currentReplicas: replicas,
        desiredReplicas: replicas,
        conditions: [
          condition('AbleToScale', 'True'),
          condition('ScalingActive', 'True'),
          condition('ScalingLimited', 'True', 'TooFewReplicas'),
        ],
      },
    }),
    object('PodDisruptionBudget', namespace, app, {
      spec: { maxUnavailable: 1, selector },
      status: {
        observedGeneration: 1,
        disruptionsAllowed: 1,
        currentHealthy: replicas,
        desiredHealthy: replicas - 1,
        expectedPods: replicas,
        conditions: [condition('DisruptionAllowed', 'True', 'SufficientPods')],
      },
    }),
  ]
}

function namespace(name: string): Json[] {
  const finished = (i: number): Json =>
    object(
      'Job',
      name,
      `report-${i}`,
      {
        spec: { backoffLimit: 6, template: { spec: { containers: [container('app')] } } },
        status: {
          succeeded: 1,
          failed: 1,
          startTime: ago(60 * i),
          completionTime: ago(60 * i - 5),
          conditions: [condition('Complete', 'True')],
        },
      },
      ownedBy('CronJob', name, 'report'),
    )
  return [
    object(
      'Namespace',
      '',
      name,
      { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
      { labels: { 'kubernetes.io/metadata.name': name, 'pod-security.kubernetes.io/enforce': 'restricted' } },
    ),
    object('ConfigMap', name, 'settings'),
    object('ConfigMap', name, 'kube-root-ca.crt'),
    object('ServiceAccount', name, 'default', { automountServiceAccountToken: false }),
    object('NetworkPolicy', name, 'default-deny', { spec: { podSelector: {}, policyTypes: ['Ingress'] } }),
    object('NetworkPolicy', name, 'allow-all-within', {
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
    }),
    object('ResourceQuota', name, 'team', {
      spec: { hard: { pods: '10000' } },
      status: {
        hard: { pods: '10000', 'services.loadbalancers': '0' },
        used: { pods: '500', 'services.loadbalancers': '0' },
      },
    }),
    object('LimitRange', name, 'bounds', {
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: '1', memory: '512Mi' },
            defaultRequest: { cpu: '100m', memory: '128Mi' },
          },
        ],
      },
    }),
    object('CronJob', name, 'report', {
      spec: {
        schedule: '0 * * * *',
        jobTemplate: {
          spec: {
            template: {
              spec: {
                securityContext: podSecurity,
                automountServiceAccountToken: false,
                containers: [container('app')],
              },
            },
          },
        },
      },
      status: { lastScheduleTime: healthyAt, lastSuccessfulTime: ago(55) },
    }),
    finished(1),
    finished(2),
    object(
      'Pod',
      name,
      'report-1-x',
      {
        spec: {
          nodeName: 'node-0',
          restartPolicy: 'OnFailure',
          securityContext: podSecurity,
          automountServiceAccountToken: false,
          serviceAccountName: 'default',
          containers: [container('app')],
        },
        status: {
          phase: 'Succeeded',
          startTime: ago(60),
          conditions: [{ ...condition('Ready', 'False', 'PodCompleted') }],
          containerStatuses: [
            {
              name: 'app',
              ready: false,
              restartCount: 0,
              state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: ago(55) } },
            },
          ],
        },
      },
      ownedBy('Job', name, 'report-1'),
    ),
    object('PersistentVolumeClaim', name, 'data', {
      spec: {
        storageClassName: 'fast',
        volumeName: `pv-${name}`,
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '10Gi' } },
      },
      status: { phase: 'Bound', capacity: { storage: '10Gi' } },
    }),
    object('PersistentVolume', '', `pv-${name}`, {
      spec: {
        storageClassName: 'fast',
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        claimRef: {
          kind: 'PersistentVolumeClaim',
          namespace: name,
          name: 'data',
          uid: `PersistentVolumeClaim-${name}-data`,
        },
        csi: { driver: 'disk.csi.example', volumeHandle: `v-${name}` },
      },
      status: { phase: 'Bound' },
    }),
  ]
}

/** Objects as the API writes them; about as many pods as are asked for, 50 to a Deployment, ten Deployments to a namespace. */
export function healthyCluster(pods: number): Json[] {
  const nodes = Math.max(3, Math.ceil(pods / 60))
  const objects: Json[] = Array.from({ length: nodes }, (_, i) => node(i)).flat()
  objects.push(
    object('Namespace', '', 'kube-system', {
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    }),
    ...application('kube-system', 'coredns', 2, nodes),
    object('ConfigMap', 'kube-system', 'settings'),
    object('Service', 'kube-system', 'kube-dns', {
      spec: {
        clusterIP: '10.3.0.10',
        selector: { app: 'coredns' },
        ports: [{ name: 'http', port: 53, targetPort: 'http' }],
      },
    }),
    object(
      'EndpointSlice',
      'kube-system',
      'kube-dns-x',
      {
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080 }],
        endpoints: [
          {
            addresses: ['10.2.0.1'],
            conditions: { ready: true },
            targetRef: { kind: 'Pod', namespace: 'kube-system', name: 'coredns-5d-0' },
          },
        ],
      },
      { labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    ),
    object(
      'StorageClass',
      '',
      'fast',
      {
        provisioner: 'disk.csi.example',
        volumeBindingMode: 'WaitForFirstConsumer',
        reclaimPolicy: 'Delete',
        allowVolumeExpansion: true,
      },
      { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    ),
    object('StorageClass', '', 'local', {
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    }),
    object('CSIDriver', '', 'disk.csi.example', { spec: { attachRequired: true } }),
    object('IngressClass', '', 'web', { spec: { controller: 'example.com/ingress' } }),
    ...['system-node-critical', 'system-cluster-critical'].map((name) =>
      object('PriorityClass', '', name, { value: 2_000_000_000 }),
    ),
    object('APIService', '', 'v1.apps', {
      spec: { group: 'apps', version: 'v1' },
      status: { conditions: [condition('Available', 'True', 'Local')] },
    }),
  )
  const apps = Math.ceil(pods / 50)
  for (let i = 0; i < apps; i += 1) {
    const name = `team-${Math.floor(i / 10)}`
    if (i % 10 === 0) objects.push(...namespace(name))
    objects.push(...application(name, `app-${i}`, 50, nodes, i * 50))
  }
  return objects
}
