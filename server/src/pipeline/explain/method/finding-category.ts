import type { Cause } from '@aiops/contract/model/diagnosis'
import type { CaseFinding } from '../case.ts'

type Category = Cause['category']

/** The kind of trouble that a rule speaks of. What is not listed is of no kind of its own; a test says of each why. */
const categories: Partial<Record<Category, readonly string[]>> = {
  DOWN: [
    ...['pod-crash-loop', 'pod-config-error', 'pod-container-create', 'pod-creation-refused', 'pod-failed'],
    ...[
      'pod-unschedulable',
      'pod-device-insufficient',
      'pod-rejected-by-node',
      'pod-preempted',
      'pod-evicted',
    ],
    ...['pod-liveness-failing', 'pod-restarting', 'pod-not-ready', 'pod-start-stuck', 'pod-readiness-gate'],
    ...['config-map-missing', 'service-account-missing', 'priority-class-missing', 'limit-range-conflict'],
    ...[
      'node-not-ready',
      'node-unreachable',
      'node-lease-stale',
      'node-uninitialized',
      'node-readiness-flapping',
    ],
    ...[
      'node-eviction',
      'control-plane-leader-lost',
      'api-service-unavailable',
      'cluster-operator-unavailable',
    ],
    ...['service-without-pods', 'service-without-ready-endpoints', 'service-target-port-unknown'],
    ...['deployment-unavailable', 'deployment-replicas-mismatch', 'stateful-set-blocked'],
    ...[
      'daemon-set-not-ready',
      'daemon-set-not-scheduled',
      'prometheus-not-available',
      'alertmanager-not-available',
    ],
    ...['cpu-pinning-errors', 'topology-admission-errors', 'cnf-down', 'cnf-degraded', 'ptp-process-down'],
    ...['gpu-vanished', 'gpu-xid-79', 'gpu-fewer-than-allocatable', 'gpu-not-allocatable'],
  ],
  ERRORS: [
    ...['http-route-backend-missing', 'http-route-backend-port-missing', 'http-route-reference-not-granted'],
    ...[
      'ingress-backend-missing',
      'ingress-backend-port-missing',
      'route-service-missing',
      'route-port-missing',
    ],
    ...['webhook-service-missing', 'webhook-without-endpoints', 'webhook-call-failing', 'webhook-ca-expired'],
    ...['job-failed', 'cron-job-failing', 'log-fatal', 'ran-rrc-setup-failing', 'core-registration-failing'],
    ...['core-pdu-session-failing', 'core-auth-rejects', 'core-paging-failing', 'core-n4-failing'],
    ...['core-policy-failing', 'core-ue-drop'],
  ],
  MEMORY: ['pod-oom-killed', 'node-system-oom', 'hugepages-exhausted'],
  CPU: ['cpu-pinned-throttled', 'dpdk-core-busy', 'pinned-pod-not-guaranteed'],
  DISK: [
    ...['pod-volume-mount', 'pod-ephemeral-storage-evicted', 'node-image-collection-failed'],
    ...[
      'pvc-pending',
      'pvc-lost',
      'pvc-provisioning-failed',
      'pvc-storage-class-missing',
      'pvc-resize-failed',
    ],
    ...['pv-failed', 'pv-delete-failing', 'stateful-set-storage-class-missing', 'volume-attach-failed'],
    ...['volume-multi-attach', 'volume-attached-to-lost-node'],
  ],
  POOL: ['quota-refused', 'quota-exceeded', 'sriov-vfs-exhausted', 'hpa-maxed-out', 'ran-cell-full'],
  DEPLOY: [
    ...['pod-image-pull', 'pod-pull-secret-missing', 'deployment-rollout-stuck', 'stateful-set-update-stuck'],
    ...['daemon-set-update-stuck', 'deployment-generation-mismatch', 'stateful-set-generation-mismatch'],
    ...['daemon-set-generation-mismatch', 'cluster-version-failing', 'cluster-version-updating-long'],
    ...['machine-config-pool-degraded', 'machine-config-pool-updating-long', 'olm-csv-failed'],
    ...['olm-install-plan-failed', 'olm-cluster-extension-fault'],
  ],
  NETWORK: [
    ...['pod-sandbox-failed', 'node-network-unavailable', 'network-policy-blocks-dns', 'cluster-dns-down'],
    ...['cluster-dns-degraded', 'network-policy-blocks-webhook', 'service-load-balancer-pending'],
    ...[
      'service-alias-dangling',
      'stateful-set-service-missing',
      'ingress-class-missing',
      'ingress-class-unknown',
    ],
    ...['ingress-warning', 'gateway-class-missing', 'gateway-class-not-accepted', 'gateway-not-programmed'],
    ...['gateway-listener-fault', 'gateway-certificate-not-granted', 'http-route-gateway-missing'],
    ...['http-route-namespace-not-allowed', 'http-route-hostname-unmatched', 'http-route-condition'],
    ...['route-not-admitted', 'sriov-drops', 'sriov-tx-errors', 'sriov-vfs-vanished', 'sriov-numa-mismatch'],
    ...['dpdk-rx-missed', 'dpdk-rx-nombuf', 'dpdk-port-errors', 'dpdk-link-down', 'core-pfcp-peer-lost'],
    ...['core-gnb-lost', 'core-n3-one-way', 'fronthaul-late', 'fronthaul-early'],
  ],
}
const byRule: ReadonlyMap<string, Category> = new Map(
  Object.entries(categories).flatMap(([category, rules]) =>
    rules.map((rule): [string, Category] => [rule, category as Category]),
  ),
)

/** Where one rule speaks of several: its sentence says of which. */
const bySentence: ReadonlyMap<string, readonly (readonly [RegExp, Category])[]> = new Map([
  [
    'node-pressure',
    [
      [/ is short of memory\b/, 'MEMORY'],
      [/ is short of room on its disks\b/, 'DISK'],
      [/ is short of process ids\b/, 'POOL'],
    ],
  ],
])

export const categoryOfFinding = ({ rule, title }: Pick<CaseFinding, 'rule' | 'title'>): Category =>
  bySentence.get(rule)?.find(([words]) => words.test(title))?.[1] ?? byRule.get(rule) ?? 'OTHER'
