import type { Pod } from '../../object/pod.ts'
import type { StatefulSet } from '../../object/workload.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { counted, eventEvidence, fieldEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isTerminating } from './container.ts'
import { generationMismatch } from './deployment.ts'
import { isReady, podEvidence, unreadySince } from './pod-set.ts'

const doc = 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/'
const set = { analyzer: 'StatefulSet', kind: 'StatefulSet' } as const

export const statefulSetRules: readonly Rule[] = [
  {
    ...set,
    id: 'stateful-set-service-missing',
    severity: 'MEDIUM',
    condition:
      'The governing service of a StatefulSet does not exist, so its pods have no names of their own.',
    not_when: 'it names none, is scaled to zero, or was made within the last five minutes',
    documentation_url: `${doc}#stable-network-id`,
    alert_name: null,
    needs: ['StatefulSet', 'Service'],
    check: each('StatefulSet', serviceMissing),
  },
  {
    ...set,
    id: 'stateful-set-storage-class-missing',
    severity: 'HIGH',
    condition:
      'A volume claim template of a StatefulSet names a storage class that does not exist, and a claim made from it is not bound.',
    not_when: 'all its claims are bound: by hand, or before the class was deleted',
    documentation_url: `${doc}#stable-storage`,
    alert_name: null,
    needs: ['StatefulSet', 'StorageClass', 'PersistentVolumeClaim'],
    check: each('StatefulSet', classMissing),
  },
  {
    ...set,
    id: 'stateful-set-blocked',
    severity: 'HIGH',
    condition:
      'A StatefulSet has had fewer ready replicas than wanted for five minutes, with the ordinal that holds up the others; CRITICAL where none is ready.',
    not_when: 'the pod that is not ready is younger, or it is scaled to zero',
    documentation_url: `${doc}#deployment-and-scaling-guarantees`,
    alert_name: 'KubeStatefulSetReplicasMismatch',
    needs: ['StatefulSet', 'Pod'],
    check: each('StatefulSet', blocked),
  },
  {
    ...set,
    id: 'stateful-set-update-stuck',
    severity: 'MEDIUM',
    condition:
      'A rolling update of a StatefulSet has stood still for ten minutes: a pod of the new revision does not become ready, or none was replaced.',
    not_when:
      'its partition keeps the older pods, its strategy is OnDelete, or a pod of it became ready within that time',
    documentation_url: `${doc}#forced-rollback`,
    alert_name: 'KubeStatefulSetUpdateNotRolledOut',
    needs: ['StatefulSet', 'Pod'],
    check: each('StatefulSet', updateStuck),
  },
  {
    ...set,
    id: 'stateful-set-generation-mismatch',
    severity: 'MEDIUM',
    condition:
      'The controller has not seen the newest specification of a StatefulSet (observedGeneration is behind).',
    not_when: 'it was made within the last five minutes',
    documentation_url: doc,
    alert_name: 'KubeStatefulSetGenerationMismatch',
    needs: ['StatefulSet'],
    check: each('StatefulSet', (one, view) => generationMismatch('StatefulSet', one, view)),
  },
]

const wantedOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1
const isYoung = ({ metadata }: StatefulSet, view: ClusterView): boolean =>
  heldMs(view, msOf(metadata.creationTimestamp)) < 5 * minute

function* serviceMissing(one: StatefulSet, view: ClusterView): Generator<Observation> {
  const { serviceName } = one.spec
  const { namespace } = one.metadata
  if (!serviceName || wantedOf(one) === 0 || isYoung(one, view)) return
  if (view.get('Service', namespace, serviceName)) return
  const object = refOf('StatefulSet', one)
  yield {
    object,
    title: `Its governing service ${serviceName} does not exist, so its pods cannot be found by name.`,
    sinceMs: undefined,
    evidence: [fieldEvidence(object, 'spec.serviceName', serviceName)],
    causes: [
      {
        object: { kind: 'Service', namespace, name: serviceName },
        rule: null,
        text: `Service ${serviceName} does not exist.`,
        relation: 'is governed by',
      },
    ],
    remediation: [
      advice(
        'Try on the server what making it would do; it must be headless (clusterIP None).',
        `kubectl create service clusterip ${quoted(serviceName)} --clusterip=None -n ${quoted(namespace)} --dry-run=server`,
      ),
      advice('See which services there are.', `kubectl get services -n ${quoted(namespace)}`),
    ],
  }
}

/** `data-web-0` of template `data` and pod `web-0`. */
const claimName = (template: string, one: StatefulSet, ordinal: number): string =>
  `${template}-${one.metadata.name}-${ordinal}`
const ordinalsMax = 200

function* classMissing(one: StatefulSet, view: ClusterView): Generator<Observation> {
  for (const { metadata, spec } of one.spec.volumeClaimTemplates) {
    const name = spec.storageClassName
    if (!name || view.get('StorageClass', '', name)) continue
    const namespace = one.metadata.namespace
    const unbound: string[] = []
    for (let ordinal = 0; ordinal < Math.min(wantedOf(one), ordinalsMax); ordinal += 1) {
      const claim = view.get('PersistentVolumeClaim', namespace, claimName(metadata.name, one, ordinal))
      if (claim?.status.phase !== 'Bound') unbound.push(claimName(metadata.name, one, ordinal))
    }
    if (unbound.length === 0) continue
    const object = refOf('StatefulSet', one)
    const [first = ''] = unbound
    yield {
      object,
      title: `Storage class ${name} of its claims does not exist; ${counted(unbound.length, 'claim')} cannot be bound.`,
      sinceMs:
        msOf(view.get('PersistentVolumeClaim', namespace, first)?.metadata.creationTimestamp) ??
        msOf(one.metadata.creationTimestamp),
      discriminator: metadata.name,
      evidence: [
        fieldEvidence(object, `spec.volumeClaimTemplates[${metadata.name}].spec.storageClassName`, name),
        ...unbound
          .slice(0, 3)
          .map((claim) =>
            fieldEvidence(
              { kind: 'PersistentVolumeClaim', namespace, name: claim },
              'status.phase',
              view.get('PersistentVolumeClaim', namespace, claim)?.status.phase ?? 'not there',
            ),
          ),
      ],
      remediation: [
        advice('Compare it with the classes there are.', 'kubectl get storageclasses'),
        describe(object),
      ],
    }
  }
}

const ordinalOf = (pod: Pod): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? Number.NaN)

function* blocked(one: StatefulSet, view: ClusterView): Generator<Observation> {
  const wanted = wantedOf(one)
  const ready = one.status.readyReplicas ?? 0
  if (ready >= wanted) return
  const pods = view.ownedBy('Pod', one.metadata.uid)
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]))
  const start = pods.length > 0 ? Math.min(...pods.map(ordinalOf).filter(Number.isFinite)) : 0
  let ordinal = Number.isFinite(start) && start > 0 && !byOrdinal.has(0) ? start : 0
  const end = ordinal + Math.min(wanted, ordinalsMax)
  while (ordinal < end && byOrdinal.has(ordinal) && isReady(byOrdinal.get(ordinal)!)) ordinal += 1
  if (ordinal >= end) return
  const pod = byOrdinal.get(ordinal)
  const object = refOf('StatefulSet', one)
  const failed = view
    .eventsOf({ ...object, uid: one.metadata.uid })
    .find(({ reason, type }) => type === 'Warning' || reason === 'FailedCreate')
  const sinceMs = pod
    ? (unreadySince(pod) ?? undefined)
    : (failed?.firstMs ?? lastReady(pods) ?? msOf(one.metadata.creationTimestamp))
  if (heldMs(view, sinceMs) < 5 * minute) return
  const isOrdered = one.spec.podManagementPolicy !== 'Parallel'
  const name = `${one.metadata.name}-${ordinal}`
  const rest = end - ordinal - 1
  const waiting = isOrdered && rest > 0 ? `, and what comes after it waits (${counted(rest, 'pod')})` : ''
  yield {
    object,
    title: `${ready} of ${counted(wanted, 'replica')} ready: pod ${name} ${pod ? 'is not ready' : 'is not there'}${waiting}.`,
    severity: ready === 0 ? 'CRITICAL' : 'HIGH',
    sinceMs,
    evidence: [
      fieldEvidence(object, 'status.readyReplicas', `${ready} of ${wanted}`),
      ...(pod ? podEvidence([pod]) : []),
      ...(failed ? [eventEvidence(failed)] : []),
    ],
    remediation: [
      describe({
        kind: pod ? 'Pod' : 'StatefulSet',
        namespace: object.namespace,
        name: pod ? name : object.name,
      }),
      advice('See its claims.', `kubectl get pvc -n ${quoted(object.namespace)}`),
    ],
  }
}

const lastReady = (pods: readonly Pod[]): number | undefined => {
  const times = pods.map((pod) => unreadySince(pod) ?? 0)
  return times.length > 0 ? Math.max(...times) : undefined
}

function* updateStuck(one: StatefulSet, view: ClusterView): Generator<Observation> {
  const { currentRevision, updateRevision, updatedReplicas = 0 } = one.status
  const { updateStrategy } = one.spec
  if (!updateRevision || currentRevision === updateRevision || updateStrategy?.type === 'OnDelete') return
  const due = wantedOf(one) - (updateStrategy?.rollingUpdate?.partition ?? 0)
  if (updatedReplicas >= due || due <= 0) return
  const pods = view.ownedBy('Pod', one.metadata.uid).filter((pod) => !isTerminating(pod))
  // Of a ready pod this is when it became so.
  const moved = lastReady(pods)
  if (pods.length === 0 || heldMs(view, moved) < 10 * minute) return
  const broken = pods.find((pod) => !isReady(pod))
  const object = refOf('StatefulSet', one)
  const old = broken && broken.metadata.labels['controller-revision-hash'] !== updateRevision
  yield {
    object,
    title: `The update stands still with ${updatedReplicas} of ${counted(due, 'replica')} done${broken ? `: pod ${broken.metadata.name} is not ready` : ''}.`,
    sinceMs: moved,
    evidence: [
      fieldEvidence(object, 'status.updateRevision', `${updateRevision}, before ${currentRevision ?? ''}`),
      ...(broken ? podEvidence([broken]) : []),
    ],
    remediation: [
      advice(
        old
          ? 'A pod of an older, broken revision is not replaced by itself once the template is corrected: it has to be deleted by hand.'
          : 'See why the pod of the new revision does not become ready.',
        broken ? `kubectl describe pod ${quoted(broken.metadata.name)} -n ${quoted(object.namespace)}` : null,
      ),
      ...(broken && old
        ? [
            advice(
              'See what deleting it would do.',
              `kubectl delete pod ${quoted(broken.metadata.name)} -n ${quoted(object.namespace)} --dry-run=server`,
            ),
          ]
        : []),
      advice(
        'See its revisions.',
        `kubectl rollout history statefulset/${quoted(object.name)} -n ${quoted(object.namespace)}`,
      ),
    ],
  }
}
