import type { PersistentVolume } from '../../object/storage.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { eventEvidence, fieldEvidence, hour, msOf } from '../evidence.ts'
import { advice, describe, eventsOf, patch } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { isDefaultClass } from './claim.ts'

const documentation = 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/'
/** A volume that is kept costs; for some days that is care. */
const releasedMs = 7 * 24 * hour

/** Volumes, their attachments and classes. A class without a provisioner is how local volumes are used, and no condition here. */
export const volumeRules: readonly Rule[] = [
  {
    id: 'pv-failed',
    analyzer: 'PersistentVolume',
    kind: 'PersistentVolume',
    severity: 'MEDIUM',
    condition: 'A volume is Failed: it could not be reclaimed after its claim was deleted.',
    not_when: 'It is Available, Bound or Released.',
    documentation_url: `${documentation}#phase`,
    alert_name: 'KubePersistentVolumeErrors',
    needs: ['PersistentVolume'],
    check: each('PersistentVolume', failed),
  },
  {
    id: 'pv-delete-failing',
    analyzer: 'PersistentVolume',
    kind: 'PersistentVolume',
    severity: 'MEDIUM',
    condition: 'A released volume should be deleted, and its driver says that it cannot.',
    not_when: 'Its reclaim policy is Retain: then it stays, as is meant.',
    documentation_url: `${documentation}#delete`,
    alert_name: null,
    needs: ['PersistentVolume', 'Event'],
    check: each('PersistentVolume', deleteFailing),
  },
  {
    id: 'pv-released-retained',
    analyzer: 'PersistentVolume',
    kind: 'PersistentVolume',
    severity: 'INFO',
    condition:
      'A volume with reclaim policy Retain has been released for more than a week: nobody can claim it, and it takes room.',
    not_when:
      'It was released less than a week ago, or the cluster does not say when (before 1.29), or it will be deleted.',
    documentation_url: `${documentation}#retain`,
    alert_name: null,
    needs: ['PersistentVolume'],
    check: each('PersistentVolume', retained),
  },
  {
    id: 'storage-class-default-several',
    analyzer: 'StorageClass',
    kind: 'StorageClass',
    severity: 'LOW',
    condition:
      'More than one StorageClass is marked as the default: a claim without a class gets the newest of them.',
    not_when: 'One is the default, or others carry the mark with the value false.',
    documentation_url: 'https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass',
    alert_name: null,
    needs: ['StorageClass'],
    check: severalDefaults,
  },
]

export const claimOf = ({ spec }: PersistentVolume): string =>
  spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : 'none'

function* failed(volume: PersistentVolume): Iterable<Observation> {
  const { phase, reason, message, lastPhaseTransitionTime } = volume.status
  if (phase !== 'Failed') return
  const ref = refOf('PersistentVolume', volume)
  yield {
    object: ref,
    title: `Volume ${ref.name} has failed${message || reason ? `: ${briefly(message || reason)}` : ''}.`,
    sinceMs: msOf(lastPhaseTransitionTime),
    evidence: [
      fieldEvidence(ref, 'status.phase', `Failed ${reason} ${message}`, msOf(lastPhaseTransitionTime)),
      fieldEvidence(ref, 'spec.claimRef', claimOf(volume)),
    ],
    remediation: [describe(ref), eventsOf(ref)],
  }
}

function* deleteFailing(volume: PersistentVolume, view: ClusterView): Iterable<Observation> {
  if (volume.status.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy === 'Retain') return
  const ref = refOf('PersistentVolume', volume)
  const [event] = view
    .eventsOf({ ...ref, uid: volume.metadata.uid })
    .filter(({ reason }) => reason === 'VolumeFailedDelete')
  if (!event) return
  yield {
    object: ref,
    title: `Volume ${ref.name} should be deleted and cannot be: ${briefly(event.message)}.`,
    sinceMs: event.firstMs,
    evidence: [
      eventEvidence(event),
      fieldEvidence(
        ref,
        'spec.persistentVolumeReclaimPolicy',
        volume.spec.persistentVolumeReclaimPolicy ?? 'Delete',
      ),
    ],
    remediation: [describe(ref), eventsOf(ref)],
  }
}

function* retained(volume: PersistentVolume, view: ClusterView): Iterable<Observation> {
  const { phase, lastPhaseTransitionTime } = volume.status
  const sinceMs = msOf(lastPhaseTransitionTime)
  if (phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Retain') return
  if (sinceMs === undefined || view.timeMs - sinceMs < releasedMs) return
  const ref = refOf('PersistentVolume', volume)
  yield {
    object: ref,
    title: `Volume ${ref.name} (${volume.spec.capacity.storage ?? 'of unknown size'}) is kept since its claim ${claimOf(volume)} was deleted.`,
    sinceMs,
    evidence: [
      fieldEvidence(ref, 'status.phase', 'Released', sinceMs),
      fieldEvidence(ref, 'spec.persistentVolumeReclaimPolicy', 'Retain'),
    ],
    remediation: [
      describe(ref),
      patch(
        ref,
        { spec: { claimRef: null } },
        'Once what is on it may be used by others: make it claimable, tried first.',
      ),
    ],
  }
}

function* severalDefaults(view: ClusterView): Iterable<Observation> {
  const defaults = view.list('StorageClass').filter(isDefaultClass)
  if (defaults.length < 2) return
  const newest = defaults.reduce((a, b) =>
    (msOf(b.metadata.creationTimestamp) ?? 0) > (msOf(a.metadata.creationTimestamp) ?? 0) ? b : a,
  )
  const ref = refOf('StorageClass', newest)
  const key = 'storageclass.kubernetes.io/is-default-class'
  yield {
    object: ref,
    title: `${defaults.length} storage classes are marked as the default: ${defaults.map(({ metadata }) => metadata.name).join(', ')}; claims get ${ref.name}.`,
    sinceMs: msOf(newest.metadata.creationTimestamp),
    evidence: defaults.map((one) =>
      fieldEvidence(
        refOf('StorageClass', one),
        `metadata.annotations[${key}]`,
        'true',
        msOf(one.metadata.creationTimestamp),
      ),
    ),
    remediation: [
      advice('See the classes.', 'kubectl get storageclasses'),
      patch(
        ref,
        { metadata: { annotations: { [key]: 'false' } } },
        'Leave one of them the default, tried first.',
      ),
    ],
  }
}
