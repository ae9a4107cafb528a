import type { CapacityKind } from '@aiops/contract/model/forecast'

/**
 * Where a kind of capacity is told, by whom it is told: node exporter, OpenTelemetry host metrics, kubelet, kube-state-metrics, the DCGM
 * exporter, blackbox and x509 exporters. `share` is the share in use; `capacity` its whole, with the same labels. Of sources
 * with the same group the first that has series is taken: they tell of the same thing.
 */
export type CapacitySource = {
  kind: CapacityKind
  group: string
  /** PromQL; of a certificate the Unix time at which it ends. */
  share: string
  capacity: string | null
  unit: string
  /** Labels that name it, the first that is there of each group, the innermost first. */
  names: readonly (readonly string[])[]
  metrics: readonly string[]
}

const hosts = [
  'instance',
  'node',
  'host.name',
  'host_name',
  'nodename',
  'Hostname',
  'service.instance.id',
  'service.name',
] as const
const realDisks =
  'fstype!~"tmpfs|overlay|squashfs|ramfs|devtmpfs|iso9660|nsfs",mountpoint!~"/(proc|sys|run|dev)($|/.*)"'

export const capacitySources: readonly CapacitySource[] = [
  {
    ...{ kind: 'DISK', group: 'disk' },
    share: `1 - node_filesystem_avail_bytes{${realDisks}} / node_filesystem_size_bytes{${realDisks}}`,
    capacity: `node_filesystem_size_bytes{${realDisks}}`,
    ...{ unit: 'By', names: [['mountpoint'], hosts] },
    metrics: ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'],
  },
  {
    ...{ kind: 'DISK', group: 'disk' },
    share: '{"system.filesystem.utilization"}',
    capacity: null,
    ...{ unit: 'By', names: [['system.filesystem.mountpoint', 'mountpoint'], hosts] },
    metrics: ['system.filesystem.utilization'],
  },
  {
    ...{ kind: 'INODES', group: 'inodes' },
    share: `1 - node_filesystem_files_free{${realDisks}} / (node_filesystem_files{${realDisks}} > 0)`,
    capacity: `node_filesystem_files{${realDisks}}`,
    ...{ unit: '1', names: [['mountpoint'], hosts] },
    metrics: ['node_filesystem_files_free', 'node_filesystem_files'],
  },
  {
    ...{ kind: 'VOLUME', group: 'volume' },
    share: 'kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes',
    capacity: 'kubelet_volume_stats_capacity_bytes',
    ...{ unit: 'By', names: [['persistentvolumeclaim'], ['namespace'], ['cluster']] },
    metrics: ['kubelet_volume_stats_used_bytes', 'kubelet_volume_stats_capacity_bytes'],
  },
  {
    ...{ kind: 'MEMORY', group: 'memory' },
    share: '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes',
    capacity: 'node_memory_MemTotal_bytes',
    ...{ unit: 'By', names: [hosts] },
    metrics: ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
  },
  {
    ...{ kind: 'MEMORY', group: 'memory' },
    share: '{"system.memory.utilization","system.memory.state"="used"}',
    capacity: null,
    ...{ unit: 'By', names: [hosts] },
    metrics: ['system.memory.utilization'],
  },
  {
    ...{ kind: 'MEMORY', group: 'container-memory' },
    share:
      'max by (cluster, namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"}) / (max by (cluster, namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"}) > 0)',
    capacity:
      'max by (cluster, namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})',
    ...{ unit: 'By', names: [['container'], ['pod'], ['namespace']] },
    metrics: ['container_memory_working_set_bytes', 'kube_pod_container_resource_limits'],
  },
  {
    ...{ kind: 'CPU', group: 'cpu' },
    share: '1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[10m]))',
    capacity: null,
    ...{ unit: '1', names: [hosts] },
    metrics: ['node_cpu_seconds_total'],
  },
  {
    ...{ kind: 'CPU', group: 'cpu' },
    share: '1 - {"system.cpu.utilization","cpu.mode"="idle"}',
    capacity: null,
    ...{ unit: '1', names: [hosts] },
    metrics: ['system.cpu.utilization'],
  },
  {
    ...{ kind: 'QUOTA', group: 'quota' },
    share: 'kube_resourcequota{type="used"} / ignoring (type) (kube_resourcequota{type="hard"} > 0)',
    capacity: 'sum without (type) (kube_resourcequota{type="hard"})',
    ...{ unit: '1', names: [['resource'], ['resourcequota'], ['namespace']] },
    metrics: ['kube_resourcequota'],
  },
  {
    ...{ kind: 'GPU_MEMORY', group: 'gpu-memory' },
    share: 'DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE)',
    capacity: 'sum without (__name__) (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE)',
    ...{ unit: 'MiBy', names: [['gpu', 'UUID'], hosts] },
    metrics: ['DCGM_FI_DEV_FB_USED', 'DCGM_FI_DEV_FB_FREE'],
  },
  {
    ...{ kind: 'CERTIFICATE', group: 'probe' },
    share: 'probe_ssl_earliest_cert_expiry',
    capacity: null,
    ...{ unit: 's', names: [['instance', 'target']] },
    metrics: ['probe_ssl_earliest_cert_expiry'],
  },
  {
    ...{ kind: 'CERTIFICATE', group: 'x509' },
    share: 'x509_cert_not_after',
    capacity: null,
    ...{ unit: 's', names: [['subject_CN', 'secret_name', 'filename'], ['secret_namespace']] },
    metrics: ['x509_cert_not_after'],
  },
  {
    ...{ kind: 'CERTIFICATE', group: 'cert-manager' },
    share: 'certmanager_certificate_expiration_timestamp_seconds',
    capacity: null,
    ...{ unit: 's', names: [['name'], ['namespace']] },
    metrics: ['certmanager_certificate_expiration_timestamp_seconds'],
  },
]
