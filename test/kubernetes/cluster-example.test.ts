import type { TenantId } from '@aiops/contract/model/tenant'
import { expect, it } from 'vitest'
import { analyze } from '../../server/src/service/kubernetes/analyzer/analyze.ts'
import { rules } from '../../server/src/service/kubernetes/analyzer/rules.ts'
import { snapshotOf } from '../../server/src/service/kubernetes/snapshot.ts'
import { clusterExample } from './cluster-example.ts'

it.each([
  { nodes: 3, podsPerNode: 10 },
  { nodes: 40, podsPerNode: 50 },
])('is healthy by every rule, with $nodes nodes of $podsPerNode pods', async (example) => {
  const nowMs = 1_767_225_600_000
  const view = snapshotOf(clusterExample({ ...example, nowMs }), { timeMs: nowMs })
  const cluster = { tenant: 't' as TenantId, id: 'c', name: 'c' }
  const { findings, failed } = await analyze(view, cluster, rules)
  expect({ findings: findings.map(({ title }) => title), failed }).toEqual({ findings: [], failed: [] })
})
