import type { KubeEvent } from '../../object/event.ts'
import type { PersistentVolume, VolumeAttachment } from '../../object/storage.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { each } from '../each.ts'
import { eventEvidence, fieldEvidence, minute, msOf, timeOf } from '../evidence.ts'
import { advice, describe, dryRun } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { claimOf } from './volume.ts'

const documentation = 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/'
/** The attach controller forces a volume off a node that is gone after 6 minutes. */
const attachMs = 10 * minute

/** Volumes on their way to nodes and away from them. */
export const volumeAttachmentRules: readonly Rule[] = [
  {
    id: 'volume-attach-failed',
    analyzer: 'VolumeAttachment',
    kind: 'VolumeAttachment',
    severity: 'MEDIUM',
    condition: 'A volume cannot be attached to a node, or detached from one, as its driver says.',
    not_when: 'The attempt after it came through: the error is cleared then.',
    documentation_url:
      'https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/',
    alert_name: null,
    needs: ['VolumeAttachment'],
    check: each('VolumeAttachment', attachFailed),
  },
  {
    id: 'volume-attached-to-lost-node',
    analyzer: 'VolumeAttachment',
    kind: 'VolumeAttachment',
    severity: 'MEDIUM',
    condition: 'A volume has been held for a node that does not exist any more: no other node can have it.',
    not_when: 'The node exists, or the attachment is being removed, or is younger than 10 minutes.',
    documentation_url:
      'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#storage-force-detach-on-timeout',
    alert_name: null,
    needs: ['VolumeAttachment', 'Node'],
    check: each('VolumeAttachment', attachedToLost),
  },
  {
    id: 'volume-multi-attach',
    analyzer: 'PersistentVolume',
    kind: 'PersistentVolume',
    severity: 'HIGH',
    condition:
      'Within the last 15 minutes a pod could not have a volume because another node or pod has it already (Multi-Attach error).',
    not_when: 'It could not be attached for another reason, or the pod has started by now.',
    documentation_url: `${documentation}#access-modes`,
    alert_name: null,
    needs: ['Event', 'Pod', 'PersistentVolume', 'PersistentVolumeClaim'],
    check: multiAttach,
  },
]

function* attachFailed(attachment: VolumeAttachment, view: ClusterView): Iterable<Observation> {
  const { attachError, detachError } = attachment.status
  const error = attachError ?? detachError
  if (!error?.message) return
  const ref = refOf('VolumeAttachment', attachment)
  const volume = volumeOf(attachment, view)
  yield {
    object: ref,
    title: `Volume ${volume?.name ?? ref.name} cannot be ${attachError ? 'attached to' : 'detached from'} node ${attachment.spec.nodeName}: ${briefly(error.message)}.`,
    sinceMs: msOf(attachment.metadata.deletionTimestamp ?? attachment.metadata.creationTimestamp),
    evidence: [fieldEvidence(ref, attachError ? 'status.attachError' : 'status.detachError', error.message)],
    causes: [
      {
        object: { kind: 'Node', namespace: '', name: attachment.spec.nodeName },
        rule: null,
        text: `driver ${attachment.spec.attacher} failed for this node`,
        relation: 'attaches',
      },
    ],
    remediation: [
      describe(ref),
      ...(volume ? [describe(volume, 'See the volume.')] : []),
      advice('See whether the node has the driver.', 'kubectl get csinodes'),
    ],
  }
}

function volumeOf({ spec }: VolumeAttachment, view: ClusterView): ObjectRef | undefined {
  const name = spec.source.persistentVolumeName
  const volume = name === undefined ? undefined : view.get('PersistentVolume', '', name)
  return volume && refOf('PersistentVolume', volume)
}

function* attachedToLost(attachment: VolumeAttachment, view: ClusterView): Iterable<Observation> {
  const { nodeName } = attachment.spec
  const createdMs = msOf(attachment.metadata.creationTimestamp)
  if (nodeName === '' || attachment.metadata.deletionTimestamp || view.get('Node', '', nodeName)) return
  if (createdMs === undefined || view.timeMs - createdMs < attachMs) return
  const ref = refOf('VolumeAttachment', attachment)
  const volume = volumeOf(attachment, view)
  yield {
    object: ref,
    title: `Volume ${volume?.name ?? ref.name} is held for node ${nodeName}, which does not exist.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(ref, 'spec.nodeName', nodeName),
      fieldEvidence(ref, 'status.attached', String(attachment.status.attached ?? 'absent')),
    ],
    remediation: [describe(ref), dryRun('delete', ref, '', 'Let it go, tried first.')],
  }
}

const recentMs = 15 * minute
const volumeName = /Multi-Attach error for volume "([^"]{1,253})"/
function* multiAttach(view: ClusterView): Iterable<Observation | undefined> {
  const found = new Map<string, { event: KubeEvent; volume: PersistentVolume }>()
  let seen = 0
  for (const event of view.list('Event')) {
    if (++seen % 5_000 === 0) yield
    if (event.reason !== 'FailedAttachVolume' || view.timeMs - event.lastMs > recentMs) continue
    const name = volumeName.exec(event.message)?.[1]
    const volume = name === undefined ? undefined : view.get('PersistentVolume', '', name)
    const pod = view.get('Pod', event.about.namespace, event.about.name)
    if (!volume || !pod || pod.status.phase === 'Running') continue
    if ((found.get(volume.metadata.name)?.event.lastMs ?? 0) < event.lastMs)
      found.set(volume.metadata.name, { event, volume })
  }
  for (const { event, volume } of found.values()) yield shared(view, event, volume)
}

function shared(view: ClusterView, event: KubeEvent, volume: PersistentVolume): Observation {
  const ref = refOf('PersistentVolume', volume)
  const claim = volume.spec.claimRef
  const waiting: ObjectRef = { kind: 'Pod', namespace: event.about.namespace, name: event.about.name }
  const holders = claim
    ? view
        .list('Pod', claim.namespace)
        .filter(
          ({ metadata, spec, status }) =>
            metadata.name !== waiting.name &&
            status.phase === 'Running' &&
            spec.volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.name),
        )
    : []
  return {
    object: ref,
    title: `Pod ${waiting.name} waits for volume ${ref.name} of claim ${claimOf(volume)}, which ${holders[0] ? `pod ${holders[0].metadata.name} on node ${holders[0].spec.nodeName ?? '?'}` : 'another node'} has.`,
    sinceMs: event.firstMs,
    evidence: [
      eventEvidence(event),
      fieldEvidence(ref, 'spec.accessModes', volume.spec.accessModes.join(', ')),
      ...holders.slice(0, 3).map((pod) => ({
        ...fieldEvidence(refOf('Pod', pod), 'spec.nodeName', pod.spec.nodeName ?? ''),
        at: timeOf(msOf(pod.status.startTime)),
      })),
    ],
    causes: holders.slice(0, 3).map((pod) => ({
      object: refOf('Pod', pod),
      rule: null,
      text: `pod ${pod.metadata.name} has the volume on node ${pod.spec.nodeName ?? '?'}`,
      relation: 'mounts',
    })),
    remediation: [
      describe(waiting, 'See the pod that waits.'),
      advice('See where the volume is attached.', 'kubectl get volumeattachments'),
    ],
  }
}
