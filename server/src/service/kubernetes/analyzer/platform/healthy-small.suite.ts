/** Clusters of one machine or one laptop, of which nothing needs seeing to. */

import { ago, condition, namespace, node, pod, ready, service, slice } from './fixture.suite.ts'
import {
  binding,
  certManager,
  claimOn,
  controlled,
  controlPlane,
  dns,
  kubernetes,
  lease,
  metricsServer,
  rbac,
  shop,
  storageClass,
} from './healthy-part.suite.ts'

export const k3s = [
  node('n1', {
    labels: { 'node-role.kubernetes.io/control-plane': 'true', 'node-role.kubernetes.io/master': 'true' },
    status: { nodeInfo: { kubeletVersion: 'v1.31.2+k3s1' } },
    conditions: [
      ready,
      condition('EtcdIsVoter', 'True', {
        reason: 'MemberNotLearner',
        message: 'Node is a voting member of the etcd cluster',
      }),
    ],
  }),
  lease('n1', 'kube-node-lease'),
  lease('k3s-cloud-controller-manager', 'kube-system', 3_000),
  namespace('kube-system'),
  ...dns('coredns'),
  ...metricsServer,
  ...kubernetes,
  ...rbac,
  // The only cluster-admin besides the built-in ones: the Helm controller of k3s, by accounts of its own name.
  binding('helm-kube-system-traefik', 'cluster-admin', {
    kind: 'ServiceAccount',
    name: 'helm-traefik',
    namespace: 'kube-system',
  }),
  service(
    'traefik',
    { 'app.kubernetes.io/name': 'traefik' },
    { type: 'LoadBalancer', ports: [{ name: 'web', port: 80, targetPort: 'web' }] },
    'kube-system',
    { creationTimestamp: ago(2) },
  ),
  slice('traefik', ['traefik-1'], [], 'kube-system'),
  pod(
    'traefik-1',
    { 'app.kubernetes.io/name': 'traefik' },
    { ns: 'kube-system', container: { ports: [{ name: 'web', containerPort: 8000 }] } },
  ),
  pod(
    'svclb-traefik-1',
    { app: 'svclb' },
    {
      ns: 'kube-system',
      ...controlled('DaemonSet', 'svclb'),
      container: { ports: [{ containerPort: 80, hostPort: 80 }] },
    },
  ),
  storageClass('local-path', 'rancher.io/local-path'),
  ...claimOn('local-path', { hostPath: { path: '/var/lib/rancher/k3s/storage/pv1' } }),
  ...shop,
]

export const kind = [
  node('n1', {
    ...controlPlane,
    spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
  }),
  ...['n2', 'n3'].map((name) => node(name)),
  ...['n1', 'n2', 'n3'].map((name) => lease(name, 'kube-node-lease')),
  lease('kube-scheduler', 'kube-system', 1),
  lease('kube-controller-manager', 'kube-system', 2),
  namespace('kube-system'),
  ...['etcd', 'kube-apiserver', 'kube-scheduler'].map((name) =>
    pod(
      `${name}-n1`,
      { component: name },
      {
        ns: 'kube-system',
        ownerReferences: [{ kind: 'Node', name: 'n1', uid: 'uid--n1', controller: true }],
        spec: { hostNetwork: true, volumes: [{ name: 'k8s', hostPath: { path: '/etc/kubernetes' } }] },
      },
    ),
  ),
  pod(
    'kindnet-1',
    { app: 'kindnet' },
    {
      ns: 'kube-system',
      ...controlled('DaemonSet', 'kindnet'),
      container: { securityContext: { privileged: false, capabilities: { add: ['NET_RAW', 'NET_ADMIN'] } } },
      spec: { hostNetwork: true },
    },
  ),
  ...dns('coredns', 'n2'),
  ...kubernetes,
  ...rbac,
  namespace('local-path-storage'),
  pod('local-path-provisioner-1', { app: 'local-path-provisioner' }, { ns: 'local-path-storage' }),
  storageClass('standard', 'rancher.io/local-path'),
  storageClass('local', 'kubernetes.io/no-provisioner', false),
  ...claimOn('standard', { local: { path: '/mnt/disk' } }),
  ...certManager,
  ...shop,
]
