import type { Cause } from '@aiops/contract/model/diagnosis'
import type { Severity } from '@aiops/contract/model/severity'
import type { CaseFinding } from '../case.ts'
import { categoryOfFinding } from './finding-category.ts'

/**
 * Rules whose condition is itself a failure that callers feel, with how much it says when it is new (in the strengths of terms, where 5 is
 * an entity that fell silent). What is not listed counts by its severity.
 */
const knownFailures: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'pod-crash-loop': 4,
    'pod-oom-killed': 4,
    'pod-image-pull': 4,
    'pod-pull-secret-missing': 4,
    'pod-config-error': 4,
    'pod-container-create': 4,
    'config-map-missing': 3.5,
    'pod-creation-refused': 3.5,
    'pod-sandbox-failed': 3.5,
    'pod-unschedulable': 3.5,
    'pod-volume-mount': 3.5,
    'pod-evicted': 3.5,
    'pod-ephemeral-storage-evicted': 3.5,
    'pod-preempted': 3,
    'pod-rejected-by-node': 3,
    'pod-liveness-failing': 3,
    'pod-failed': 3,
    'pod-restarting': 2.5,
    'pod-not-ready': 2,
    'node-not-ready': 5,
    'node-unreachable': 5,
    'node-lease-stale': 4,
    'node-system-oom': 4,
    'node-network-unavailable': 4,
    'pvc-pending': 3.5,
    'pvc-lost': 4,
    'pvc-provisioning-failed': 3.5,
    'volume-attach-failed': 3.5,
    'volume-multi-attach': 3.5,
    'volume-attached-to-lost-node': 3.5,
    'network-policy-blocks-dns': 3.5,
    'cluster-dns-down': 4,
    'service-without-pods': 4,
    'service-without-ready-endpoints': 3,
    'service-target-port-unknown': 3,
    'deployment-unavailable': 3,
    'deployment-rollout-stuck': 2.5,
    'deployment-replicas-mismatch': 2,
    'stateful-set-blocked': 3,
    'cpu-pinned-throttled': 2.5,
  }),
)
const bySeverity: Readonly<Record<Severity, number>> = {
  CRITICAL: 3,
  HIGH: 2.2,
  MEDIUM: 1.2,
  LOW: 0,
  INFO: 0,
}

/** What a finding says, and of what kind; 0 for what is no trouble. */
export function failureOf(
  finding: Pick<CaseFinding, 'rule' | 'severity' | 'title'>,
): [Cause['category'], number] {
  return [categoryOfFinding(finding), knownFailures.get(finding.rule) ?? bySeverity[finding.severity]]
}
