import type { TenantId } from '@aiops/contract/model/tenant'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { analyze } from './analyze.ts'
import { healthyAt, healthyCluster } from './healthy.suite.ts'
import { rules } from './rules.ts'

const cluster = { tenant: 'acme' as TenantId, id: 'c1', name: 'one' }

test('a healthy cluster gives no finding at all', async () => {
  const view = snapshotOf(healthyCluster(600), { timeMs: Date.parse(healthyAt) })
  const { findings, failed } = await analyze(view, cluster, rules)
  expect(failed).toEqual([])
  expect(
    findings.map(({ rule, object, title }) => `${rule} ${object.namespace}/${object.name}: ${title}`),
  ).toEqual([])
})

test('rules have names of their own', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
})

test('a cluster of which nothing is known gives no finding, and says what is not known', async () => {
  const view = snapshotOf(healthyCluster(50), { timeMs: Date.parse(healthyAt), unknown: ['Pod', 'Event'] })
  const { findings, unknown } = await analyze(view, cluster, rules)
  expect(findings).toEqual([])
  expect(unknown).toEqual(expect.arrayContaining(['Event', 'Pod']))
})
