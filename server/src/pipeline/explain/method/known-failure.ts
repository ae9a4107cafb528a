import type { Cause } from '@aiops/contract/model/diagnosis'
import type { Severity } from '@aiops/contract/model/severity'
import type { CaseFinding } from '../case.ts'

type Category = Cause['category']

/**
 * Rules whose condition is itself a failure that callers feel, with the kind of trouble and how much it says when it is new (in the
 * strengths of terms, where 5 is an entity that fell silent). What is not listed counts by its severity.
 */
const knownFailures: Readonly<Record<string, readonly [Category, number]>> = {
  'pod-crash-loop': ['DOWN', 4],
  'pod-oom-killed': ['MEMORY', 4],
  'pod-image-pull': ['DEPLOY', 4],
  'pod-pull-secret-missing': ['DEPLOY', 4],
  'pod-config-error': ['DOWN', 4],
  'pod-container-create': ['DOWN', 4],
  'config-map-missing': ['DOWN', 3.5],
  'pod-creation-refused': ['DOWN', 3.5],
  'pod-sandbox-failed': ['NETWORK', 3.5],
  'pod-unschedulable': ['DOWN', 3.5],
  'pod-volume-mount': ['DISK', 3.5],
  'pod-evicted': ['DOWN', 3.5],
  'pod-ephemeral-storage-evicted': ['DISK', 3.5],
  'pod-preempted': ['DOWN', 3],
  'pod-rejected-by-node': ['DOWN', 3],
  'pod-liveness-failing': ['DOWN', 3],
  'pod-failed': ['DOWN', 3],
  'pod-restarting': ['DOWN', 2.5],
  'pod-not-ready': ['DOWN', 2],
  'node-not-ready': ['DOWN', 5],
  'node-unreachable': ['DOWN', 5],
  'node-lease-stale': ['DOWN', 4],
  'node-system-oom': ['MEMORY', 4],
  'node-network-unavailable': ['NETWORK', 4],
  'pvc-pending': ['DISK', 3.5],
  'pvc-lost': ['DISK', 4],
  'pvc-provisioning-failed': ['DISK', 3.5],
  'volume-attach-failed': ['DISK', 3.5],
  'volume-multi-attach': ['DISK', 3.5],
  'volume-attached-to-lost-node': ['DISK', 3.5],
  'network-policy-blocks-dns': ['NETWORK', 3.5],
  'cluster-dns-down': ['NETWORK', 4],
  'service-without-pods': ['DOWN', 4],
  'service-without-ready-endpoints': ['DOWN', 3],
  'service-target-port-unknown': ['DOWN', 3],
  'deployment-unavailable': ['DOWN', 3],
  'deployment-rollout-stuck': ['DEPLOY', 2.5],
  'deployment-replicas-mismatch': ['DOWN', 2],
  'stateful-set-blocked': ['DOWN', 3],
  'cpu-pinned-throttled': ['CPU', 2.5],
}
const bySeverity: Readonly<Record<Severity, number>> = {
  CRITICAL: 3,
  HIGH: 2.2,
  MEDIUM: 1.2,
  LOW: 0,
  INFO: 0,
}

/** What a finding says, and of what kind; 0 for what is no trouble. */
export function failureOf({ rule, severity }: Pick<CaseFinding, 'rule' | 'severity'>): [Category, number] {
  const known = Object.hasOwn(knownFailures, rule) ? knownFailures[rule] : undefined
  return known ? [known[0], known[1]] : ['OTHER', bySeverity[severity]]
}
