import { quantityOf } from '../../object/quantity.ts'
import type { PersistentVolumeClaim, StorageClass } from '../../object/storage.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, eventEvidence, fieldEvidence, minute, msOf } from '../evidence.ts'
import { advice, describe, eventsOf, patch } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'

const documentation = 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/'
/** Most drivers make a volume within a minute or two. */
const pendingMs = 5 * minute
export const isDefaultClass = ({ metadata }: StorageClass): boolean =>
  metadata.annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  metadata.annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true'

/** Claims on storage. How small a claim is says nothing: a gigabyte is much for some, so size is no condition here. */
export const claimRules: readonly Rule[] = [
  {
    id: 'pvc-provisioning-failed',
    analyzer: 'PersistentVolumeClaim',
    kind: 'PersistentVolumeClaim',
    severity: 'HIGH',
    condition: 'A claim is Pending and its provisioner says that it could not make the volume.',
    not_when:
      'The claim is bound by now, or waits for its first consumer, or its class does not exist, which is told already.',
    documentation_url: `${documentation}#provisioning`,
    alert_name: null,
    needs: ['PersistentVolumeClaim', 'StorageClass', 'PersistentVolume', 'Event'],
    check: each('PersistentVolumeClaim', provisioningFailed),
  },
  {
    id: 'pvc-storage-class-missing',
    analyzer: 'PersistentVolumeClaim',
    kind: 'PersistentVolumeClaim',
    severity: 'HIGH',
    condition:
      'A claim is Pending on a StorageClass that does not exist, or names none where there is no default one.',
    not_when:
      'A volume of that class name is there to be bound by hand, the claim names the empty class or a volume, or is bound.',
    documentation_url: `${documentation}#class-1`,
    alert_name: null,
    needs: ['PersistentVolumeClaim', 'StorageClass', 'PersistentVolume'],
    check: each('PersistentVolumeClaim', classMissing),
  },
  {
    id: 'pvc-pending',
    analyzer: 'PersistentVolumeClaim',
    kind: 'PersistentVolumeClaim',
    severity: 'MEDIUM',
    condition: 'A claim has been Pending for more than 5 minutes.',
    not_when:
      'Its class binds with the first consumer (WaitForFirstConsumer) and no pod that uses it has been given a node; or another rule tells why.',
    documentation_url: `${documentation}#binding`,
    alert_name: null,
    needs: ['PersistentVolumeClaim', 'StorageClass', 'PersistentVolume', 'Event'],
    check: each('PersistentVolumeClaim', pending),
  },
  {
    id: 'pvc-lost',
    analyzer: 'PersistentVolumeClaim',
    kind: 'PersistentVolumeClaim',
    severity: 'HIGH',
    condition: 'A claim has lost its volume: the PersistentVolume is gone, and what was on it may be.',
    not_when: 'The claim is bound or pending.',
    documentation_url: `${documentation}#phase`,
    alert_name: 'KubePersistentVolumeErrors',
    needs: ['PersistentVolumeClaim'],
    check: each('PersistentVolumeClaim', lost),
  },
  {
    id: 'pvc-resize-failed',
    analyzer: 'PersistentVolumeClaim',
    kind: 'PersistentVolumeClaim',
    severity: 'MEDIUM',
    condition:
      'A claim asks for more than its volume has, and growing it failed, its class does not allow it, or a pod has it mounted and the file system has not grown for 15 minutes.',
    not_when:
      'It grows, or waits for a pod to mount it (FileSystemResizePending without a pod), or the volume is larger than asked for.',
    documentation_url: `${documentation}#expanding-persistent-volumes-claims`,
    alert_name: null,
    needs: ['PersistentVolumeClaim', 'StorageClass', 'Event', 'Pod'],
    check: each('PersistentVolumeClaim', resizeFailed),
  },
]

const claimEvents = (claim: PersistentVolumeClaim, view: ClusterView, reason: RegExp) =>
  view
    .eventsOf({ ...refOf('PersistentVolumeClaim', claim), uid: claim.metadata.uid })
    .filter((event) => reason.test(event.reason))

const className = ({ metadata, spec }: PersistentVolumeClaim): string | undefined =>
  spec.storageClassName ?? metadata.annotations['volume.beta.kubernetes.io/storage-class']
const classOf = (claim: PersistentVolumeClaim, view: ClusterView): StorageClass | undefined => {
  const name = className(claim)
  return name === undefined
    ? view.list('StorageClass').find(isDefaultClass)
    : view.get('StorageClass', '', name)
}
const isPending = ({ metadata, status }: PersistentVolumeClaim): boolean =>
  status.phase === 'Pending' && metadata.deletionTimestamp === undefined
/** Volumes made by hand need no class object, only its name. */
const hasVolumeOf = (view: ClusterView, name: string): boolean =>
  view
    .list('PersistentVolume')
    .some(({ spec, status }) => spec.storageClassName === name && status.phase === 'Available')

function isClassMissing(claim: PersistentVolumeClaim, view: ClusterView): boolean {
  const name = className(claim)
  // The empty class means: bind a volume without one.
  if (!isPending(claim) || name === '' || claim.spec.volumeName || classOf(claim, view)) return false
  return !hasVolumeOf(view, name ?? '')
}

function* classMissing(claim: PersistentVolumeClaim, view: ClusterView): Iterable<Observation> {
  if (!isClassMissing(claim, view)) return
  const ref = refOf('PersistentVolumeClaim', claim)
  const name = className(claim)
  const classes = view.list('StorageClass').map(({ metadata }) => metadata.name)
  yield {
    object: ref,
    title:
      name === undefined
        ? `Claim ${ref.name} names no StorageClass, and the cluster has no default one.`
        : `Claim ${ref.name} waits for StorageClass ${name}, which does not exist.`,
    sinceMs: msOf(claim.metadata.creationTimestamp),
    evidence: [
      fieldEvidence(ref, 'spec.storageClassName', name ?? 'absent'),
      fieldEvidence(ref, 'storage classes', classes.join(', ') || 'none'),
      ...claimEvents(claim, view, /./).slice(0, 2).map(eventEvidence),
    ],
    remediation: [advice('See which classes there are.', 'kubectl get storageclasses'), describe(ref)],
  }
}

/** The pod has a node by now, so that the volume could be made. */
const isChosen = ({ metadata }: PersistentVolumeClaim): boolean =>
  'volume.kubernetes.io/selected-node' in metadata.annotations
const waitsForConsumer = (claim: PersistentVolumeClaim, view: ClusterView): boolean =>
  classOf(claim, view)?.volumeBindingMode === 'WaitForFirstConsumer' && !isChosen(claim)

function* provisioningFailed(claim: PersistentVolumeClaim, view: ClusterView): Iterable<Observation> {
  if (!isPending(claim) || isClassMissing(claim, view)) return
  const [failed] = claimEvents(claim, view, /^ProvisioningFailed$/)
  if (!failed) return
  const [done] = claimEvents(claim, view, /^(ProvisioningSucceeded|WaitForFirstConsumer)$/)
  if (done && done.lastMs > failed.lastMs) return
  const ref = refOf('PersistentVolumeClaim', claim)
  const storage = classOf(claim, view)
  yield {
    object: ref,
    title: `The volume of claim ${ref.name} could not be made: ${briefly(failed.message)}.`,
    sinceMs: failed.firstMs,
    evidence: [fieldEvidence(ref, 'status.phase', 'Pending'), eventEvidence(failed)],
    causes: storage
      ? [
          {
            object: refOf('StorageClass', storage),
            rule: null,
            text: `its provisioner ${storage.provisioner} refuses or does not answer`,
            relation: 'provisions',
          },
        ]
      : [],
    remediation: [
      describe(ref),
      ...(storage ? [describe(refOf('StorageClass', storage), 'See its class.')] : []),
      eventsOf(ref),
    ],
  }
}

function* pending(claim: PersistentVolumeClaim, view: ClusterView): Iterable<Observation> {
  const createdMs = msOf(claim.metadata.creationTimestamp)
  if (!isPending(claim) || createdMs === undefined || view.timeMs - createdMs < pendingMs) return
  if (waitsForConsumer(claim, view) || isClassMissing(claim, view)) return
  if (claimEvents(claim, view, /^ProvisioningFailed$/).length > 0) return
  const ref = refOf('PersistentVolumeClaim', claim)
  const storage = classOf(claim, view)
  const isManual = storage === undefined || storage.provisioner === 'kubernetes.io/no-provisioner'
  const events = claimEvents(claim, view, /./)
  yield {
    object: ref,
    title: isManual
      ? `Claim ${ref.name} is bound to no volume: none that fits is there, and nothing makes one.`
      : `Claim ${ref.name} is still bound to no volume.`,
    sinceMs: createdMs,
    evidence: [
      fieldEvidence(ref, 'status.phase', 'Pending', createdMs),
      fieldEvidence(
        ref,
        'spec.storageClassName',
        className(claim) ?? `absent; the default is ${storage?.metadata.name}`,
      ),
      ...events.slice(0, 2).map(eventEvidence),
    ],
    causes: isManual
      ? []
      : [
          {
            object: refOf('StorageClass', storage),
            rule: null,
            text: `its provisioner ${storage.provisioner} does not answer`,
            relation: 'provisions',
          },
        ],
    remediation: [
      describe(ref),
      advice('See which volumes are free.', 'kubectl get pv'),
      advice('See whether the storage driver runs.', 'kubectl get csidrivers'),
    ],
  }
}

function* lost(claim: PersistentVolumeClaim): Iterable<Observation> {
  if (claim.status.phase !== 'Lost') return
  const ref = refOf('PersistentVolumeClaim', claim)
  yield {
    object: ref,
    title: `Claim ${ref.name} has lost its volume ${claim.spec.volumeName ?? ''}.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(ref, 'status.phase', 'Lost'),
      fieldEvidence(ref, 'spec.volumeName', claim.spec.volumeName ?? 'absent'),
    ],
    causes: claim.spec.volumeName
      ? [
          {
            object: { kind: 'PersistentVolume', namespace: '', name: claim.spec.volumeName },
            rule: null,
            text: 'the PersistentVolume was deleted',
            relation: 'binds',
          },
        ]
      : [],
    remediation: [
      describe(ref),
      advice(
        'See whether the volume is still there at the storage; a PersistentVolume may be made for it again.',
        'kubectl get pv',
      ),
    ],
  }
}

const growthMs = 15 * minute
function* resizeFailed(claim: PersistentVolumeClaim, view: ClusterView): Iterable<Observation> {
  const [wanted, has] = [claim.spec.resources.requests.storage, claim.status.capacity.storage]
  if (claim.status.phase !== 'Bound' || !(quantityOf(wanted) > quantityOf(has))) return
  const ref = refOf('PersistentVolumeClaim', claim)
  const error = claim.status.conditions.find(
    ({ type, status }) => /^(ControllerResizeError|NodeResizeError)$/.test(type) && status === 'True',
  )
  const waits = claim.status.conditions.find(
    ({ type, status }) => type === 'FileSystemResizePending' && status === 'True',
  )
  const waitsMs = msOf(waits?.lastTransitionTime)
  const isMounted = () =>
    view
      .list('Pod', ref.namespace)
      .some(
        ({ spec, status }) =>
          status.phase === 'Running' &&
          spec.volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === ref.name),
      )
  const stuck = waitsMs !== undefined && view.timeMs - waitsMs > growthMs && isMounted() ? waits : undefined
  const [event] = claimEvents(claim, view, /^(VolumeResizeFailed|FileSystemResizeFailed)$/)
  const storage = classOf(claim, view)
  const isForbidden = storage !== undefined && storage.allowVolumeExpansion !== true
  const condition = error ?? stuck
  if (!condition && !event && !isForbidden) return
  yield {
    object: ref,
    title: `Claim ${ref.name} asks for ${wanted} and stays at ${has}${event ? `: ${briefly(event.message)}` : ''}.`,
    sinceMs: condition ? msOf(condition.lastTransitionTime) : event?.firstMs,
    evidence: [
      fieldEvidence(ref, 'spec.resources.requests.storage', wanted ?? ''),
      fieldEvidence(ref, 'status.capacity.storage', has ?? ''),
      ...(condition ? [conditionEvidence(ref, condition)] : []),
      ...(event ? [eventEvidence(event)] : []),
    ],
    causes: isForbidden
      ? [
          {
            object: refOf('StorageClass', storage),
            rule: null,
            text: 'its class does not allow expansion',
            relation: 'provisions',
          },
        ]
      : [],
    remediation: [
      describe(ref),
      ...(isForbidden
        ? [
            patch(
              refOf('StorageClass', storage),
              { allowVolumeExpansion: true },
              'Where the driver can: allow it, tried first.',
            ),
          ]
        : [eventsOf(ref)]),
    ],
  }
}
