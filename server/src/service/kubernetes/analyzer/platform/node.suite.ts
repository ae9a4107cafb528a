import type { RuleCase } from '../rule.ts'
import { ago, condition, event, node, now, of, pod, ready } from './fixture.suite.ts'

const lease = (name: string, renewTime: string, ns = 'kube-node-lease') =>
  of('Lease', name, ns, { spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime } })
const about = { kind: 'Node', name: 'n1' }
const control = { labels: { 'node-role.kubernetes.io/control-plane': '' } }
const unschedulable = (timeAdded: string) => ({
  spec: {
    unschedulable: true,
    taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded }],
  },
})
const kubelet = (kubeletVersion: string) => ({ status: { nodeInfo: { kubeletVersion } } })
const requests = (name: string, on: string, cpu: string, more = {}) =>
  pod(
    name,
    { app: name },
    { spec: { nodeName: on }, container: { resources: { requests: { cpu } } }, ...more },
  )

export const nodeCases: readonly RuleCase[] = [
  {
    rule: 'node-not-ready',
    positive: [
      node('n1', {
        conditions: [
          condition('Ready', 'False', {
            reason: 'KubeletNotReady',
            message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady',
          }),
        ],
      }),
      node('n2'),
      node('n3'),
    ],
    finds: 'n1',
    negative: [
      node('n1', {
        conditions: [condition('Ready', 'False', { reason: 'KubeletNotReady' })],
        creationTimestamp: ago(3),
      }),
      node('n2', {
        conditions: [condition('Ready', 'False')],
        spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
      }),
      node('n3'),
    ],
    at: now,
  },
  {
    rule: 'node-unreachable',
    positive: [
      node('n1', {
        conditions: [
          condition('Ready', 'Unknown', {
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
          }),
        ],
      }),
      node('n2'),
      lease('n1', ago(61)),
    ],
    finds: 'n1',
    negative: [
      node('n1', {
        conditions: [condition('Ready', 'Unknown')],
        spec: { taints: [{ key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' }] },
      }),
      node('n2', { conditions: [condition('Ready', 'False')] }),
    ],
    at: now,
  },
  {
    rule: 'node-pressure',
    positive: [
      node('n1', {
        conditions: [ready, condition('DiskPressure', 'True', { reason: 'KubeletHasDiskPressure' })],
      }),
    ],
    finds: 'n1',
    negative: [node('n1'), node('n2', { conditions: [ready, condition('MemoryPressure', 'Unknown')] })],
    at: now,
  },
  {
    rule: 'node-network-unavailable',
    positive: [
      node('n1', {
        conditions: [ready, condition('NetworkUnavailable', 'True', { reason: 'NoRouteCreated' })],
      }),
    ],
    finds: 'n1',
    negative: [
      node('n1', { conditions: [ready, condition('NetworkUnavailable', 'False', { reason: 'CalicoIsUp' })] }),
    ],
    at: now,
  },
  {
    rule: 'node-condition',
    positive: [
      node('n1', {
        conditions: [
          ready,
          condition('KernelDeadlock', 'True', { reason: 'DockerHung', message: 'task docker:20744 blocked' }),
        ],
      }),
    ],
    finds: 'n1',
    negative: [
      node('n1', {
        conditions: [
          ready,
          condition('KernelDeadlock', 'False', { reason: 'KernelHasNoDeadlock' }),
          condition('EtcdIsVoter', 'True', { reason: 'MemberNotLearner' }),
          condition('NetworkingReady', 'True', { reason: 'NetworkingIsReady' }),
          condition('FrequentKubeletRestart', 'False', { reason: 'NoFrequentKubeletRestart' }),
          condition('VMEventScheduled', 'False', { reason: 'NoVMEventScheduled' }),
          condition('example.com/Warm', 'True', { reason: 'WarmedUp' }),
        ],
      }),
    ],
    at: now,
  },
  {
    rule: 'node-condition',
    positive: [
      node('n1', { conditions: [ready, condition('StorageReady', 'False', { reason: 'DiskGone' })] }),
    ],
    finds: 'n1',
    negative: [
      node('n1', {
        conditions: [condition('Ready', 'Unknown'), condition('FilesystemCorruptionProblem', 'Unknown')],
      }),
    ],
    at: now,
  },
  {
    rule: 'node-cordoned-long',
    positive: [node('n1', unschedulable(ago(30 * 60)))],
    finds: 'n1',
    negative: [node('n1', unschedulable(ago(60))), node('n2', { spec: { unschedulable: true } })],
    at: now,
  },
  {
    rule: 'node-uninitialized',
    positive: [
      node('n1', {
        spec: {
          taints: [
            { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
          ],
        },
      }),
    ],
    finds: 'n1',
    negative: [
      node('n1', {
        spec: {
          taints: [
            { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
          ],
        },
        creationTimestamp: ago(2),
      }),
    ],
    at: now,
  },
  {
    rule: 'node-lease-stale',
    positive: [node('n1'), node('n2'), lease('n1', ago(5)), lease('n2', ago(0.1))],
    finds: 'n1',
    // The news as a whole are old: the leases agree.
    negative: [node('n1'), node('n2'), lease('n1', ago(5)), lease('n2', ago(5.1))],
    at: now,
  },
  {
    rule: 'node-clock-skew',
    positive: [
      ...['n1', 'n2', 'n3'].map((name) => node(name)),
      ...[lease('n1', ago(-5)), lease('n2', ago(0.1)), lease('n3', ago(0.1))],
    ],
    finds: 'n1',
    // Our clock is behind that of all of them.
    negative: [
      ...['n1', 'n2', 'n3'].map((name) => node(name)),
      ...[lease('n1', ago(-5)), lease('n2', ago(-5.1)), lease('n3', ago(-5.05))],
    ],
    at: now,
  },
  {
    rule: 'node-readiness-flapping',
    positive: [
      node('n1'),
      event(about, 'NodeNotReady', 'Node n1 status is now: NodeNotReady', { count: 4, first: ago(40) }),
    ],
    finds: 'n1',
    negative: [node('n1'), event(about, 'NodeNotReady', 'Node n1 status is now: NodeNotReady', { count: 1 })],
    at: now,
  },
  {
    rule: 'control-plane-leader-lost',
    positive: [
      lease('kube-scheduler', ago(20), 'kube-system'),
      lease('kube-controller-manager', ago(0.1), 'kube-system'),
    ],
    finds: 'kube-scheduler',
    negative: [
      lease('kube-scheduler', ago(0.1), 'kube-system'),
      lease('kube-controller-manager', ago(0.2), 'kube-system'),
      lease('old-operator', ago(400), 'kube-system'),
    ],
    at: now,
  },
  {
    rule: 'node-overcommitted',
    positive: [node('n1'), requests('a', 'n1', '2500m'), requests('b', 'n1', '2')],
    finds: 'n1',
    negative: [
      node('n1'),
      requests('a', 'n1', '2'),
      requests('b', 'n1', '2'),
      requests('done', 'n1', '2', { status: { phase: 'Succeeded' } }),
    ],
    at: now,
  },
  {
    rule: 'cluster-cpu-overcommit',
    positive: [node('n1'), node('n2'), requests('a', 'n1', '3'), requests('b', 'n2', '3')],
    finds: 'n1',
    negative: [
      node('n1'),
      node('c1', {
        spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
      }),
      requests('a', 'n1', '4'),
    ],
    at: now,
  },
  {
    rule: 'cluster-memory-overcommit',
    positive: [
      node('n1'),
      node('n2'),
      ...['n1', 'n2'].map((on) =>
        pod(
          `p-${on}`,
          {},
          { spec: { nodeName: on }, container: { resources: { requests: { memory: '12Gi' } } } },
        ),
      ),
    ],
    finds: 'n1',
    negative: [
      node('n1'),
      node('n2'),
      pod('p', {}, { container: { resources: { requests: { memory: '12Gi' } } } }),
    ],
    at: now,
  },
  {
    rule: 'node-too-many-pods',
    positive: [
      node('n1', { status: { allocatable: { cpu: '4', memory: '16Gi', pods: '3' } } }),
      ...['a', 'b', 'c'].map((name) => pod(name, {})),
    ],
    finds: 'n1',
    negative: [
      node('n1', { status: { allocatable: { cpu: '4', memory: '16Gi', pods: '3' } } }),
      ...['a', 'b'].map((name) => pod(name, {})),
      pod('c', {}, { status: { phase: 'Succeeded' } }),
    ],
    at: now,
  },
  {
    rule: 'node-system-oom',
    positive: [
      node('n1'),
      event(about, 'SystemOOM', 'System OOM encountered, victim process: java, pid: 2711'),
    ],
    finds: 'n1',
    negative: [
      node('n1'),
      event({ kind: 'Pod', namespace: 'shop', name: 'n1' }, 'OOMKilling', 'Memory cgroup out of memory'),
    ],
    at: now,
  },
  {
    rule: 'node-eviction',
    positive: [node('n1'), event(about, 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage')],
    finds: 'n1',
    negative: [
      node('n1'),
      event(about, 'NodeHasNoDiskPressure', 'Node n1 status is now: NodeHasNoDiskPressure', {
        type: 'Normal',
      }),
    ],
    at: now,
  },
  {
    rule: 'node-image-collection-failed',
    positive: [
      node('n1'),
      event(about, 'FreeDiskSpaceFailed', 'failed to garbage collect required amount of images', {
        count: 3,
      }),
    ],
    finds: 'n1',
    negative: [
      node('n1'),
      event(about, 'ImageGCFailed', 'unable to find data in memory cache', { count: 1 }),
    ],
    at: now,
  },
  {
    rule: 'node-version-skew',
    positive: [node('c1', { ...control, ...kubelet('v1.31.2') }), node('old', kubelet('v1.27.1'))],
    finds: 'old',
    negative: [
      node('c1', { ...control, ...kubelet('v1.31.2+k3s1') }),
      node('n1', kubelet('v1.28.9-eks-1234')),
    ],
    at: now,
  },
]
