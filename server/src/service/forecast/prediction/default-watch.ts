/** What is watched unless somebody says otherwise. Shares are of one; certificates in seconds left. */
export const defaultWatches = [
  {
    name: 'disk',
    query:
      '(1 - node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs|devtmpfs|iso9660|nsfs"} / node_filesystem_size_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs|devtmpfs|iso9660|nsfs"}) or {"system.filesystem.utilization"} or (kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes)',
    ...{ limit: 0.95, lead: '2d', min: 0, max: 1 },
  },
  {
    name: 'memory',
    query:
      '(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) or {"system.memory.utilization","system.memory.state"="used"}',
    ...{ limit: 0.95, lead: '12h', min: 0, max: 1 },
  },
  {
    name: 'quota',
    query: 'kube_resourcequota{type="used"} / ignoring (type) (kube_resourcequota{type="hard"} > 0)',
    ...{ limit: 1, lead: '2d', min: 0, severity: 'LOW' as const },
  },
  {
    name: 'certificate',
    query:
      '(probe_ssl_earliest_cert_expiry or x509_cert_not_after or certmanager_certificate_expiration_timestamp_seconds) - time()',
    ...{ limit: 259_200, direction: 'BELOW' as const, lead: '3d' },
  },
]
