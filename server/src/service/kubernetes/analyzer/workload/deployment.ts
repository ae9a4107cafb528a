import type { Deployment } from '../../object/workload.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, counted, fieldEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, describe, dryRun, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { settleMs } from './container.ts'
import { earliestUnready, podEvidence, unreadyOf } from './pod-set.ts'

const doc = 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/'
const deployment = { analyzer: 'Deployment', kind: 'Deployment', needs: ['Deployment'] } as const

export const deploymentRules: readonly Rule[] = [
  {
    ...deployment,
    id: 'deployment-unavailable',
    severity: 'HIGH',
    condition:
      'A Deployment has fewer available replicas than it needs at least (condition Available is False) for a minute; CRITICAL where none is available.',
    not_when:
      'a rollout goes on within its progress deadline, it is scaled to zero, or its rollout is stuck (deployment-rollout-stuck)',
    documentation_url: `${doc}#deployment-status`,
    alert_name: 'KubeDeploymentReplicasMismatch',
    check: each('Deployment', unavailable),
  },
  {
    ...deployment,
    id: 'deployment-replicas-mismatch',
    severity: 'MEDIUM',
    condition:
      'A Deployment is available, and yet has had other than the wanted number of ready replicas for more than five minutes.',
    not_when:
      'a rollout goes on within its deadline, it is paused, or it is not available at all (other rules say so)',
    documentation_url: `${doc}#deployment-status`,
    alert_name: 'KubeDeploymentReplicasMismatch',
    needs: ['Deployment', 'ReplicaSet', 'Pod'],
    check: each('Deployment', mismatch),
  },
  {
    ...deployment,
    id: 'deployment-rollout-stuck',
    severity: 'HIGH',
    condition:
      'A rollout has not got on within its progress deadline, or its ReplicaSet cannot be made (condition Progressing is False); CRITICAL where nothing is available.',
    not_when: 'the Deployment is paused, or the deadline is not over',
    documentation_url: `${doc}#failed-deployment`,
    alert_name: 'KubeDeploymentRolloutStuck',
    check: each('Deployment', rolloutStuck),
  },
  {
    ...deployment,
    id: 'deployment-generation-mismatch',
    severity: 'MEDIUM',
    condition:
      'The controller has not seen the newest specification of a Deployment (observedGeneration is behind).',
    not_when:
      'the Deployment was made within the last five minutes, or its controller wrote about it within the last minute',
    documentation_url: `${doc}#deployment-status`,
    alert_name: 'KubeDeploymentGenerationMismatch',
    check: each('Deployment', generation),
  },
]

/** As the API has them. */
const defaults = { replicas: 1, progressDeadlineSeconds: 600 }
const wantedOf = ({ spec }: Deployment): number => spec.replicas ?? defaults.replicas

/** A rollout or its first start goes on, and its deadline is not over. */
export function isRollingOut({ spec, status, metadata }: Deployment, view: ClusterView): boolean {
  const deadlineMs = (spec.progressDeadlineSeconds ?? defaults.progressDeadlineSeconds) * 1_000
  const progressing = conditionOf(status.conditions, 'Progressing')
  if (!progressing) return heldMs(view, msOf(metadata.creationTimestamp)) < deadlineMs
  if (progressing.status !== 'True' || progressing.reason === 'NewReplicaSetAvailable') return false
  const atMs = msOf(progressing.lastUpdateTime ?? progressing.lastTransitionTime)
  return heldMs(view, atMs) < deadlineMs
}

const isStuck = ({ spec, status }: Deployment): boolean =>
  !spec.paused && conditionOf(status.conditions, 'Progressing')?.status === 'False'

function* unavailable(one: Deployment, view: ClusterView): Generator<Observation> {
  const available = conditionOf(one.status.conditions, 'Available')
  const wanted = wantedOf(one)
  if (available?.status !== 'False' || wanted === 0 || isStuck(one) || isRollingOut(one, view)) return
  const sinceMs = msOf(available.lastTransitionTime)
  if (heldMs(view, sinceMs) < settleMs) return
  const object = refOf('Deployment', one)
  const has = one.status.availableReplicas ?? 0
  yield {
    object,
    title: `${has === 0 ? 'None' : `Only ${has}`} of ${counted(wanted, 'replica')} is available.`,
    severity: has === 0 ? 'CRITICAL' : 'HIGH',
    sinceMs,
    evidence: [
      conditionEvidence(object, available),
      ...replicaEvidence(one),
      ...podEvidence(unreadyOf(podsOf(one, view))),
    ],
    remediation: remedies(one),
  }
}

const podsOf = ({ metadata }: Deployment, view: ClusterView) =>
  view.ownedBy('ReplicaSet', metadata.uid).flatMap((set) => view.ownedBy('Pod', set.metadata.uid))

function replicaEvidence(one: Deployment): Observation['evidence'] {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = one.status
  const text = `wanted ${wantedOf(one)}, made ${replicas}, of the newest ${updatedReplicas}, ready ${readyReplicas}, available ${availableReplicas}`
  return [fieldEvidence(refOf('Deployment', one), 'status', text)]
}

function remedies(one: Deployment): Observation['remediation'] {
  const object = refOf('Deployment', one)
  const selector = Object.entries(one.spec.selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  return [
    advice('See its pods.', `kubectl get pods -n ${quoted(object.namespace)} -l ${quoted(selector)} -o wide`),
    describe(object),
    advice(
      'See its rollouts.',
      `kubectl rollout history deployment/${quoted(object.name)} -n ${quoted(object.namespace)}`,
    ),
    dryRun('rollout undo', object, '', 'If a rollout brought this, see what going back would do.'),
  ]
}

const mismatchMs = 5 * minute

function* mismatch(one: Deployment, view: ClusterView): Generator<Observation> {
  const wanted = wantedOf(one)
  const { readyReplicas = 0, replicas = 0, conditions } = one.status
  if (readyReplicas === wanted && replicas === wanted) return
  if (one.spec.paused || isStuck(one) || isRollingOut(one, view)) return
  if (conditionOf(conditions, 'Available')?.status === 'False') return
  const object = refOf('Deployment', one)
  const unready = unreadyOf(podsOf(one, view))
  const sinceMs =
    earliestUnready(unready) ?? msOf(conditionOf(conditions, 'ReplicaFailure')?.lastTransitionTime)
  // Status and generation are written at once, so that more than are wanted of the generation seen is no moment's matter.
  const isSurplus =
    replicas > wanted && (one.status.observedGeneration ?? 0) >= (one.metadata.generation ?? 0)
  if (!isSurplus && heldMs(view, sinceMs) < mismatchMs) return
  yield {
    object,
    title:
      replicas > wanted
        ? `${counted(replicas, 'replica')} are there where ${wanted} are wanted, ${readyReplicas} of them ready.`
        : `Only ${readyReplicas} of ${counted(wanted, 'replica')} ${readyReplicas === 1 ? 'is' : 'are'} ready.`,
    sinceMs,
    evidence: [...replicaEvidence(one), ...podEvidence(unready)],
    remediation: remedies(one),
  }
}

function* rolloutStuck(one: Deployment, view: ClusterView): Generator<Observation> {
  if (!isStuck(one) || wantedOf(one) === 0) return
  const progressing = conditionOf(one.status.conditions, 'Progressing')!
  const object = refOf('Deployment', one)
  const { updatedReplicas = 0, availableReplicas = 0 } = one.status
  const deadline = one.spec.progressDeadlineSeconds ?? defaults.progressDeadlineSeconds
  const why =
    progressing.reason === 'ProgressDeadlineExceeded'
      ? `has not got on for ${deadline} s, its deadline`
      : `fails: ${progressing.reason || 'no reason given'}`
  yield {
    object,
    title: `The rollout ${why}; ${updatedReplicas} of ${counted(wantedOf(one), 'replica')} made of the newest, ${availableReplicas} available in all.`,
    severity: availableReplicas === 0 ? 'CRITICAL' : 'HIGH',
    sinceMs: msOf(progressing.lastTransitionTime),
    evidence: [
      conditionEvidence(object, progressing),
      ...replicaEvidence(one),
      ...podEvidence(unreadyOf(podsOf(one, view))),
    ],
    remediation: remedies(one),
  }
}

function* generation(one: Deployment, view: ClusterView): Generator<Observation> {
  yield* generationMismatch('Deployment', one, view)
}

type Generated = {
  metadata: Deployment['metadata']
  status: { observedGeneration?: number | undefined; conditions: Deployment['status']['conditions'] }
}
/** Controllers answer within milliseconds; the times an object has tell that it is not just now being changed. */
export function* generationMismatch(
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  one: Generated,
  view: ClusterView,
): Generator<Observation> {
  const { generation, creationTimestamp } = one.metadata
  const seen = one.status.observedGeneration ?? 0
  if (generation === undefined || seen >= generation) return
  if (heldMs(view, msOf(creationTimestamp)) < mismatchMs) return
  const written = one.status.conditions.map(
    ({ lastUpdateTime, lastTransitionTime }) => msOf(lastUpdateTime ?? lastTransitionTime) ?? 0,
  )
  if (written.length > 0 && view.timeMs - Math.max(...written) < settleMs) return
  const object = refOf(kind, one)
  yield {
    object,
    title: `The controller has not seen the newest specification: it knows generation ${seen} of ${generation}.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(
        object,
        'status.observedGeneration',
        `${seen}, while metadata.generation is ${generation}`,
      ),
    ],
    remediation: [
      advice(
        'See whether kube-controller-manager runs and leads: its lease should be renewed every few seconds.',
        'kubectl get lease kube-controller-manager -n kube-system -o yaml',
      ),
    ],
  }
}
