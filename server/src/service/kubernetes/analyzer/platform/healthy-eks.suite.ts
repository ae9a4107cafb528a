/** A managed cluster of Amazon of which nothing needs seeing to. */

import { condition, meta, namespace, node, of, old, pod, ready } from './fixture.suite.ts'
import {
  certManager,
  claimOn,
  controlled,
  dns,
  kubernetes,
  lease,
  metricsServer,
  rbac,
  shop,
  storageClass,
} from './healthy-part.suite.ts'
import { longAuthority } from './webhook.suite.ts'

export const eks = [
  ...['n1', 'n2', 'n3'].map((name) =>
    node(name, {
      labels: { 'eks.amazonaws.com/nodegroup': 'main', 'topology.kubernetes.io/zone': 'eu-west-1a' },
      status: { nodeInfo: { kubeletVersion: 'v1.31.2-eks-94953ac' } },
      conditions: [
        ready,
        ...['KernelReady', 'NetworkingReady', 'StorageReady', 'ContainerRuntimeReady'].map((type) =>
          condition(type, 'True', { reason: `${type.slice(0, -5)}IsReady` }),
        ),
        condition('KernelDeadlock', 'False', { reason: 'KernelHasNoDeadlock' }),
        condition('ReadonlyFilesystem', 'False', { reason: 'FilesystemIsNotReadOnly' }),
        condition('FrequentKubeletRestart', 'False', { reason: 'NoFrequentKubeletRestart' }),
      ],
    }),
  ),
  ...['n1', 'n2', 'n3'].map((name) => lease(name, 'kube-node-lease')),
  namespace('kube-system'),
  ...dns('coredns'),
  ...metricsServer,
  ...kubernetes,
  ...rbac,
  pod(
    'aws-node-1',
    { 'k8s-app': 'aws-node' },
    {
      ns: 'kube-system',
      ...controlled('DaemonSet', 'aws-node'),
      spec: { hostNetwork: true },
      container: { securityContext: { privileged: true } },
    },
  ),
  pod(
    'ebs-csi-node-1',
    { app: 'ebs-csi-node' },
    {
      ns: 'kube-system',
      ...controlled('DaemonSet', 'ebs-csi-node'),
      container: { securityContext: { privileged: true } },
    },
  ),
  of('MutatingWebhookConfiguration', 'pod-identity-webhook', '', {
    webhooks: [
      {
        name: 'iam-for-pods.amazonaws.com',
        failurePolicy: 'Ignore',
        timeoutSeconds: 10,
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
        clientConfig: { url: 'https://127.0.0.1:23443/mutate', caBundle: longAuthority },
      },
    ],
  }),
  of('StorageClass', 'gp2', '', {
    provisioner: 'kubernetes.io/aws-ebs',
    volumeBindingMode: 'WaitForFirstConsumer',
  }),
  storageClass('gp3', 'ebs.csi.aws.com'),
  ...claimOn('gp3', { csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' } }),
  {
    kind: 'VolumeAttachment',
    metadata: meta('csi-1'),
    spec: { attacher: 'ebs.csi.aws.com', nodeName: 'n1', source: { persistentVolumeName: 'pv1' } },
    status: { attached: true },
  },
  {
    kind: 'CSIDriver',
    metadata: { name: 'ebs.csi.aws.com', creationTimestamp: old },
    spec: { attachRequired: true },
  },
  namespace('monitoring'),
  pod(
    'node-exporter-1',
    { app: 'node-exporter' },
    {
      ns: 'monitoring',
      ...controlled('DaemonSet', 'node-exporter'),
      spec: { hostNetwork: true, hostPID: true, volumes: [{ name: 'root', hostPath: { path: '/' } }] },
    },
  ),
  of('Prometheus', 'k8s', 'monitoring', {
    status: { conditions: [condition('Available', 'True'), condition('Reconciled', 'True')] },
  }),
  of('ScaledObject', 'web', 'shop', {
    spec: { scaleTargetRef: { name: 'web' } },
    status: {
      conditions: [
        condition('Ready', 'True'),
        condition('Active', 'False'),
        condition('Fallback', 'False'),
        condition('Paused', 'Unknown'),
      ],
    },
  }),
  of('GatewayClass', 'aws', '', {
    spec: { controllerName: 'example.com/gateway' },
    status: { conditions: [condition('Accepted', 'True'), condition('SupportedVersion', 'True')] },
  }),
  of('Gateway', 'edge', 'shop', {
    spec: { gatewayClassName: 'aws', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    status: {
      conditions: [condition('Accepted', 'True'), condition('Programmed', 'True')],
      listeners: [
        {
          name: 'http',
          attachedRoutes: 1,
          conditions: [
            condition('Conflicted', 'False'),
            condition('ResolvedRefs', 'True'),
            condition('Programmed', 'True'),
          ],
        },
      ],
    },
  }),
  of('HTTPRoute', 'shop', 'shop', {
    spec: {
      parentRefs: [{ name: 'edge' }],
      hostnames: ['shop.example.com'],
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
    },
    status: {
      parents: [
        {
          parentRef: { name: 'edge' },
          controllerName: 'example.com/gateway',
          conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')],
        },
      ],
    },
  }),
  ...certManager,
  ...shop,
]
