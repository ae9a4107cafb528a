import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { ExampleTime } from './example-node.ts'
import { wireTime } from './write.ts'

/** What every cluster has once: namespaces, classes, roles and the API's own registrations. */
export function platformObjects(time: ExampleTime, namespaces: readonly string[]): RawObject[] {
  const { nowMs, random } = time
  const created = wireTime(nowMs - 30 * 86_400_000)
  const of = (
    apiVersion: string,
    kind: string,
    name: string,
    fields: RawObject,
    namespace?: string,
  ): RawObject => ({
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid: random.uuid(nowMs - 30 * 86_400_000),
      creationTimestamp: created,
    },
    ...fields,
  })
  const all = ['default', 'kube-system', 'kube-public', 'kube-node-lease', ...namespaces]
  const rbac = 'rbac.authorization.k8s.io/v1'
  return [
    ...all.map((name) => {
      const namespace = of('v1', 'Namespace', name, {
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      })
      const labels = { 'kubernetes.io/metadata.name': name }
      return { ...namespace, metadata: { ...(namespace.metadata as object), labels } }
    }),
    ...all.map((name) => of('v1', 'ServiceAccount', 'default', {}, name)),
    ...all.map((name) =>
      of('v1', 'ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': 'certificate' } }, name),
    ),
    of('storage.k8s.io/v1', 'StorageClass', 'standard', {
      provisioner: 'csi.example.test',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    }),
    of('storage.k8s.io/v1', 'CSIDriver', 'csi.example.test', { spec: { attachRequired: true } }),
    of('scheduling.k8s.io/v1', 'PriorityClass', 'system-node-critical', { value: 2_000_001_000 }),
    of('scheduling.k8s.io/v1', 'PriorityClass', 'system-cluster-critical', { value: 2_000_000_000 }),
    of('networking.k8s.io/v1', 'IngressClass', 'public', { spec: { controller: 'example.test/ingress' } }),
    of('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', {
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100 },
      status: {
        conditions: [{ type: 'Available', status: 'True', reason: 'Passed', lastTransitionTime: created }],
      },
    }),
    of(rbac, 'ClusterRole', 'view', {
      rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }],
    }),
    of(rbac, 'ClusterRoleBinding', 'view', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'viewers' }],
    }),
    of(
      'v1',
      'Service',
      'kubernetes',
      {
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.32.0.1',
          ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6_443 }],
        },
        status: { loadBalancer: {} },
      },
      'default',
    ),
    of(
      'discovery.k8s.io/v1',
      'EndpointSlice',
      'kubernetes',
      {
        addressType: 'IPv4',
        endpoints: [{ addresses: ['172.16.0.0'], conditions: { ready: true } }],
        ports: [{ name: 'https', protocol: 'TCP', port: 6_443 }],
      },
      'default',
    ),
  ]
}

/** What a team's namespace has: a way in, a way out, and a limit. */
export function namespaceObjects(time: ExampleTime, namespace: string): RawObject[] {
  const { nowMs, random } = time
  const meta = (name: string) => ({
    name,
    namespace,
    uid: random.uuid(nowMs - 20 * 86_400_000),
    creationTimestamp: wireTime(nowMs - 20 * 86_400_000),
  })
  return [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: meta('pods'),
      spec: { hard: { pods: '1000' } },
      status: { hard: { pods: '1000' }, used: { pods: '200' } },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: meta('defaults'),
      spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '50m', memory: '64Mi' } }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta('same-namespace'),
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
    },
  ]
}
