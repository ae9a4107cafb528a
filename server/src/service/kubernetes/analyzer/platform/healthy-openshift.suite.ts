/** An OpenShift of three machines of which nothing needs seeing to. */

import { condition, namespace, node, of, pod, service, slice } from './fixture.suite.ts'
import { claimOn, kubernetes, lease, rbac, shop, storageClass } from './healthy-part.suite.ts'

const operator = (name: string) =>
  of('ClusterOperator', name, '', {
    status: {
      conditions: [
        condition('Available', 'True'),
        condition('Progressing', 'False'),
        condition('Degraded', 'False'),
        condition('Upgradeable', 'True'),
      ],
    },
  })
export const openshift = [
  ...['n1', 'n2', 'n3'].map((name) =>
    node(name, { labels: { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/worker': '' } }),
  ),
  ...['n1', 'n2', 'n3'].map((name) => lease(name, 'kube-node-lease')),
  namespace('openshift-dns', { 'pod-security.kubernetes.io/enforce': 'privileged' }),
  service(
    'dns-default',
    { 'dns.operator.openshift.io/daemonset-dns': 'default' },
    { ports: [{ name: 'dns', protocol: 'UDP', port: 53, targetPort: 'dns' }] },
    'openshift-dns',
  ),
  slice('dns-default', ['dns-default-1'], [], 'openshift-dns'),
  pod(
    'dns-default-1',
    { 'dns.operator.openshift.io/daemonset-dns': 'default' },
    { ns: 'openshift-dns', container: { ports: [{ name: 'dns', containerPort: 5353, protocol: 'UDP' }] } },
  ),
  ...kubernetes,
  ...rbac,
  ...['etcd', 'kube-apiserver', 'dns', 'ingress', 'network', 'monitoring', 'machine-config'].map(operator),
  of('ClusterVersion', 'version', '', {
    spec: { channel: 'stable-4.16' },
    status: {
      desired: { version: '4.16.3' },
      history: [{ state: 'Completed', version: '4.16.3' }],
      conditions: [
        condition('Available', 'True'),
        condition('Failing', 'False'),
        condition('Progressing', 'False'),
        condition('RetrievedUpdates', 'True'),
        condition('Upgradeable', 'False', { reason: 'AdminAckRequired' }),
      ],
    },
  }),
  of('MachineConfigPool', 'worker', '', {
    spec: { paused: false },
    status: {
      machineCount: 3,
      updatedMachineCount: 3,
      readyMachineCount: 3,
      conditions: [
        condition('Updated', 'True'),
        condition('Updating', 'False'),
        condition('Degraded', 'False'),
      ],
    },
  }),
  of('Route', 'shop', 'shop', {
    spec: {
      host: 'shop.apps.example.com',
      to: { kind: 'Service', name: 'web', weight: 100 },
      port: { targetPort: 'http' },
    },
    status: {
      ingress: [
        { host: 'shop.apps.example.com', routerName: 'default', conditions: [condition('Admitted', 'True')] },
      ],
    },
  }),
  of('CatalogSource', 'redhat-operators', 'openshift-marketplace', {
    status: { connectionState: { lastObservedState: 'READY' } },
  }),
  of('ClusterServiceVersion', 'kiali.v1.73', 'shop', { status: { phase: 'Succeeded' } }),
  of('Subscription', 'kiali', 'shop', {
    spec: { name: 'kiali' },
    status: {
      state: 'AtLatestKnown',
      conditions: [condition('CatalogSourcesUnhealthy', 'False', { reason: 'AllCatalogSourcesHealthy' })],
    },
  }),
  of('OperatorGroup', 'shop', 'shop'),
  storageClass('gp3-csi', 'ebs.csi.aws.com'),
  ...claimOn('gp3-csi', { csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' } }),
  ...shop.filter((one) => (one as { metadata: { name: string } }).metadata.name !== 'allow-dns'),
  of('NetworkPolicy', 'allow-dns', 'shop', {
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } } }],
          ports: [
            { protocol: 'UDP', port: 5353 },
            { protocol: 'TCP', port: 5353 },
          ],
        },
      ],
    },
  }),
]
