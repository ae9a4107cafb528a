import { expect, test } from 'vitest'
import { type Kind, readObject } from '../object/kind.ts'
import { describeChange } from './change.ts'
import { Sharer } from './share.ts'

const crash = (restartCount: number, waiting?: string, exit?: object) => ({
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        ...{ name: 'shop', restartCount },
        state: waiting ? { waiting: { reason: waiting } } : { running: { startedAt: 't' } },
        lastState: exit ? { terminated: exit } : {},
      },
    ],
  },
})
const ready = (status: string, reason = '') => ({
  status: { conditions: [{ type: 'Ready', status, reason }] },
})
const template = (container: object, metadata: object = {}) => ({
  spec: { template: { metadata, spec: { containers: [{ name: 'shop', image: 'shop:1.2', ...container }] } } },
})

test.each<[Kind, object, object, string, string]>([
  ['Deployment', template({}), template({ image: 'shop:1.3' }), 'ROLLOUT', 'image shop:1.2 → shop:1.3'],
  ['Deployment', { spec: { replicas: 3 } }, { spec: { replicas: 5 } }, 'SCALE', 'replicas 3 → 5'],
  ['Deployment', { status: { readyReplicas: 3 } }, { status: { readyReplicas: 2 } }, 'STATUS', 'ready 3 → 2'],
  [
    'Deployment',
    template({}),
    template({}, { annotations: { 'kubectl.kubernetes.io/restartedAt': 't' } }),
    'ROLLOUT',
    'restarted',
  ],
  [
    'Deployment',
    template({ env: [{ name: 'A' }] }),
    template({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] }),
    'CONFIG',
    'env of shop',
  ],
  [
    'StatefulSet',
    template({}),
    template({}, { annotations: { 'checksum/config': 'b' } }),
    'CONFIG',
    'annotation checksum/config',
  ],
  [
    'DaemonSet',
    template({ resources: { limits: { memory: '1Gi' } } }),
    template({ resources: { limits: { memory: '512Mi' } } }),
    'ROLLOUT',
    'limits.memory 1Gi → 512Mi',
  ],
  [
    'Deployment',
    { metadata: { generation: 1 } },
    { metadata: { generation: 2 } },
    'CONFIG',
    'specification changed in what is not kept of it',
  ],
  [
    'Node',
    ready('True'),
    ready('False', 'KubeletNotReady'),
    'STATUS',
    'Ready True → False (KubeletNotReady)',
  ],
  ['Node', {}, { spec: { unschedulable: true } }, 'LIFECYCLE', 'cordoned'],
  ['Node', { spec: { unschedulable: true } }, {}, 'LIFECYCLE', 'uncordoned'],
  [
    'Node',
    { status: { nodeInfo: { kubeletVersion: 'v1.29.1' } } },
    { status: { nodeInfo: { kubeletVersion: 'v1.30.0' } } },
    'ROLLOUT',
    'kubelet v1.29.1 → v1.30.0',
  ],
  [
    'Node',
    {},
    { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } },
    'OTHER',
    'taint gpu=yes:NoSchedule',
  ],
  [
    'Pod',
    crash(3),
    crash(4, 'CrashLoopBackOff', { exitCode: 137, reason: 'OOMKilled' }),
    'STATUS',
    'CrashLoopBackOff, restart 4, exit 137 OOMKilled',
  ],
  ['Pod', crash(4, 'CrashLoopBackOff'), crash(4), 'STATUS', 'running'],
  ['Pod', { status: { phase: 'Pending' } }, { status: { phase: 'Running' } }, 'STATUS', 'Pending → Running'],
  ['Pod', {}, { spec: { nodeName: 'node-1' } }, 'STATUS', 'scheduled on node-1'],
  ['Pod', {}, { metadata: { deletionTimestamp: 't' } }, 'LIFECYCLE', 'terminating'],
  [
    'Namespace',
    { status: { phase: 'Active' } },
    { status: { phase: 'Terminating' } },
    'LIFECYCLE',
    'phase Active → Terminating',
  ],
  [
    'ConfigMap',
    { metadata: { resourceVersion: '1' } },
    { metadata: { resourceVersion: '2' } },
    'CONFIG',
    'contents or metadata',
  ],
  [
    'Service',
    { spec: { selector: { app: 'a' } } },
    { spec: { selector: { app: 'b' } } },
    'OTHER',
    'selector',
  ],
  [
    'HorizontalPodAutoscaler',
    { spec: { maxReplicas: 5 } },
    { spec: { maxReplicas: 9 } },
    'SCALE',
    'max 5 → 9',
  ],
  ['Job', { status: { failed: 1 } }, { status: { failed: 2 } }, 'STATUS', 'failed 1 → 2'],
  [
    'PersistentVolumeClaim',
    { status: { phase: 'Pending' } },
    { status: { phase: 'Bound' } },
    'STATUS',
    'phase Pending → Bound',
  ],
  [
    'EndpointSlice',
    { endpoints: [{ addresses: ['a', 'b'] }] },
    { endpoints: [{ addresses: ['a'] }, { addresses: ['b'], conditions: { ready: false } }] },
    'STATUS',
    'ready addresses 2 → 1',
  ],
  ['PriorityClass', { value: 1 }, { value: 2 }, 'OTHER', 'value'],
  [
    'Kustomization',
    { status: { lastAppliedRevision: 'main@sha1:1' } },
    { status: { lastAppliedRevision: 'main@sha1:2' } },
    'ROLLOUT',
    'revision main@sha1:1 → main@sha1:2',
  ],
  [
    'HelmRelease',
    { status: { history: [{ version: 1, chartVersion: '1.2.0', status: 'deployed' }] } },
    { status: { history: [{ version: 2, chartVersion: '1.3.0', status: 'deployed' }] } },
    'ROLLOUT',
    'release 1.2.0 (release 1) deployed → 1.3.0 (release 2) deployed',
  ],
  [
    'Application',
    { status: { operationState: { phase: 'Succeeded', syncResult: { revision: 'a' } } } },
    { status: { operationState: { phase: 'Succeeded', syncResult: { revision: 'b' } } } },
    'ROLLOUT',
    'revision a → b',
  ],
  [
    'Certificate',
    { status: { revision: 1 } },
    { status: { revision: 2, notAfter: '2026-06-01T00:00:00Z' } },
    'CONFIG',
    'issued, valid until 2026-06-01T00:00:00Z',
  ],
  ['ChaosEngine', {}, { status: { engineStatus: 'initialized' } }, 'LIFECYCLE', 'engine none → initialized'],
  [
    'NetworkChaos',
    { status: { conditions: [{ type: 'AllInjected', status: 'False' }] } },
    { status: { conditions: [{ type: 'AllInjected', status: 'True' }] } },
    'LIFECYCLE',
    'injected',
  ],
  ['Pod', { metadata: { uid: 'a' } }, { metadata: { uid: 'b' } }, 'LIFECYCLE', 'deleted and created anew'],
])('%s: %j to %j is %s, %s', (kind, before, after, changeKind, summary) => {
  const sharer = new Sharer()
  const [old, now] = [before, after].map((part) => {
    const { metadata, ...rest } = part as { metadata?: object }
    return readObject(kind, { metadata: { name: 'x', ...metadata }, ...rest })!
  })
  const { value } = sharer.share(old!, undefined)
  expect(describeChange(kind, value, sharer.share(now!, value).value)).toEqual({ kind: changeKind, summary })
})

test('what appears and what goes is told with how it ended', () => {
  const pod = readObject('Pod', {
    metadata: { name: 'x' },
    status: { containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 1, reason: 'Error' } } }] },
  })
  expect(describeChange('Pod', undefined, pod)).toEqual({ kind: 'LIFECYCLE', summary: 'created' })
  expect(describeChange('Pod', pod, undefined)).toEqual({
    kind: 'LIFECYCLE',
    summary: 'deleted (exit 1 Error)',
  })
})

test('the more important part of a change comes first and gives it its kind', () => {
  const sharer = new Sharer()
  const read = (rest: object) => readObject('Deployment', { metadata: { name: 'x' }, ...rest })!
  const before = sharer.share(read({ ...template({}), status: { readyReplicas: 1 } }), undefined).value
  const now = read({ ...template({ image: 'shop:2' }), status: { readyReplicas: 0 } })
  const after = sharer.share(now, before).value
  expect(describeChange('Deployment', before, after)).toEqual({
    kind: 'ROLLOUT',
    summary: 'image shop:1.2 → shop:2, ready 1 → 0',
  })
})
