import type { RuleCase } from '../rule.ts'
import { ago, condition, event, node, now, of, pod } from './fixture.suite.ts'

const claim = (
  name: string,
  { spec = {}, status = {}, ...more }: { spec?: object; status?: object; [more: string]: unknown } = {},
) =>
  of(
    'PersistentVolumeClaim',
    name,
    'shop',
    {
      spec: {
        storageClassName: 'fast',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '10Gi' } },
        ...spec,
      },
      status: { phase: 'Pending', ...status },
    },
    more,
  )
const storageClass = (name: string, fields: object = {}, isDefault?: string) =>
  of(
    'StorageClass',
    name,
    '',
    { provisioner: 'ebs.csi.aws.com', volumeBindingMode: 'Immediate', ...fields },
    isDefault === undefined
      ? {}
      : { annotations: { 'storageclass.kubernetes.io/is-default-class': isDefault } },
  )
const fast = storageClass('fast')
const volume = (name: string, phase: string, { spec = {}, status = {} } = {}) =>
  of('PersistentVolume', name, '', {
    spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
    status: { phase, ...status },
  })
const about = { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }
const failed = event(about, 'ProvisioningFailed', 'failed to provision volume: quota exceeded', {
  last: ago(1),
})
const attachment = (name: string, status: object, spec: object = {}, more: Record<string, unknown> = {}) =>
  of(
    'VolumeAttachment',
    name,
    '',
    {
      spec: { attacher: 'ebs.csi.aws.com', nodeName: 'n1', source: { persistentVolumeName: 'pv1' }, ...spec },
      status,
    },
    more,
  )
const small = { phase: 'Bound', capacity: { storage: '5Gi' } }
const growable = storageClass('fast', { allowVolumeExpansion: true })
const mounts = { spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] } }
const bound = { spec: { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' } } }
const multi = event(
  { kind: 'Pod', namespace: 'shop', name: 'db-1' },
  'FailedAttachVolume',
  'Multi-Attach error for volume "pv1" Volume is already exclusively attached to one node and can\'t be attached to another',
)

export const storageCases: readonly RuleCase[] = [
  {
    rule: 'pvc-provisioning-failed',
    positive: [claim('data'), fast, failed],
    finds: 'data',
    negative: [
      claim('data'),
      fast,
      failed,
      event(about, 'ProvisioningSucceeded', 'made', { type: 'Normal', last: ago(0.5) }),
    ],
    at: now,
  },
  {
    rule: 'pvc-storage-class-missing',
    positive: [claim('data', { spec: { storageClassName: 'fats' } }), fast],
    finds: 'data',
    negative: [
      claim('data'),
      fast,
      claim('by-hand', { spec: { storageClassName: 'manual' } }),
      volume('pv1', 'Available', { spec: { storageClassName: 'manual' } }),
      claim('classless', { spec: { storageClassName: '' } }),
    ],
    at: now,
  },
  {
    rule: 'pvc-storage-class-missing',
    positive: [claim('data', { spec: { storageClassName: undefined } }), fast],
    finds: 'data',
    negative: [claim('data', { spec: { storageClassName: undefined } }), storageClass('usual', {}, 'true')],
    at: now,
  },
  {
    rule: 'pvc-pending',
    positive: [claim('data'), fast],
    finds: 'data',
    // Nobody uses it yet, and a local volume is made for its first consumer.
    negative: [
      claim('data'),
      storageClass('fast', {
        provisioner: 'rancher.io/local-path',
        volumeBindingMode: 'WaitForFirstConsumer',
      }),
      claim('local', { spec: { storageClassName: 'local' } }),
      storageClass('local', {
        provisioner: 'kubernetes.io/no-provisioner',
        volumeBindingMode: 'WaitForFirstConsumer',
      }),
      claim('new', { creationTimestamp: ago(2) }),
    ],
    at: now,
  },
  {
    rule: 'pvc-pending',
    positive: [
      claim('data', { annotations: { 'volume.kubernetes.io/selected-node': 'n1' } }),
      storageClass('fast', { volumeBindingMode: 'WaitForFirstConsumer' }),
    ],
    finds: 'data',
    negative: [claim('data', { status: { phase: 'Bound' } }), fast],
    at: now,
  },
  {
    rule: 'pvc-lost',
    positive: [claim('data', { spec: { volumeName: 'pv1' }, status: { phase: 'Lost' } })],
    finds: 'data',
    negative: [claim('data', { spec: { volumeName: 'pv1' }, status: { phase: 'Bound' } })],
    at: now,
  },
  {
    rule: 'pvc-resize-failed',
    positive: [
      claim('data', { status: small }),
      growable,
      event(about, 'VolumeResizeFailed', 'resize volume failed: rate limited'),
    ],
    finds: 'data',
    negative: [
      claim('data', { status: { ...small, conditions: [condition('FileSystemResizePending', 'True')] } }),
      claim('larger', { status: { phase: 'Bound', capacity: { storage: '20Gi' } } }),
      growable,
    ],
    at: now,
  },
  {
    rule: 'pvc-resize-failed',
    positive: [
      claim('data', { status: { ...small, conditions: [condition('FileSystemResizePending', 'True')] } }),
      growable,
      pod('db-1', {}, mounts),
    ],
    finds: 'data',
    negative: [
      claim('data', {
        status: { ...small, conditions: [condition('Resizing', 'True', { lastTransitionTime: ago(2) })] },
      }),
      growable,
      pod('db-1', {}, mounts),
    ],
    at: now,
  },
  {
    rule: 'pv-failed',
    positive: [volume('pv1', 'Failed', { status: { message: 'error deleting' } })],
    finds: 'pv1',
    // A class without a provisioner is how local volumes are used.
    negative: [
      volume('pv1', 'Released'),
      volume('pv2', 'Available', { spec: { local: { path: '/mnt/a' } } }),
      storageClass('local', { provisioner: 'kubernetes.io/no-provisioner' }),
    ],
    at: now,
  },
  {
    rule: 'pv-delete-failing',
    positive: [
      volume('pv1', 'Released', { spec: { persistentVolumeReclaimPolicy: 'Delete' } }),
      event({ kind: 'PersistentVolume', name: 'pv1' }, 'VolumeFailedDelete', 'volume is still attached'),
    ],
    finds: 'pv1',
    negative: [
      volume('pv1', 'Released', { spec: { persistentVolumeReclaimPolicy: 'Delete' } }),
      volume('pv2', 'Released', { spec: { persistentVolumeReclaimPolicy: 'Retain' } }),
    ],
    at: now,
  },
  {
    rule: 'pv-released-retained',
    positive: [
      volume('pv1', 'Released', {
        spec: { persistentVolumeReclaimPolicy: 'Retain' },
        status: { lastPhaseTransitionTime: ago(8 * 24 * 60) },
      }),
    ],
    finds: 'pv1',
    negative: [
      volume('pv1', 'Released', {
        spec: { persistentVolumeReclaimPolicy: 'Retain' },
        status: { lastPhaseTransitionTime: ago(60) },
      }),
      volume('pv2', 'Bound', {
        spec: { persistentVolumeReclaimPolicy: 'Retain' },
        status: { lastPhaseTransitionTime: ago(8 * 24 * 60) },
      }),
    ],
    at: now,
  },
  {
    rule: 'storage-class-default-several',
    positive: [storageClass('a', {}, 'true'), storageClass('b', {}, 'true')],
    finds: 'a',
    negative: [storageClass('a', {}, 'true'), storageClass('b', {}, 'false')],
    at: now,
  },
  {
    rule: 'volume-attach-failed',
    positive: [
      attachment('va1', { attached: false, attachError: { message: 'instance not found' } }),
      node('n1'),
    ],
    finds: 'va1',
    negative: [attachment('va1', { attached: true }), node('n1')],
    at: now,
  },
  {
    rule: 'volume-attached-to-lost-node',
    positive: [attachment('va1', { attached: true }, { nodeName: 'gone' }), node('n1')],
    finds: 'va1',
    negative: [
      attachment('va1', { attached: true }),
      attachment('va2', { attached: true }, { nodeName: 'gone' }, { deletionTimestamp: ago(1) }),
      node('n1'),
    ],
    at: now,
  },
  {
    rule: 'volume-multi-attach',
    positive: [
      multi,
      volume('pv1', 'Bound', bound),
      pod('db-1', {}, { ...mounts, isReady: false, status: { phase: 'Pending' } }),
      pod('db-0', {}, mounts),
    ],
    finds: 'pv1',
    negative: [multi, volume('pv1', 'Bound', bound), pod('db-1', {}, mounts)],
    at: now,
  },
]
