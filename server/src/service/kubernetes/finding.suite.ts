import type { Finding } from '@aiops/contract/model/finding'

export const exampleFinding = (change: Partial<Finding> = {}): Finding => ({
  ...{ id: 'f-1', tenant_id: 'default', cluster_id: 'c-1', cluster_name: 'paris', area: 'KUBERNETES' },
  ...{ analyzer: 'pod', rule: 'pod-crash-loop', severity: 'HIGH', title: 'It crashes again and again.' },
  object: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
  parent: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  ...{ since: '2026-01-01T00:00:00.000Z', found_at: '2026-01-01T00:01:00.000Z', evidence: [], causes: [] },
  ...{ remediation: [], documentation_url: 'https://kubernetes.io/docs/', alert_name: 'KubePodCrashLooping' },
  ...change,
})
