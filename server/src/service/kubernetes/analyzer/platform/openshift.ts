import type { ClusterVersion, Conditioned } from '../../object/extension.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
  spanOf,
} from '../evidence.ts'
import { advice, describe } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'

const documentation = 'https://docs.openshift.com/container-platform/latest/'
const settleMs = 5 * minute
const progressMs = hour
/** An update of a cluster takes one to a few hours. */
const updateMs = 4 * hour

/** What OpenShift says of its operators, its version and its machines. */
export const openshiftRules: readonly Rule[] = [
  {
    id: 'cluster-operator-unavailable',
    analyzer: 'ClusterOperator',
    kind: 'ClusterOperator',
    severity: 'HIGH',
    condition:
      'An operator of OpenShift says Available=False. CRITICAL for etcd, the API servers, authentication, network, DNS and ingress.',
    not_when:
      'It is available, or only degraded or progressing, or has been unavailable for less than 5 minutes.',
    documentation_url: `${documentation}support/troubleshooting/troubleshooting-operator-issues.html`,
    alert_name: 'ClusterOperatorDown',
    needs: ['ClusterOperator'],
    check: each('ClusterOperator', unavailable),
  },
  {
    id: 'cluster-operator-degraded',
    analyzer: 'ClusterOperator',
    kind: 'ClusterOperator',
    severity: 'MEDIUM',
    condition: 'An operator of OpenShift says Degraded=True for more than 5 minutes.',
    not_when:
      'Degraded is False, or True for less than 5 minutes, as while nodes restart; or it is unavailable, which is told already.',
    documentation_url: `${documentation}support/troubleshooting/troubleshooting-operator-issues.html`,
    alert_name: 'ClusterOperatorDegraded',
    needs: ['ClusterOperator'],
    check: each('ClusterOperator', degraded),
  },
  {
    id: 'cluster-operator-progressing-long',
    analyzer: 'ClusterOperator',
    kind: 'ClusterOperator',
    severity: 'LOW',
    condition: 'An operator of OpenShift has been progressing for more than an hour.',
    not_when: 'The cluster is being updated: then its operators progress one after another.',
    documentation_url: `${documentation}operators/operator-reference.html`,
    alert_name: null,
    needs: ['ClusterOperator', 'ClusterVersion'],
    check: each('ClusterOperator', progressing),
  },
  {
    id: 'cluster-version-failing',
    analyzer: 'ClusterVersion',
    kind: 'ClusterVersion',
    severity: 'HIGH',
    condition:
      'The cluster version operator says Failing=True, or cannot accept the release that it should go to (MEDIUM).',
    not_when: 'Upgradeable is False: that only says what must be done before the next minor version.',
    documentation_url: `${documentation}updating/understanding_updates/understanding-openshift-update-duration.html`,
    alert_name: null,
    needs: ['ClusterVersion'],
    check: each('ClusterVersion', versionFailing),
  },
  {
    id: 'cluster-version-updating-long',
    analyzer: 'ClusterVersion',
    kind: 'ClusterVersion',
    severity: 'MEDIUM',
    condition: 'An update of the cluster has gone on for more than 4 hours.',
    not_when: 'It has just begun, or is done.',
    documentation_url: `${documentation}updating/understanding_updates/understanding-openshift-update-duration.html`,
    alert_name: null,
    needs: ['ClusterVersion'],
    check: each('ClusterVersion', updatingLong),
  },
  {
    id: 'cluster-version-updates-unknown',
    analyzer: 'ClusterVersion',
    kind: 'ClusterVersion',
    severity: 'LOW',
    condition:
      'For more than an hour the cluster could not learn which updates there are (RetrievedUpdates=False).',
    not_when: 'It follows no channel, as clusters without a way out do on purpose.',
    documentation_url: `${documentation}updating/understanding_updates/intro-to-updates.html`,
    alert_name: 'CannotRetrieveUpdates',
    needs: ['ClusterVersion'],
    check: each('ClusterVersion', updatesUnknown),
  },
]

const vital = new Set([
  ...['etcd', 'kube-apiserver', 'openshift-apiserver', 'authentication', 'network', 'dns', 'ingress'],
  ...['kube-controller-manager', 'kube-scheduler'],
])

function* unavailable(operator: Conditioned, view: ClusterView): Iterable<Observation> {
  const available = conditionOf(operator.status.conditions, 'Available')
  const sinceMs = msOf(available?.lastTransitionTime)
  if (available?.status !== 'False' || (sinceMs !== undefined && heldMs(view, sinceMs) < settleMs)) return
  const ref = refOf('ClusterOperator', operator)
  const isDegraded = conditionOf(operator.status.conditions, 'Degraded')
  yield {
    object: ref,
    title: `Operator ${ref.name} is not available: ${briefly(available.message || available.reason)}.`,
    severity: vital.has(ref.name) ? 'CRITICAL' : 'HIGH',
    sinceMs,
    evidence: [
      conditionEvidence(ref, available),
      ...(isDegraded?.status === 'True' ? [conditionEvidence(ref, isDegraded)] : []),
    ],
    remediation: [
      describe(ref),
      advice('See the operators.', 'kubectl get clusteroperators.config.openshift.io'),
    ],
  }
}

function* degraded(operator: Conditioned, view: ClusterView): Iterable<Observation> {
  const condition = conditionOf(operator.status.conditions, 'Degraded')
  const sinceMs = msOf(condition?.lastTransitionTime)
  if (condition?.status !== 'True' || (sinceMs !== undefined && heldMs(view, sinceMs) < settleMs)) return
  if (conditionOf(operator.status.conditions, 'Available')?.status === 'False') return
  const ref = refOf('ClusterOperator', operator)
  yield {
    object: ref,
    title: `Operator ${ref.name} is degraded: ${briefly(condition.message || condition.reason)}.`,
    sinceMs,
    evidence: [conditionEvidence(ref, condition)],
    remediation: [describe(ref)],
  }
}

const isUpdating = (view: ClusterView): boolean =>
  view
    .list('ClusterVersion')
    .some(({ status }) => conditionOf(status.conditions, 'Progressing')?.status === 'True')

function* progressing(operator: Conditioned, view: ClusterView): Iterable<Observation> {
  const condition = conditionOf(operator.status.conditions, 'Progressing')
  const sinceMs = msOf(condition?.lastTransitionTime)
  if (condition?.status !== 'True' || heldMs(view, sinceMs) < progressMs || isUpdating(view)) return
  const ref = refOf('ClusterOperator', operator)
  yield {
    object: ref,
    title: `Operator ${ref.name} has been progressing for ${spanOf(heldMs(view, sinceMs))}: ${briefly(condition.message || condition.reason)}.`,
    sinceMs,
    evidence: [conditionEvidence(ref, condition)],
    remediation: [describe(ref)],
  }
}

const seeUpdate = advice(
  'See how the update goes.',
  'kubectl get clusterversions.config.openshift.io -o yaml',
)

function* versionFailing(version: ClusterVersion, view: ClusterView): Iterable<Observation> {
  const failing = conditionOf(version.status.conditions, 'Failing')
  const accepted = conditionOf(version.status.conditions, 'ReleaseAccepted')
  const condition = failing?.status === 'True' ? failing : accepted?.status === 'False' ? accepted : undefined
  if (!condition || heldMs(view, msOf(condition.lastTransitionTime) ?? 0) < settleMs) return
  const ref = refOf('ClusterVersion', version)
  yield {
    object: ref,
    title: `The cluster cannot be brought to version ${version.status.desired.version}: ${briefly(condition.message || condition.reason)}.`,
    severity: condition === failing ? 'HIGH' : 'MEDIUM',
    sinceMs: msOf(condition.lastTransitionTime),
    evidence: [
      conditionEvidence(ref, condition),
      fieldEvidence(ref, 'status.desired.version', version.status.desired.version),
    ],
    remediation: [
      seeUpdate,
      advice('See the operators.', 'kubectl get clusteroperators.config.openshift.io'),
    ],
  }
}

function* updatingLong(version: ClusterVersion, view: ClusterView): Iterable<Observation> {
  const condition = conditionOf(version.status.conditions, 'Progressing')
  const sinceMs = msOf(condition?.lastTransitionTime)
  if (condition?.status !== 'True' || heldMs(view, sinceMs) < updateMs) return
  const ref = refOf('ClusterVersion', version)
  yield {
    object: ref,
    title: `The update to ${version.status.desired.version} has gone on for ${spanOf(heldMs(view, sinceMs))}.`,
    sinceMs,
    evidence: [conditionEvidence(ref, condition)],
    remediation: [
      seeUpdate,
      advice('See the operators.', 'kubectl get clusteroperators.config.openshift.io'),
    ],
  }
}

function* updatesUnknown(version: ClusterVersion, view: ClusterView): Iterable<Observation> {
  const condition = conditionOf(version.status.conditions, 'RetrievedUpdates')
  const sinceMs = msOf(condition?.lastTransitionTime)
  if (condition?.status !== 'False' || condition.reason === 'NoChannel' || !version.spec.channel) return
  if (heldMs(view, sinceMs) < hour) return
  const ref = refOf('ClusterVersion', version)
  yield {
    object: ref,
    title: `The cluster has not learnt for ${spanOf(heldMs(view, sinceMs))} which updates there are.`,
    sinceMs,
    evidence: [conditionEvidence(ref, condition), fieldEvidence(ref, 'spec.channel', version.spec.channel)],
    remediation: [seeUpdate],
  }
}
