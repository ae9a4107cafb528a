/** What clusters have in common while nothing is wrong with them. */

import { ago, condition, event, namespace, of, pod, service, slice, workload } from './fixture.suite.ts'
import { longAuthority } from './webhook.suite.ts'

export const lease = (name: string, ns: string, seconds = 4) =>
  of('Lease', name, ns, {
    spec: { holderIdentity: `${name}_1`, leaseDurationSeconds: 40, renewTime: ago(seconds / 60) },
  })
export const controlPlane = { labels: { 'node-role.kubernetes.io/control-plane': '' } }
const adminRole = of(
  'ClusterRole',
  'cluster-admin',
  '',
  { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
  { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
)
export const binding = (name: string, role: string, ...subjects: object[]) =>
  of('ClusterRoleBinding', name, '', { roleRef: { kind: 'ClusterRole', name: role }, subjects })
export const rbac = [
  adminRole,
  binding('cluster-admin', 'cluster-admin', { kind: 'Group', name: 'system:masters' }),
  of('ClusterRole', 'system:basic-user', '', {
    rules: [
      { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews'], verbs: ['create'] },
    ],
  }),
  binding('system:basic-user', 'system:basic-user', { kind: 'Group', name: 'system:authenticated' }),
  of('ServiceAccount', 'default', 'shop'),
]
export const controlled = (kind: string, name: string) => ({
  ownerReferences: [{ kind, name, uid: `uid-${name}`, controller: true }],
})
export const requests = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } })

export const dns = (name: string, on = 'n1') => [
  service(
    'kube-dns',
    { 'k8s-app': 'kube-dns' },
    {
      ports: [
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
        { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 'dns-tcp' },
      ],
    },
    'kube-system',
    { labels: { 'k8s-app': 'kube-dns' } },
  ),
  slice('kube-dns', [`${name}-1`], [], 'kube-system'),
  workload('Deployment', name, { 'k8s-app': 'kube-dns' }, { ns: 'kube-system' }),
  pod(
    `${name}-1`,
    { 'k8s-app': 'kube-dns' },
    {
      ns: 'kube-system',
      spec: { nodeName: on },
      container: {
        ports: [
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
        ],
        ...requests('100m', '70Mi'),
      },
    },
  ),
]
export const metricsServer = [
  service(
    'metrics-server',
    { 'k8s-app': 'metrics-server' },
    { ports: [{ name: 'https', port: 443, targetPort: 'https' }] },
    'kube-system',
  ),
  slice('metrics-server', ['metrics-server-1'], [], 'kube-system'),
  pod(
    'metrics-server-1',
    { 'k8s-app': 'metrics-server' },
    { ns: 'kube-system', container: { ports: [{ name: 'https', containerPort: 10250 }] } },
  ),
  of('APIService', 'v1beta1.metrics.k8s.io', '', {
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
    },
    status: { conditions: [condition('Available', 'True', { reason: 'Passed' })] },
  }),
  of('APIService', 'v1.apps', '', {
    spec: { group: 'apps', version: 'v1' },
    status: { conditions: [condition('Available', 'True', { reason: 'Local' })] },
  }),
]
/** The Service of the API server, of which the API server itself writes the endpoints. */
export const kubernetes = [
  service('kubernetes', undefined, { ports: [{ name: 'https', port: 443, targetPort: 6443 }] }, 'default'),
  slice('kubernetes', ['api'], [], 'default'),
]

const defaultDeny = of('NetworkPolicy', 'default-deny', 'shop', {
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
})
const allowDns = of('NetworkPolicy', 'allow-dns', 'shop', {
  spec: {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ],
  },
})
const toDb = of('NetworkPolicy', 'web-to-db', 'shop', {
  spec: {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 5432 }] }],
  },
})
export const shop = [
  namespace('shop'),
  service('web', { app: 'web' }, { ports: [{ name: 'http', port: 80, targetPort: 'http' }] }),
  slice('web', ['web-1']),
  workload('Deployment', 'web', { app: 'web' }),
  pod(
    'web-1',
    { app: 'web' },
    {
      ...controlled('ReplicaSet', 'web-6d'),
      container: { ports: [{ name: 'http', containerPort: 8080 }], ...requests('250m', '256Mi') },
    },
  ),
  service(
    'db',
    { app: 'db' },
    { clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ port: 5432 }] },
  ),
  slice('db', ['db-0']),
  workload('StatefulSet', 'db', { app: 'db' }),
  pod(
    'db-0',
    { app: 'db' },
    {
      ...controlled('StatefulSet', 'db'),
      spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }] },
    },
  ),
  service('asleep', { app: 'asleep' }),
  workload(
    'Deployment',
    'asleep',
    { app: 'asleep' },
    { spec: { replicas: 0 }, status: { replicas: 0, readyReplicas: 0 } },
  ),
  of('Job', 'migrate', 'shop', {
    spec: { completions: 1 },
    status: { succeeded: 1, conditions: [condition('Complete', 'True')] },
  }),
  pod(
    'migrate-x',
    { job: 'migrate' },
    { ...controlled('Job', 'migrate'), isReady: false, status: { phase: 'Succeeded' } },
  ),
  of('Ingress', 'shop', 'shop', {
    spec: {
      ingressClassName: 'main',
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
      rules: [
        {
          host: 'shop.example.com',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'web', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } },
  }),
  of(
    'IngressClass',
    'main',
    '',
    { spec: { controller: 'example.com/ingress' } },
    { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  ),
  defaultDeny,
  allowDns,
  toDb,
  event({ kind: 'Pod', namespace: 'shop', name: 'web-1' }, 'Started', 'Started container main', {
    type: 'Normal',
  }),
]
export const claimOn = (storageClass: string, volume: object) => [
  of('PersistentVolumeClaim', 'data-db-0', 'shop', {
    spec: {
      storageClassName: storageClass,
      volumeName: 'pv1',
      resources: { requests: { storage: '500Mi' } },
    },
    status: { phase: 'Bound', capacity: { storage: '500Mi' } },
  }),
  of('PersistentVolumeClaim', 'not-used-yet', 'shop', {
    spec: { storageClassName: storageClass, resources: { requests: { storage: '1Gi' } } },
    status: { phase: 'Pending' },
  }),
  event(
    { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'not-used-yet' },
    'WaitForFirstConsumer',
    'waiting for first consumer to be created before binding',
    { type: 'Normal', count: 90 },
  ),
  of('PersistentVolume', 'pv1', '', {
    spec: {
      capacity: { storage: '500Mi' },
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace: 'shop', name: 'data-db-0' },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: storageClass,
      ...volume,
    },
    status: { phase: 'Bound' },
  }),
]
export const storageClass = (name: string, provisioner: string, isDefault = true) =>
  of(
    'StorageClass',
    name,
    '',
    { provisioner, volumeBindingMode: 'WaitForFirstConsumer', reclaimPolicy: 'Delete' },
    { annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
  )

export const certManager = [
  namespace('cert-manager'),
  of('ValidatingWebhookConfiguration', 'cert-manager-webhook', '', {
    webhooks: [
      {
        name: 'webhook.cert-manager.io',
        failurePolicy: 'Fail',
        timeoutSeconds: 30,
        rules: [
          {
            apiGroups: ['cert-manager.io'],
            apiVersions: ['v1'],
            resources: ['*/*'],
            operations: ['CREATE', 'UPDATE'],
          },
        ],
        clientConfig: {
          caBundle: longAuthority,
          service: { namespace: 'cert-manager', name: 'cert-manager-webhook', port: 443 },
        },
      },
    ],
  }),
  service(
    'cert-manager-webhook',
    { app: 'webhook' },
    { ports: [{ name: 'https', port: 443, targetPort: 'https' }] },
    'cert-manager',
  ),
  slice('cert-manager-webhook', ['webhook-1'], [], 'cert-manager'),
  pod(
    'webhook-1',
    { app: 'webhook' },
    { ns: 'cert-manager', container: { ports: [{ name: 'https', containerPort: 10250 }] } },
  ),
  of('CustomResourceDefinition', 'certificates.cert-manager.io', '', {
    status: { conditions: [condition('NamesAccepted', 'True'), condition('Established', 'True')] },
  }),
]
